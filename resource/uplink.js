'use strict';

// What a caller may rely on: `call` ends in exactly one outcome. It corrects the clock, opens
// epochs, takes a rotated secret into use and tells the operator of each change of state once;
// callers only know `ok`, `refused` (a signed no) and `down` (try again after waitMs).

const advice = require('./advice');
const { jittered } = require('./backoff');
const { exchange } = require('./exchange');

/** @typedef {import('./exchange').Call} Call */
/** @typedef {import('./exchange').Verified} Verified */
/** @typedef {import('./identity').Credentials} Credentials */
/**
 * @typedef {{ok: true, status: number, json: any, body: Buffer, secret: Buffer}
 *   | {ok: false, kind: 'refused', code: string, detail: string}
 *   | {ok: false, kind: 'down', waitMs: number}} Outcome
 */
/**
 * @typedef {import('./exchange').Parts & {log: import('./log').Log,
 *   store: import('./identity').IdentityStore}} Parts
 */

const MOST_ATTEMPTS = 3;
const WAIT_CEILING_MS = 300_000;
const TWINS_WAIT_MS = 300_000;
const TWINS_FORGOTTEN_MS = 900_000;
const SUSPENDED_WAIT_MS = 60_000;
const INTERNAL_WAIT_MS = 10_000;
const REFUSALS_BEFORE_ADVICE = 4;

/** @param {unknown} ms a wait out of a signed body */
function ceiling(ms) {
  return typeof ms === 'number' && ms > 0 ? Math.min(ms, WAIT_CEILING_MS) : 1_000;
}

/**
 * Two game servers with one secret close each other's epochs: a second `stale_epoch` under one
 * boot of the ingest, soon after the first, is that. The first may be a lost key-value store, or
 * an old process that was still running when this one started.
 */
class TwinWatch {
  #boot = '';
  #count = 0;
  #lastAt = -Infinity;

  /** @param {string} bootId @param {number} now @returns {boolean} */
  isTwin(bootId, now) {
    const again = bootId === this.#boot && now - this.#lastAt < TWINS_FORGOTTEN_MS;
    this.#count = again ? this.#count + 1 : 1;
    this.#boot = bootId;
    this.#lastAt = now;
    return this.#count > 1;
  }
}

class Uplink {
  #parts;
  #identity;
  #twins = new TwinWatch();
  /** @type {Credentials} */
  #current;
  /** @type {Credentials | null} a rotated secret that was not used yet */
  #next;
  #useNext;
  #state = 'starting';
  /** Steady milliseconds. */
  #pausedUntil = 0;
  #refusals = 0;
  /** ≥ 0: the next call opens an epoch above this first. */
  #reopenAbove = -1;
  #bootId = '';
  #lastSignedAt = 0;
  /** @type {Array<() => void>} */
  #upListeners = [];
  /** @type {Array<() => void>} */
  #bootListeners = [];

  /** @param {Parts} parts @param {import('./identity').Identity} identity */
  constructor(parts, identity) {
    this.#parts = parts;
    this.#identity = identity;
    this.#current = identity;
    this.#next = parts.store.loadNext();
    this.#useNext = this.#next !== null;
  }

  get url() { return this.#identity.url; }
  get serverId() { return this.#identity.serverId; }
  get isUp() { return this.#state === 'up'; }
  /** @param {() => void} listener called when the ingest is reachable, at first or again */
  onUp(listener) { this.#upListeners.push(listener); }
  /** @param {() => void} listener called when the ingest was restarted */
  onBoot(listener) { this.#bootListeners.push(listener); }
  close() { this.#parts.transport.close(); }

  status() {
    const { keyId } = this.#credentials();
    return { state: this.#state, keyId, lastSignedAt: this.#lastSignedAt };
  }

  /** @param {Credentials} rotated stands in the store already */
  useRotated(rotated) {
    this.#next = rotated;
    this.#useNext = true;
  }

  /** @param {Call} request @param {(outcome: Outcome) => void} done @param {number} [attempt] */
  call(request, done, attempt = 1) {
    const wait = this.#pausedUntil - this.#parts.clock.steady();
    if (wait > 0) {
      done({ ok: false, kind: 'down', waitMs: wait });
      return;
    }
    if (this.#reopenAbove >= 0) {
      this.#parts.epochs.open(this.#reopenAbove);
      this.#reopenAbove = -1;
    }
    const used = this.#credentials();
    exchange(this.#parts, used, request, (result) => {
      const outcome = this.#judge(result, used);
      if (outcome !== 'again') done(outcome);
      else if (attempt < MOST_ATTEMPTS) this.call(request, done, attempt + 1);
      else done({ ok: false, kind: 'down', waitMs: 0 });
    });
  }

  #credentials() {
    return this.#useNext && this.#next ? this.#next : this.#current;
  }

  /** @param {import('./exchange').Exchanged} result @param {Credentials} used */
  #judge(result, used) {
    if ('unreachable' in result) {
      return this.#goDown(advice.adviseTransport(this.url, result.unreachable));
    }
    if ('unsigned' in result) {
      // Sent with the old secret, while another request took the new one into use.
      if (result.unsigned === 401 && used !== this.#credentials()) return 'again';
      return this.#unsigned(result.unsigned);
    }
    if ('forged' in result) return this.#goDown(advice.adviseForged(this.url));
    this.#promote(used);
    return this.#signed(result.answer, used);
  }

  /** An unsigned answer proves nothing: whatever it says, nothing is changed by it. */
  /** @param {number} status */
  #unsigned(status) {
    if (status !== 401) return this.#goDown(advice.adviseUnsigned(this.url, status));
    this.#refusals += 1;
    // Of two secrets, either may be the living one.
    if (this.#next) this.#useNext = !this.#useNext;
    return this.#goDown(this.#refusals < REFUSALS_BEFORE_ADVICE
      ? advice.adviseUnsigned(this.url, status)
      : advice.adviseSecret(this.url, this.serverId));
  }

  /** @param {Verified} answer @param {Credentials} used @returns {Outcome|'again'} */
  #signed(answer, { secret }) {
    const { status, json } = answer;
    this.#refusals = 0;
    this.#lastSignedAt = this.#parts.clock.now();
    if (json?.boot_id) this.#noteBoot(json.boot_id);
    if (status >= 200 && status < 300) {
      this.#goUp();
      return { ok: true, status, json, body: answer.body, secret };
    }
    return this.#problem(String(json?.code ?? status), answer);
  }

  /** @param {string} code @param {Verified} answer @returns {Outcome|'again'} */
  #problem(code, answer) {
    const { json } = answer;
    switch (code) {
      case 'clock_skew': // the clock has learnt server_time by now
      case 'replayed':
        return 'again';
      case 'stale_epoch':
        return this.#staleEpoch(answer);
      case 'epoch_ahead':
        this.#parts.epochs.startOver();
        return 'again';
      case 'suspended':
        return this.#goDown(advice.adviseSuspended(this.serverId), jittered(SUSPENDED_WAIT_MS));
      case 'rate_limited':
        return this.#pause(ceiling(json.retry_after_ms));
      case 'unavailable':
        return this.#goDown(advice.adviseUnavailable(this.url), ceiling(json.retry_after_ms));
      case 'internal':
        return this.#goDown(advice.adviseInternal(this.url), jittered(INTERNAL_WAIT_MS));
      default: {
        const field = json?.field ? `${json.field}: ` : '';
        return { ok: false, kind: 'refused', code, detail: `${field}${json?.detail ?? ''}` };
      }
    }
  }

  /** @param {Verified} answer @returns {Outcome|'again'} */
  #staleEpoch({ json, epoch }) {
    const { epochs, clock } = this.#parts;
    // Sent before another request of ours opened a new epoch: nothing is wrong.
    if (epoch !== epochs.current()) return 'again';
    if (this.#twins.isTwin(json.boot_id, clock.steady())) {
      this.#reopenAbove = json.highest_epoch;
      return this.#goDown(advice.adviseTwins(this.serverId), TWINS_WAIT_MS);
    }
    epochs.open(json.highest_epoch);
    return 'again';
  }

  /** A signed answer to the new secret: the old one is dead from now on. */
  /** @param {Credentials} used */
  #promote(used) {
    if (used !== this.#next) return;
    const { store, log } = this.#parts;
    this.#current = { keyId: used.keyId, secret: used.secret };
    this.#next = null;
    this.#useNext = false;
    store.save({ ...this.#identity, ...this.#current });
    store.dropNext();
    log.info(`The secret was rotated: ${used.keyId} is in use, the old one is dead.`);
  }

  /** @param {string} seen boot_id of a signed answer */
  #noteBoot(seen) {
    const changed = this.#bootId !== '' && seen !== this.#bootId;
    this.#bootId = seen;
    if (changed) for (const listener of this.#bootListeners) listener();
  }

  /** @param {number} waitMs @returns {Outcome} */
  #pause(waitMs) {
    // Another request may have been told to wait longer.
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#parts.clock.steady() + waitMs);
    return { ok: false, kind: 'down', waitMs };
  }

  /** @param {import('./advice').Advice} why @param {number} [pauseMs] */
  #goDown(why, pauseMs = 0) {
    this.#parts.log.state('link', why.kind, why.text);
    this.#state = why.kind;
    return this.#pause(pauseMs);
  }

  #goUp() {
    const was = this.#state;
    // An answer to something sent before the reason for the pause was known.
    if (was !== 'up' && this.#pausedUntil > this.#parts.clock.steady()) return;
    this.#state = 'up';
    if (was === 'up') return;
    this.#parts.log.state('link', 'up',
      was === 'starting' ? '' : `The ingest at ${this.url} is reachable again.`);
    for (const listener of this.#upListeners) listener();
  }
}

module.exports = { Uplink };
