// Signatures of docs/protocol.md §3 by an RFC 9421 library that knows nothing of us.
'use strict';

const crypto = require('node:crypto');
const { httpbis } = require('http-message-signatures');

const TAG = 'drawbridge-v1';
const LABEL = 'sig1';
const PARAMETERS = /^sig1=\(([^()]*)\)((?:;[a-z]+=(?:"[^"]*"|\d+))*)$/;

/** @typedef {Record<string, string>} Headers */
/** @typedef {{ method: string, url: string, headers: Headers, body?: Buffer }} Message */

/** @param {Uint8Array} secret @param {Uint8Array} data */
function hmac(secret, data) {
  return crypto.createHmac('sha256', secret).update(data).digest();
}

/** The value of `content-digest`. @param {Uint8Array} body */
function contentDigest(body) {
  return `sha-256=:${crypto.createHash('sha256').update(body).digest('base64')}:`;
}

/** @param {Message} message */
function requiredFields(message) {
  const fields = ['@method', '@authority', '@path', '@query'];
  return message.body ? [...fields, 'content-type', 'content-digest'] : fields;
}

/**
 * @typedef {object} Signing
 * @property {Uint8Array} secret
 * @property {string} keyId
 * @property {string} nonce
 * @property {Date} [created]
 * @property {Date} [expires]
 * @property {string} [alg]
 * @property {string} [tag]
 * @property {string} [label]
 * @property {string[]} [fields] instead of the required ones
 * @property {string[]} [params] instead of the required ones
 */

/**
 * The message with `signature` and `signature-input` added.
 * @param {Message} message
 * @param {Signing} signing
 * @returns {Promise<Message>}
 */
async function signRequest(message, signing) {
  const { secret, keyId: keyid, nonce, created, expires, alg, tag = TAG } = signing;
  const optional = [...(expires ? ['expires'] : []), ...(alg ? ['alg'] : [])];
  const signed = await httpbis.signMessage(
    {
      key: { sign: async (data) => hmac(secret, data) },
      name: signing.label ?? LABEL,
      fields: signing.fields ?? requiredFields(message),
      params: signing.params ?? ['created', 'nonce', 'keyid', 'tag', ...optional],
      paramValues: { created, expires, nonce, keyid, alg, tag },
    },
    message,
  );
  /** @type {Headers} */
  const headers = {};
  for (const [name, value] of Object.entries(signed.headers)) {
    headers[name.toLowerCase()] = String(value);
  }
  return { ...message, headers };
}

/** @param {boolean} hasBody @param {string} label of the request */
function answerComponents(hasBody, label) {
  const content = hasBody ? '"content-type" "content-digest" ' : '';
  const bound = `"@method";req "@path";req "@query";req "signature";req;key="${label}"`;
  return `"@status" ${content}${bound}`;
}

/**
 * Why an answer is not to be believed, or its `created` in seconds.
 * @param {{ status: number, headers: Headers, body: Buffer }} answer
 * @param {Message} request as signed
 * @param {{ secret: Uint8Array, keyId: string, label?: string }} key
 * @returns {Promise<{ error: string } | { created: number }>}
 */
async function verifyAnswer(answer, request, { secret, keyId, label = LABEL }) {
  const { signature, 'signature-input': input } = answer.headers;
  if (signature === undefined || input === undefined) return { error: 'unsigned' };
  const hasBody = answer.body.length > 0;
  const parts = PARAMETERS.exec(input);
  if (!parts) return { error: `Signature-Input is not of the profile: ${input}` };
  if (parts[1] !== answerComponents(hasBody, label)) return { error: `covers ${parts[1]}` };
  const params = new Map(parts[2].slice(1).split(';').map((pair) => splitPair(pair)));
  if ([...params.keys()].sort().join() !== 'created,keyid,tag') return { error: parts[2] };
  if (params.get('keyid') !== `"${keyId}"`) return { error: `keyid ${params.get('keyid')}` };
  if (params.get('tag') !== `"${TAG}"`) return { error: `tag ${params.get('tag')}` };
  if (hasBody && answer.headers['content-digest'] !== contentDigest(answer.body)) {
    return { error: 'content-digest is not of this body' };
  }
  const good = await httpbis.verifyMessage(
    {
      keyLookup: async () => ({
        verify: async (data, mac) => equal(hmac(secret, data), mac),
      }),
      notAfter: Number.MAX_SAFE_INTEGER, // the server's clock is what we are to learn from it
    },
    answer,
    request,
  );
  return good === true ? { created: Number(params.get('created')) } : { error: 'wrong signature' };
}

/** @param {string} pair @returns {[string, string]} */
function splitPair(pair) {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** @param {Buffer} left @param {Buffer} right */
function equal(left, right) {
  return left.length === right.length && crypto.timingSafeEqual(left, right);
}

module.exports = { LABEL, TAG, contentDigest, hmac, requiredFields, signRequest, verifyAnswer };
