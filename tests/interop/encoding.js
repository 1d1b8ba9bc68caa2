// Names and encodings, docs/protocol.md §2.
'use strict';

const crypto = require('node:crypto');

const BAN_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/**
 * CRC-32 (IEEE) as 8 lower-case hex digits.
 * @param {string} text
 */
function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
}

/**
 * Refuses what is not canonical and unpadded.
 * @param {string} text
 */
function fromBase64url(text) {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Error('not canonical base64url');
  return bytes;
}

/**
 * @param {string} text
 * @param {string} prefix
 */
function withoutCheck(text, prefix) {
  const body = text.slice(prefix.length, -9);
  if (!text.startsWith(prefix) || text.at(-9) !== '_') throw new Error(`not a ${prefix}…`);
  if (crc32(body) !== text.slice(-8)) throw new Error(`mistyped ${prefix}…: its check is wrong`);
  return body;
}

/**
 * `dbs1_…` to the 32 bytes.
 * @param {string} text
 */
function parseSecret(text) {
  const bytes = fromBase64url(withoutCheck(text, 'dbs1_'));
  if (bytes.length !== 32) throw new Error('a secret has 32 bytes');
  return bytes;
}

/** @param {string} text `dbe1_…`, alone or as the line for the console */
function parseEnrolment(text) {
  const parts = withoutCheck(text.replace(/^drawbridge enrol /, ''), 'dbe1_').split('.');
  if (parts.length !== 4) throw new Error('an enrolment has four parts');
  const [url, serverId, code, ca] = parts;
  return {
    url: fromBase64url(url).toString('utf8'),
    serverId,
    code: fromBase64url(code),
    ca: pemOf(fromBase64url(ca)),
  };
}

/** @param {Buffer} der */
function pemOf(der) {
  if (der.length === 0) return undefined;
  return new crypto.X509Certificate(der).toString();
}

/** @param {bigint} number 40 bits */
function banCode(number) {
  let code = '';
  for (let shift = 35n; shift >= 0n; shift -= 5n) {
    code += BAN_ALPHABET[Number((number >> shift) & 31n)];
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** UUIDv7 of RFC 9562. @param {number} [at] Unix milliseconds */
function uuid7(at = Date.now()) {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20, 32]
    .slice(0, -1)
    .map((from, i) => hex.slice(from, [8, 12, 16, 20, 32][i]))
    .join('-');
}

module.exports = { banCode, crc32, fromBase64url, parseEnrolment, parseSecret, uuid7 };
