'use strict';

// The two ban lists as they are in force, and who is on them. The lists themselves live in the
// core; here is which list, which tags, and loading a long section slice by slice.

const { inSlices } = require('./slices');

/** @typedef {'network'|'owner'} ListName */
/** @typedef {import('./players').Player} Player */
/**
 * @typedef {object} Match a ban that the local lists hold against a player
 * @property {string} code
 * @property {ListName} scope
 * @property {number} expiresAt Unix milliseconds; 0: never
 */
/** @typedef {{byAccount: Match|null, byToken: Match|null}} Found */

/** @type {ListName[]} */
const NAMES = ['network', 'owner'];
const NUMBER = { network: 1, owner: 2 };
const MATCH_WEIGHT = 100;
// One feed takes well under a millisecond.
const PIECE_BYTES = 4_000;

class BanLists {
  #clock;
  #nextTick;
  #lists;
  /** @type {() => number} */
  #keyVersion;
  /** Corrected Unix milliseconds when the ingest last confirmed both lists; 0: never. */
  #confirmedAt = 0;
  /** @type {() => void} */
  #onChange = () => {};

  /**
   * @param {{core: import('./core').Core, clock: import('./clock').Clock,
   *   fx: import('./fx').Fx, keyVersion: () => number}} parts
   */
  constructor({ core, clock, fx, keyVersion }) {
    this.#clock = clock;
    this.#nextTick = fx.nextTick;
    this.#keyVersion = keyVersion;
    this.#lists = {
      network: core.createBanList(NUMBER.network),
      owner: core.createBanList(NUMBER.owner),
    };
  }

  get confirmedAt() { return this.#confirmedAt; }
  set confirmedAt(at) { this.#confirmedAt = at; }
  /** @param {() => void} listener called after a list has changed */
  onChange(listener) { this.#onChange = listener; }
  changed() { this.#onChange(); }

  /** @returns {Record<ListName, string>} */
  cursors() {
    return { network: this.#lists.network.cursor, owner: this.#lists.owner.cursor };
  }

  /** @param {ListName} name */
  info(name) {
    const { cursor, size, tagVersion } = this.#lists[name];
    return { cursor, size, tagVersion };
  }

  /** @param {ListName} name */
  memoryBytes(name) { return this.#lists[name].memoryBytes; }

  /** @param {ListName} name @returns {Buffer} */
  snapshot(name) { return this.#lists[name].snapshot(); }

  /** Whether a list is made with another version of the tag key than players are tagged with. */
  needsKey() {
    return NAMES.some((name) => {
      const { size, tagVersion } = this.#lists[name];
      return size > 0 && tagVersion !== this.#keyVersion();
    });
  }

  /**
   * Applies one section; what was held stays in force until it is complete and right.
   * @param {ListName} name
   * @param {Iterator<Buffer>} pieces the section's bytes, cut anywhere
   * @param {(error: string|null) => void} done
   */
  load(name, pieces, done) {
    const loader = this.#lists[name].beginSection();
    /** @type {string|null} */
    let error = null;
    const step = () => {
      const { value, done: last } = pieces.next();
      if (last) return false;
      const fed = loader.feed(value);
      if ('error' in fed) error = fed.error;
      return error === null;
    };
    inSlices(this.#nextTick, step, () => {
      const finished = error === null ? loader.finish() : { error };
      done('error' in finished ? finished.error : null);
    });
  }

  /** @param {Pick<Player, 'tags'|'tokens'>} player @returns {Found} */
  match({ tags, tokens }) {
    const accounts = tags.filter(({ type }) => type !== 'ip').map(({ tag }) => tag);
    const byAccount = this.#heaviest(accounts);
    if (byAccount) return { byAccount, byToken: null };
    return { byAccount, byToken: this.#heaviest([...tags.map(({ tag }) => tag), ...tokens]) };
  }

  /** Whether a list has this ban against one of these tags. @param {string} code @param {Buffer[]} tags */
  holds(code, tags) {
    return NAMES.some((name) => this.#lists[name].match(tags, this.#clock.seconds())
      .some((match) => match.code === code));
  }

  /** @param {Buffer[]} tags @returns {Match|null} */
  #heaviest(tags) {
    for (const name of NAMES) {
      const list = this.#lists[name];
      if (!list.size || list.tagVersion !== this.#keyVersion()) continue;
      const [first] = list.match(tags, this.#clock.seconds());
      if (first && first.weight >= MATCH_WEIGHT) {
        return { code: first.code, scope: name, expiresAt: first.expires * 1000 };
      }
    }
    return null;
  }
}

/** @param {Buffer} bytes @returns {Generator<Buffer>} */
function* cut(bytes) {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

module.exports = { BanLists, NAMES, cut };
