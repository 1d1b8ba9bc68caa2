// Tags and sealed values, docs/protocol.md §12 and §13, with the noble libraries and node:crypto.
'use strict';

const crypto = require('node:crypto');
const { xchacha20poly1305 } = require('@noble/ciphers/chacha');
const { hsalsa, xsalsa20poly1305 } = require('@noble/ciphers/salsa');
const { blake2b } = require('@noble/hashes/blake2');
const { fromBase64url } = require('./encoding.js');

const SEPARATOR = Buffer.from([0x1f]);
// DER around the 32 raw bytes of an X25519 key (RFC 8410).
const X25519_PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

/**
 * BLAKE2b-256 with a key.
 * @param {Uint8Array} key
 * @param {Uint8Array} message
 */
function keyed(key, message) {
  return Buffer.from(blake2b(message, { key, dkLen: 32 }));
}

/** @param {...(string | Uint8Array)} parts joined by 0x1F */
function joined(...parts) {
  const pieces = parts.flatMap((part, i) => [...(i ? [SEPARATOR] : []), Buffer.from(part)]);
  return Buffer.concat(pieces);
}

/**
 * The value must be normalised already.
 * @param {Uint8Array} tagKey
 * @param {string} type
 * @param {string} value
 */
function tagOf(tagKey, type, value) {
  return keyed(tagKey, joined(type, value));
}

/**
 * @param {Uint8Array} tagKey
 * @param {string} ownerId
 * @param {string} value
 */
function tokenTag(tagKey, ownerId, value) {
  return keyed(tagKey, joined('token', ownerId, value));
}

/**
 * @param {string} sealed base64url
 * @param {Uint8Array} key
 * @param {Uint8Array} associated
 */
function open(sealed, key, associated) {
  const bytes = fromBase64url(sealed);
  const opened = xchacha20poly1305(key, bytes.subarray(0, 24), associated).decrypt(
    bytes.subarray(24),
  );
  return Buffer.from(opened);
}

/** @param {{ secret: Uint8Array, serverId: string, version: number, sealed: string }} from */
function openTagKey({ secret, serverId, version, sealed }) {
  const key = keyed(secret, Buffer.from('drawbridge-v1 tag-key'));
  return open(sealed, key, joined(serverId, String(version)));
}

/** @param {{ code: Uint8Array, keyId: string, sealed: string }} from */
function openEnrolledSecret({ code, keyId, sealed }) {
  return open(sealed, keyed(code, Buffer.from('drawbridge-v1 enrol')), Buffer.from(keyId));
}

/** A key pair for one rotation; `publicKey` are the 32 raw bytes. */
function rotationKeys() {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('x25519');
  return { publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32), privateKey };
}

/**
 * libsodium's crypto_box_seal_open: an ephemeral public key, then a box to ours whose nonce is the
 * hash of both.
 * @param {{ publicKey: Buffer, privateKey: crypto.KeyObject }} keys
 * @param {string} sealed base64url
 */
function openSealedBox({ publicKey, privateKey }, sealed) {
  const bytes = fromBase64url(sealed);
  const ephemeral = bytes.subarray(0, 32);
  const nonce = blake2b(Buffer.concat([ephemeral, publicKey]), { dkLen: 24 });
  const shared = crypto.diffieHellman({
    privateKey,
    publicKey: crypto.createPublicKey({
      key: Buffer.concat([X25519_PUBLIC, ephemeral]),
      type: 'spki',
      format: 'der',
    }),
  });
  return Buffer.from(xsalsa20poly1305(boxKey(shared), nonce).decrypt(bytes.subarray(32)));
}

/** crypto_box_beforenm: HSalsa20 of the shared point. @param {Buffer} shared */
function boxKey(shared) {
  const words = (/** @type {Uint8Array} */ bytes) =>
    new Uint32Array(new Uint8Array(bytes).buffer);
  const out = new Uint32Array(8);
  hsalsa(words(Buffer.from('expand 32-byte k')), words(shared), new Uint32Array(4), out);
  return new Uint8Array(out.buffer);
}

module.exports = { openEnrolledSecret, openSealedBox, openTagKey, rotationKeys, tagOf, tokenTag };
