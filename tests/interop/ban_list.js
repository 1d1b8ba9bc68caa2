// Ban lists as docs/protocol.md §8 describes them: cut, apply, sum, match.
'use strict';

const { blake2b } = require('@noble/hashes/blake2');
const { banCode } = require('./encoding.js');

const HEADER = 36;
const ENTRY = 20;
const END = 24;
const MODULUS = 1n << 128n;
const MATCH_WEIGHT = 100;

/**
 * @typedef {object} Entry
 * @property {boolean} add
 * @property {number} weight
 * @property {bigint} ban
 * @property {bigint} prefix big-endian, so that it compares as bytes do
 * @property {number} expires
 */

/**
 * @typedef {object} Section
 * @property {'network' | 'owner'} list
 * @property {number} tagVersion
 * @property {string} lineage
 * @property {bigint} from
 * @property {bigint} to
 * @property {Entry[]} entries
 * @property {bigint} checksum
 */

/** @param {unknown} fact @param {string} why */
function must(fact, why) {
  if (!fact) throw new Error(`ban list: ${why}`);
}

/** @param {Buffer} bytes @returns {Entry} */
function readEntry(bytes) {
  const entry = {
    add: bytes[0] === 1,
    weight: bytes[1],
    ban: BigInt(bytes.readUIntLE(2, 6)),
    prefix: bytes.readBigUInt64BE(8),
    expires: bytes.readUInt32LE(16),
  };
  must(bytes[0] === 1 || bytes[0] === 2, `operation ${bytes[0]}`);
  must(entry.ban < 1n << 40n, 'a ban number beyond 40 bits');
  if (entry.add) must(entry.weight >= 1 && entry.weight <= 100, `weight ${entry.weight}`);
  else must(entry.weight === 0 && entry.expires === 0, 'a remove with weight or expiry');
  return entry;
}

/** @param {Entry} entry written as an add */
function writeEntry(entry) {
  const bytes = Buffer.alloc(ENTRY);
  bytes[0] = 1;
  bytes[1] = entry.weight;
  bytes.writeUIntLE(Number(entry.ban), 2, 6);
  bytes.writeBigUInt64BE(entry.prefix, 8);
  bytes.writeUInt32LE(entry.expires, 16);
  return bytes;
}

/** @param {Uint8Array} bytes */
function littleEndian(bytes) {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** @param {Entry} entry */
function hashOf(entry) {
  return littleEndian(blake2b(writeEntry(entry), { dkLen: 16 }));
}

/** @param {Buffer} body @returns {{ section: Section, rest: Buffer }} */
function readSection(body) {
  must(body.length >= HEADER + END, 'too short');
  must(body.toString('latin1', 0, 4) === 'DBL1', 'magic');
  must(body[4] === 1 || body[4] === 2, `list ${body[4]}`);
  must(body[5] === 0, 'reserved byte');
  const count = body.readUInt32LE(32);
  const end = HEADER + ENTRY * count;
  must(body.length >= end + END, 'fewer bytes than announced');
  must(body.toString('latin1', end, end + 4) === 'DBLE', 'end marker');
  must(body.readUInt32LE(end + 4) === count, 'the counts differ');
  const entries = Array.from({ length: count }, (_, i) =>
    readEntry(body.subarray(HEADER + ENTRY * i, HEADER + ENTRY * (i + 1))),
  );
  const lineage = body.readBigUInt64LE(8).toString(16).padStart(16, '0');
  /** @type {Section} */
  const section = {
    list: body[4] === 1 ? 'network' : 'owner',
    tagVersion: body.readUInt16LE(6),
    lineage,
    from: body.readBigUInt64LE(16),
    to: body.readBigUInt64LE(24),
    entries,
    checksum: littleEndian(body.subarray(end + 8, end + END)),
  };
  return { section, rest: body.subarray(end + END) };
}

/** @param {Buffer} body a whole answer @returns {Section[]} */
function readSections(body) {
  const sections = [];
  for (let rest = body; rest.length > 0; ) {
    const read = readSection(rest);
    sections.push(read.section);
    rest = read.rest;
  }
  must(sections.length > 0, 'no section');
  return sections;
}

/** @param {Entry} left @param {Entry} right */
function inOrder(left, right) {
  return left.prefix === right.prefix ? left.ban < right.ban : left.prefix < right.prefix;
}

/** One list as a client holds it. */
class BanList {
  constructor() {
    this.cursor = '0';
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.sum = 0n;
    this.tagVersion = 0;
    /** Of the last answer's sections. @type {('snapshot' | 'delta')[]} */
    this.kinds = [];
  }

  /** @param {Section} section Throws, and changes nothing, when it does not fit. */
  apply(section) {
    const snapshot = section.from === 0n;
    const expected = `${section.lineage}-${section.from}`;
    must(section.to >= 1n && section.to > section.from, 'version does not move on');
    must(snapshot || this.cursor === expected, `from ${expected}, held ${this.cursor}`);
    const entries = snapshot ? new Map() : new Map(this.entries);
    let sum = snapshot ? 0n : this.sum;
    if (snapshot) checkSnapshot(section.entries);
    for (const entry of section.entries) {
      const key = `${entry.ban} ${entry.prefix}`;
      const held = entries.get(key);
      if (held) sum -= hashOf(held);
      if (entry.add) {
        entries.set(key, entry);
        sum += hashOf(entry);
      } else {
        must(held, 'removes what is not there');
        entries.delete(key);
      }
    }
    sum = ((sum % MODULUS) + MODULUS) % MODULUS;
    must(sum === section.checksum, 'set checksum');
    Object.assign(this, { entries, sum, tagVersion: section.tagVersion });
    this.cursor = `${section.lineage}-${section.to}`;
    this.kinds.push(snapshot ? 'snapshot' : 'delta');
  }

  /**
   * Codes of the bans that these tags match.
   * @param {Buffer[]} tags
   * @param {number} now Unix seconds of the server
   */
  match(tags, now) {
    const prefixes = new Set(tags.map((tag) => tag.readBigUInt64BE(0)));
    /** @type {Map<bigint, number>} */
    const weights = new Map();
    for (const entry of this.entries.values()) {
      if (!prefixes.has(entry.prefix)) continue;
      if (entry.expires !== 0 && entry.expires <= now) continue;
      weights.set(entry.ban, (weights.get(entry.ban) ?? 0) + entry.weight);
    }
    return [...weights].filter(([, sum]) => sum >= MATCH_WEIGHT).map(([ban]) => banCode(ban));
  }
}

/** @param {Entry[]} entries */
function checkSnapshot(entries) {
  entries.forEach((entry, i) => {
    must(entry.add, 'a snapshot that removes');
    must(i === 0 || inOrder(entries[i - 1], entry), 'a snapshot out of order');
  });
}

module.exports = { BanList, readSections };
