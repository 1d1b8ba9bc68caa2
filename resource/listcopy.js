'use strict';

// The lists as they were last received, in the key-value store, so that a restart enforces them
// with the ingest away. Kept are the sections themselves (a snapshot and the deltas after it);
// loading checks them like fresh ones, and drops what does not fit.
//
// Keys: `list:<name>` = {"server_id","generation"}; `list:<name>:<generation>:<section>:<piece>` =
// base64. A new snapshot is written as a new generation and counts once `list:<name>` names it.
// What a crash loses of it is fetched again.

const { inSlices } = require('./slices');

/** @typedef {import('./banlists').ListName} ListName */

// Divisible by 3, so that pieces of base64 have no padding inside; 64 KiB as text.
const PIECE_BYTES = 49_152;
// A megabyte: flushed all at once at the end, a long list would hold up the server.
const FLUSH_PIECES = 16;
const CONFIRMED_KEY = 'list_confirmed';
const CONFIRM_EVERY_MS = 300_000;

/** @param {number} number */
const digits = (number) => String(number).padStart(8, '0');

class ListCopy {
  #fx;
  #serverId;
  /** @type {Record<ListName, {generation: number, sections: number, bytes: number}>} */
  #kept = {
    network: { generation: 0, sections: 0, bytes: 0 },
    owner: { generation: 0, sections: 0, bytes: 0 },
  };
  /** @type {Record<ListName, number>} only the newest job of a list goes on */
  #jobs = { network: 0, owner: 0 };
  #confirmedAt = 0;

  /**
   * @param {import('./fx').Fx} fx
   * @param {string} serverId a copy of another server's is dropped
   */
  constructor(fx, serverId) {
    this.#fx = fx;
    this.#serverId = serverId;
  }

  /** Deltas since the snapshot, to judge whether a fresh snapshot is worth it. */
  /** @param {ListName} name */
  deltas(name) {
    const { sections, bytes } = this.#kept[name];
    return { count: Math.max(0, sections - 1), bytes };
  }

  confirmedAt() { return Number(this.#fx.kvp.get(CONFIRMED_KEY)) || 0; }

  /** @param {number} at */
  confirm(at) {
    if (at - this.#confirmedAt < CONFIRM_EVERY_MS) return;
    this.#confirmedAt = at;
    this.#fx.kvp.put(CONFIRMED_KEY, String(at));
  }

  /** The sections of a list, each as its pieces. @param {ListName} name @returns {string[][]} */
  sections(name) {
    const { kvp } = this.#fx;
    const kept = this.#kept[name];
    const meta = this.#meta(name);
    if (!meta) return [];
    kept.generation = meta.generation;
    /** @type {Map<string, string[]>} */
    const sections = new Map();
    for (const key of kvp.keys(`list:${name}:${digits(meta.generation)}:`).sort()) {
      const section = key.split(':')[3];
      sections.set(section, [...(sections.get(section) ?? []), key]);
    }
    kept.sections = sections.size;
    return [...sections.values()];
  }

  /** @param {string[]} keys of one section @returns {Generator<Buffer>} */
  * read(keys) {
    for (const key of keys) {
      const bytes = Buffer.from(this.#fx.kvp.get(key) ?? '', 'base64');
      for (let at = 0; at < bytes.length; at += 4_096) yield bytes.subarray(at, at + 4_096);
    }
  }

  /** @param {ListName} name @param {Buffer} section a delta to the list as it was */
  append(name, section) {
    const kept = this.#kept[name];
    for (const [key, bytes] of this.#pieces(name, section)) {
      this.#fx.kvp.put(key, bytes.toString('base64'));
    }
    kept.sections += 1;
    kept.bytes += section.length;
  }

  /** @param {ListName} name @param {Buffer} section */
  replace(name, section) {
    const kept = this.#kept[name];
    kept.generation += 1;
    kept.sections = 0;
    const pieces = this.#pieces(name, section);
    kept.sections = 1;
    kept.bytes = 0;
    const { generation } = kept;
    const job = (this.#jobs[name] += 1);
    let written = 0;
    const step = () => {
      const { value, done } = pieces.next();
      if (done || job !== this.#jobs[name]) return false;
      this.#fx.kvp.put(value[0], value[1].toString('base64'));
      written += 1;
      if (written % FLUSH_PIECES === 0) this.#fx.kvp.flush();
      return true;
    };
    inSlices(this.#fx.nextTick, step, () => {
      if (job !== this.#jobs[name]) return;
      this.#fx.kvp.put(`list:${name}`, JSON.stringify({ server_id: this.#serverId, generation }));
      this.#sweep(name, job);
    });
  }

  /** Nothing of a list is worth keeping. @param {ListName} name */
  drop(name) {
    this.#kept[name] = { generation: this.#kept[name].generation + 1, sections: 0, bytes: 0 };
    this.#fx.kvp.remove(`list:${name}`);
    this.#sweep(name, (this.#jobs[name] += 1));
  }

  /** @param {ListName} name */
  #meta(name) {
    try {
      const meta = JSON.parse(this.#fx.kvp.get(`list:${name}`) ?? 'null');
      return meta?.server_id === this.#serverId ? meta : null;
    } catch {
      return null;
    }
  }

  /** Removes what is of no current generation. @param {ListName} name @param {number} job */
  #sweep(name, job) {
    const { kvp } = this.#fx;
    const living = `list:${name}:${digits(this.#kept[name].generation)}:`;
    const dead = kvp.keys(`list:${name}:`).filter((key) => !key.startsWith(living));
    const step = () => {
      const key = dead.pop();
      if (!key || job !== this.#jobs[name]) return false;
      kvp.remove(key);
      return true;
    };
    inSlices(this.#fx.nextTick, step, () => {});
  }

  /** The keys and values of a section that is the next one. */
  /** @param {ListName} name @param {Buffer} section */
  #pieces(name, section) {
    const { generation, sections } = this.#kept[name];
    return piecesOf(`list:${name}:${digits(generation)}:${digits(sections)}:`, section);
  }
}

/** @param {string} prefix @param {Buffer} section @returns {Generator<[string, Buffer]>} */
function* piecesOf(prefix, section) {
  for (let at = 0, piece = 0; at < section.length; at += PIECE_BYTES, piece += 1) {
    yield [prefix + digits(piece), section.subarray(at, at + PIECE_BYTES)];
  }
}

module.exports = { ListCopy };
