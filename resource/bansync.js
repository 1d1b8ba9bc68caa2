'use strict';

// Keeps the two lists current: the saved copy at the start, then a long poll that is always
// parked at the ingest. A section that does not apply leaves the list as it was and has a
// snapshot fetched.

const { createBackoff, jittered } = require('./backoff');
const { NAMES, cut } = require('./banlists');
const { splitSections } = require('./core');

/** @typedef {import('./banlists').ListName} ListName */
/** @typedef {{name: ListName, section: Buffer, snapshot: boolean}} Piece */

const POLL_SLACK_MS = 15_000;
const ANSWER_BYTES = 64 * 1024 * 1024;
// An answer without news that comes at once (another poll of this key has ended this one) must
// not become a tight loop.
const QUIET_MS = 1_000;
const MOST_DELTAS = 1_000;
const MOST_DELTA_BYTES = 1_048_576;
// Writing a list out blocks for a time that grows with it; a longer one is fetched anew instead.
const MOST_WRITTEN_OUT = 20_000;

class BanSync {
  #parts;
  #running = false;
  #pollSeconds = 30;
  #backoff = createBackoff(1_000, 60_000);
  /** @type {Record<ListName, boolean>} asks for a snapshot */
  #afresh = { network: false, owner: false };
  #ready = false;
  /** @type {Array<() => void>} */
  #whenReady = [];

  /**
   * @param {{lists: import('./banlists').BanLists, copy: import('./listcopy').ListCopy,
   *   uplink: import('./uplink').Uplink, clock: import('./clock').Clock,
   *   fx: import('./fx').Fx, log: import('./log').Log}} parts
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Runs at once, or when the saved copy has been read. @param {() => void} run */
  whenReady(run) {
    if (this.#ready) run();
    else this.#whenReady.push(run);
  }

  /** Reads the saved copy. @param {() => void} done */
  restore(done) {
    const { lists, copy, log } = this.#parts;
    lists.confirmedAt = copy.confirmedAt();
    this.#restoreNext([...NAMES], () => {
      this.#ready = true;
      const held = NAMES.map((name) => lists.info(name).size).reduce((sum, size) => sum + size);
      if (held) log.info(`The saved ban list is in force: ${held} entries.`);
      lists.changed();
      for (const run of this.#whenReady.splice(0)) run();
      done();
    });
  }

  /** @param {number} pollSeconds */
  start(pollSeconds) {
    this.#pollSeconds = Math.min(30, pollSeconds);
    if (this.#running) return;
    this.#running = true;
    this.#poll();
  }

  stop() { this.#running = false; }

  /** @param {ListName[]} names @param {() => void} done */
  #restoreNext(names, done) {
    const name = names.shift();
    if (!name) {
      done();
      return;
    }
    this.#restoreList(name, this.#parts.copy.sections(name), () => this.#restoreNext(names, done));
  }

  /** @param {ListName} name @param {string[][]} sections @param {() => void} done */
  #restoreList(name, sections, done) {
    const { lists, copy, log } = this.#parts;
    const keys = sections.shift();
    if (!keys) {
      done();
      return;
    }
    lists.load(name, copy.read(keys), (error) => {
      if (!error) {
        this.#restoreList(name, sections, done);
        return;
      }
      log.warn(`The saved copy of the ${name} ban list is damaged (${error}); it is fetched anew.`);
      copy.drop(name);
      this.#afresh[name] = true;
      done();
    });
  }

  #poll() {
    if (!this.#running) return;
    const { uplink, lists, clock } = this.#parts;
    const { network, owner } = lists.cursors();
    const cursor = (/** @type {ListName} */ name, /** @type {string} */ held) =>
      (this.#afresh[name] ? '0' : held);
    const query = `network=${cursor('network', network)}&owner=${cursor('owner', owner)}`;
    const asked = clock.steady();
    uplink.call({
      method: 'GET',
      target: `/v1/bans?${query}&wait=${this.#pollSeconds}`,
      body: null,
      timeoutMs: this.#pollSeconds * 1000 + POLL_SLACK_MS,
      maxBytes: ANSWER_BYTES,
      poll: true,
    }, (outcome) => this.#answered(outcome, clock.steady() - asked));
  }

  /** @param {import('./uplink').Outcome} outcome @param {number} tookMs */
  #answered(outcome, tookMs) {
    const { lists, copy, clock, log } = this.#parts;
    if (!outcome.ok) {
      if (outcome.kind === 'refused') {
        log.state('poll', outcome.code, `The ingest refuses to give the ban list: ${outcome.code} `
          + `${outcome.detail}.`);
      }
      const least = outcome.kind === 'down' ? outcome.waitMs : 0;
      this.#pollIn(Math.max(least, this.#backoff.next()));
      return;
    }
    if (outcome.status === 204) {
      this.#backoff.reset();
      lists.confirmedAt = clock.now();
      copy.confirm(clock.now());
      this.#pollIn(tookMs < QUIET_MS ? jittered(QUIET_MS) : 0);
      return;
    }
    const sections = splitSections(outcome.body);
    if ('error' in sections) {
      log.warn(`The ban list came damaged (${sections.error}); it is fetched anew.`);
      for (const name of NAMES) this.#afresh[name] = true;
      this.#pollIn(this.#backoff.next());
      return;
    }
    this.#apply(sections.map(describe), () => this.#applied());
  }

  /** @param {number} ms */
  #pollIn(ms) {
    if (ms <= 0) this.#poll();
    else this.#parts.fx.later(ms, () => this.#poll());
  }

  /** @param {Piece[]} pieces @param {() => void} done */
  #apply(pieces, done) {
    const { lists, log } = this.#parts;
    const piece = pieces.shift();
    if (!piece) {
      done();
      return;
    }
    const { name, section } = piece;
    lists.load(name, cut(section), (error) => {
      if (error) {
        log.state(`apply ${name}`, error, `A change of the ${name} ban list does not fit (${
          error}); the whole list is fetched.`);
        this.#afresh[name] = true;
        this.#apply(pieces.filter((later) => later.name !== name), done);
        return;
      }
      log.state(`apply ${name}`, 'fits', '');
      this.#keep(piece);
      this.#apply(pieces, done);
    });
  }

  /** @param {Piece} piece */
  #keep({ name, section, snapshot }) {
    const { lists, copy } = this.#parts;
    if (snapshot) {
      this.#afresh[name] = false;
      copy.replace(name, section);
      return;
    }
    copy.append(name, section);
    const { count, bytes } = copy.deltas(name);
    if (count < MOST_DELTAS && bytes < MOST_DELTA_BYTES) return;
    if (lists.info(name).size <= MOST_WRITTEN_OUT) copy.replace(name, lists.snapshot(name));
    else this.#afresh[name] = true;
  }

  #applied() {
    const { lists, copy, clock, fx } = this.#parts;
    const asked = NAMES.some((name) => this.#afresh[name]);
    if (!asked) {
      this.#backoff.reset();
      lists.confirmedAt = clock.now();
      copy.confirm(clock.now());
    }
    fx.guarded('list change', () => lists.changed());
    // A list that is asked for again and again must not become a tight loop either.
    this.#pollIn(asked ? this.#backoff.next() : 0);
  }
}

/**
 * @param {{list: number, section: Buffer}} cut
 * @returns {Piece} a snapshot applies to version 0 (docs/protocol.md §8: `from`, at byte 16)
 */
function describe({ list, section }) {
  const snapshot = section.readBigUInt64LE(16) === 0n;
  return { name: list === 1 ? 'network' : 'owner', section, snapshot };
}

module.exports = { BanSync };
