'use strict';

// Long work in slices: all of this runs on the game server's main thread, where no single block
// may exceed 5 ms. A slice ends after about 2 ms; the next one runs on the next tick.

const SLICE_MS = 2;
// What `done` does may take a while itself; it shares a slice with short work only.
const SHORT_MS = 0.5;

/**
 * @param {import('./fx').Fx['nextTick']} nextTick
 * @param {() => boolean} step does a small piece (well under a millisecond); false: nothing is left
 * @param {() => void} done
 */
function inSlices(nextTick, step, done) {
  const slice = () => {
    const start = performance.now();
    while (performance.now() - start < SLICE_MS) {
      if (step()) continue;
      if (performance.now() - start < SHORT_MS) done();
      else nextTick(done);
      return;
    }
    nextTick(slice);
  };
  slice();
}

module.exports = { inSlices };
