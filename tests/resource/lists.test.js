'use strict';

// The lists in force and their saved copy, over the real core.

const assert = require('node:assert');
const crypto = require('node:crypto');
const { test } = require('node:test');
const { BanLists, cut } = require('../../resource/banlists');
const { BanSync } = require('../../resource/bansync');
const { createClock } = require('../../resource/clock');
const { createFx } = require('../../resource/fx');
const { ListCopy } = require('../../resource/listcopy');
const { createLog } = require('../../resource/log');
const { core } = require('./support/core');
const { Natives } = require('./support/natives');
const { sectionOf, codeOf } = require('./support/sections');
const { connected, consoleOf } = require('./support/server');
const { until } = require('./support/timers');

const LINEAGE = '0123456789abcdef';
const tag = () => crypto.randomBytes(32);

/** @param {Natives} natives @param {string} [serverId] */
function open(natives, serverId = 'srv_abcdefgh2345') {
  const fx = createFx(natives);
  const log = createLog(fx.print);
  const clock = createClock(log, { wall: () => 1e12, steady: () => natives.now });
  const lists = new BanLists({ core, clock, fx, keyVersion: () => 1 });
  const copy = new ListCopy(fx, serverId);
  const uplink = /** @type {any} */ ({ call() {} });
  const sync = new BanSync({ lists, copy, uplink, clock, fx, log });
  return { fx, lists, copy, sync };
}

/** @param {BanLists} lists @param {Buffer} section @param {Natives} natives */
function load(lists, section, natives) {
  /** @type {string|null|undefined} */
  let result;
  lists.load('network', cut(section), (error) => {
    result = error;
  });
  for (let i = 0; i < 1_000 && result === undefined; i += 1) natives.advance(50);
  return result;
}

/** @param {BanSync} sync @param {Natives} natives */
function restore(sync, natives) {
  let done = false;
  sync.restore(() => {
    done = true;
  });
  for (let i = 0; i < 1_000 && !done; i += 1) natives.advance(50);
  assert.ok(done);
}

/** A list of `count` bans, and one delta after it. @param {number} count */
function published(count) {
  const live = Array.from({ length: count }, (_, i) => ({ number: i + 1, tag: tag() }));
  const added = { number: count + 1, tag: tag() };
  const common = { list: 1, lineage: LINEAGE };
  const snapshot = sectionOf({ ...common, from: 0, to: 5, entries: live, live });
  const delta = sectionOf(
    { ...common, from: 5, to: 6, entries: [added], live: [...live, added] });
  return { live, added, snapshot, delta };
}

/** @param {Natives} natives @param {ReturnType<typeof published>} list */
function save(natives, { snapshot, delta }) {
  const { copy } = open(natives);
  copy.replace('network', snapshot);
  natives.advance(2_000);
  copy.append('network', delta);
}

const player = (/** @type {Buffer} */ license) =>
  ({ tags: [{ type: 'license', tag: license }], tokens: [] });

test('what was saved is in force again, to the cursor', () => {
  const natives = new Natives();
  const list = published(9_000);
  save(natives, list);
  assert.ok([...natives.kvp.values()].every((value) => value.length <= 65_536));
  const { lists, sync } = open(natives);
  restore(sync, natives);
  assert.strictEqual(lists.cursors().network, `${LINEAGE}-6`);
  assert.strictEqual(lists.cursors().owner, '0');
  assert.strictEqual(lists.match(player(list.live[8_999].tag)).byAccount?.code, codeOf(9_000));
  assert.strictEqual(lists.match(player(list.added.tag)).byAccount?.scope, 'network');
  assert.strictEqual(lists.match(player(tag())).byAccount, null);
});

test('a damaged copy is said, dropped, and what was right of it stays', () => {
  const natives = new Natives();
  const list = published(50);
  save(natives, list);
  const keys = [...natives.kvp.keys()].filter((key) => /^list:network:/.test(key)).sort();
  const last = keys[keys.length - 1];
  natives.kvp.set(last, Buffer.from(list.delta.subarray(0, 70)).toString('base64'));
  const { lists, sync } = open(natives);
  restore(sync, natives);
  assert.match(natives.text, /The saved copy of the network ban list is damaged \(/);
  assert.strictEqual(lists.cursors().network, `${LINEAGE}-5`);
  natives.advance(2_000);
  assert.deepStrictEqual([...natives.kvp.keys()].filter((key) => /^list:network/.test(key)), []);
});

test('a snapshot that was being written when the power went does not count', () => {
  const natives = new Natives();
  const list = published(50);
  save(natives, list);
  const { fx } = open(natives);
  fx.kvp.put('list:network:00000002:00000000:00000000', 'half of it');
  const { lists, copy, sync } = open(natives);
  restore(sync, natives);
  assert.strictEqual(lists.info('network').size, 51);
  copy.replace('network', published(3).snapshot);
  natives.advance(2_000);
  const { lists: again, sync: second } = open(natives);
  restore(second, natives);
  assert.strictEqual(again.info('network').size, 3);
});

test('the copy of another server is not used', () => {
  const natives = new Natives();
  save(natives, published(5));
  const { lists, sync } = open(natives, 'srv_zzzzzzzz2345');
  restore(sync, natives);
  assert.strictEqual(lists.info('network').size, 0);
});

test('while a snapshot loads, over many ticks, the list of before is in force', () => {
  const natives = new Natives();
  const { lists } = open(natives);
  const first = published(10);
  assert.strictEqual(load(lists, first.snapshot, natives), null);
  const second = published(20_000);
  let ticks = 0;
  /** @type {string|null|undefined} */
  let result;
  lists.load('network', cut(second.snapshot), (error) => {
    result = error;
  });
  for (; result === undefined; ticks += 1) {
    assert.ok(lists.match(player(first.live[0].tag)).byAccount, 'the old one');
    natives.advance(50);
  }
  assert.strictEqual(result, null);
  assert.ok(ticks >= 2, `${ticks} ticks`);
  assert.strictEqual(lists.match(player(first.live[0].tag)).byAccount, null);
  assert.ok(lists.match(player(second.live[0].tag)).byAccount);
});

test('a wrong section changes nothing', () => {
  const natives = new Natives();
  const { lists } = open(natives);
  const list = published(10);
  load(lists, list.snapshot, natives);
  for (let at = 0; at < list.delta.length; at += 1) {
    if (at >= 24 && at < 32) continue; // another version, as good as this one
    const wrong = Buffer.from(list.delta);
    wrong[at] ^= 1;
    assert.strictEqual(typeof load(lists, wrong, natives), 'string', `byte ${at}`);
    assert.strictEqual(lists.cursors().network, `${LINEAGE}-5`);
  }
  assert.strictEqual(load(lists, list.delta, natives), null);
});

test('tokens count towards a match, the address by itself does not', () => {
  const natives = new Natives();
  const { lists } = open(natives);
  const [first, second, address] = [tag(), tag(), tag()];
  const live = [
    { number: 1, tag: first, weight: 60 }, { number: 1, tag: second, weight: 40 },
    { number: 2, tag: address, weight: 90 },
  ];
  const section = sectionOf({ list: 1, lineage: LINEAGE, from: 0, to: 1, entries: live, live });
  load(lists, section, natives);
  const with_ = (/** @type {Buffer[]} */ ...tokens) =>
    lists.match({ tags: [{ type: 'ip', tag: address }], tokens });
  assert.deepStrictEqual(with_(first), { byAccount: null, byToken: null });
  assert.strictEqual(with_(first, second).byToken?.code, codeOf(1));
  assert.strictEqual(with_(first, second).byAccount, null);
});

test('many small changes are written together at last', async (t) => {
  const { ingest, server } = await connected(t);
  const entry = { number: 1, tag: tag() };
  for (let i = 0; i < 1_050; i += 1) ingest.publish('network', [{ ...entry, remove: i % 2 === 1 }]);
  const wanted = ingest.lists.network.version;
  await until(() => ingest.requests.some(({ target }) => target.includes(`-${wanted}&owner=`)),
    'everything applied', 10_000);
  const pieces = async () =>
    Object.keys(await server.kvp()).filter((key) => /list:network:/.test(key)).length;
  await until(async () => (await pieces()) < 200, 'the old pieces swept away');
  assert.ok(await pieces() > 0);
  await server.restart();
  await server.waitForLine(/Connected to https:/);
  assert.ok(!/damaged/.test(consoleOf(server)));
});
