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

/**
 * Closed after TLS stood: the other side was the right one. Before that it may be no TLS port.
 * @param {NodeJS.ErrnoException} error @param {import('http').ClientRequest} request
 */
function isBrokenOff({ code }, { socket }) {
  return code === 'ECONNRESET' && /** @type {any} */ (socket)?.authorized === true;
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
 * Takes a body as it comes. One block as long as announced: joining the parts of a long ban list
 * at its end would hold up the game server.
 */
class Body {
  #digest = crypto.createHash('sha256');
  #bytes;
  #most;
  size = 0;

  /** @param {string|undefined} announced content-length @param {number} most */
  constructor(announced, most) {
    this.#most = most;
    this.#bytes = Buffer.allocUnsafe(Math.min(Number(announced) || 0, most));
  }

  /** @param {Buffer} part @returns {boolean} false: too long */
  take(part) {
    const size = this.size + part.length;
    if (size > this.#most) return false;
    if (size > this.#bytes.length) {
      const longer = Buffer.allocUnsafe(Math.min(this.#most, size * 2));
      this.#bytes.copy(longer, 0, 0, this.size);
      this.#bytes = longer;
    }
    part.copy(this.#bytes, this.size);
    this.#digest.update(part);
    this.size = size;
    return true;
  }

  finish() {
    return { body: this.#bytes.subarray(0, this.size), bodyDigest: this.#digest.digest() };
  }
}

/**
 * @param {import('http').IncomingMessage} response
 * @param {number} maxBytes
 * @param {Done} done
 */
function collect(response, maxBytes, done) {
  const body = new Body(response.headers['content-length'], maxBytes);
  response.on('data', (/** @type {Buffer} */ part) => {
    if (body.take(part)) return;
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
    done(null, { status: response.statusCode ?? 0, headers, ...body.finish() });
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
      once(error && isBrokenOff(error, sent) ? failure('CLOSED', error.message) : error, answer);
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
