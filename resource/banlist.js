'use strict';

// One ban list, held in an instance of bridge.wasm of its own: a snapshot is built in a fresh
// instance beside the live one, so that the memory of the old list goes with its instance.

const { Instance, isTrap } = require('./wasm');

const HEADER_BYTES = 36;
const ENTRY_BYTES = 20;
const TRAILER_BYTES = 24;
const MATCH_BYTES = 24;
const LISTS = [1, 2];

/**
 * @typedef {object} BanMatch
 * @property {number} banNumber
 * @property {string} code
 * @property {number} weight the sum; a player is banned from 100 on
 * @property {number[]} indexes which of the tags matched
 * @property {number} expires Unix seconds, the latest; 0: never
 */
/** @typedef {{ok: true, cursor: string, added: number, removed: number} | {error: string}} Applied */
/**
 * @typedef {object} Loader
 * @property {(bytes: Uint8Array) => {ok: true} | {error: string}} feed the section's bytes, cut anywhere
 * @property {() => Applied} finish after the last byte
 * @property {() => void} abandon takes back what a load under way has done
 */

/** @param {Uint8Array} header at least 24 bytes of a section */
function isSnapshot(header) {
  return header.subarray(16, 24).every((byte) => byte === 0);
}

/** @param {import('./wasm').Result} result @returns {Buffer} */
function valueOf(result) {
  if ('error' in result) throw new Error(result.error);
  return result.value;
}

class BanList {
  #module;
  #kind;
  #live;
  /** @type {Loader|null} */
  #loading = null;

  /** @param {WebAssembly.Module} module @param {number} kind 1 network, 2 owner */
  constructor(module, kind) {
    if (!LISTS.includes(kind)) throw new TypeError('a ban list is 1 (network) or 2 (owner)');
    this.#module = module;
    this.#kind = kind;
    this.#live = this.#empty();
  }

  #empty() {
    const instance = new Instance(this.#module);
    instance.number('list_create', this.#kind);
    return instance;
  }

  #state() {
    const state = valueOf(this.#live.pass('list_state'));
    return {
      tagVersion: state.readUInt16LE(0),
      size: state.readUInt32LE(2),
      cursor: state.toString('latin1', 6),
    };
  }

  get cursor() { return this.#state().cursor; }
  get tagVersion() { return this.#state().tagVersion; }
  get size() { return this.#state().size; }
  get memoryBytes() { return this.#live.memoryBytes; }

  /** One whole section. On an error the list is as it was. @param {Uint8Array} section @returns {Applied} */
  apply(section) {
    const loader = this.beginSection();
    const fed = loader.feed(section);
    return 'error' in fed ? fed : loader.finish();
  }

  /**
   * Applies a section piece by piece; 1,000 entries (20,000 bytes) take about half a millisecond.
   * A snapshot comes into force in finish(); a delta as it is fed, and is taken back on an error.
   * Beginning another section abandons one under way.
   * @returns {Loader}
   */
  beginSection() {
    this.#loading?.abandon();
    const loader = new SectionLoader(() => this.#live, () => this.#empty(), (instance) => {
      this.#live = instance;
    });
    this.#loading = loader;
    return loader;
  }

  /**
   * Every ban with a live entry among the tags (the first 64), heaviest first.
   * @param {Uint8Array[]} tags of 32 bytes
   * @param {number} now Unix seconds, by the server's clock
   * @returns {BanMatch[]}
   */
  match(tags, now) {
    const bytes = valueOf(this.#live.call('list_match', BigInt(Math.floor(now)), Buffer.concat(tags)));
    const matches = [];
    for (let at = 0; at < bytes.length; at += MATCH_BYTES) {
      matches.push(this.#matchAt(bytes, at));
    }
    return matches;
  }

  /** @param {Buffer} bytes @param {number} at @returns {BanMatch} */
  #matchAt(bytes, at) {
    const number = bytes.readBigUInt64LE(at);
    const bits = bytes.readBigUInt64LE(at + 16);
    return {
      banNumber: Number(number),
      code: valueOf(this.#live.call('print_ban_code', number)).toString('latin1'),
      weight: bytes.readUInt32LE(at + 8),
      indexes: Array.from({ length: 64 }, (_, i) => i).filter((i) => (bits >> BigInt(i)) & 1n),
      expires: bytes.readUInt32LE(at + 12),
    };
  }

  /** The list as a snapshot section. @returns {Buffer} */
  snapshot() {
    const section = Buffer.alloc(this.#live.number('list_snapshot_begin'));
    for (let at = 0; at < section.length;) {
      const piece = valueOf(this.#live.pass('list_snapshot_write'));
      at += piece.copy(section, at);
    }
    return section;
  }
}

/** Loads one section into the live instance (a delta) or a fresh one (a snapshot). */
class SectionLoader {
  #live;
  #empty;
  #replace;
  /** @type {Instance|null} null until the header is there */
  #target = null;
  #header = Buffer.alloc(0);
  /** @type {string|null} */
  #error = null;
  #over = false;

  /**
   * @param {() => Instance} live
   * @param {() => Instance} empty
   * @param {(instance: Instance) => void} replace puts another instance in the live one's place
   */
  constructor(live, empty, replace) {
    this.#live = live;
    this.#empty = empty;
    this.#replace = replace;
  }

  /** @param {Uint8Array} bytes @returns {{ok: true} | {error: string}} */
  feed(bytes) {
    if (this.#over) return { error: this.#error ?? 'this load is over' };
    let rest = bytes;
    if (!this.#target) {
      this.#header = Buffer.concat([this.#header, bytes]);
      if (this.#header.length < HEADER_BYTES) return { ok: true };
      rest = this.#header;
    }
    return this.#guard(() => {
      const target = this.#begin(rest);
      for (let at = 0; at < rest.length; at += target.capacity) {
        valueOf(target.pass('list_load_feed', rest.subarray(at, at + target.capacity)));
      }
      return { ok: true };
    });
  }

  /** @returns {Applied} */
  finish() {
    if (this.#over) return { error: this.#error ?? 'this load is over' };
    const target = this.#target;
    if (!target) return this.#fail('a byte too few');
    return this.#guard(() => {
      const counts = valueOf(target.pass('list_load_finish'));
      const state = valueOf(target.pass('list_state'));
      if (target !== this.#live()) this.#replace(target);
      this.#over = true;
      return {
        ok: true,
        cursor: state.toString('latin1', 6),
        added: counts.readUInt32LE(0),
        removed: counts.readUInt32LE(4),
      };
    });
  }

  abandon() {
    if (this.#over) return;
    this.#over = true;
    this.#error = 'this load was given up for another';
    if (this.#target === this.#live()) this.#target?.number('list_load_abandon');
  }

  /** @param {Uint8Array} header @returns {Instance} */
  #begin(header) {
    if (!this.#target) {
      this.#target = isSnapshot(header) ? this.#empty() : this.#live();
      this.#target.number('list_load_begin');
    }
    return this.#target;
  }

  /** @template T @param {() => T} work @returns {T | {error: string}} */
  #guard(work) {
    try {
      return work();
    } catch (error) {
      // The live list did not survive: an empty one asks for a snapshot.
      if (isTrap(error) && this.#target === this.#live()) this.#replace(this.#empty());
      return this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {string} error @returns {{error: string}} */
  #fail(error) {
    this.#over = true;
    this.#error = error;
    return { error };
  }
}

/**
 * Cuts the body of a /v1/bans answer into its sections by their headers; whether a section is right
 * is decided where it is applied.
 * @param {Buffer} body
 * @returns {Array<{list: number, section: Buffer}> | {error: string}}
 */
function splitSections(body) {
  const sections = [];
  for (let at = 0; at < body.length;) {
    const left = body.length - at;
    if (left < HEADER_BYTES) return { error: 'a byte too few' };
    if (body.toString('latin1', at, at + 4) !== 'DBL1') return { error: 'not a ban-list section' };
    const list = body[at + 4];
    if (!LISTS.includes(list)) return { error: 'a section of an unknown list' };
    const length = HEADER_BYTES + ENTRY_BYTES * body.readUInt32LE(at + 32) + TRAILER_BYTES;
    if (left < length) return { error: 'a byte too few' };
    sections.push({ list, section: body.subarray(at, at + length) });
    at += length;
  }
  return sections;
}

module.exports = { BanList, splitSections };
