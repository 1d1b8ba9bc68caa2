'use strict';

// Long work in slices: all of this runs on the game server's main thread, where no single block
// may exceed 5 ms. A slice ends after about 2 ms; the next one runs on the next tick.

const SLICE_MS = 2;

/**
 * @param {import('./fx').Fx['nextTick']} nextTick
 * @param {() => boolean} step does a small piece (well under a millisecond); false: nothing is left
 * @param {() => void} done called in the last slice
 */
function inSlices(nextTick, step, done) {
  const slice = () => {
    const end = performance.now() + SLICE_MS;
    while (performance.now() < end) {
      if (step()) continue;
      done();
      return;
    }
    nextTick(slice);
  };
  slice();
}

module.exports = { inSlices };
