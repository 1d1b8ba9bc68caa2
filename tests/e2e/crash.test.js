// kill -9 in the middle of traffic: what was acknowledged is there, exactly once; what was sent
// before cannot be replayed; lists never go back; the audit stays whole. scripts/torture.sh asks for
// more rounds.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { record } = require('../faults/report.js');
const { Client } = require('../interop/client.js');
const { parseEnrolment } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');
const { openSealedBox, rotationKeys } = require('../interop/sealed.js');
const { run, startDaemon } = require('./daemon.js');
const { DatabaseReader } = require('./database.js');

const ROUNDS = Number(process.env.DRAWBRIDGE_CRASH_ROUNDS ?? 20);
const SENDERS = 4;
const CONNECTIONS_OF_ONE = 3;

/** @typedef {import('../interop/signing.js').Message} Message */
/** @typedef {{ id: string }} Event */

/** A game server under load: it keeps what is not acknowledged and sends it again. */
class Sender {
  /** @param {Client} client */
  constructor(client) {
    this.client = client;
    /** @type {Set<string>} */
    this.acknowledged = new Set();
    /** @type {Event[][]} */
    this.spool = [];
    /** Requests as sent, answered or not. @type {Message[]} */
    this.captured = [];
    this.running = false;
    this.network = '0';
  }

  /** @returns {Event[]} */
  newBatch() {
    const { client } = this;
    return Array.from({ length: crypto.randomInt(1, 20) }, () => {
      const kind = crypto.randomInt(10);
      if (kind === 0) return fixtures.ban(fixtures.licensePlayer(client));
      if (kind < 4) return fixtures.join(fixtures.licensePlayer(client));
      return fixtures.event('player_count', { players: 3, max_players: 64 });
    });
  }

  /** Sends one batch; false: it was not acknowledged and waits in the spool. */
  async sendOne() {
    const batch = this.spool.pop() ?? this.newBatch();
    try {
      const message = await this.client.prepare('POST', '/v1/events', { events: batch });
      this.captured.push(message);
      const answer = await this.client.send(message);
      if (answer.signed && answer.status === 200) return this.take(batch, answer.json);
      if (answer.signed && answer.json.code === 'stale_epoch') {
        const { highest_epoch: highest } = answer.json;
        Object.assign(this.client, { epoch: Math.max(Date.now(), highest + 1), counter: 0 });
      } else if (answer.signed && answer.json.code === 'rate_limited') {
        await sleep(answer.json.retry_after_ms);
      }
    } catch (error) {
      if (!isUnreachable(error)) throw error;
    }
    this.spool.push(batch);
    return false;
  }

  /** @param {Event[]} batch @param {any} answer */
  take(batch, answer) {
    for (const [i, result] of answer.results.entries()) {
      assert.notEqual(result.status, 'rejected', JSON.stringify(result));
      assert.equal(result.id, batch[i].id);
      this.acknowledged.add(result.id);
    }
    this.network = laterOf(this.network, answer.lists.network);
    return true;
  }

  /** Several connections at once until told to stop. */
  async work() {
    this.running = true;
    const loop = async () => {
      while (this.running && (await this.sendOne()));
    };
    await Promise.all(Array.from({ length: CONNECTIONS_OF_ONE }, loop));
  }
}

/** @param {any} error */
function isUnreachable({ code }) {
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code);
}

/** @param {string} left @param {string} right cursors of one lineage */
function laterOf(left, right) {
  if (left === '0') return right;
  const [lineage, version] = left.split('-');
  const [otherLineage, other] = right.split('-');
  assert.equal(otherLineage, lineage, 'a crash starts no new lineage');
  return Number(version) > Number(other) ? left : right;
}

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Sender[]} */
let senders;

before(async () => {
  daemon = await startDaemon({ grace: '0s', limits: { requests_per_second: 10_000 } });
  senders = [];
  for (let i = 0; i < SENDERS; i++) {
    senders.push(new Sender(Client.fromDocument(await daemon.addServer(`Server ${i}`))));
  }
});

after(async () => {
  for (const { client } of senders ?? []) client.close();
  await daemon?.dispose();
});

/** Each row of the table once, each acknowledged event among them. */
async function checkStored() {
  const reader = new DatabaseReader(daemon.dir);
  await reader.requireSound();
  const stored = await reader.eventIds();
  reader.close();
  const ids = new Set(stored);
  assert.equal(stored.length, ids.size, 'an event is stored twice');
  for (const { acknowledged } of senders) {
    for (const id of acknowledged) assert.ok(ids.has(id), `${id} was acknowledged and is lost`);
  }
  return ids;
}

/** Bans whose lifting was acknowledged, by code. @type {Set<string>} */
const lifted = new Set();

/** Staff at work beside the traffic: whatever of it is cut off has no exit code 0. */
async function lift() {
  const list = await daemon.ctl('-o', 'json', 'ban', 'list', '--state', 'active', '--limit', '1');
  const code = list.code === 0 ? list.json.bans[0]?.code : undefined;
  if (!code) return;
  const ran = await daemon.ctl('ban', 'lift', code, '--reason', 'lifted under load');
  if (ran.code === 0) lifted.add(code);
}

/** What had been lifted before the round is, and what was lifted in it. @param {Set<string>} before */
async function checkLifted(before) {
  const recent = [...lifted].filter((code) => !before.has(code));
  for (const code of [...recent, ...[...before].slice(-1)]) {
    assert.equal((await daemon.ctlJson('ban', 'show', code)).state, 'lifted', code);
  }
}

async function checkAudit() {
  const ran = await daemon.ctl('audit', 'verify');
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
}

const tally = { rounds: 0, 'replays refused': 0 };

/** Nothing sent before the crash is good for anything after it. @param {Sender} sender */
async function checkReplay({ client, captured }) {
  assert.ok(captured.length > 0);
  for (const message of [captured[0], ...captured.slice(-CONNECTIONS_OF_ONE)]) {
    const answer = await client.send(message);
    assert.equal(answer.status, 409, answer.body.toString());
    assert.equal(answer.json.code, 'stale_epoch');
    assert.ok(answer.signed);
    assert.ok(answer.json.highest_epoch >= client.epoch);
    tally['replays refused']++;
  }
}

/** @param {Sender} sender */
async function checkLists({ client, network }) {
  const answer = await client.hello();
  assert.equal(answer.status, 200, answer.body.toString());
  const held = answer.json.lists.network;
  assert.equal(laterOf(network, held), held, 'the network list went back');
  await client.catchUp(); // from the cursor of before the crash; throws on a wrong checksum
}

describe(`kill -9 in the middle of traffic, ${ROUNDS} times`, () => {
  for (let round = 1; round <= ROUNDS; round++) {
    it(`round ${round}`, async (t) => {
      for (const sender of senders) {
        Object.assign(sender.client, { epoch: sender.client.epoch + 1, counter: 0 });
        sender.captured = [];
        assert.equal((await sender.client.hello()).status, 200);
        await sender.client.catchUp();
      }
      const count = () => senders.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
      const held = count();
      const work = Promise.all(senders.map((sender) => sender.work()));
      await sleep(200 + crypto.randomInt(300));
      const before = new Set(lifted);
      const staff = lift();
      await sleep(crypto.randomInt(300));
      await daemon.kill9();
      await staff;
      for (const sender of senders) sender.running = false;
      await work;
      t.diagnostic(`${count() - held} events acknowledged before the crash`);
      assert.ok(count() > held);
      await daemon.start();
      for (const sender of senders) await checkReplay(sender);
      await checkStored();
      await checkAudit();
      await checkLifted(before);
      for (const sender of senders) {
        Object.assign(sender.client, { epoch: Date.now(), counter: 0 });
        await checkLists(sender);
        while (sender.spool.length > 0) assert.ok(await sender.sendOne());
      }
      const stored = await checkStored();
      assert.equal(stored.size, count(), 'something is stored that was never acknowledged');
      tally.rounds++;
    });
  }

  it('with some of the bans lifted under load', () => assert.ok(lifted.size > 0));

  after(() => {
    const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged.size, 0);
    record('kill -9 under load', { ...tally, acknowledged });
  });
});

describe('a second daemon on the same data', () => {
  it('says who holds it, and the first goes on', async () => {
    const where = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
    const second = await run('drawbridged', ['serve', '--data', daemon.dir, ...where]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`${daemon.child?.pid}`));
    assert.equal(second.stdout, '');
    assert.equal((await senders[0].client.hello()).status, 200);
  });
});

describe('SIGTERM', () => {
  it('ends parked polls with 204, answers what was admitted, and exits 0', async () => {
    const parked = senders.map(({ client }) => client);
    for (const client of parked) {
      await client.hello();
      await client.catchUp();
    }
    const polls = parked.map((client) => client.poll(20));
    await sleep(300);
    // These hold another key's connections, so that traffic does not wake the polls.
    const busy = new Sender(Client.fromDocument(await daemon.addServer('Busy', { mode: 'local' })));
    await busy.client.hello();
    busy.newBatch = () => [fixtures.event('player_count', { players: 3, max_players: 64 })];
    senders.push(busy);
    const work = busy.work();
    await sleep(200);
    const start = performance.now();
    assert.equal(await daemon.stop(), 0, daemon.output);
    const took = performance.now() - start;
    assert.ok(took < 5000, `took ${took} ms`);
    busy.running = false;
    await work;
    for (const poll of polls) {
      const answer = await poll;
      assert.equal(answer.status, 204);
      assert.ok(answer.signed);
    }
    const stored = await checkStored();
    const acknowledged = new Set(senders.flatMap((sender) => [...sender.acknowledged]));
    const unanswered = [...stored].filter((id) => !acknowledged.has(id));
    assert.deepEqual(unanswered, [], 'admitted and stored, yet not answered');
  });
});

describe('whatever opened an epoch', () => {
  it('cannot be replayed after a crash', async () => {
    await daemon.restart();
    const { client } = new Sender(Client.fromDocument(await daemon.addServer('Opening')));
    const reopen = (/** @type {Client} */ other) => {
      Object.assign(other, { epoch: Math.max(other.epoch + 1, Date.now()), counter: 0 });
    };
    const events = { events: [fixtures.event('player_count', { players: 1, max_players: 2 })] };
    /** @type {[Client, Message][]} */
    const sent = [];
    const send = async (/** @type {Client} */ who, /** @type {Message} */ message) => {
      const answer = await who.send(message);
      sent.push([who, message]);
      return answer.status;
    };
    assert.equal(await send(client, await client.prepare('POST', '/v1/events', events)), 200);
    reopen(client);
    const poll = '/v1/bans?network=0&owner=0&wait=0';
    assert.equal(await send(client, await client.prepare('GET', poll)), 200);
    reopen(client);
    assert.equal(await send(client, await client.prepare('POST', '/v1/events', {})), 400);
    assert.equal(await send(client, await client.prepare('POST', '/v1/events', events)), 200);

    const { enrol } = await daemon.addServer('Enrolling');
    const { url, serverId, code, ca } = parseEnrolment(enrol);
    const asker = new Client({ url, ca, serverId, keyId: `enrol:${serverId}`, secret: code });
    const ask = await asker.prepare('POST', '/v1/enrol', { protocol: 1 });
    assert.equal(await send(asker, ask), 200);

    const old = Client.fromDocument(await daemon.addServer('Rotating'));
    const keys = rotationKeys();
    const { json } = await old.rotate(keys.publicKey);
    const next = old.withKey(json.key_id, openSealedBox(keys, json.sealed));
    assert.equal(await send(next, await next.prepare('POST', '/v1/events', events)), 200);

    await daemon.kill9();
    await daemon.start();
    for (const [who, message] of sent) {
      const answer = await who.send(message);
      assert.equal(answer.status, 409, `${message.url}: ${answer.body.toString()}`);
      assert.equal(answer.json.code, 'stale_epoch');
    }
    for (const who of [client, asker, old, next]) who.close();
  });
});
