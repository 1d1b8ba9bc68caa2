'use strict';

// Tags and sealed values as docs/protocol.md §12 and §13 describe them, with the @noble packages.

const crypto = require('node:crypto');
const { xchacha20poly1305 } = require('@noble/ciphers/chacha');
const { xsalsa20poly1305, hsalsa } = require('@noble/ciphers/salsa');
const { blake2b } = require('@noble/hashes/blake2b');
const zlib = require('node:zlib');

/** @param {Buffer} key @param {string} text */
const keyed = (key, text) => Buffer.from(blake2b(Buffer.from(text), { key, dkLen: 32 }));

/** @param {Buffer} key @param {string} type @param {string} value normalised */
const tagOf = (key, type, value) => keyed(key, `${type}\x1f${value}`);

/** @param {Buffer} key @param {string} owner @param {string} value normalised */
const tokenTagOf = (key, owner, value) => keyed(key, `token\x1f${owner}\x1f${value}`);

/** @param {Buffer} key @param {string} data @param {Buffer} plain */
function seal(key, data, plain) {
  const nonce = crypto.randomBytes(24);
  const sealed = xchacha20poly1305(key, nonce, Buffer.from(data)).encrypt(plain);
  return Buffer.concat([nonce, sealed]).toString('base64url');
}

/**
 * @param {Buffer} secret
 * @param {string} serverId
 * @param {number} version
 * @param {Buffer} tagKey
 */
const sealTagKey = (secret, serverId, version, tagKey) =>
  seal(keyed(secret, 'drawbridge-v1 tag-key'), `${serverId}\x1f${version}`, tagKey);

/** @param {Buffer} code @param {string} keyId @param {Buffer} secret */
const sealEnrolled = (code, keyId, secret) =>
  seal(keyed(code, 'drawbridge-v1 enrol'), keyId, secret);

const X25519_SPKI = Buffer.from('302a300506032b656e032100', 'hex');

/** libsodium's crypto_box_seal. @param {Buffer} publicKey @param {Buffer} plain */
function sealBox(publicKey, plain) {
  const recipient = crypto.createPublicKey({
    key: Buffer.concat([X25519_SPKI, publicKey]), format: 'der', type: 'spki',
  });
  const ephemeral = crypto.generateKeyPairSync('x25519');
  const sender = ephemeral.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const shared = crypto.diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const nonce = blake2b(Buffer.concat([sender, publicKey]), { dkLen: 24 });
  const words = (/** @type {Uint8Array} */ bytes) =>
    new Uint32Array(Uint8Array.from(bytes).buffer);
  const key = new Uint32Array(8);
  hsalsa(words(Buffer.from('expand 32-byte k')), words(shared), new Uint32Array(4), key);
  const box = xsalsa20poly1305(new Uint8Array(key.buffer), nonce).encrypt(plain);
  return Buffer.concat([sender, box]).toString('base64url');
}

/** @param {string} text */
function crc32(text) {
  // The last 8 bytes of gzip are CRC-32 and length; Node 18 has no crc32 of its own.
  const gzip = zlib.gzipSync(Buffer.from(text));
  return gzip.readUInt32LE(gzip.length - 8).toString(16).padStart(8, '0');
}

/** @param {Buffer} secret */
function printSecret(secret) {
  const text = secret.toString('base64url');
  return `dbs1_${text}_${crc32(text)}`;
}

/** @param {{url: string, serverId: string, code: Buffer, ca: Buffer}} enrolment */
function printEnrolment({ url, serverId, code, ca }) {
  const text = [Buffer.from(url).toString('base64url'), serverId, code.toString('base64url'),
    ca.toString('base64url')].join('.');
  return `dbe1_${text}_${crc32(text)}`;
}

module.exports = {
  tagOf, tokenTagOf, sealTagKey, sealEnrolled, sealBox, printSecret, printEnrolment,
};
