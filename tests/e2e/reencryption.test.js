// `key reencrypt` on a real daemon: under load, over kill -9, with every look-up going on; and what
// staff see of it. DRAWBRIDGE_REENCRYPTION_EVENTS asks for a larger database.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { run, startDaemon } = require('./daemon.js');
const { DatabaseReader } = require('./database.js');

const EVENTS = Number(process.env.DRAWBRIDGE_REENCRYPTION_EVENTS ?? 60_000);
const KILLS = 5;

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let client;
/** @type {Client} */
let busy;
const cheater = fixtures.person();
const regular = fixtures.person();
/** @type {string} */
let code;

/** @param {Client} who */
async function reopen(who) {
  Object.assign(who, { epoch: Math.max(who.epoch + 1, Date.now()), counter: 0 });
  assert.equal((await who.hello()).status, 200);
}

async function state() {
  return (await daemon.ctlJson('key', 'list')).reencryption;
}

/** Whatever finds a row by a blind index or opens a cell. */
async function checkAll() {
  const banned = await client.event(fixtures.join(fixtures.playerOf(client, cheater)));
  assert.equal(banned.verdict?.decision, 'ban', JSON.stringify(banned));
  const welcome = await client.event(fixtures.join(fixtures.playerOf(client, regular)));
  assert.equal(welcome.verdict?.decision, 'allow', JSON.stringify(welcome));
  const ban = await daemon.ctlJson('ban', 'show', code);
  assert.equal(ban.reason, 'Aimbot, seen twice');
  assert.equal(ban.issuer, 'Admin Ann');
  const player = await daemon.ctlJson('player', 'show', `license:${regular.identifiers.license}`);
  assert.ok(player.joins >= 1);
  assert.equal((await daemon.ctlJson('server', 'show', 'One')).name, 'One');
  const twice = await daemon.ctl('server', 'add', 'One');
  assert.equal(twice.code, 4, 'a name is taken, whichever key its index is under');
  const { audit } = await daemon.ctlJson('audit', 'list', '--limit', '500');
  for (const { actor } of audit) assert.ok(actor, 'an entry of the audit cannot be opened');
}

/** A server that goes on reporting; counts what was acknowledged. */
class Load {
  acknowledged = /** @type {string[]} */ ([]);
  running = true;

  async work() {
    while (this.running) {
      const event = fixtures.join(fixtures.licensePlayer(busy));
      try {
        const answer = await busy.events([event]);
        if (answer.status === 200) this.acknowledged.push(event.id);
        if (answer.json?.code === 'stale_epoch') await reopen(busy);
      } catch {
        await sleep(20); // killed; it comes back
      }
    }
  }
}

before(async () => {
  daemon = await startDaemon({ limits: { requests_per_second: 100_000 } });
  client = Client.fromDocument(await daemon.addServer('One', { mode: 'local' }));
  busy = Client.fromDocument(await daemon.addServer('Two', { mode: 'local' }));
  for (const who of [client, busy]) assert.equal((await who.hello()).status, 200);
  const { ban } = await client.event(fixtures.ban(fixtures.playerOf(client, cheater)));
  assert.ok(ban);
  code = ban.code;
  for (let i = 0; i < 20; i++) await client.results(fixtures.oneOfEach(client));
  await daemon.stop();
  const script = path.join(__dirname, 'grow_database.py');
  const file = path.join(daemon.dir, 'drawbridge.db');
  execFileSync('python3', [script, file, '--events', String(EVENTS)]);
  await daemon.start();
  for (const who of [client, busy]) await reopen(who);
});

after(async () => {
  for (const who of [client, busy]) who?.close();
  await daemon?.dispose();
});

describe('key list', () => {
  it('tells purposes, weeks and ages, and no key', async () => {
    const answer = await daemon.ctlJson('key', 'list');
    assert.deepEqual(Object.keys(answer), ['master_since', 'data_since', 'reencryption', 'keys']);
    assert.equal(answer.reencryption, null);
    for (const key of answer.keys) {
      assert.deepEqual(Object.keys(key), ['id', 'purpose', 'week_begins_at', 'replaced']);
      assert.equal(key.replaced, false);
    }
    const { stdout } = await daemon.ctl('key', 'list');
    assert.match(stdout, /^PURPOSE +KEYS +REPLACED +MADE +WEEKS BEGINNING\nbase +1 +0 +(just now|\d+ s ago) +-\n/);
    assert.match(stdout, /\nevent +2 +0 +week by week +\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\n/);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });
});

describe(`key reencrypt beside load, killed ${KILLS} times`, () => {
  const load = new Load();

  after(() => {
    load.running = false;
  });

  it('begins once, and says so to whoever asks again', async () => {
    await daemon.ctlJson('backup', 'create');
    const first = await daemon.ctlJson('key', 'reencrypt', '--no-wait', '--reason', 'drill');
    assert.equal(first.begun, true);
    assert.equal(first.state, 'rewriting');
    assert.ok(first.cells >= EVENTS);
    const second = await daemon.ctl('-o', 'json', 'key', 'reencrypt', '--no-wait');
    assert.equal(second.code, 0);
    assert.equal(second.json.begun, false);
    assert.equal(second.json.started_at, first.started_at);
    assert.match(second.stderr, /begun .* is under way/);
    const { stdout } = await daemon.ctl('status');
    assert.match(stdout, /^keys +RE-ENCRYPTING, \d+ %, begun just now; /m);
  });

  it('loses nothing, and goes on after each kill', async (t) => {
    const working = load.work();
    let last = 0;
    for (let round = 0; round < KILLS; round++) {
      await sleep(1000 + crypto.randomInt(700)); // the first tick comes after a second
      await daemon.kill9();
      await daemon.start();
      await reopen(client);
      await checkAll();
      const { rewritten, state: now, percent } = await state();
      t.diagnostic(`${now}, ${percent} %, ${rewritten} cells`);
      assert.ok(rewritten >= last, 'it went back');
      last = rewritten;
    }
    const waited = await run('drawbridgectl', ['--data', daemon.dir, '-o', 'json', 'key', 'reencrypt',
      '--reason', 'wait for it'], { timeout: 120_000 });
    load.running = false;
    await working;
    assert.equal(waited.code, 0, waited.stderr);
    assert.equal(waited.json.state, 'done');
    assert.equal(waited.json.percent, 100);
  });

  it('leaves every row readable, and one generation of keys', async () => {
    await checkAll();
    const { keys } = await daemon.ctlJson('key', 'list');
    assert.ok(keys.every((/** @type {any} */ { replaced, purpose }) => !replaced || purpose === 'audit'));
    const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'key.reencrypt.done');
    assert.ok(audit.length >= 1);
    for (const { detail } of audit) assert.match(detail, /, 0 cells unreadable$/);
    const begun = await daemon.ctlJson('audit', 'list', '--action', 'key.reencrypt');
    assert.equal(begun.audit[0].reason, 'drill');
    assert.equal(begun.audit.length, audit.length);
    assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
    const reader = new DatabaseReader(daemon.dir);
    const stored = new Set(await reader.eventIds());
    await reader.requireSound();
    reader.close();
    assert.ok(load.acknowledged.length > 0);
    for (const id of load.acknowledged) assert.ok(stored.has(id), `${id} was acknowledged and is lost`);
    const { events } = await daemon.ctlJson('event', 'list', '--limit', '500');
    for (const { payload, type } of events) assert.ok(payload, `a ${type} cannot be opened`);
  });

  it('leaves what was copied before as it was, and the daemon sound', async () => {
    const verified = await daemon.ctl('backup', 'verify', 'latest');
    assert.equal(verified.code, 0, verified.stderr);
    assert.equal(await daemon.stop(), 0);
    const checked = await run('drawbridged', ['check', '--data', daemon.dir]);
    assert.equal(checked.code, 0, checked.stderr);
    await daemon.start();
    await reopen(client);
    await checkAll();
  });
});
