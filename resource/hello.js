'use strict';

// The first request of a start (docs/protocol.md §6): who we are, and the tag key. Again when the
// ingest was restarted, when a list is made with another tag key, and once a day.

const { createBackoff } = require('./backoff');

/** @typedef {{pollSeconds: number, limits: import('./sender').Limits}} Terms */
/**
 * @typedef {object} Parts
 * @property {import('./uplink').Uplink} uplink
 * @property {import('./core').Core} core
 * @property {import('./identity').IdentityStore} store
 * @property {import('./fx').Fx} fx
 * @property {import('./clock').Clock} clock
 * @property {import('./log').Log} log
 * @property {(key: import('./identity').TagKey) => void} onKey
 * @property {(terms: Terms) => void} onTerms
 */

const DAY_MS = 86_400_000;
const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 65_536;

class Hello {
  #parts;
  #backoff = createBackoff(1_000, 60_000);
  #asking = false;
  #stopped = false;
  #answeredAt = -Infinity;
  /** @type {{name: string, mode: string}|null} what the ingest calls this server */
  #server = null;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  get server() { return this.#server; }
  stop() { this.#stopped = true; }

  /** Asks, and goes on asking until it is answered. */
  ask() {
    if (this.#asking || this.#stopped) return;
    this.#asking = true;
    const { uplink, fx } = this.#parts;
    const body = JSON.stringify({
      protocol: 1,
      resource_version: fx.version().slice(0, 32),
      tag_schemes: [1],
      server: fx.serverFacts(),
    });
    uplink.call({
      method: 'POST', target: '/v1/hello', body, timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES,
    }, (outcome) => this.#answered(outcome));
  }

  /** Once a minute: is it time again? */
  askDaily() {
    if (this.#parts.clock.steady() - this.#answeredAt > DAY_MS) this.ask();
  }

  /** @param {import('./uplink').Outcome} outcome */
  #answered(outcome) {
    this.#asking = false;
    const { fx, log } = this.#parts;
    if (outcome.ok && this.#accept(outcome)) {
      this.#backoff.reset();
      return;
    }
    if (!outcome.ok && outcome.kind === 'refused') {
      log.state('hello', outcome.code, `The ingest does not take this resource's greeting: ${
        outcome.code} ${outcome.detail}. Is the resource as new as the ingest?`);
    }
    const least = !outcome.ok && outcome.kind === 'down' ? outcome.waitMs : 0;
    fx.later(Math.max(least, this.#backoff.next()), () => this.ask());
  }

  /** @param {{json: any, secret: Buffer}} outcome @returns {boolean} */
  #accept({ json, secret }) {
    const { uplink, core, store, clock, log, onKey, onTerms } = this.#parts;
    if (json.tag_scheme !== 1) {
      log.state('hello', 'scheme', 'The network uses a newer way of hashing identifiers than this '
        + 'resource knows: update the resource.');
      return false;
    }
    const { serverId } = uplink;
    const { version, sealed } = json.tag_key;
    const key = core.openTagKey({ secret, serverId, version, sealed });
    if (!key) {
      log.state('hello', 'key', 'The tag key in the ingest\'s answer cannot be opened: report this '
        + 'to the network\'s staff.');
      return false;
    }
    const tagKey = { version, key, ownerId: json.server.owner_id };
    store.saveTagKey(serverId, tagKey);
    this.#server = { name: json.server.name, mode: json.server.mode };
    this.#answeredAt = clock.steady();
    // Said again with another secret: whoever enrolled anew wants to see that it works.
    log.state('hello', `answered ${uplink.status().keyId}`, `Connected to ${uplink.url} as ${
      serverId}, mode ${json.server.mode}.`);
    onKey(tagKey);
    const { events_per_request: events, body_bytes: bytes, poll_seconds: poll } = json.limits;
    const limits = { events: Math.min(500, events), bytes: Math.min(1_048_576, bytes) };
    onTerms({ pollSeconds: poll, limits });
    return true;
  }
}

module.exports = { Hello };
