'use strict';

// Waits that double from `first` to `most`, each shortened at random by up to half, so that a
// thousand servers do not come back in the same second.

/** @param {number} ms */
const jittered = (ms) => Math.round(ms * (0.5 + Math.random() / 2));

/** @param {number} first @param {number} most */
function createBackoff(first, most) {
  let wait = first;
  return {
    next() {
      const now = jittered(wait);
      wait = Math.min(wait * 2, most);
      return now;
    },
    reset: () => void (wait = first),
  };
}

module.exports = { createBackoff, jittered };
