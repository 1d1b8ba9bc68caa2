'use strict';

// The profile of RFC 9421 in docs/protocol.md §3, written for the tests from that text with Node's
// crypto: it shares no line with what it checks.

const crypto = require('node:crypto');

const TAG = 'drawbridge-v1';

/** @param {Buffer} body */
const digestOf = (body) =>
  `sha-256=:${crypto.createHash('sha256').update(body).digest('base64')}:`;

/** @param {Buffer} key @param {string} base */
const macOf = (key, base) => crypto.createHmac('sha256', key).update(base).digest('base64');

/**
 * @param {string} authority
 * @param {string} method
 * @param {string} target
 * @param {Record<string, any>} headers
 */
function requestValues(authority, method, target, headers) {
  const [path, ...query] = target.split('?');
  return {
    '"@method"': method,
    '"@authority"': authority,
    '"@path"': path,
    '"@query"': `?${query.join('?')}`,
    '"content-type"': headers['content-type'],
    '"content-digest"': headers['content-digest'],
  };
}

/** @param {string[]} components @param {Record<string, string>} values @param {string} params */
function baseOf(components, values, params) {
  const lines = components.map((name) => `${name}: ${values[name]}`);
  return [...lines, `"@signature-params": ${params}`].join('\n');
}

/**
 * @param {{method: string, target: string, authority: string, headers: Record<string, any>,
 *   body: Buffer}} request
 * @param {(keyId: string) => Buffer|undefined} keyOf
 * @returns {{keyId: string, key: Buffer, created: number, epoch: number, counter: number,
 *   label: string} | null} null: not signed, or wrongly
 */
function verifyRequest({ method, target, authority, headers, body }, keyOf) {
  const input = /^([a-z0-9_-]+)=(\(([^)]*)\)(.*))$/.exec(headers['signature-input'] ?? '');
  if (!input) return null;
  const [, label, params, list, rest] = input;
  const mac = new RegExp(`^${label}=:([^:]+):$`).exec(headers.signature ?? '');
  const created = /;created=(\d+)/.exec(rest);
  const nonce = /;nonce="(\d+)-(\d+)"/.exec(rest);
  const keyId = /;keyid="([^"]+)"/.exec(rest);
  if (!mac || !created || !nonce || !keyId || !rest.includes(`;tag="${TAG}"`)) return null;
  const components = list.split(' ');
  const wanted = ['"@method"', '"@authority"', '"@path"', '"@query"',
    ...(method === 'POST' ? ['"content-type"', '"content-digest"'] : [])];
  if ([...components].sort().join() !== [...wanted].sort().join()) return null;
  if (method === 'POST' && headers['content-digest'] !== digestOf(body)) return null;
  const key = keyOf(keyId[1]);
  const base = baseOf(components, requestValues(authority, method, target, headers), params);
  if (!key || macOf(key, base) !== mac[1]) return null;
  return {
    keyId: keyId[1], key, created: Number(created[1]), epoch: Number(nonce[1]),
    counter: Number(nonce[2]), label,
  };
}

/**
 * @param {{method: string, target: string, authority: string,
 *   headers: Record<string, any>}} request
 * @param {{key: Buffer, keyId: string, label: string}} signed the request's signature
 * @param {{status: number, type: string|null, body: Buffer, created: number}} answer
 * @returns {Record<string, string>} header fields
 */
function signAnswer(request, { key, keyId, label }, { status, type, body, created }) {
  const { method, target, authority, headers } = request;
  const bound = requestValues(authority, method, target, headers);
  const signature = new RegExp(`${label}=(:[^:]+:)`).exec(headers.signature)?.[1] ?? '';
  /** @type {Record<string, string>} */
  const content = type ? { 'content-type': type, 'content-digest': digestOf(body) } : {};
  /** @type {Record<string, string>} */
  const values = {
    '"@status"': String(status),
    '"content-type"': type ?? '',
    '"content-digest"': digestOf(body),
    '"@method";req': bound['"@method"'],
    '"@path";req': bound['"@path"'],
    '"@query";req': bound['"@query"'],
    [`"signature";req;key="${label}"`]: signature,
  };
  const components = Object.keys(values).filter((name) => type || !name.startsWith('"content-'));
  const params = `(${components.join(' ')});created=${created};keyid="${keyId}";tag="${TAG}"`;
  return {
    ...content,
    'signature-input': `sig1=${params}`,
    signature: `sig1=:${macOf(key, baseOf(components, values, params))}:`,
  };
}

module.exports = { verifyRequest, signAnswer };
