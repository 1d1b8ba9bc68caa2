'use strict';

// FXServer's type definitions, loaded beside Node's, give the global timers another shape.

/** @type {(body: () => void, ms: number) => any} */
const start = /** @type {any} */ (setTimeout);
/** @type {(timer: any) => void} */
const stop = /** @type {any} */ (clearTimeout);

/** @param {number} ms @param {() => void} run @returns {() => void} cancels */
function later(ms, run) {
  const timer = start(run, ms);
  return () => stop(timer);
}

/** @param {number} ms @returns {Promise<void>} */
const delay = (ms) => new Promise((resolve) => later(ms, () => resolve()));

/**
 * @param {() => unknown} condition @param {string} what
 * @param {number} [mostMs]
 */
async function until(condition, what, mostMs = 5_000) {
  const end = performance.now() + mostMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${mostMs} ms in vain for: ${what}`);
    await delay(10);
  }
}

module.exports = { later, delay, until };
