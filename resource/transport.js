'use strict';

// One HTTPS request and its answer, unverified. https only, no redirect followed, the certificate
// checked against the pinned CA or the public roots, a deadline for the whole exchange, a limit
// for the answer. Long polls have a connection of their own.

const crypto = require('node:crypto');
const https = require('node:https');

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} target path and query
 * @property {Record<string, string>} headers
 * @property {Buffer|null} body
 * @property {number} timeoutMs for the whole exchange
 * @property {number} maxBytes of the answer's body
 * @property {boolean} [poll]
 */
/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers lower-case names
 * @property {Buffer} body
 * @property {Buffer} bodyDigest its SHA-256, computed as it came in: at once, a ban list of 20 MB
 *   would hold up the game server
 */
/** @typedef {(error: NodeJS.ErrnoException|null, answer?: Answer) => void} Done */
/** @typedef {ReturnType<typeof createTransport>} Transport */

const IDLE_MS = 60_000;

/** @param {string} code @param {string} text @returns {NodeJS.ErrnoException} */
function failure(code, text) {
  return Object.assign(new Error(text), { code });
}

/** @param {{url: string, ca: string}} place */
function agentOptions({ ca }) {
  return {
    keepAlive: true,
    timeout: IDLE_MS,
    minVersion: /** @type {const} */ ('TLSv1.2'),
    // Said here too, so that no environment variable of the server's switches it off.
    rejectUnauthorized: true,
    ...(ca && { ca: [ca] }),
  };
}

/**
 * @param {import('http').IncomingMessage} response
 * @param {number} maxBytes
 * @param {Done} done
 */
function collect(response, maxBytes, done) {
  /** @type {Buffer[]} */
  const parts = [];
  const digest = crypto.createHash('sha256');
  let size = 0;
  response.on('data', (/** @type {Buffer} */ part) => {
    size += part.length;
    parts.push(part);
    digest.update(part);
    if (size <= maxBytes) return;
    done(failure('TOO_LARGE', 'the answer is too large'));
    response.destroy();
  });
  response.on('error', done);
  response.on('end', () => {
    /** @type {Record<string, string>} */
    const headers = {};
    for (const [name, value] of Object.entries(response.headersDistinct)) {
      // A repeated field is not of the profile; joined, it fails the signature check.
      headers[name] = (value ?? []).join(', ');
    }
    const bodyDigest = digest.digest();
    const body = Buffer.concat(parts, size);
    done(null, { status: response.statusCode ?? 0, headers, body, bodyDigest });
  });
}

/**
 * @param {{url: string, ca: string}} place
 * @param {string} userAgent
 * @param {import('./fx').Fx['later']} later
 */
function createTransport(place, userAgent, later) {
  const options = agentOptions(place);
  const agent = new https.Agent({ ...options, maxSockets: 8 });
  const pollAgent = new https.Agent({ ...options, maxSockets: 2 });
  const { hostname, port, host } = new URL(place.url);

  /** @param {Request} request @param {Done} once @param {boolean} again */
  const attempt = (request, once, again) => {
    const { method, target, body, timeoutMs, maxBytes, poll } = request;
    const sent = https.request({
      agent: poll ? pollAgent : agent,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || 443,
      method,
      path: target,
      headers: {
        ...request.headers,
        host,
        'user-agent': userAgent,
        ...(body && { 'content-length': body.length }),
      },
    });
    let over = false;
    const cancelDeadline = later(timeoutMs,
      () => sent.destroy(failure('TIMEOUT', 'no answer in time')));
    const finish = /** @type {Done} */ ((error, answer) => {
      if (over) return;
      over = true;
      cancelDeadline();
      // An idle connection that the other side has just closed: nothing was read by anybody, and
      // if something was, the replay window refuses the second copy.
      if (error?.code === 'ECONNRESET' && sent.reusedSocket && again) {
        attempt(request, once, false);
        return;
      }
      once(error, answer);
    });
    sent.on('error', finish);
    sent.on('response', (response) => collect(response, maxBytes, finish));
    sent.end(body ?? undefined);
    return sent;
  };

  return {
    authority: host,
    /** @param {Request} request @param {Done} done */
    send: (request, done) => void attempt(request, done, true),
    /** Ends everything under way. */
    close() {
      agent.destroy();
      pollAgent.destroy();
    },
  };
}

module.exports = { createTransport };
