'use strict';

// The ingest's clock, as its signed answers tell it. Runs on the monotonic clock between answers,
// so that someone setting this machine's clock does not move our event ids.

/** @typedef {ReturnType<typeof createClock>} Clock */

// Below this a difference is network time, not a wrong clock.
const TOLERANCE_MS = 2_000;
const WORTH_SAYING_MS = 60_000;

/** @param {number} ms */
function spell(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/**
 * @param {import('./log').Log} log
 * @param {{wall?: () => number, steady?: () => number}} [sources] milliseconds
 */
function createClock(log, sources = {}) {
  const wall = sources.wall ?? Date.now;
  const steady = sources.steady ?? (() => performance.now());
  let base = wall();
  let since = steady();
  let confirmed = false;

  const now = () => Math.floor(base + (steady() - since));

  /** @param {number} offset of the ingest's clock to this machine's */
  const tell = (offset) => {
    if (Math.abs(offset) < WORTH_SAYING_MS) {
      log.state('clock', 'right', confirmed ? 'The clock of this machine is right again.' : '');
      return;
    }
    const way = offset > 0 ? 'behind' : 'ahead of';
    log.state('clock', way,
      `The clock of this machine is ${spell(offset)} ${way} the ingest's. Drawbridge corrects for `
      + 'it; switch on time synchronisation (NTP) to set it right.');
  };

  return {
    now,
    /** For waits: goes forward evenly, whatever is learnt. @returns {number} milliseconds */
    steady,
    seconds: () => Math.floor(now() / 1000),
    /** Whether a signed answer has confirmed the time yet. */
    confirmed: () => confirmed,
    /** How far this machine's clock is off, in milliseconds; positive: it is behind. */
    offset: () => now() - wall(),
    /**
     * Takes a time out of a signed answer.
     * @param {number} serverMs @param {number} slackMs how exact that time is
     */
    learn(serverMs, slackMs = TOLERANCE_MS) {
      if (Math.abs(serverMs - now()) > slackMs) {
        base = serverMs;
        since = steady();
      }
      tell(now() - wall());
      confirmed = true;
    },
  };
}

module.exports = { createClock };
