'use strict';

// Getting a secret (enrolment with a one-time code) and changing it (rotation). Both keep what
// they have in the key-value store before they go on, so that a crash in between costs nothing.

const crypto = require('node:crypto');
const { createLog } = require('./log');
const { createTransport } = require('./transport');
const { Uplink } = require('./uplink');

/** @typedef {import('./identity').Identity} Identity */
/** @typedef {{ok: true, text: string} | {ok: false, error: string}} Said */
/**
 * @typedef {object} EnrolParts
 * @property {import('./core').Core} core
 * @property {import('./clock').Clock} clock
 * @property {import('./epochs').Epochs} epochs
 * @property {Pick<import('./fx').Fx, 'later'>} fx
 * @property {string} userAgent
 */

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 65_536;

/** @param {Buffer} der @returns {string} empty for none: the public roots */
function pemOf(der) {
  if (!der.length) return '';
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/**
 * An uplink that lives for one enrolment: it says its troubles to the caller, and keeps nothing.
 * @param {EnrolParts} parts @param {Identity} oneTime
 */
function enrolUplink({ core, clock, epochs, fx, userAgent }, oneTime) {
  let trouble = '';
  const log = createLog(() => {});
  log.state = (_topic, _state, text) => void (trouble = text || trouble);
  const nothing = /** @type {any} */ ({ loadNext: () => null });
  const transport = createTransport(oneTime, userAgent, fx.later);
  const uplink = new Uplink({ core, clock, epochs, transport, log, store: nothing }, oneTime);
  return { uplink, trouble: () => trouble };
}

/**
 * @param {EnrolParts} parts
 * @param {string} line dbe1_…
 * @param {(result: {identity: Identity} | {error: string}) => void} done
 */
function enrol(parts, line, done) {
  const parsed = parts.core.parseEnrolment(line);
  if ('error' in parsed) {
    done({ error: `that is not a whole enrolment line (${parsed.error}): copy it again, from `
      + 'dbe1_ to its end' });
    return;
  }
  const { url, serverId, code } = parsed;
  if (!/^https:\/\/[^/?#@]+\/?$/.test(url)) {
    done({ error: 'the line holds no https address: ask for a new one' });
    return;
  }
  const place = { url: `https://${new URL(url).host}`, serverId, ca: pemOf(parsed.ca) };
  const keyId = `enrol:${serverId}`;
  const { uplink, trouble } = enrolUplink(parts, { ...place, keyId, secret: code });
  uplink.call({
    method: 'POST', target: '/v1/enrol', body: '{"protocol":1}', timeoutMs: TIMEOUT_MS,
    maxBytes: ANSWER_BYTES,
  }, (outcome) => {
    const { state } = uplink.status();
    uplink.close();
    if (!outcome.ok) {
      done({ error: whyNot(outcome, state, trouble()) });
      return;
    }
    const { key_id: given, sealed } = outcome.json;
    const secret = parts.core.openEnrolledSecret({ code, keyId: given, sealed });
    if (secret) done({ identity: { ...place, keyId: given, secret } });
    else done({ error: 'the secret in the answer cannot be opened: ask for a new line' });
  });
}

/**
 * @param {import('./uplink').Outcome & {ok: false}} outcome
 * @param {string} state
 * @param {string} trouble
 */
function whyNot(outcome, state, trouble) {
  if (outcome.kind === 'refused') {
    return `the ingest refused it (${outcome.code} ${outcome.detail})`;
  }
  if (state === 'unsigned 401') {
    return 'the ingest does not know this code: it was used already, is older than 24 hours, or a '
      + 'newer one was made. Ask for a new line';
  }
  return trouble.replace(/\.$/, '');
}

/**
 * @param {{core: import('./core').Core, store: import('./identity').IdentityStore,
 *   uplink: import('./uplink').Uplink, hello: import('./hello').Hello}} parts
 * @param {(said: Said) => void} done
 */
function rotate({ core, store, uplink, hello }, done) {
  const seed = store.rotationSeed() ?? crypto.randomBytes(32);
  store.saveRotationSeed(seed);
  const publicKey = core.rotationKeyPair(seed).publicKey.toString('base64url');
  uplink.call({
    method: 'POST', target: '/v1/secret/rotate', body: JSON.stringify({ public_key: publicKey }),
    timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES,
  }, (outcome) => {
    if (!outcome.ok) {
      const why = outcome.kind === 'refused' ? `refused: ${outcome.code} ${outcome.detail}`
        : 'the ingest is not reachable now';
      done({ ok: false, error: `not rotated, ${why}; the old secret stays in use` });
      return;
    }
    const { key_id: keyId, sealed, expires_at: expiresAt } = outcome.json;
    const secret = core.openRotatedSecret({ seed, sealed });
    if (!secret) {
      done({ ok: false, error: 'the new secret cannot be opened; the old one stays in use' });
      return;
    }
    const next = { keyId, secret, expiresAt };
    store.saveNext(next);
    uplink.useRotated(next);
    hello.ask();
    const text = `new secret ${keyId} received; it replaces the old one on its first use`;
    done({ ok: true, text });
  });
}

module.exports = { enrol, rotate, pemOf };
