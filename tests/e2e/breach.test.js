// `drawbridgectl breach begin`: every secret and every token but the caller's dies at once, all goes
// under new keys, and somebody knows whom to tell; over kills.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, beforeEach, afterEach, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon, temporaryFolder } = require('./daemon.js');
const { restored } = require('./restore.js');

const TIMEOUT_MS = 60_000;
const WHY = ['--reason', 'a backup was stolen', '--yes'];

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Client[]} */
let clients = [];

beforeEach(async () => {
  daemon = await startDaemon();
  clients = [];
  for (const [name, owner] of [['one', 'Ann'], ['two', 'Ann'], ['three', 'Bob']]) {
    const client = Client.fromDocument(await daemon.addServer(name, { owner }));
    await client.hello();
    await client.results(fixtures.oneOfEach(client));
    clients.push(client);
  }
  await daemon.ctlJson('server', 'contact', 'one', 'ann@example.org');
});

afterEach(async () => {
  for (const client of clients) client.close();
  await daemon?.dispose();
});

after(() => daemon?.killNow());

/** Key ids by what `key list` says. @returns {Promise<number[]>} */
async function dataKeys() {
  const { keys } = await daemon.ctlJson('key', 'list');
  return keys.filter((/** @type {any} */ key) => key.purpose !== 'audit').map((/** @type {any} */ key) => key.id);
}

async function ended() {
  for (;;) {
    const breach = await daemon.ctlJson('breach', 'status');
    if (breach.state === 'done') return breach;
    await sleep(100);
  }
}

/** @param {string} name a token of a new administrator, in a file */
async function administrator(name) {
  const file = path.join(temporaryFolder('breach'), `${name}.token`);
  await daemon.ctlJson('admin', 'add', name, '--out', file);
  return ['--token-file', file];
}

async function assertAllRevoked() {
  for (const client of clients) {
    const answer = await client.hello();
    assert.deepEqual([answer.status, answer.signed], [401, false], client.serverId);
  }
}

it('revokes all but the caller, begins new keys, and says whom to notify', { timeout: TIMEOUT_MS }, async () => {
  const ann = await administrator('ann');
  const mallory = await administrator('mallory');
  const { enrol } = await daemon.ctlJson('server', 'rotate', 'three');
  const old = await dataKeys();
  const file = path.join(temporaryFolder('breach'), 'notify.txt');
  const ran = await daemon.ctl(...ann, 'breach', 'begin', ...WHY, '--out', file);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /3 servers and 2 admin tokens revoked/);
  assert.ok(ran.stdout.includes(file));
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const notify = fs.readFileSync(file, 'utf8');
  assert.match(notify, /^Ann \(own_\w+\)\n {2}contact: ann@example\.org\n {2}one \(srv_\w+\)\n {2}two/m);
  assert.match(notify, /^Bob \(own_\w+\)\n {2}contact: -\n {2}three/m);

  await assertAllRevoked();
  await assert.rejects(Client.enrol(enrol), /401/);
  assert.equal((await daemon.ctl('status')).code, 4, 'the first token is dead');
  assert.equal((await daemon.ctl(...mallory, 'status')).code, 4);
  daemon.ctl = ((ctl) => (...args) => ctl.call(daemon, ...ann, ...args))(daemon.ctl);

  const breach = await ended();
  assert.deepEqual([breach.servers_revoked, breach.tokens_revoked], [3, 2]);
  const left = await dataKeys();
  assert.deepEqual(old.filter((id) => left.includes(id)), []);
  const { audit } = await daemon.ctlJson('audit', 'list', '--limit', '500');
  const actions = audit.map((/** @type {any} */ entry) => entry.action);
  const begun = actions.indexOf('breach.begin');
  assert.deepEqual(actions.slice(begun, begun + 5),
    ['breach.begin', 'breach.revoke_secrets', 'breach.revoke_tokens', 'key.reencrypt', 'key.reencrypt.done']);
  assert.equal(audit[begun].reason, 'a backup was stolen');
  assert.equal(audit[begun].actor, 'ann');

  const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'one'));
  assert.equal((await next.hello()).status, 200);
  const { notify: owners } = await daemon.ctlJson('breach', 'status');
  const servers = owners.flatMap((/** @type {any} */ owner) => owner.servers);
  const enrolled = servers.filter((/** @type {any} */ one) => one.has_secret);
  assert.deepEqual(enrolled.map((/** @type {any} */ one) => one.name), ['one']);
  next.close();
});

it('goes on after kill -9, and a second begin goes on where the first stood', { timeout: TIMEOUT_MS }, async () => {
  const old = await dataKeys();
  const file = path.join(temporaryFolder('breach'), 'notify.txt');
  const first = await daemon.ctl('breach', 'begin', ...WHY, '--out', file);
  assert.equal(first.code, 0, first.stderr);
  await daemon.kill9();
  fs.rmSync(file);
  await daemon.start();
  await assertAllRevoked();
  const began = (await daemon.ctlJson('breach', 'status')).began_at;
  const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'two'));
  for (let kills = 0; kills < 3; ++kills) {
    const again = await daemon.ctlJson('breach', 'begin', ...WHY, '--out', file);
    if (again.state === 'done' || again.began_at !== began) break;
    assert.ok(fs.existsSync(file));
    await sleep(40 * kills);
    await daemon.kill9();
    await daemon.start();
  }
  await ended();
  const left = await dataKeys();
  assert.deepEqual(old.filter((id) => left.includes(id)), []);
  assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
  next.close();
});

it('waits for a re-encryption that had begun before it, and begins another', { timeout: TIMEOUT_MS }, async () => {
  await daemon.ctlJson('key', 'reencrypt', '--no-wait');
  const during = await dataKeys();
  const breach = await daemon.ctlJson('breach', 'begin', ...WHY);
  assert.ok(['waiting', 'reencrypting'].includes(breach.state), breach.state);
  await ended();
  const left = await dataKeys();
  assert.deepEqual(during.filter((id) => left.includes(id)), []);
});

it('is not undone by a backup from before', { timeout: TIMEOUT_MS }, async () => {
  const ann = await administrator('ann');
  const mallory = await administrator('mallory');
  const { backup } = await daemon.ctlJson('backup', 'create');
  const file = path.join(temporaryFolder('breach'), 'notify.txt');
  assert.equal((await daemon.ctl(...ann, 'breach', 'begin', ...WHY, '--out', file)).code, 0);
  await daemon.stop();
  await restored(daemon.dir, String(backup.number), '--to', daemon.dir, '--force');
  await daemon.start();
  await assertAllRevoked();
  assert.equal((await daemon.ctl(...ann, 'status')).code, 0);
  for (const token of [mallory, []]) {
    const refused = await daemon.ctl(...token, 'status');
    assert.notEqual(refused.code, 0, refused.stdout);
    assert.match(refused.stderr, /token/);
  }
});
