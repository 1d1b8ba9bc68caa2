'use strict';

// Asks for the reason of a ban that only the list has told us of (docs/protocol.md §9).

/** @typedef {import('./screen').Refusal} Refusal */
/** @typedef {import('./players').Player} Player */

class Explain {
  #uplink;
  #players;
  #later;

  /**
   * @param {{uplink: import('./uplink').Uplink, players: import('./players').Players,
   *   later: import('./fx').Fx['later']}} parts
   */
  constructor({ uplink, players, later }) {
    this.#uplink = uplink;
    this.#players = players;
    this.#later = later;
  }

  /**
   * Calls back once: with the reason if it comes in time, else with what was known before.
   * @param {Player} player @param {Refusal} refusal @param {number} waitMs
   * @param {(refusal: Refusal) => void} done
   */
  ask(player, refusal, waitMs, done) {
    let over = false;
    const finish = (/** @type {Refusal} */ known) => {
      if (over) return;
      over = true;
      cancel();
      done(known);
    };
    const cancel = this.#later(waitMs, () => finish(refusal));
    const { tags, tokens = [] } = this.#players.wire(player);
    this.#uplink.call({
      method: 'POST',
      target: '/v1/bans/explain',
      body: JSON.stringify({ session: player.session, tags, tokens }),
      timeoutMs: 5_000,
      maxBytes: 65_536,
    }, (outcome) => {
      const matches = outcome.ok ? outcome.json?.matches ?? [] : [];
      const match = matches.find((/** @type {any} */ each) => each.code === refusal.code);
      finish(match ? { ...refusal, category: match.category, reason: match.reason } : refusal);
    });
  }
}

module.exports = { Explain };
