'use strict';

// Which runtimes are on the script stack, and what `source` holds: both exist only in the
// synchronous part of a handler. Whatever runs later (a continuation, a timer) finds neither.

/** @typedef {'event' | 'reference' | 'load' | 'tick'} FrameKind */

class Invocation {
  /**
   * @param {string} own name of the resource
   * @param {(code: string, detail: string) => void} report
   */
  constructor(own, report) {
    this.own = own;
    this.report = report;
    /** @type {Array<{ kind: FrameKind, caller: string | null }>} */
    this.frames = [];
    /** @type {number | string | null | undefined} */
    this.source = undefined;
  }

  /**
   * @template T
   * @param {FrameKind} kind
   * @param {string | null} caller the resource that called, or null for the server itself
   * @param {() => T} body
   * @returns {T}
   */
  run(kind, caller, body) {
    this.frames.push({ kind, caller });
    try {
      return body();
    } finally {
      this.frames.pop();
    }
  }

  /** True while a handler, a command or a callback runs synchronously. */
  inCall() {
    const frame = this.frames[this.frames.length - 1];
    return frame !== undefined && (frame.kind === 'event' || frame.kind === 'reference');
  }

  /** @returns {string | null} */
  invokingResource() {
    const frame = this.frames[this.frames.length - 1];
    if (this.inCall()) return frame.caller;
    if (!frame || frame.kind !== 'load') {
      this.report('late-invoking-resource', 'called when no handler was running: null');
    }
    return null;
  }

  /** @param {any} target the global object */
  installSource(target) {
    Object.defineProperty(target, 'source', {
      configurable: true,
      enumerable: true,
      get: () => this.readSource(),
      set: (value) => { this.source = value; },
    });
  }

  readSource() {
    const frame = this.frames[this.frames.length - 1];
    const loading = frame !== undefined && frame.kind === 'load';
    if (this.source === null || (this.source === undefined && !loading)) {
      const why = this.inCall() ? 'an event emitted in between reset it' : 'no handler was running';
      this.report('late-source', `source read as null: ${why}`);
    }
    return this.source;
  }
}

module.exports = { Invocation };
