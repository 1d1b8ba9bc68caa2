'use strict';

// How long the resource keeps the server's main thread. Everything the host calls (scripts, events,
// commands, ticks) is timed exactly; blocks in Node callbacks show as a late tick, where the time
// the loop was busy since the last tick is an upper bound of the block.

const { performance } = require('perf_hooks');

/** @typedef {{ code: string, ms: number, what: string }} Hitch */

const HITCH_MS = 50;
const WARNING_MS = 150;
const TICK_MS = 50;

class Hitches {
  /** @param {(text: string) => void} warn prints on the server console */
  constructor(warn) {
    this.warn = warn;
    /** @type {Hitch[]} */
    this.list = [];
    this.longestMs = 0;
    this.longestWhat = '';
    this.depth = 0;
    this.lastTick = performance.now();
    this.utilization = performance.eventLoopUtilization();
  }

  /**
   * @template T
   * @param {string} what
   * @param {() => T} body
   * @returns {T}
   */
  time(what, body) {
    const started = performance.now();
    this.depth += 1;
    try {
      return body();
    } finally {
      this.depth -= 1;
      // The outermost call covers those inside it.
      if (this.depth === 0) this.note(performance.now() - started, what);
    }
  }

  /** Call at the start of each tick. */
  onTick() {
    const now = performance.now();
    const gap = now - this.lastTick;
    const utilization = performance.eventLoopUtilization();
    const busy = utilization.active - this.utilization.active;
    this.utilization = utilization;
    this.lastTick = now;
    const block = Math.min(gap, busy);
    const known = this.list.length > 0 && this.list[this.list.length - 1].ms >= block - TICK_MS;
    if (gap > TICK_MS + HITCH_MS / 2 && block > HITCH_MS && !known) this.note(block, 'late tick');
  }

  /** @param {number} ms @param {string} what */
  note(ms, what) {
    const rounded = Math.round(ms * 10) / 10;
    if (rounded > this.longestMs) {
      this.longestMs = rounded;
      this.longestWhat = what;
    }
    if (ms <= HITCH_MS) return;
    const warned = ms > WARNING_MS;
    this.list.push({ code: warned ? 'hitch-warning' : 'hitch', ms: rounded, what });
    if (!warned) return;
    this.warn(`server thread hitch warning: timer interval of ${Math.round(ms)} milliseconds`);
  }
}

module.exports = { Hitches };
