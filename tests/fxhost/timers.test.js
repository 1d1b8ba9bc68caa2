'use strict';

const assert = require('node:assert');
const { it } = require('node:test');
const { TickTimers } = require('./timers');

/** Timers on an object of their own, ticked by hand from time 0. */
function setUp() {
  /** @type {string[]} */
  const log = [];
  const timers = new TickTimers((where, error) => log.push(`${where}: ${error}`));
  timers.now = 0;
  /** @type {any} */
  const scope = {};
  timers.install(scope);
  return { timers, scope, log };
}

it('fires when more than the interval has passed since the last tick', () => {
  const { timers, scope, log } = setUp();
  scope.setTimeout((/** @type {string} */ text) => log.push(text), 50, 'fifty');
  timers.tick(50);
  assert.deepStrictEqual(log, []);
  timers.tick(51);
  timers.tick(200);
  assert.deepStrictEqual(log, ['fifty']);
});

it('setImmediate waits for the next tick', () => {
  const { timers, scope, log } = setUp();
  scope.setImmediate(() => {
    log.push('first');
    scope.setImmediate(() => log.push('second'));
  });
  timers.tick(50);
  assert.deepStrictEqual(log, ['first']);
  timers.tick(100);
  assert.deepStrictEqual(log, ['first', 'second']);
});

it('clears by handle, not by number', () => {
  const { timers, scope, log } = setUp();
  const handle = scope.setInterval(() => log.push('run'), 10);
  scope.clearInterval(+handle);
  timers.tick(50);
  scope.clearInterval(handle);
  timers.tick(100);
  assert.deepStrictEqual(log, ['run']);
});

it('prints an error and goes on', () => {
  const { timers, scope, log } = setUp();
  scope.setTimeout(() => { throw new Error('once'); }, 1);
  scope.setTimeout(() => log.push('other'), 1);
  timers.tick(50);
  timers.tick(100);
  assert.deepStrictEqual(log, ['timer: Error: once', 'other']);
});

it('does not call a ticker again before its promise settles', async () => {
  const { timers, scope, log } = setUp();
  let release = () => {};
  const id = scope.setTick(() => {
    log.push('tick');
    return new Promise((resolve) => { release = () => resolve(undefined); });
  });
  timers.tick(50);
  timers.tick(100);
  assert.deepStrictEqual(log, ['tick']);
  release();
  await null;
  await null;
  timers.tick(150);
  scope.clearTick(id);
  timers.tick(200);
  assert.deepStrictEqual(log, ['tick', 'tick']);
});

it('refuses what is not a function and a second definition', () => {
  const { scope } = setUp();
  assert.throws(() => scope.setTimeout('code', 1), /Callback must be a function/);
  assert.throws(() => Object.defineProperty(scope, 'setTimeout', { value: 1 }), TypeError);
  assert.throws(() => { scope.setImmediate = null; }, TypeError);
});
