'use strict';

// The core both ends share, as the rest of the resource calls it: what is hashed, signed, verified,
// opened and matched is computed in bridge.wasm by the code the ingest server runs. Here are only
// names and shapes. Bodies are hashed by Node's own SHA-256, which is ten times faster.

const crypto = require('node:crypto');
const { BanList, splitSections } = require('./banlist');
const { Instance, compile, isTrap } = require('./wasm');

const LABEL = 'sig1';

/** @typedef {import('./banlist').BanList} BanListType */
/**
 * @typedef {object} Context what an answer is bound to
 * @property {string} method
 * @property {string} target
 * @property {string} label
 * @property {Buffer} mac
 */
/**
 * @typedef {object} RequestToSign
 * @property {Uint8Array} secret 32 bytes
 * @property {string} keyId
 * @property {string} method
 * @property {string} authority host[:port]
 * @property {string} target path and query
 * @property {string} contentType not used without a body
 * @property {Uint8Array|null} body
 * @property {number} created Unix seconds
 * @property {number} epoch
 * @property {number} counter
 */
/**
 * @typedef {object} AnswerToVerify
 * @property {Uint8Array} secret
 * @property {string} keyId
 * @property {Context} context
 * @property {number} status
 * @property {Record<string, string | string[] | undefined>} headers lower-case names
 * @property {Uint8Array} body
 * @property {Uint8Array} [bodyDigest] the body's SHA-256, where it was computed as it came in
 */

/** @param {Uint8Array} bytes @param {string} name @returns {Uint8Array} */
function key(bytes, name) {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32) {
    throw new TypeError(`${name} must be 32 bytes`);
  }
  return bytes;
}

/** @param {number|bigint} value @param {string} name @returns {bigint} */
function natural(value, name) {
  if (typeof value === 'bigint' ? value >= 0n : Number.isSafeInteger(value) && value >= 0) {
    return BigInt(value);
  }
  throw new TypeError(`${name} must be a whole number`);
}

/** @param {Uint8Array} bytes @returns {Buffer} */
function sha256(bytes) { return crypto.createHash('sha256').update(bytes).digest(); }

/** @param {Record<string, string | string[] | undefined>} headers @param {string} name */
function header(headers, name) {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The results of a call that are framed as arguments are. @param {Buffer} bytes @returns {Buffer[]} */
function unframe(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

/** @param {Buffer} bytes */
const text = (bytes) => bytes.toString('utf8');

class Core {
  #module;
  #instance;

  /** @param {Uint8Array} bytes of bridge.wasm */
  constructor(bytes) {
    this.#module = compile(bytes);
    this.#instance = new Instance(this.#module);
  }

  /** @param {string} name @param {import('./wasm').Field[]} fields @returns {import('./wasm').Result} */
  #call(name, ...fields) {
    try {
      return this.#instance.call(name, ...fields);
    } catch (error) {
      if (isTrap(error)) this.#instance = new Instance(this.#module);
      throw error;
    }
  }

  /** @param {string} name @param {import('./wasm').Field[]} fields @returns {Buffer|null} */
  #open(name, ...fields) {
    const result = this.#call(name, ...fields);
    return 'error' in result ? null : result.value;
  }

  /** @param {string} identifier @returns {{type: string, value: string} | {error: string}} */
  parseIdentifier(identifier) {
    const result = this.#call('parse_identifier', String(identifier));
    if ('error' in result) return result;
    const [type, value] = unframe(result.value).map(text);
    return { type, value };
  }

  /**
   * @param {Uint8Array} tagKey
   * @param {string} identifier
   * @returns {{type: string, tag: Buffer} | {error: string}}
   */
  tagIdentifier(tagKey, identifier) {
    const result = this.#call('tag_identifier', key(tagKey, 'the tag key'), String(identifier));
    if ('error' in result) return result;
    const [type, tag] = unframe(result.value);
    return { type: text(type), tag };
  }

  /**
   * @param {Uint8Array} tagKey
   * @param {string} ownerId
   * @param {string} token
   * @returns {{tag: Buffer} | {error: string}}
   */
  tagToken(tagKey, ownerId, token) {
    const result = this.#call(
      'tag_token', key(tagKey, 'the tag key'), String(ownerId), String(token));
    return 'error' in result ? result : { tag: result.value };
  }

  /**
   * Can be handed on by itself, as a function.
   * @param {Uint8Array} tag
   * @returns {string} 43 characters
   */
  tagText = (tag) => {
    const result = this.#call('print_tag', key(tag, 'a tag'));
    if ('error' in result) throw new Error(result.error);
    return text(result.value);
  };

  /** @param {number|bigint} number @returns {string} XXXX-XXXX */
  banCode(number) {
    const result = this.#call('print_ban_code', natural(number, 'a ban number'));
    if ('error' in result) throw new RangeError(result.error);
    return text(result.value);
  }

  /** @param {string} printed dbs1_… @returns {{secret: Buffer} | {error: string}} */
  parseSecret(printed) {
    const result = this.#call('parse_secret', String(printed));
    return 'error' in result ? result : { secret: result.value };
  }

  /**
   * @param {string} printed dbe1_…
   * @returns {{url: string, serverId: string, code: Buffer, ca: Buffer} | {error: string}}
   */
  parseEnrolment(printed) {
    const result = this.#call('parse_enrolment', String(printed));
    if ('error' in result) return result;
    const [url, serverId, code, ca] = unframe(result.value);
    return { url: text(url), serverId: text(serverId), code, ca };
  }

  /**
   * @param {RequestToSign} request
   * @returns {{headers: Record<string, string>, context: Context}}
   */
  signRequest(request) {
    const { method, target, body } = request;
    const result = this.#call(
      'sign_request', key(request.secret, 'the secret'), request.keyId,
      natural(request.created, 'created'), natural(request.epoch, 'the epoch'),
      natural(request.counter, 'the counter'), method, request.authority, target,
      body ? request.contentType : '', body ? sha256(body) : Buffer.alloc(0));
    if ('error' in result) throw new Error(result.error);
    const [digest, input, signature, mac] = unframe(result.value);
    const headers = {
      ...(body && { 'content-type': request.contentType, 'content-digest': text(digest) }),
      'signature-input': text(input),
      signature: text(signature),
    };
    return { headers, context: { method, target, label: LABEL, mac } };
  }

  /**
   * Whether the answer is the server's own, to this request, whole.
   * @param {AnswerToVerify} answer
   * @returns {{created: number} | {error: string}}
   */
  verifyAnswer({ secret, keyId, context, status, headers, body, bodyDigest }) {
    const result = this.#call(
      'verify_answer', key(secret, 'the secret'), keyId, context.method, context.target,
      context.label, context.mac, natural(status, 'the status'), header(headers, 'content-type'),
      header(headers, 'content-digest'), header(headers, 'signature-input'),
      header(headers, 'signature'), BigInt(body.length), bodyDigest ?? sha256(body));
    return 'error' in result ? result : { created: Number(result.value.readBigUInt64LE()) };
  }

  /**
   * @param {{secret: Uint8Array, serverId: string, version: number, sealed: string}} sealed
   * @returns {Buffer|null} null: not sealed for this secret, server and version
   */
  openTagKey({ secret, serverId, version, sealed }) {
    if (!Number.isSafeInteger(version) || version < 0) return null;
    return this.#open(
      'open_tag_key', key(secret, 'the secret'), String(serverId), BigInt(version), String(sealed));
  }

  /** @param {{code: Uint8Array, keyId: string, sealed: string}} sealed @returns {Buffer|null} */
  openEnrolledSecret({ code, keyId, sealed }) {
    return this.#open(
      'open_enrolled_secret', key(code, 'the code'), String(keyId), String(sealed));
  }

  /** @param {Uint8Array} seed 32 random bytes: the private key @returns {{publicKey: Buffer}} */
  rotationKeyPair(seed) {
    const result = this.#call('rotation_public_key', key(seed, 'the seed'));
    if ('error' in result) throw new Error(result.error);
    return { publicKey: result.value };
  }

  /** @param {{seed: Uint8Array, sealed: string}} sealed @returns {Buffer|null} */
  openRotatedSecret({ seed, sealed }) {
    return this.#open('open_rotated_secret', key(seed, 'the seed'), String(sealed));
  }

  /** @param {number} kind 1 network, 2 owner @returns {BanListType} */
  createBanList(kind) { return new BanList(this.#module, kind); }
}

/** @param {Uint8Array} bytes of bridge.wasm @returns {Core} */
function loadCore(bytes) { return new Core(bytes); }

module.exports = { Core, loadCore, splitSections };
