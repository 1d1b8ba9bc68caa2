'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { Deferral } = require('../../resource/deferral');
const { createFx } = require('../../resource/fx');
const { Natives } = require('./support/natives');

function open() {
  const natives = new Natives();
  const fx = createFx(natives);
  /** @type {Array<[string, ...any[]]>} */
  const calls = [];
  const raw = {
    defer: (/** @type {any[]} */ ...args) => calls.push(['defer', ...args]),
    update: (/** @type {any[]} */ ...args) => calls.push(['update', ...args]),
    done: (/** @type {any[]} */ ...args) => calls.push(['done', ...args]),
  };
  return { natives, calls, deferral: new Deferral(raw, fx.nextTick) };
}

test('defer() is called at once, and nothing else in that tick', () => {
  const { calls, deferral } = open();
  deferral.update('wait');
  deferral.finish(null);
  assert.deepStrictEqual(calls, [['defer']]);
});

test('there is a tick between any two calls', () => {
  const { natives, calls, deferral } = open();
  deferral.update('wait');
  natives.advance(50);
  assert.deepStrictEqual(calls, [['defer'], ['update', 'wait']]);
  deferral.finish('no');
  assert.strictEqual(calls.length, 2);
  natives.advance(50);
  assert.deepStrictEqual(calls.slice(2), [['done', 'no']]);
});

test('passing calls done() without an argument', () => {
  const { natives, calls, deferral } = open();
  deferral.finish(null);
  natives.advance(50);
  assert.deepStrictEqual(calls, [['defer'], ['done']]);
});

test('after the end nothing is said any more', () => {
  const { natives, calls, deferral } = open();
  deferral.finish(null);
  deferral.finish('no');
  deferral.update('late');
  natives.advance(200);
  assert.deepStrictEqual(calls, [['defer'], ['done']]);
});

test('a stop says at once what was decided, or what it is told', () => {
  const decided = open();
  decided.deferral.finish('banned');
  decided.deferral.finishNow(null);
  decided.natives.advance(100);
  assert.deepStrictEqual(decided.calls, [['defer'], ['done', 'banned']]);

  const undecided = open();
  undecided.deferral.finishNow(null);
  undecided.natives.advance(100);
  assert.deepStrictEqual(undecided.calls, [['defer'], ['done']]);
});
