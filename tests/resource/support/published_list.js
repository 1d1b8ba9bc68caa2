'use strict';

// One ban list as an ingest publishes it (docs/protocol.md §8): what is in force, and the changes
// that led there.

const crypto = require('node:crypto');
const { sectionOf } = require('./sections');

/** @typedef {import('./sections').Entry} Entry */

/** @param {Entry} a @param {Entry} b */
const isSame = (a, b) => a.number === b.number && a.tag.equals(b.tag);

class PublishedList {
  version = 1;
  /** @type {Entry[]} */
  live = [];
  /** @type {Array<{from: number, bytes: Buffer}>} */
  sections = [];
  #number;
  #tagVersion;

  /**
   * @param {number} number 1 the network's, 2 the owner's
   * @param {() => number} tagVersion of the tag key that is in use
   */
  constructor(number, tagVersion) {
    this.#number = number;
    this.#tagVersion = tagVersion;
    this.lineage = `00000000000000${number === 1 ? 'a1' : 'b1'}`;
  }

  get cursor() { return `${this.lineage}-${this.version}`; }

  /** @param {Entry[]} entries */
  publish(entries) {
    for (const entry of entries) {
      this.live = this.live.filter((old) => !isSame(old, entry));
      if (!entry.remove) this.live.push(entry);
    }
    const from = this.version;
    this.version += 1;
    this.sections.push({ from, bytes: this.#section(from, entries) });
  }

  /** It starts anew. @param {Entry[]} live */
  restore(live) {
    this.lineage = crypto.randomBytes(8).toString('hex');
    this.version = 1;
    this.live = live;
    this.sections = [];
  }

  /** All that whoever is at this cursor lacks. @param {string} cursor `0`: he has nothing */
  since(cursor) {
    const [its, number] = cursor.split('-');
    const from = Number(number);
    if (its === this.lineage && from === this.version) return Buffer.alloc(0);
    const isKnown =
      its === this.lineage && from < this.version && this.sections[0]?.from <= from;
    if (!isKnown) return this.#section(0, this.live);
    const missed = this.sections.filter((section) => section.from >= from);
    return Buffer.concat(missed.map(({ bytes }) => bytes));
  }

  /** @param {number} from @param {Entry[]} entries */
  #section(from, entries) {
    return sectionOf({
      list: this.#number,
      tagVersion: this.#tagVersion(),
      lineage: this.lineage,
      from,
      to: this.version,
      entries,
      live: this.live,
    });
  }
}

module.exports = { PublishedList };
