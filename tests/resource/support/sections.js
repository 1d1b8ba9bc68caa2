'use strict';

// Ban list sections as docs/protocol.md §8 describes them, made for the tests from that text.

const { blake2b } = require('@noble/hashes/blake2b');

/**
 * @typedef {{number: number, tag: Buffer, weight?: number, expires?: number,
 *   remove?: boolean}} Entry
 */

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** @param {number} number @returns {string} */
function codeOf(number) {
  let code = '';
  for (let rest = BigInt(number), i = 0; i < 8; i += 1, rest >>= 5n) {
    code = ALPHABET[Number(rest & 31n)] + code;
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** @param {Entry} entry */
function encode({ number, tag, weight = 100, expires = 0, remove = false }) {
  const bytes = Buffer.alloc(20);
  bytes[0] = remove ? 2 : 1;
  bytes[1] = remove ? 0 : weight;
  bytes.writeUIntLE(number, 2, 6);
  tag.copy(bytes, 8, 0, 8);
  bytes.writeUInt32LE(remove ? 0 : expires, 16);
  return bytes;
}

/** @param {Entry[]} live */
function checksumOf(live) {
  let sum = 0n;
  for (const entry of live) {
    const hash = blake2b(encode({ ...entry, remove: false }), { dkLen: 16 });
    sum += BigInt(`0x${Buffer.from(hash).reverse().toString('hex')}`);
  }
  const hex = BigInt.asUintN(128, sum).toString(16).padStart(32, '0');
  return Buffer.from(hex, 'hex').reverse();
}

/**
 * @param {{list: number, tagVersion?: number, lineage: string, from: number, to: number,
 *   entries: Entry[], live: Entry[]}} section live: what is in force after it
 */
function sectionOf({ list, tagVersion = 1, lineage, from, to, entries, live }) {
  const head = Buffer.alloc(36);
  head.write('DBL1', 0, 'latin1');
  head[4] = list;
  head.writeUInt16LE(tagVersion, 6);
  head.writeBigUInt64LE(BigInt(`0x${lineage}`), 8);
  head.writeBigUInt64LE(BigInt(from), 16);
  head.writeBigUInt64LE(BigInt(to), 24);
  head.writeUInt32LE(entries.length, 32);
  const order = (/** @type {Entry} */ a, /** @type {Entry} */ b) =>
    Buffer.compare(a.tag.subarray(0, 8), b.tag.subarray(0, 8)) || a.number - b.number;
  const sorted = from === 0 ? [...entries].sort(order) : entries;
  const end = Buffer.alloc(8);
  end.write('DBLE', 0, 'latin1');
  end.writeUInt32LE(entries.length, 4);
  return Buffer.concat([head, ...sorted.map(encode), end, checksumOf(live)]);
}

module.exports = { sectionOf, codeOf };
