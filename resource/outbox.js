'use strict';

// Events that wait to be stored by the ingest, oldest first, each under its own key `outbox:<n>`
// of the key-value store until its result has come: a restart loses none. Holds no raw value.
//
// An event gets its id and time once, from the confirmed clock. One made before the clock is
// confirmed is kept without an id and stamped when it is.

const { uuid7 } = require('./ids');

/**
 * @typedef {{id: string, status: 'stored'|'duplicate'|'rejected', [member: string]: any}} Result
 */
/**
 * @typedef {object} Watcher what the maker of an event wants to know; lost in a restart
 * @property {(result: Result) => void} [onResult] once, the final word
 * @property {() => void} [onAttempt] each time it could not be delivered; it is kept
 */
/**
 * @typedef {object} Entry
 * @property {number} number its place, for ever
 * @property {Record<string, any>} event
 * @property {string} text the event as sent; empty until it is stamped
 * @property {number} bytes
 * @property {boolean} flying it is in a request right now
 * @property {boolean} tried
 * @property {Watcher} watcher
 */

const PREFIX = 'outbox:';
const MOST_EVENTS = 10_000;
const MOST_BYTES = 8 * 1024 * 1024;
const EVENT_BYTES = 16_384;
const FLUSH_MS = 1_000;
/** What goes first when the outbox is full; what is not named here is never given up. */
const WORTH = new Map([
  ['heartbeat', 0], ['player_count', 0], ['error', 1], ['leave', 2], ['join', 3], ['kick', 4],
  ['warn', 4], ['report', 5], ['detection', 5],
]);
const AT_ONCE = new Set(['ban', 'unban']);

/** @param {number} number */
const keyOf = (number) => PREFIX + String(number).padStart(12, '0');

class Outbox {
  #fx;
  #kvp;
  #clock;
  #log;
  /** @type {Map<number, Entry>} in order of their numbers */
  #entries = new Map();
  #nextNumber = 1;
  #bytes = 0;
  #dropped = 0;
  #unstamped = false;
  /** @type {(() => void)|null} */
  #cancelFlush = null;
  /** @type {(entry: Entry) => void} */
  #onAdded = () => {};

  /**
   * @param {{fx: Pick<import('./fx').Fx, 'kvp'|'later'|'guarded'>,
   *   clock: import('./clock').Clock, log: import('./log').Log}} parts
   */
  constructor({ fx, clock, log }) {
    this.#fx = fx;
    this.#kvp = fx.kvp;
    this.#clock = clock;
    this.#log = log;
  }

  get size() { return this.#entries.size; }
  get dropped() { return this.#dropped; }
  /** @param {(entry: Entry) => void} listener */
  onAdded(listener) { this.#onAdded = listener; }

  /** Reads what an earlier run left. A damaged entry is given up and counted. */
  load() {
    for (const key of this.#kvp.keys(PREFIX).sort()) {
      const number = Number(key.slice(PREFIX.length));
      try {
        const text = this.#kvp.get(key) ?? '';
        this.#put(number, JSON.parse(text), text, {});
      } catch {
        this.#kvp.remove(key);
        this.#dropped += 1;
      }
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
    }
    if (this.size) this.#log.info(`${this.size} events of the last run wait to be sent.`);
  }

  /** Forgets everything, when this server was enrolled as another one. */
  clear() {
    for (const entry of [...this.#entries.values()]) this.#remove(entry);
    this.#kvp.flush();
  }

  /**
   * @param {string} type @param {Record<string, any>} fields @param {Watcher} [watcher]
   * @returns {boolean} false: it is too large to be sent, ever
   */
  add(type, fields, watcher = {}) {
    const at = this.#clock.now();
    const event = this.#clock.confirmed() ? { id: uuid7(at), type, at, ...fields }
      : { type, at, ...fields };
    const text = JSON.stringify(event);
    const entry = this.#put(this.#nextNumber, event, text, watcher);
    if (entry.bytes > EVENT_BYTES) {
      this.#forget(entry);
      return false;
    }
    this.#nextNumber += 1;
    this.#kvp.put(keyOf(entry.number), text);
    this.#makeRoom();
    this.#scheduleFlush(AT_ONCE.has(type));
    this.#onAdded(entry);
    return true;
  }

  /** @param {string} type @returns {Record<string, any>[]} */
  waiting(type) {
    return [...this.#entries.values()].map(({ event }) => event)
      .filter((event) => event.type === type);
  }

  /**
   * The next events for one request, oldest first; they count as flying until settle or release.
   * An event of a session whose join is still under way in another request stays behind.
   * @param {{most: number, bytes: number, wants: (entry: Entry) => boolean}} room
   * @returns {Entry[]}
   */
  take({ most, bytes, wants }) {
    this.#stampAll();
    const busy = this.#busySessions();
    const taken = [];
    let size = 32;
    for (const entry of this.#entries.values()) {
      if (entry.flying || !wants(entry)) continue;
      if (busy.has(entry.event.session)) continue;
      if (taken.length === most || size + entry.bytes + 1 > bytes) break;
      size += entry.bytes + 1;
      entry.flying = true;
      taken.push(entry);
    }
    return taken;
  }

  /** @param {(entry: Entry) => boolean} wants */
  has(wants) {
    for (const entry of this.#entries.values()) if (!entry.flying && wants(entry)) return true;
    return false;
  }

  /** Not delivered: they stay, to be sent again. @param {Entry[]} entries */
  release(entries) {
    for (const entry of entries) {
      entry.flying = false;
      entry.tried = true;
      this.#fx.guarded('attempt', () => entry.watcher.onAttempt?.());
    }
  }

  /** Has its result: it need not be kept. @param {Entry} entry @param {Result} result */
  settle(entry, result) {
    entry.flying = false;
    this.#remove(entry);
    this.#scheduleFlush(false);
    this.#fx.guarded('result', () => entry.watcher.onResult?.(result));
  }

  flush() {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    this.#kvp.flush();
  }

  /**
   * @param {number} number
   * @param {Record<string, any>} event
   * @param {string} text the same, as kept
   * @param {Watcher} watcher
   */
  #put(number, event, text, watcher) {
    // An id and its punctuation still come to an unstamped event.
    const bytes = Buffer.byteLength(text) + (event.id ? 0 : 48);
    if (!event.id) this.#unstamped = true;
    const entry = {
      number, event, text: event.id ? text : '', bytes, flying: false, tried: false, watcher,
    };
    this.#entries.set(number, entry);
    this.#bytes += bytes;
    return entry;
  }

  #stampAll() {
    if (!this.#unstamped || !this.#clock.confirmed()) return;
    this.#unstamped = false;
    for (const entry of this.#entries.values()) {
      if (entry.text) continue;
      const at = Math.max(0, entry.event.at + this.#clock.offset());
      entry.event = { ...entry.event, id: uuid7(at), at };
      entry.text = JSON.stringify(entry.event);
      this.#kvp.put(keyOf(entry.number), entry.text);
    }
    this.flush();
  }

  #busySessions() {
    const busy = new Set();
    for (const { flying, event } of this.#entries.values()) {
      if (flying && event.session) busy.add(event.session);
    }
    return busy;
  }

  #makeRoom() {
    while (this.#entries.size > MOST_EVENTS || this.#bytes > MOST_BYTES) {
      const victim = this.#leastWorth();
      if (!victim) return;
      this.#remove(victim);
      this.#dropped += 1;
      this.#log.state('outbox', 'full', 'The outbox is full: the ingest has been away for too '
        + 'long. The oldest heartbeats and joins are given up first; bans are kept.');
    }
  }

  #leastWorth() {
    let least = null;
    let worth = Infinity;
    for (const entry of this.#entries.values()) {
      const its = WORTH.get(entry.event.type) ?? Infinity;
      if (its >= worth || entry.flying) continue;
      least = entry;
      worth = its;
      if (worth === 0) break;
    }
    return least;
  }

  /** @param {Entry} entry */
  #forget(entry) {
    if (this.#entries.delete(entry.number)) this.#bytes -= entry.bytes;
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#forget(entry);
    this.#kvp.remove(keyOf(entry.number));
    if (this.#entries.size < MOST_EVENTS / 2) this.#log.state('outbox', 'room', '');
  }

  /** @param {boolean} atOnce */
  #scheduleFlush(atOnce) {
    if (atOnce) {
      this.flush();
      return;
    }
    this.#cancelFlush ??= this.#fx.later(FLUSH_MS, () => this.flush());
  }
}

module.exports = { Outbox };
