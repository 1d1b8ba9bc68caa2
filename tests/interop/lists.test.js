// Ban lists over the wire: snapshots, deltas, parked polls, the life of a ban as clients see it.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { startDaemon } = require('../e2e/daemon.js');
const { Client } = require('./client.js');
const { uuid7 } = require('./encoding.js');
const fixtures = require('./fixtures.js');

const HOP_MS = 1000; // generous: the machine may be busy. The figure measured is printed.

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Record<'auto' | 'review' | 'local' | 'reader', Client>} */
let servers;

before(async () => {
  daemon = await startDaemon({ grace: '1s' });
  const add = async (/** @type {'auto' | 'review' | 'local'} */ mode, name = mode.toString()) =>
    Client.fromDocument(await daemon.addServer(name, { mode, owner: `owner of ${name}` }));
  servers = {
    auto: await add('auto'),
    review: await add('review'),
    local: await add('local'),
    reader: await add('auto', 'reader'),
  };
  for (const client of Object.values(servers)) await client.hello();
});

after(async () => {
  for (const client of Object.values(servers ?? {})) client.close();
  await daemon?.dispose();
});

const seconds = () => Math.floor(Date.now() / 1000);

/** @param {Client} client @param {'network' | 'owner'} list @param {fixtures.Person} someone */
function matches(client, list, someone) {
  const tags = fixtures.tagBytes(fixtures.playerOf(client, someone));
  return client[list].match(tags, seconds());
}

/**
 * Polls until `fact` holds; fails after `within` ms.
 * @param {Client} client
 * @param {() => boolean} fact
 */
async function pollUntil(client, fact, within = 10_000) {
  const end = Date.now() + within;
  while (!fact()) {
    assert.ok(Date.now() < end, `not within ${within} ms`);
    assert.equal((await client.poll(1)).signed, true);
  }
}

/** @param {Client} client @param {fixtures.Person} someone @param {object} [more] */
async function banned(client, someone, more) {
  const placed = await client.event(fixtures.ban(fixtures.playerOf(client, someone), { ...more }));
  assert.ok(placed.status === 'stored' && placed.ban, JSON.stringify(placed));
  return placed.ban;
}

/** Another reader of the same server, with nothing held. @param {Client} client */
function fresh(client) {
  const other = client.withKey(client.keyId, client.secret);
  other.nextNonce = () => client.nextNonce();
  return other;
}

describe('cursors', () => {
  it('from nothing there is a snapshot of both lists, then 204', async () => {
    const { reader } = servers;
    assert.equal((await reader.poll(0)).status, 200);
    assert.equal(reader.network.kinds[0], 'snapshot');
    assert.equal(reader.owner.kinds[0], 'snapshot');
    await reader.catchUp();
    const quiet = await reader.poll(0);
    assert.equal(quiet.status, 204);
    assert.equal(quiet.body.length, 0);
    assert.equal(quiet.signed, true);
  });

  it('after a ban there is a delta, and both ways give the same list', async () => {
    const { review } = servers;
    await review.catchUp();
    const someone = fixtures.person();
    await banned(review, someone);
    await review.catchUp();
    assert.deepEqual(review.owner.kinds, ['delta']);
    assert.equal(matches(review, 'owner', someone).length, 1);
    const other = fresh(review);
    await other.catchUp();
    assert.equal(other.owner.kinds[0], 'snapshot');
    assert.equal(other.owner.cursor, review.owner.cursor);
    assert.equal(other.owner.sum, review.owner.sum);
    other.close();
  });

  it('of another lineage, or above the newest version, give a snapshot', async () => {
    const { reader } = servers;
    await reader.catchUp();
    const [lineage, version] = reader.network.cursor.split('-');
    const strange = lineage === '0123456789abcdef' ? '0123456789abcdee' : '0123456789abcdef';
    for (const cursor of [`${strange}-${version}`, `${lineage}-${Number(version) + 7}`]) {
      const held = reader.network.sum;
      reader.network.cursor = cursor;
      assert.equal((await reader.poll(0)).status, 200);
      assert.equal(reader.network.kinds[0], 'snapshot');
      assert.equal(reader.network.sum, held);
    }
  });
});

describe('a parked poll', () => {
  it('ends with 204 when its time is over', async () => {
    const { reader } = servers;
    await reader.catchUp();
    const start = performance.now();
    const answer = await reader.poll(1);
    const took = performance.now() - start;
    assert.equal(answer.status, 204);
    assert.ok(answer.signed);
    assert.ok(took > 900 && took < 3000, `took ${took} ms`);
  });

  it('ends with 204 when the same key polls anew', async () => {
    const { reader } = servers;
    await reader.catchUp();
    const older = reader.poll(20);
    await sleep(200);
    const newer = reader.poll(1);
    const start = performance.now();
    assert.equal((await older).status, 204);
    assert.ok(performance.now() - start < 800, 'the older one waited for its time');
    assert.equal((await newer).status, 204);
  });

  it('is answered as soon as a ban is there', async (t) => {
    const { review } = servers;
    await review.catchUp();
    const hops = [];
    for (let round = 0; round < 5; round++) {
      const parked = review.poll(20);
      await sleep(100);
      const someone = fixtures.person();
      await banned(review, someone);
      const acknowledged = performance.now();
      assert.equal((await parked).status, 200);
      hops.push(performance.now() - acknowledged);
      assert.equal(matches(review, 'owner', someone).length, 1);
    }
    const worst = Math.max(...hops);
    const figures = hops.map((hop) => hop.toFixed(1)).join(' ');
    t.diagnostic(`ban acknowledged to poll answered: ${figures} ms`);
    assert.ok(worst < HOP_MS, `took ${worst} ms`);
  });
});

describe('a ban', () => {
  it('in mode auto binds the owner at once and the network after the grace window', async () => {
    const { auto, reader } = servers;
    await reader.catchUp();
    const someone = fixtures.person();
    const ban = await banned(auto, someone);
    assert.equal(ban.state, 'grace');
    await auto.catchUp();
    assert.deepEqual(matches(auto, 'owner', someone), [ban.code]);
    await reader.poll(0);
    assert.deepEqual(matches(reader, 'network', someone), []);
    await pollUntil(reader, () => matches(reader, 'network', someone).length > 0);
    assert.deepEqual(matches(reader, 'network', someone), [ban.code]);
    assert.deepEqual(matches(reader, 'owner', someone), []);
  });

  it('in mode review waits for staff, and approved binds the network', async () => {
    const { review, reader } = servers;
    await reader.catchUp();
    const someone = fixtures.person();
    const ban = await banned(review, someone);
    assert.equal(ban.state, 'proposed');
    assert.equal((await reader.poll(2)).status, 204);
    const parked = reader.poll(20);
    const approved = await daemon.ctlJson('ban', 'approve', ban.code);
    assert.equal(approved.state, 'active');
    assert.equal((await parked).status, 200);
    assert.deepEqual(matches(reader, 'network', someone), [ban.code]);

    const unban = fixtures.event('unban', { code: ban.code });
    assert.equal((await review.event(unban)).code, 'unknown_code', 'staff have adopted it');
  });

  it('rejected by staff stays with its owner', async () => {
    const { review, reader } = servers;
    await reader.catchUp();
    const someone = fixtures.person();
    const ban = await banned(review, someone);
    await daemon.ctlJson('ban', 'reject', ban.code);
    await review.catchUp();
    await reader.catchUp();
    assert.deepEqual(matches(review, 'owner', someone), [ban.code]);
    assert.deepEqual(matches(reader, 'network', someone), []);
  });

  it('in mode local never leaves its owner', async () => {
    const { local, reader } = servers;
    await reader.catchUp();
    const someone = fixtures.person();
    const ban = await banned(local, someone);
    assert.equal(ban.state, 'local');
    await local.catchUp();
    assert.deepEqual(matches(local, 'owner', someone), [ban.code]);
    assert.equal((await reader.poll(2)).status, 204);
    const refused = await daemon.ctl('ban', 'approve', ban.code);
    assert.equal(refused.code, 4, refused.stderr);
    const joined = await reader.event(fixtures.join(fixtures.playerOf(reader, someone)));
    assert.equal(joined.verdict.decision, 'allow');
  });

  it('leaves the lists by delta when its owner takes it back', async () => {
    const { review } = servers;
    const someone = fixtures.person();
    const ban = await banned(review, someone);
    await review.catchUp();
    assert.deepEqual(matches(review, 'owner', someone), [ban.code]);
    await review.event(fixtures.event('unban', { code: ban.code, reason: 'Mistaken' }));
    await review.catchUp();
    assert.deepEqual(review.owner.kinds, ['delta']);
    assert.deepEqual(matches(review, 'owner', someone), []);
  });

  it('leaves all lists when staff lift it', async () => {
    const { review, reader } = servers;
    const someone = fixtures.person();
    const ban = await banned(review, someone);
    await daemon.ctlJson('ban', 'approve', ban.code);
    await reader.catchUp();
    assert.deepEqual(matches(reader, 'network', someone), [ban.code]);
    const parked = reader.poll(20);
    const lifted = await daemon.ctlJson('ban', 'lift', ban.code, '--reason', 'Appeal upheld');
    assert.equal(lifted.state, 'lifted');
    assert.equal((await parked).status, 200);
    assert.deepEqual(matches(reader, 'network', someone), []);
    const joined = await reader.event(fixtures.join(fixtures.playerOf(reader, someone)));
    assert.equal(joined.verdict.decision, 'allow');
  });

  it('ends by itself, in matching, in the verdict and in the list', async () => {
    const { review } = servers;
    const someone = fixtures.person();
    const ban = await banned(review, someone, { duration: 2 });
    await review.catchUp();
    assert.deepEqual(matches(review, 'owner', someone), [ban.code]);
    const before = await review.event(fixtures.join(fixtures.playerOf(review, someone), uuid7()));
    assert.equal(before.verdict.decision, 'ban');
    const held = review.owner.entries.size;
    await sleep(3100);
    assert.deepEqual(matches(review, 'owner', someone), []);
    const joined = await review.event(fixtures.join(fixtures.playerOf(review, someone)));
    assert.equal(joined.verdict.decision, 'allow');
    await pollUntil(review, () => review.owner.entries.size < held);
  });
});
