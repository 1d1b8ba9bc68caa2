// `drawbridgectl server remove`: revoked at once, then gone with all that belonged to it, whatever
// happens to the daemon meanwhile.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('./daemon.js');

const READ = `
import json, sqlite3, sys
database = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True, timeout=10)
print(json.dumps(database.execute(sys.argv[2]).fetchall()))
`;
const TIMEOUT_MS = 60_000;

/** @type {import('./daemon.js').Daemon} */
let daemon;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
});

after(() => daemon?.dispose());

/** @param {string} name @param {{ owner?: string }} [options] */
async function server(name, options) {
  const client = Client.fromDocument(await daemon.addServer(name, options));
  await client.hello();
  return client;
}

/** @param {string} name @param {...string} more */
function remove(name, ...more) {
  const args = ['server', 'remove', name, '--reason', 'has closed', '--yes', ...more];
  return daemon.ctl('-o', 'json', ...args);
}

/** @param {string} name @param {...string} more */
async function removed(name, ...more) {
  const ran = await remove(name, ...more);
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(ran.json.state, 'removed');
  return ran.json;
}

/** The first column of what the database answers. @param {string} sql @returns {any[]} */
function ask(sql) {
  const file = path.join(daemon.dir, 'drawbridge.db');
  const printed = execFileSync('python3', ['-c', READ, file, sql], { encoding: 'utf8' });
  return JSON.parse(printed).map((/** @type {any[]} */ row) => row[0]);
}

/**
 * Gives servers events, as many each, while the daemon is down.
 * @param {number} count
 * @param {Client[]} clients
 */
async function grow(count, ...clients) {
  await daemon.stop();
  const file = path.join(daemon.dir, 'drawbridge.db');
  const script = path.join(__dirname, 'grow_database.py');
  execFileSync('python3', [script, file, '--of-each', String(count), ...clients.map((one) => one.serverId)]);
  await daemon.start();
}

/** @param {Client} client */
async function assertNobody(client) {
  const answer = await client.hello();
  assert.equal(answer.status, 401);
  assert.equal(answer.signed, false);
}

it('refuses the server at once, ends its poll, and leaves another of its owner alone', async () => {
  const gone = await server('one');
  const other = await server('two', { owner: 'one' });
  const someone = fixtures.person();
  await gone.results([fixtures.join(fixtures.playerOf(gone, someone))]);
  await other.results([fixtures.ban(fixtures.playerOf(other, someone))]);
  await gone.catchUp();
  const parked = gone.poll(25).then(
    (answer) => `answered ${answer.status}`,
    (error) => `closed ${error.code}`,
  );
  await sleep(300);
  const start = performance.now();
  const removal = await removed('one');
  const outcome = await parked;
  assert.ok(performance.now() - start < 10_000, `the poll outlived its server: ${outcome}`);
  await assertNobody(gone);
  assert.equal(removal.removes_owner, false);
  assert.equal(removal.deleted.events, 1);
  assert.equal((await other.hello()).status, 200);
  await other.catchUp();
  assert.equal(other.network.entries.size, 1, 'the ban of the other server stands');
  assert.equal((await daemon.ctlJson('server', 'show', 'two')).owner, 'one');
  assert.deepEqual(ask('SELECT count(*) FROM events'), [1]);
  const { audit } = await daemon.ctlJson('audit', 'list', '--target', gone.serverId);
  const [begun, ended] = audit.slice(-2);
  assert.deepEqual([begun.action, begun.reason], ['server.remove', 'has closed']);
  assert.deepEqual([ended.action, ended.actor], ['server.removed', 'system']);
  assert.match(ended.detail, /events 1,.*servers 1/);
  for (const client of [gone, other]) client.close();
});

it('applies nothing that was sent before, and lets no code or rotation bring it back', async () => {
  const gone = await server('three');
  const { enrol } = await daemon.ctlJson('server', 'rotate', 'three');
  const again = await Client.enrol(enrol);
  await again.hello();
  let sending = true;
  const senders = Array.from({ length: 8 }, async () => {
    while (sending) {
      const heartbeat = fixtures.event('player_count', { players: 12, max_players: 64 });
      if ((await again.events([heartbeat])).status === 401) break;
    }
  });
  await sleep(200);
  await removed('three');
  sending = false;
  await Promise.all(senders);
  await assertNobody(again);
  await assert.rejects(Client.enrol(enrol), /401/);
  for (const verb of ['rotate', 'suspend', 'resume']) {
    assert.equal((await daemon.ctl('server', verb, gone.serverId)).code, 3, verb);
  }
  for (const table of ['events', 'event_ids', 'samples', 'server_keys']) {
    const sql = `SELECT count(*) FROM ${table} WHERE server_id NOT IN (SELECT id FROM servers)`;
    assert.deepEqual(ask(sql), [0], table);
  }
  for (const client of [gone, again]) client.close();
});

for (const [fate, entries] of /** @type {[string, number][]} */ ([['keep', 1], ['lift', 0]])) {
  it(`asks what becomes of bans in force on the network: ${fate}`, async () => {
    const name = `bans ${fate}`;
    const gone = await server(name);
    const witness = await server(`witness ${fate}`);
    await witness.catchUp();
    const before = witness.network.entries.size;
    const target = fixtures.playerOf(gone, fixtures.person());
    const { ban } = await gone.event(fixtures.ban(target));
    const refused = await remove(name);
    assert.equal(refused.code, 4);
    for (const said of [ban?.code, '--bans keep', '--bans lift']) {
      assert.ok(refused.stderr.includes(String(said)), `${said}: ${refused.stderr}`);
    }
    assert.equal((await gone.hello()).status, 200, 'a refused removal removes nothing');

    await removed(name, '--bans', fate);
    await witness.catchUp();
    assert.equal(witness.network.entries.size, before + entries);
    const left = await daemon.ctlJson('ban', 'show', String(ban?.code));
    assert.equal(left.state, fate === 'keep' ? 'active' : 'lifted');
    assert.deepEqual([left.server, left.issuer], [null, null]);
    for (const client of [gone, witness]) client.close();
  });
}

it('goes on after kill -9, and its name is free meanwhile', { timeout: TIMEOUT_MS }, async () => {
  const gone = await server('five');
  const other = await server('six');
  await grow(20_000, gone, other);
  const begun = (await remove('five', '--no-wait')).json;
  assert.equal(begun.state, 'removing');
  const next = await server('five');
  await next.results(fixtures.oneOfEach(next));
  let kills = 0;
  for (; kills < 5; ++kills) {
    await sleep(250);
    await daemon.kill9();
    await daemon.start();
    const shown = await daemon.ctl('-o', 'json', 'server', 'show', gone.serverId);
    if (shown.code === 3) break;
    assert.equal(shown.json.removing, true);
    assert.equal(shown.json.removal.state, 'removing');
    await assertNobody(gone);
  }
  assert.ok(kills > 1, 'it was killed in the middle');
  const listed = await daemon.ctlJson('server', 'list');
  const names = listed.servers.map((/** @type {any} */ one) => one.name);
  assert.equal(names.filter((/** @type {string} */ name) => name === 'five').length, 2);
  const removal = await removed(gone.serverId);
  assert.equal(removal.deleted.events, 20_000);
  assert.equal(removal.deleted.event_ids, 20_000);
  assert.equal((await daemon.ctlJson('server', 'show', 'five')).id, next.serverId);
  const left = `SELECT count(*) FROM events WHERE server_id =
    (SELECT id FROM servers WHERE public_id = '${other.serverId}')`;
  assert.deepEqual(ask(left), [20_000]);
  next.epoch = Date.now(); // a restart has closed the one before
  assert.equal((await next.hello()).status, 200);
  assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
  for (const client of [gone, other, next]) client.close();
});

/** Ids of the keys that payloads are sealed under. @param {string} serverId @returns {number[]} */
function keysOfEvents(serverId) {
  const first = ask(`SELECT DISTINCT hex(substr(payload, 1, 4)) FROM events WHERE server_id =
    (SELECT id FROM servers WHERE public_id = '${serverId}')`);
  return first.map((hex) => Buffer.from(hex, 'hex').readUInt32LE());
}

async function resealed() {
  for (;;) {
    const due = ask('SELECT count(*) FROM removals WHERE resealed_at IS NULL')[0] > 0;
    const { reencryption } = (await daemon.ctlJson('status')).keys;
    if (!due && reencryption.state === 'done') return;
    await sleep(200);
  }
}

it('ends the keys that its cells were under', { timeout: TIMEOUT_MS }, async () => {
  const gone = await server('seven');
  const other = await server('eight');
  for (const one of [gone, other]) await one.results(fixtures.oneOfEach(one));
  const old = keysOfEvents(gone.serverId);
  assert.ok(old.length > 0);
  await removed('seven', '--bans', 'lift');
  await resealed();
  const { keys } = await daemon.ctlJson('key', 'list');
  const left = keys.map((/** @type {any} */ key) => key.id);
  assert.deepEqual(old.filter((id) => left.includes(id)), []);
  const { events } = await daemon.ctlJson('event', 'list', '--server', 'eight');
  assert.equal(events.length, 10);
  assert.ok(events.every((/** @type {any} */ event) => event.payload !== null));
  for (const client of [gone, other]) client.close();
});
