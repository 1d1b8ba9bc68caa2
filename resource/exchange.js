'use strict';

// One signed request and its verified answer. An answer whose signature does not hold is never
// looked into: to the callers it is the same as no answer.

/** @typedef {import('./identity').Credentials} Credentials */
/**
 * @typedef {object} Call
 * @property {'GET'|'POST'} method
 * @property {string} target
 * @property {string|null} body JSON text
 * @property {number} timeoutMs
 * @property {number} maxBytes
 * @property {boolean} [poll]
 */
/**
 * @typedef {object} Verified a signed answer
 * @property {number} status
 * @property {any} json null for a binary answer or none
 * @property {Buffer} body
 * @property {number} epoch the request's
 */
/**
 * @typedef {{answer: Verified} | {unreachable: NodeJS.ErrnoException} | {unsigned: number}
 *   | {forged: string}} Exchanged
 */
/**
 * @typedef {object} Parts
 * @property {import('./core').Core} core
 * @property {import('./transport').Transport} transport
 * @property {import('./clock').Clock} clock
 * @property {import('./epochs').Epochs} epochs
 */

/** @param {Call} call @param {Credentials} credentials @param {Parts} parts */
function sign(call, credentials, { core, transport, clock, epochs }) {
  const body = call.body === null ? null : Buffer.from(call.body);
  const nonce = epochs.next();
  const { headers, context } = core.signRequest({
    ...credentials,
    method: call.method,
    authority: transport.authority,
    target: call.target,
    contentType: 'application/json',
    body,
    created: clock.seconds(),
    ...nonce,
  });
  return { body, headers, context, epoch: nonce.epoch };
}

/** @param {Buffer} body @param {string|undefined} type @returns {any} undefined: it is no JSON */
function decode(body, type) {
  if (!body.length || !/^application\/(problem\+)?json$/.test(type ?? '')) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {Parts} parts
 * @param {Credentials} credentials
 * @param {Call} call
 * @param {(result: Exchanged) => void} done
 */
function exchange(parts, credentials, call, done) {
  const { core, transport, clock } = parts;
  const signed = sign(call, credentials, parts);
  transport.send({ ...call, body: signed.body, headers: signed.headers }, (error, answer) => {
    if (error || !answer) {
      done({ unreachable: error ?? new Error('no answer') });
      return;
    }
    const { status, headers, body, bodyDigest } = answer;
    if (!headers.signature) {
      done({ unsigned: status });
      return;
    }
    const verified = core.verifyAnswer(
      { ...credentials, context: signed.context, status, headers, body, bodyDigest });
    if ('error' in verified) {
      done({ forged: verified.error });
      return;
    }
    const json = decode(body, headers['content-type']);
    if (json === undefined) {
      done({ forged: 'signed, but not JSON' });
      return;
    }
    // `created` has seconds only, and the answer has travelled; server_time is exact.
    if (json?.server_time) clock.learn(json.server_time);
    else clock.learn(verified.created * 1000, 5_000);
    done({ answer: { status, json, body, epoch: signed.epoch } });
  });
}

module.exports = { exchange };
