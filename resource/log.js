'use strict';

// What the operator reads. Any resource may read the console, so nothing that names a person or a
// secret is ever passed in: players are "player 12".

/** @typedef {ReturnType<typeof createLog>} Log */
/** @typedef {'quiet'|'normal'|'debug'} LogLevel */

/** @param {(line: string) => void} print */
function createLog(print) {
  /** @type {Map<string, string>} */
  const shown = new Map();
  /** @type {LogLevel} */
  let level = 'normal';
  return {
    /** @param {LogLevel} wanted */
    setLevel: (wanted) => void (level = wanted),
    /** @param {string} text */
    debug: (text) => void (level === 'debug' && print(text)),
    /** @param {string} text */
    info: (text) => void (level !== 'quiet' && print(text)),
    /** @param {string} text */
    warn: (text) => print(`WARNING: ${text}`),
    /**
     * Prints a change once: the same state of the same topic again is silent.
     * @param {string} topic @param {string} state @param {string} text empty: note it silently
     */
    state(topic, state, text) {
      if (shown.get(topic) === state) return;
      shown.set(topic, state);
      if (text) print(text);
    },
  };
}

module.exports = { createLog };
