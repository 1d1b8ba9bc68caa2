'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { createClock } = require('../../resource/clock');
const { createFx } = require('../../resource/fx');
const { createLog } = require('../../resource/log');
const { Outbox } = require('../../resource/outbox');
const { Natives } = require('./support/natives');

const T0 = 1_763_690_000_000;
const ANY = { most: 500, bytes: 1_048_576, wants: () => true };

/** @param {{natives?: Natives, wall?: number, confirmed?: boolean}} [how] */
function open({ natives = new Natives(), wall = T0, confirmed = true } = {}) {
  const fx = createFx(natives);
  const log = createLog(fx.print);
  const clock = createClock(log, { wall: () => wall + natives.now, steady: () => natives.now });
  if (confirmed) clock.learn(wall + natives.now);
  const outbox = new Outbox({ fx, clock, log });
  outbox.load();
  return { natives, clock, outbox };
}

/** @param {import('../../resource/outbox').Entry[]} entries */
const types = (entries) => entries.map(({ event }) => event.type);

test('events come out oldest first, with an id that holds their time', () => {
  const { outbox } = open();
  outbox.add('heartbeat', { players: 1 });
  outbox.add('join', { session: 's1' });
  const entries = outbox.take(ANY);
  assert.deepStrictEqual(types(entries), ['heartbeat', 'join']);
  const event = JSON.parse(entries[0].text);
  assert.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.strictEqual(parseInt(event.id.replace('-', '').slice(0, 12), 16), T0);
  assert.strictEqual(event.at, T0);
  assert.deepStrictEqual(outbox.take(ANY), []);
});

test('a restart finds what had no result yet, with the same ids', () => {
  const first = open();
  first.outbox.add('join', { session: 's1' });
  first.outbox.add('leave', { session: 's1' });
  const [join] = first.outbox.take(ANY);
  first.outbox.settle(join, { id: join.event.id, status: 'stored' });
  const kept = first.outbox.waiting('leave')[0].id;

  const second = open({ natives: first.natives });
  const entries = second.outbox.take(ANY);
  assert.deepStrictEqual(types(entries), ['leave']);
  assert.strictEqual(entries[0].event.id, kept);
});

test('a damaged entry is given up and counted', () => {
  const natives = new Natives();
  natives.kvp.set('outbox:000000000001', '{"id":');
  const { outbox } = open({ natives });
  assert.strictEqual(outbox.size, 0);
  assert.strictEqual(outbox.dropped, 1);
  assert.ok(!natives.kvp.has('outbox:000000000001'));
});

test('an event made before the clock is confirmed is stamped when it is', () => {
  const { natives, clock, outbox } = open({ confirmed: false });
  outbox.add('join', { session: 's1' });
  natives.advance(1_000);
  clock.learn(T0 + 3_601_000);
  const [join] = outbox.take(ANY);
  const event = JSON.parse(join.text);
  assert.strictEqual(event.at, T0 + 3_600_000);
  assert.strictEqual(parseInt(event.id.replace('-', '').slice(0, 12), 16), event.at);
  assert.deepStrictEqual(JSON.parse(natives.kvp.get('outbox:000000000001') ?? ''), event);
});

test('released events are taken again; the watcher learns of each attempt and the result', () => {
  const { outbox } = open();
  /** @type {string[]} */
  const heard = [];
  outbox.add('ban', {}, {
    onAttempt: () => heard.push('attempt'),
    onResult: ({ status }) => heard.push(status),
  });
  outbox.release(outbox.take(ANY));
  const [entry] = outbox.take(ANY);
  outbox.settle(entry, { id: entry.event.id, status: 'stored' });
  assert.deepStrictEqual(heard, ['attempt', 'stored']);
  assert.strictEqual(outbox.size, 0);
});

test('a leave stays behind while its join is under way', () => {
  const { outbox } = open();
  outbox.add('join', { session: 's1' });
  const [join] = outbox.take(ANY);
  outbox.add('leave', { session: 's1' });
  outbox.add('leave', { session: 's2' });
  assert.deepStrictEqual(outbox.take(ANY).map(({ event }) => event.session), ['s2']);
  outbox.settle(join, { id: join.event.id, status: 'stored' });
  assert.deepStrictEqual(outbox.take(ANY).map(({ event }) => event.session), ['s1']);
});

test('a request holds at most so many events and bytes', () => {
  const { outbox } = open();
  for (let i = 0; i < 10; i += 1) outbox.add('report', { text: 'x'.repeat(1000) });
  assert.strictEqual(outbox.take({ ...ANY, most: 3 }).length, 3);
  const entries = outbox.take({ ...ANY, bytes: 3_500 });
  assert.strictEqual(entries.length, 3);
  const body = `{"events":[${entries.map(({ text }) => text).join()}]}`;
  assert.ok(Buffer.byteLength(body) <= 3_500);
});

test('when full, heartbeats go before joins, and bans never', () => {
  const { natives, outbox } = open();
  outbox.add('ban', { reason: 'kept' });
  outbox.add('join', { session: 'first' });
  for (let i = 0; i < 6_000; i += 1) outbox.add('heartbeat', { i });
  for (let i = 0; i < 4_500; i += 1) outbox.add('unban', { i });
  assert.strictEqual(outbox.size, 10_000);
  assert.strictEqual(outbox.dropped, 502);
  const beats = outbox.waiting('heartbeat');
  assert.strictEqual(beats[0].i, 502);
  assert.strictEqual(outbox.waiting('join').length, 1);
  for (let i = 0; i < 7_000; i += 1) outbox.add('unban', { i });
  assert.strictEqual(outbox.waiting('heartbeat').length, 0);
  assert.strictEqual(outbox.waiting('join').length, 0);
  assert.strictEqual(outbox.waiting('ban').length, 1);
  assert.strictEqual(outbox.waiting('unban').length, 11_500);
  assert.match(natives.text, /The outbox is full/);
  assert.strictEqual(natives.lines.filter((line) => /outbox is full/.test(line)).length, 1);
});

test('an event that is too large for the ingest is refused at once', () => {
  const { natives, outbox } = open();
  assert.strictEqual(outbox.add('report', { text: 'x'.repeat(16_384) }), false);
  assert.strictEqual(outbox.size, 0);
  assert.strictEqual(natives.kvp.size, 0);
});

test('a ban waits for the disk; the rest within a second', () => {
  const { natives, outbox } = open();
  outbox.add('join', { session: 's1' });
  assert.strictEqual(natives.flushes, 0);
  natives.advance(1_050);
  assert.strictEqual(natives.flushes, 1);
  outbox.add('ban', {});
  assert.strictEqual(natives.flushes, 2);
});
