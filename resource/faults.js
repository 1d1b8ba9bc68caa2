'use strict';

// A fault of our own: printed once, and reported to the ingest as a redacted `error` event.

const { redact } = require('./redact');

/** @typedef {ReturnType<typeof createFaults>} Faults */

const MOST_PER_HOUR = 20;
const HOUR_MS = 3_600_000;

/**
 * @param {import('./log').Log} log
 * @param {() => number} now
 */
function createFaults(log, now) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  /** @type {((fields: {where: string, message: string, trace?: string}) => void)|null} */
  let send = null;

  const isNew = (/** @type {string} */ key) => {
    for (const [old, at] of seen) if (now() - at > HOUR_MS) seen.delete(old);
    if (seen.has(key) || seen.size >= MOST_PER_HOUR) return false;
    seen.set(key, now());
    return true;
  };

  return {
    /** @param {((fields: {where: string, message: string, trace?: string}) => void)|null} sender */
    sendWith: (sender) => void (send = sender),
    /** @param {string} where @param {unknown} error */
    report(where, error) {
      const said = error instanceof Error ? error.message : String(error);
      const message = redact(said, 500) || 'no text';
      if (!isNew(`${where}\n${message}`)) return;
      const trace = error instanceof Error ? redact(error.stack ?? '', 4000) : '';
      log.warn(`Fault in ${where}: ${message}. Please report it; the server goes on.`);
      log.debug(trace);
      send?.({ where, message, ...(trace && { trace }) });
    },
  };
}

module.exports = { createFaults };
