'use strict';

// One deferred connection. FXServer wants defer() at once, and at least a tick between any two of
// the calls after it; done() only once; update() never without a string (it would crash).

class Deferral {
  #raw;
  #nextTick;
  #over = false;
  /** A call was made in this tick. */
  #resting = true;
  /** @type {(() => void)|null} */
  #waiting = null;

  /**
   * @param {any} deferrals FXServer's
   * @param {import('./fx').Fx['nextTick']} nextTick
   */
  constructor(deferrals, nextTick) {
    this.#raw = deferrals;
    this.#nextTick = nextTick;
    deferrals.defer();
    this.#rest();
  }

  get over() { return this.#over; }

  /** @param {string} text */
  update(text) {
    if (!this.#over) this.#say(() => this.#raw.update(String(text)));
  }

  /** @param {string|null} refusal null: the player may pass */
  finish(refusal) {
    if (this.#over) return;
    this.#over = true;
    this.#say(() => this.#done(refusal));
  }

  /** When there will be no next tick: what was decided is said now, else `refusal`. */
  /** @param {string|null} refusal */
  finishNow(refusal) {
    const call = this.#over ? this.#waiting : () => this.#done(refusal);
    this.#over = true;
    this.#waiting = null;
    call?.();
  }

  /** @param {string|null} refusal */
  #done(refusal) {
    if (refusal === null) this.#raw.done();
    else this.#raw.done(refusal);
  }

  /** @param {() => void} call the latest one wins: an update may be skipped, done may not */
  #say(call) {
    if (this.#resting) {
      this.#waiting = call;
      return;
    }
    call();
    this.#rest();
  }

  #rest() {
    this.#resting = true;
    this.#nextTick(() => {
      this.#resting = false;
      const call = this.#waiting;
      this.#waiting = null;
      if (call) this.#say(call);
    });
  }
}

module.exports = { Deferral };
