// `drawbridgectl backup restore` on data folders of real daemons: an old backup brings nothing back
// that was ended since, and every row of a backup comes back.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { openSealedBox, rotationKeys } = require('../interop/sealed.js');
const { run, startDaemon, temporaryFolder } = require('./daemon.js');
const { allRows, databaseOf, journalOf, removeDatabase, restore, restored } = require('./restore.js');

/** @typedef {import('./daemon.js').Daemon} Daemon */

/** @param {Daemon} daemon */
async function newestStartBackup(daemon) {
  for (let i = 0; i < 200; i++) {
    const { backups } = await daemon.ctlJson('status');
    if (backups.last?.kind === 'start' && !backups.current) return backups.last;
    await sleep(50);
  }
  throw new Error('no backup of the start within ten seconds');
}

/** @param {Client} client */
async function assertDead(client) {
  const answer = await client.hello();
  assert.equal(answer.status, 401);
  assert.equal(answer.signed, false);
}

/** The same server after a restart, when every epoch is closed. @param {Client} client */
function anew(client) {
  const next = client.withKey(client.keyId, client.secret);
  next.epoch = Date.now();
  return next;
}

describe('an old backup is restored', () => {
  /** @type {Daemon} */
  let daemon;
  /** @type {Record<string, Client>} */
  const clients = {};
  /** @type {Record<string, string>} */
  const codes = {};
  /** @type {any} */
  let report;
  let oldToken = '';
  /** @type {object} */
  let early;
  /** @type {object} */
  let late;
  /** @type {import('../interop/signing.js').Message} */
  let captured;

  /** @param {string} name @returns {Promise<string>} the code */
  const ban = async (name) => {
    const license = `license:${crypto.randomBytes(20).toString('hex')}`;
    const args = ['--category', 'cheating', '--reason', `for ${name}`];
    return (await daemon.ctlJson('ban', 'add', license, ...args)).code;
  };

  before(async () => {
    daemon = await startDaemon();
    for (const name of ['one', 'two', 'three', 'gone']) {
      clients[name] = Client.fromDocument(await daemon.addServer(name, { mode: 'review' }));
      await clients[name].hello();
    }
    const token = (await daemon.ctlJson('admin', 'add', 'leaver')).token;
    oldToken = path.join(temporaryFolder('token'), 'leaver.token');
    fs.writeFileSync(oldToken, `${token}\n`, { mode: 0o600 });
    codes.stays = await ban('stays');
    codes.lifted = await ban('lifted');
    const proposal = fixtures.ban(fixtures.playerOf(clients.three, fixtures.person()));
    codes.rejected = (await clients.three.event(proposal)).ban?.code ?? '';
    early = fixtures.event('player_count', { players: 1, max_players: 64 });
    await clients.three.event(early);
    await clients.three.catchUp();
    const { backup } = await daemon.ctlJson('backup', 'create');

    clients.oneNew = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'one'));
    await clients.oneNew.hello();
    const keys = rotationKeys();
    const { json } = await clients.two.rotate(keys.publicKey);
    clients.twoNew = clients.two.withKey(json.key_id, openSealedBox(keys, json.sealed));
    assert.equal((await clients.twoNew.hello()).status, 200);
    await daemon.ctlJson('admin', 'revoke', 'leaver');
    await daemon.ctlJson('ban', 'lift', codes.lifted, '--reason', 'an error of ours');
    await daemon.ctlJson('ban', 'reject', codes.rejected);
    await daemon.ctlJson('server', 'remove', 'gone', '--yes', '--reason', 'its operator asked');
    await daemon.restart();
    clients.threeNew = anew(clients.three);
    await clients.threeNew.hello();
    late = fixtures.event('player_count', { players: 2, max_players: 64 });
    captured = await clients.threeNew.prepare('POST', '/v1/events', { events: [late] });
    assert.equal((await clients.threeNew.send(captured)).status, 200);
    await daemon.stop();
    report = await restored(daemon.dir, String(backup.number), '--to', daemon.dir, '--force',
      '--reason', 'a drill');
    await daemon.start();
  });

  after(async () => {
    for (const client of Object.values(clients)) client.close();
    await daemon?.dispose();
  });

  it('says what it did, and passes the check', () => {
    assert.deepEqual(report.check.problems, []);
    assert.equal(report.journal.uncovered, null);
    assert.ok(report.journal.reapplied >= 6, report.journal.text);
    assert.match(report.journal.text, /admin token.*2 bans.*epochs.*1 removed server/);
    assert.deepEqual(report.servers_without_secret, ['one', 'two']);
    assert.ok(fs.existsSync(report.kept));
    assert.ok(report.check.warnings.some((/** @type {string} */ w) => w.includes('.kept-')));
  });

  it('refuses every secret that had been revoked, and those it does not know', async () => {
    for (const name of ['one', 'two', 'oneNew', 'twoNew']) await assertDead(clients[name]);
    const { keys } = await daemon.ctlJson('server', 'show', 'one');
    assert.deepEqual(keys, []);
    const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'one'));
    assert.notEqual(next.keyId, clients.oneNew.keyId); // an id is never given twice
    assert.equal((await next.hello()).status, 200);
    next.close();
  });

  it('removes the server again that had been removed, with its data', async () => {
    await assertDead(clients.gone);
    const id = clients.gone.serverId;
    for (const until = performance.now() + 10_000; performance.now() < until; await sleep(50)) {
      const { removals } = await daemon.ctlJson('status');
      if (removals.length === 0) break;
    }
    assert.equal((await daemon.ctl('event', 'list', '--server', 'gone')).code, 3);
    const rows = allRows(databaseOf(daemon.dir));
    assert.ok(!JSON.stringify(rows.servers).includes(id), 'its row is back');
    assert.ok(JSON.stringify(rows.removals).includes(id));
  });

  it('refuses the admin token that had been revoked', async () => {
    const args = ['--url', `https://localhost:${daemon.adminPort}`, '--token-file', oldToken];
    const ran = await run('drawbridgectl', [...args, '--ca', path.join(daemon.dir, 'ca.pem'), 'status']);
    assert.notEqual(ran.code, 0);
    assert.match(ran.stderr, /token/);
  });

  it('keeps lifted and rejected bans ended, and the others standing', async () => {
    const states = [];
    for (const name of ['stays', 'lifted', 'rejected']) {
      states.push((await daemon.ctlJson('ban', 'show', codes[name])).state);
    }
    assert.deepEqual(states, ['active', 'lifted', 'rejected']);
  });

  it('refuses a replay of what it had accepted before', async () => {
    const answer = await clients.threeNew.send(captured);
    assert.equal(answer.status, 409);
    assert.equal(answer.json.code, 'stale_epoch');
    assert.ok(answer.json.highest_epoch >= clients.threeNew.epoch);
  });

  it('gives every client the whole list under a new lineage, without what was lifted', async () => {
    const client = anew(clients.three);
    client.network = clients.three.network;
    const lineage = client.network.cursor.split('-')[0];
    assert.equal((await client.poll(0)).status, 200);
    assert.deepEqual(client.network.kinds, ['snapshot']);
    assert.notEqual(client.network.cursor.split('-')[0], lineage);
    const { bans } = await daemon.ctlJson('ban', 'list', '--state', 'active');
    assert.deepEqual(bans.map((/** @type {any} */ one) => one.code), [codes.stays]);
    assert.equal((await client.event(early)).status, 'duplicate');
    assert.equal((await client.event(late)).status, 'stored'); // the backup has not seen it
    clients.three = client;
  });

  it('stands in an audit that is whole', async () => {
    const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'backup.restore');
    assert.equal(audit.length, 1);
    assert.equal(audit[0].reason, 'a drill');
    assert.match(audit[0].detail, /^backup \d+, 0 minutes old; journal: records /);
    assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
  });
});

describe('a drill', () => {
  it('brings every row back after the database was destroyed', async () => {
    const daemon = await startDaemon({ grace: '0s' });
    const client = Client.fromDocument(await daemon.addServer('drill'));
    await client.hello();
    for (let i = 0; i < 20; i++) await client.results(fixtures.oneOfEach(client));
    await client.catchUp();
    client.close();
    await daemon.stop();
    const whole = allRows(databaseOf(daemon.dir));
    await daemon.start();
    const { name } = await newestStartBackup(daemon);
    await daemon.kill9();
    removeDatabase(daemon.dir);

    const report = await restored(daemon.dir, name, '--to', daemon.dir);
    assert.equal(report.kept, null);
    const back = allRows(databaseOf(daemon.dir));
    assert.deepEqual(Object.keys(back).sort(), Object.keys(whole).sort());
    for (const [table, rows] of Object.entries(whole)) {
      if (table === 'lists' || table === 'list_changes') continue; // a new lineage
      if (table === 'keyring') continue; // the same keys, wrapped anew: else no row could be read
      const more = back[table].filter((row) => !rows.includes(row));
      assert.deepEqual(rows.filter((row) => !back[table].includes(row)), [], table);
      assert.equal(more.length, table === 'audit' ? 1 : 0, table); // of the restore
    }
    assert.equal(back.lists.length, whole.lists.length);
    await daemon.start();
    assert.equal(await daemon.stop(), 0);
    await daemon.dispose();
  });
});

describe('other places', () => {
  it('a new folder gets database, journal and key; a lost folder its journal from elsewhere', async () => {
    const daemon = await startDaemon();
    const client = Client.fromDocument(await daemon.addServer('one'));
    await client.hello();
    const { backup } = await daemon.ctlJson('backup', 'create');
    await daemon.ctlJson('server', 'rotate', 'one');
    const to = path.join(temporaryFolder('restored'), 'new');
    const report = await restored(daemon.dir, backup.name, '--to', to); // beside the running daemon
    assert.deepEqual(report.servers_without_secret, ['one']);
    const made = ['drawbridge.db', 'drawbridge.journal', 'drawbridge.lock', 'master.key'];
    const found = fs.readdirSync(to).filter((file) => !/-(wal|shm)$/.test(file));
    assert.deepEqual(found.sort(), made);
    for (const file of made) assert.equal(fs.statSync(path.join(to, file)).mode & 0o777, 0o600);

    await daemon.stop();
    const safe = temporaryFolder('safe');
    fs.copyFileSync(journalOf(daemon.dir), path.join(safe, 'the.journal'));
    removeDatabase(daemon.dir);
    fs.rmSync(journalOf(daemon.dir));
    const args = [backup.name, '--to', daemon.dir];
    assert.match((await restore(daemon.dir, ...args)).stderr, /drawbridge\.journal is missing/);
    await restored(daemon.dir, ...args, '--journal', path.join(safe, 'the.journal'));
    await daemon.start();
    await assertDead(client);
    await daemon.stop();
    client.close();

    fs.rmSync(journalOf(daemon.dir));
    const without = await restored(daemon.dir, ...args, '--force', '--without-journal');
    assert.match(without.journal.uncovered, /is missing/);
    await daemon.start();
    assert.equal((await anew(client).hello()).status, 200); // as was said
    await daemon.dispose();
  });

  it('an administrator can still get in when the journal has revoked all that the backup knows', async () => {
    const daemon = await startDaemon();
    const { backup } = await daemon.ctlJson('backup', 'create');
    const { token } = await daemon.ctlJson('admin', 'add', 'next');
    fs.writeFileSync(path.join(daemon.dir, 'admin.token'), `${token}\n`);
    await daemon.ctlJson('admin', 'revoke', 'admin');
    await daemon.stop();
    const report = await restored(daemon.dir, backup.name, '--to', daemon.dir, '--force');
    assert.equal(report.new_admin_token, true);
    await daemon.start();
    const { admins } = await daemon.ctlJson('admin', 'list');
    const working = admins.filter((/** @type {any} */ one) => one.revoked_at === null);
    assert.deepEqual(working.map((/** @type {any} */ one) => one.name), ['restored']);
    await daemon.dispose();
  });
});
