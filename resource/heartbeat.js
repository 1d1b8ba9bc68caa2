'use strict';

// Once a minute: alive, and how many play. The lists' cursors tell the network from when on a ban
// is in force here.

const { jittered } = require('./backoff');

/**
 * @typedef {object} Parts
 * @property {import('./fx').Fx} fx
 * @property {import('./clock').Clock} clock
 * @property {import('./players').Players} players
 * @property {import('./banlists').BanLists} lists
 * @property {import('./outbox').Outbox} outbox
 * @property {() => void} onBeat what else is due once a minute
 */

const EVERY_MS = 60_000;
const JITTER_MS = 5_000;
const MOST_PLAYERS = 2_048;
const MOST_OUTBOX = 1_000_000;

class Heartbeat {
  #parts;
  #startedAt;
  /** @type {() => void} */
  #cancel = () => {};

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.steady();
  }

  start() {
    this.#beat();
    this.#schedule();
  }

  stop() { this.#cancel(); }

  #schedule() {
    // jittered() gives half of it to all of it: a minute, give or take a few seconds.
    const wait = EVERY_MS - JITTER_MS * 1.5 + jittered(JITTER_MS * 2);
    this.#cancel = this.#parts.fx.later(wait, () => {
      this.#schedule();
      this.#beat();
    });
  }

  #beat() {
    const { fx, clock, players, lists, outbox, onBeat } = this.#parts;
    const count = Math.min(MOST_PLAYERS, players.playing().length);
    outbox.add('heartbeat', {
      uptime: Math.floor((clock.steady() - this.#startedAt) / 1000),
      players: count,
      lists: lists.cursors(),
      outbox: Math.min(MOST_OUTBOX, outbox.size),
      dropped: outbox.dropped,
      resource_version: fx.version().slice(0, 32),
    });
    outbox.add('player_count', {
      players: count, max_players: fx.serverFacts().max_players ?? MOST_PLAYERS,
    });
    onBeat();
  }
}

module.exports = { Heartbeat };
