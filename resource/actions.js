'use strict';

// What an operator or another resource can do: ban, unban, report, detection. Each ends in one
// result; with the ingest away the event is kept and `queued` says so.

const events = require('./events');

/**
 * @typedef {{ok: true, code?: string, state?: string, queued?: boolean}
 *   | {ok: false, error: string}} ActionResult
 */
/** @typedef {(result: ActionResult) => void} Done */
/** @typedef {import('./players').Wire} Wire */
/**
 * @typedef {object} Parts
 * @property {import('./fx').Fx} fx
 * @property {import('./players').Players} players
 * @property {import('./outbox').Outbox} outbox
 * @property {import('./ownbans').OwnBans} ownBans
 * @property {import('./gate').Gate} gate
 */

// The banned player is dropped with the ban code, if it comes this fast.
const CODE_WAIT_MS = 1_000;
const QUEUED_AFTER_MS = 3_000;

class Actions {
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    for (const event of parts.outbox.waiting('ban')) parts.ownBans.add(event);
  }

  /**
   * @param {unknown} who player id or typed identifier
   * @param {Record<string, any>} given
   * @param {Done} done
   */
  ban(who, given, done) {
    const target = this.#target(who);
    if ('error' in target) {
      done({ ok: false, error: target.error });
      return;
    }
    const built = events.ban(target, given);
    if ('error' in built) {
      done({ ok: false, error: built.error });
      return;
    }
    const { ownBans, gate, fx } = this.#parts;
    const own = ownBans.add(built.fields);
    const recheck = () => gate.recheck();
    const cancel = fx.later(CODE_WAIT_MS, recheck);
    this.#send('ban', built.fields, done, (result) => {
      cancel();
      ownBans.settle(own, result);
      recheck();
    });
  }

  /** @param {Record<string, any>} given code, reason, issuer @param {Done} done */
  unban(given, done) {
    this.#sendBuilt('unban', events.unban(given), done, (result) => {
      if (result.status !== 'rejected') this.#parts.ownBans.lift(result.ban?.code);
    });
  }

  /**
   * @param {unknown} who
   * @param {Record<string, any>} given reporter, category, text
   * @param {Done} done
   */
  report(who, given, done) {
    const target = this.#target(who);
    const reporter = given.reporter === undefined || given.reporter === null ? null
      : this.#target(given.reporter);
    if ('error' in target) done({ ok: false, error: target.error });
    else if (reporter && 'error' in reporter) {
      done({ ok: false, error: `reporter: ${reporter.error}` });
    } else this.#sendBuilt('report', events.report(target, reporter, given), done);
  }

  /** @param {unknown} who @param {Record<string, any>} given @param {Done} done */
  detection(who, given, done) {
    const target = this.#target(who);
    if ('error' in target) done({ ok: false, error: target.error });
    else this.#sendBuilt('detection', events.detection(target, given), done);
  }

  /** @param {unknown} who @returns {Wire | {error: string}} */
  #target(who) {
    const { players } = this.#parts;
    const text = events.asText(who);
    if (/^[a-z0-9]+:/i.test(text)) {
      const tagged = players.tagTyped(text);
      return 'error' in tagged ? { error: `player: ${tagged.error}` } : tagged;
    }
    if (!/^\d{1,10}$/.test(text)) {
      return { error: 'player: expected a player id (12) or an identifier (license:…)' };
    }
    const player = players.find(Number(text));
    const wire = player ? players.wire(player) : players.findGone(Number(text));
    if (wire && !wire.tags.length) {
      return { error: `player: FXServer gives no identifier for ${text}` };
    }
    return wire ?? { error: `player: nobody with id ${text} is here or has left recently` };
  }

  /**
   * @param {string} type @param {events.Built} built @param {Done} done
   * @param {(result: import('./outbox').Result) => void} [settled]
   */
  #sendBuilt(type, built, done, settled = () => {}) {
    if ('error' in built) done({ ok: false, error: built.error });
    else this.#send(type, built.fields, done, settled);
  }

  /**
   * @param {string} type @param {Record<string, any>} fields @param {Done} done called once or,
   *   when it was `queued` first, once more with the final word
   * @param {(result: import('./outbox').Result) => void} settled
   */
  #send(type, fields, done, settled) {
    let said = false;
    const queued = () => {
      if (said) return;
      said = true;
      done({ ok: true, queued: true });
    };
    const cancel = this.#parts.fx.later(QUEUED_AFTER_MS, queued);
    const fits = this.#parts.outbox.add(type, fields, {
      onAttempt: queued,
      onResult: (result) => {
        cancel();
        said = true;
        settled(result);
        done(resultOf(result));
      },
    });
    if (fits) return;
    cancel();
    settled({ id: '', status: 'rejected' });
    done({ ok: false, error: 'all texts together are too long for one event (16 kB)' });
  }
}

/** @param {import('./outbox').Result} result @returns {ActionResult} */
function resultOf({ status, code, field, detail, ban }) {
  if (status !== 'rejected') return { ok: true, ...(ban && { code: ban.code, state: ban.state }) };
  if (code === 'unknown_code') {
    return { ok: false, error: 'no ban with that code, or it is not yours to lift: ask the staff' };
  }
  return { ok: false, error: [code, field, detail].filter(Boolean).join(', ') };
}

module.exports = { Actions };
