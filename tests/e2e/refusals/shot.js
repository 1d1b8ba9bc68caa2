// Makes requests that differ from good ones in one point, and fires them.
'use strict';

const { contentDigest, hmac, requiredFields, signRequest } = require('../../interop/signing.js');
const { rawExchange } = require('../raw.js');

/** @typedef {import('../../interop/client.js').Client} Client */
/** @typedef {import('../../interop/signing.js').Message} Message */
/** @typedef {import('../raw.js').RawAnswer} RawAnswer */

/**
 * What the attempts share: made once, before the first of them.
 * @typedef {object} Context
 * @property {import('../daemon.js').Daemon} daemon
 * @property {Record<'main' | 'window' | 'busy' | 'suspended' | 'replaced' | 'small'
 *   | 'enrolling' | 'dead', Client>} clients
 * @property {string} beyondBudget a session of `small`
 * @property {object} beyondBudgetPlayer
 * @property {string} foreignCode of a ban that is another owner's
 */

/**
 * @typedef {object} Outcome
 * @property {RawAnswer | { closed: string }} answer
 * @property {Message} [message] what a signed answer must be bound to
 * @property {Client} [client] whose key signs
 */

/** @typedef {(context: Context) => Promise<Outcome>} Attempt */

const HELLO = { protocol: 1, resource_version: '0.1.0', tag_schemes: [1] };
const POLL = '/v1/bans?network=0&owner=0&wait=0';

/**
 * A request as it goes out, to be spoilt after it was signed.
 * @typedef {object} Sent
 * @property {string} method
 * @property {string} target
 * @property {string} version
 * @property {string | undefined} host
 * @property {Record<string, string>} headers
 * @property {string[]} lines further field lines, as they are
 * @property {Buffer | undefined} body
 */

/**
 * @typedef {object} Hand
 * @property {string[]} [components] as they stand in Signature-Input
 * @property {string[]} [params] likewise
 * @property {Record<string, string>} [values] of components, instead of the message's
 */

/**
 * @typedef {object} Shot
 * @property {string} [method]
 * @property {string} [target]
 * @property {unknown} [body] JSON; a Buffer is sent as it is; null: none
 * @property {Client} [client]
 * @property {Partial<import('../../interop/signing.js').Signing>} [sign]
 * @property {Hand} [hand] of a signature made by hand
 * @property {string} [url] what is signed instead of the url of the client
 * @property {(sent: Sent) => void} [spoil] after signing
 * @property {Partial<import('../raw.js').Connecting>} [connect]
 */

/**
 * @param {Context} context
 * @param {Shot} shot
 * @returns {Promise<Message>}
 */
async function signed({ clients }, { method = 'POST', target = '/v1/hello', ...shot }) {
  const { client = clients.main, body = method === 'POST' ? HELLO : null } = shot;
  const bytes = body === null ? undefined : bytesOf(body);
  /** @type {Record<string, string>} */
  const headers = {};
  if (bytes) {
    headers['content-type'] = 'application/json';
    headers['content-digest'] = contentDigest(bytes);
  }
  const message = { method, url: (shot.url ?? client.url) + target, headers, body: bytes };
  const { secret, keyId } = client;
  const signing = { secret, keyId, nonce: client.nextNonce(), ...shot.sign };
  return shot.hand ? signByHand(message, signing, shot.hand) : signRequest(message, signing);
}

/** @param {unknown} body */
function bytesOf(body) {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

/**
 * The parameters of a good signature, one by one.
 * @param {{ keyId: string, nonce: string }} signing
 */
function goodParams({ keyId, nonce }) {
  const created = `created=${Math.floor(Date.now() / 1000)}`;
  return [created, `nonce="${nonce}"`, `keyid="${keyId}"`, 'tag="drawbridge-v1"'];
}

/**
 * A signature that is right for what it says, whatever it says.
 * @param {Message} message
 * @param {import('../../interop/signing.js').Signing} signing
 * @param {Hand} hand
 * @returns {Message}
 */
function signByHand(message, signing, { components, params, values: others }) {
  const { pathname, search, host } = new URL(message.url);
  /** @type {Record<string, string>} */
  const known = {
    '@method': message.method,
    '@authority': host,
    '@path': pathname,
    '@query': search || '?',
    ...message.headers,
    ...others,
  };
  const items = components ?? requiredFields(message).map((name) => `"${name}"`);
  const input = [`(${items.join(' ')})`, ...(params ?? goodParams(signing))].join(';');
  const lines = items.map((item) => `${item}: ${known[/"([^"]*)"/.exec(item)?.[1] ?? '']}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  const mac = hmac(signing.secret, Buffer.from(base)).toString('base64');
  const headers = { ...message.headers, 'signature-input': `sig1=${input}` };
  return { ...message, headers: { ...headers, signature: `sig1=:${mac}:` } };
}

/** @param {Message} message @returns {Sent} */
function asSent(message) {
  const { pathname, search, host } = new URL(message.url);
  return {
    method: message.method,
    target: pathname + search,
    version: 'HTTP/1.1',
    host,
    headers: {
      ...message.headers,
      ...(message.body ? { 'content-length': String(message.body.length) } : {}),
    },
    lines: [],
    body: message.body,
  };
}

/** @param {Sent} sent */
function headOf({ method, target, version, host, headers, lines }) {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const hosts = host === undefined ? [] : [`Host: ${host}`];
  return [`${method} ${target} ${version}`, ...hosts, ...fields, ...lines, '', ''].join('\r\n');
}

/**
 * @param {Context} context
 * @param {Sent} sent
 * @param {Partial<import('../raw.js').Connecting>} [connect]
 */
function sendOut({ daemon }, sent, connect = {}) {
  const { dataPort: port, ca } = daemon;
  return rawExchange({ port, ca, ...connect }, [headOf(sent), sent.body ?? '']);
}

/**
 * Signs a good request, spoils it, sends it.
 * @param {Context} context
 * @param {Shot} [shot]
 * @returns {Promise<Outcome>}
 */
async function fire(context, shot = {}) {
  const { client = context.clients.main } = shot;
  const message = await signed(context, shot);
  const target = message.url.slice((shot.url ?? client.url).length);
  const sent = asSent({ ...message, url: client.url + target });
  shot.spoil?.(sent);
  return { answer: await sendOut(context, sent, shot.connect), message, client };
}

/**
 * The attempt of a shot.
 * @param {Shot} shot
 * @returns {Attempt}
 */
function shooting(shot) {
  return (context) => fire(context, shot);
}

module.exports = {
  HELLO,
  POLL,
  asSent,
  fire,
  goodParams,
  headOf,
  sendOut,
  shooting,
  signed,
};
