'use strict';

// UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then 74 random bits.

const crypto = require('node:crypto');

/** @param {number} ms Unix milliseconds @returns {string} */
function uuid7(ms) {
  const bytes = crypto.randomBytes(16);
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join('-');
}

module.exports = { uuid7 };
