'use strict';

// Nonces `<epoch>-<counter>`. The last epoch used stands in the key-value store (`epoch`) before
// the first request of it is signed, so that no restart, however fast, uses one twice.

/** @typedef {ReturnType<typeof createEpochs>} Epochs */

/**
 * @param {import('./fx').Fx['kvp']} kvp
 * @param {Pick<import('./clock').Clock, 'now'>} clock
 */
function createEpochs(kvp, clock) {
  let epoch = 0;
  let counter = 0;

  const use = (/** @type {number} */ value) => {
    kvp.put('epoch', String(value));
    kvp.flush();
    epoch = value;
    counter = 0;
  };

  return {
    current: () => epoch,
    /** Opens an epoch above the last one and above `floor`. */
    open(floor = 0) {
      const last = Number(kvp.get('epoch')) || 0;
      use(Math.max(clock.now(), last + 1, floor + 1));
    },
    /**
     * The ingest found our epoch more than a day ahead, so it never accepted it, nor any between:
     * the kept one comes from a wrong clock and does not count.
     */
    startOver: () => use(clock.now()),
    /** @returns {{epoch: number, counter: number}} */
    next() {
      if (!epoch) this.open();
      counter += 1;
      return { epoch, counter };
    },
  };
}

module.exports = { createEpochs };
