'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { createClock } = require('../../resource/clock');
const { createEpochs } = require('../../resource/epochs');
const { createFx } = require('../../resource/fx');
const { createLog } = require('../../resource/log');
const { Natives } = require('./support/natives');

const HOUR = 3_600_000;

/** @param {number} wall */
function open(wall) {
  const natives = new Natives();
  const machine = { wall };
  const clock = createClock(createLog((line) => natives.lines.push(line)),
    { wall: () => machine.wall, steady: () => natives.now });
  return { natives, machine, clock };
}

test('a clock an hour behind is corrected and mentioned once', () => {
  const { natives, clock } = open(10 * HOUR);
  assert.strictEqual(clock.confirmed(), false);
  clock.learn(11 * HOUR);
  assert.strictEqual(clock.now(), 11 * HOUR);
  assert.strictEqual(clock.confirmed(), true);
  clock.learn(11 * HOUR + 1);
  assert.strictEqual(natives.lines.length, 1);
  assert.match(natives.lines[0], /clock of this machine is 1 h 0 min behind the ingest's/);
  assert.match(natives.lines[0], /NTP/);
});

test('small differences are travel time and change nothing', () => {
  const { natives, clock } = open(10 * HOUR);
  clock.learn(10 * HOUR + 900);
  assert.strictEqual(clock.now(), 10 * HOUR);
  assert.deepStrictEqual(natives.lines, []);
});

test('somebody setting the machine\'s clock does not move ours', () => {
  const { natives, machine, clock } = open(10 * HOUR);
  clock.learn(11 * HOUR);
  machine.wall = 11 * HOUR;
  natives.now += 5_000;
  assert.strictEqual(clock.now(), 11 * HOUR + 5_000);
  clock.learn(11 * HOUR + 5_000);
  assert.match(natives.lines[1], /right again/);
});

test('a long wrong clock is spelt in days', () => {
  const { natives, clock } = open(100 * HOUR);
  clock.learn(10 * HOUR);
  assert.match(natives.lines[0], /4 days ahead of the ingest's/);
});

test('an epoch is above the last one whatever the clock does, and stored before its use', () => {
  const natives = new Natives();
  const { kvp } = createFx(natives);
  const machine = { now: 5_000 };
  const clock = { now: () => machine.now };
  const first = createEpochs(kvp, clock);
  assert.deepStrictEqual(first.next(), { epoch: 5_000, counter: 1 });
  assert.deepStrictEqual(first.next(), { epoch: 5_000, counter: 2 });
  assert.strictEqual(natives.kvp.get('epoch'), '5000');
  assert.strictEqual(natives.flushes, 1);

  machine.now = 4_000;
  const second = createEpochs(kvp, clock);
  assert.deepStrictEqual(second.next(), { epoch: 5_001, counter: 1 });
  second.open(9_000);
  assert.deepStrictEqual(second.next(), { epoch: 9_001, counter: 1 });
});

test('an epoch that a wrong clock put days ahead is started over', () => {
  const natives = new Natives();
  natives.kvp.set('epoch', '900000');
  const epochs = createEpochs(createFx(natives).kvp, { now: () => 4_000 });
  epochs.startOver();
  assert.deepStrictEqual(epochs.next(), { epoch: 4_000, counter: 1 });
});
