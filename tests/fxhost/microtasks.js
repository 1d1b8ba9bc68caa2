'use strict';

// FXServer gives a resource's context an explicit microtask queue: promise continuations do not
// run when an event handler returns, but when some Node callback of that resource closes or at
// the end of the next tick. Node closes every callback with a checkpoint; hold() skips the one
// that belongs to the running callback. It needs --expose-internals; without it continuations
// run at once and `late` is false.

const TICK_SCHEDULED = 0;
// The running callback closes once, and so does the loop's check phase after it. Should a callback
// of the resource come in between, its continuations wait for that check phase: the same turn.
const HELD_CHECKPOINTS = 2;

class Microtasks {
  /** @param {boolean} wanted */
  constructor(wanted) {
    const queue = wanted ? taskQueue() : null;
    this.late = queue !== null;
    this.held = 0;
    this.info = queue ? queue.tickInfo : null;
    // @ts-ignore: undocumented, and what FXServer's timers call as well.
    this.drain = process._tickCallback.bind(process);
    if (queue) queue.setTickCallback(() => this.onCallbackClosed());
  }

  /** Call in a callback of the host, as its last act: its checkpoint is skipped. */
  hold() {
    if (!this.info) return;
    this.held = HELD_CHECKPOINTS;
    // Makes Node call onCallbackClosed instead of running microtasks by itself. The flag stays up
    // until something drains: Node lowers it then, and only then.
    this.info[TICK_SCHEDULED] = 1;
  }

  /** Runs queued nextTicks and microtasks now; the end of a resource tick. */
  flush() {
    this.held = 0;
    this.drain();
  }

  onCallbackClosed() {
    if (this.held > 0) this.held -= 1;
    else this.drain();
  }
}

/** @returns {any} Node's internal task queue, or null when internals are not exposed */
function taskQueue() {
  const emitWarning = process.emitWarning;
  // The module warns that it is for tests, which this is.
  process.emitWarning = () => {};
  try {
    // @ts-ignore: has no types.
    return require('internal/test/binding').internalBinding('task_queue');
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'MODULE_NOT_FOUND') throw error;
    return null;
  } finally {
    process.emitWarning = emitWarning;
  }
}

module.exports = { Microtasks };
