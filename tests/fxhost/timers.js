'use strict';

// The timers FXServer puts in place of Node's: they run on the resource tick (20 Hz), count from
// the last tick, and fire when more than their interval has passed. Non-writable and
// non-configurable on the global object, as there.

const MAX_INTERVAL = 2147483647;

class TickTimers {
  /** @param {(where: string, error: unknown) => void} printError */
  constructor(printError) {
    this.printError = printError;
    this.now = Math.trunc(performance.now());
    this.nextId = 0;
    /** @type {Map<number, { callback: () => void, interval: number, lastRun: number }>} */
    this.timers = new Map();
    /** @type {Map<number, { callback: () => any, busy: boolean }>} */
    this.tickers = new Map();
  }

  /** @param {any} target the global object */
  install(target) {
    const functions = {
      setTimeout: (/** @type {any} */ fn, /** @type {any} */ ms, /** @type {any[]} */ ...args) =>
        this.add(fn, ms, args, true),
      setInterval: (/** @type {any} */ fn, /** @type {any} */ ms, /** @type {any[]} */ ...args) =>
        this.add(fn, ms, args, false),
      setImmediate: (/** @type {any} */ fn, /** @type {any[]} */ ...args) =>
        this.add(fn, 0, args, true),
      clearTimeout: (/** @type {any} */ timer) => this.clear(timer),
      clearInterval: (/** @type {any} */ timer) => this.clear(timer),
      clearImmediate: (/** @type {any} */ timer) => this.clear(timer),
      setTick: (/** @type {any} */ fn) => this.addTicker(fn),
      clearTick: (/** @type {any} */ id) => void this.tickers.delete(id),
    };
    for (const [name, value] of Object.entries(functions)) {
      Object.defineProperty(target, name, {
        value, writable: false, configurable: false, enumerable: true,
      });
    }
  }

  /**
   * @param {any} callback
   * @param {any} interval
   * @param {any[]} args
   * @param {boolean} once
   */
  add(callback, interval, args, once) {
    requireFunction(callback);
    this.nextId += 1;
    const id = this.nextId;
    const run = () => {
      try {
        callback(...args);
      } finally {
        if (once) this.timers.delete(id);
      }
    };
    const clipped = Math.trunc(Math.max(1, Math.min(MAX_INTERVAL, Number(interval) || 1)));
    this.timers.set(id, { callback: run, interval: clipped, lastRun: this.now });
    return this.handle(id);
  }

  /** @param {number} id */
  handle(id) {
    const handle = {
      id,
      ref: () => handle,
      unref: () => handle,
      hasRef: () => true,
      refresh: () => {
        const timer = this.timers.get(id);
        if (timer) timer.lastRun = this.now;
        return handle;
      },
      [Symbol.toPrimitive]: () => id,
    };
    return handle;
  }

  /** @param {any} timer the handle; a bare number clears nothing, as in FXServer */
  clear(timer) {
    if (timer) this.timers.delete(timer.id);
  }

  /** @param {any} callback */
  addTicker(callback) {
    requireFunction(callback);
    this.nextId += 1;
    this.tickers.set(this.nextId, { callback, busy: false });
    return this.nextId;
  }

  /** One resource tick. @param {number} now */
  tick(now) {
    for (const timer of [...this.timers.values()]) {
      if (now - timer.lastRun <= timer.interval) continue;
      this.guard('timer', timer.callback);
      timer.lastRun = now;
    }
    for (const ticker of [...this.tickers.values()]) {
      // A ticker that returned a promise is not called again before it settles.
      if (!ticker.busy) this.runTicker(ticker);
    }
    this.now = now;
  }

  /** @param {{ callback: () => any, busy: boolean }} ticker */
  runTicker(ticker) {
    const result = this.guard('ticker', ticker.callback);
    if (!result || typeof result.then !== 'function') return;
    ticker.busy = true;
    result.then(() => { ticker.busy = false; })
      .catch((/** @type {unknown} */ error) => this.printError('ticker', error));
  }

  /** @param {string} where @param {() => any} callback */
  guard(where, callback) {
    try {
      return callback();
    } catch (error) {
      this.printError(where, error);
      return undefined;
    }
  }

  clearAll() {
    this.timers.clear();
    this.tickers.clear();
  }
}

/** @param {any} callback */
function requireFunction(callback) {
  if (typeof callback === 'function') return;
  throw new TypeError(`Callback must be a function. Received ${callback}`);
}

module.exports = { TickTimers };
