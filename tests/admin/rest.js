// The admin plane as a program other than drawbridgectl sees it: plain HTTPS and JSON.
'use strict';

const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string} text
 * @property {any} json the body when it is JSON
 */

class Rest {
  /**
   * @param {import('../e2e/daemon.js').Daemon} daemon
   * @param {string} [token] of the first administrator unless given
   */
  constructor(daemon, token) {
    this.daemon = daemon;
    this.token = token ?? fs.readFileSync(path.join(daemon.dir, 'admin.token'), 'utf8').trim();
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 4 });
  }

  close() {
    this.agent.destroy();
  }

  /**
   * @param {string} method
   * @param {string} target below /admin/v1/, or absolute
   * @param {{ body?: unknown, headers?: Record<string, string>, chunked?: boolean }} [options] a
   *   string or Buffer is sent as it is
   * @returns {Promise<Answer>}
   */
  send(method, target, { body, headers = {}, chunked = false } = {}) {
    const raw = body === undefined ? undefined : bytesOf(body);
    const length = raw && !chunked ? { 'content-length': String(raw.length) } : {};
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          host: '127.0.0.1',
          servername: 'localhost',
          port: this.daemon.adminPort,
          path: target.startsWith('/') ? target : `/admin/v1/${target}`,
          method,
          ca: this.daemon.ca,
          agent: this.agent,
          headers: { authorization: `Bearer ${this.token}`, ...length, ...headers },
        },
        (answer) => {
          /** @type {Buffer[]} */
          const chunks = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const fields = /** @type {Record<string, string>} */ (answer.headers);
            const isJson = /json/.test(fields['content-type'] ?? '');
            const json = isJson ? JSON.parse(text) : undefined;
            resolve({ status: answer.statusCode ?? 0, headers: fields, text, json });
          });
        },
      );
      request.on('error', reject);
      if (chunked) request.write(raw);
      request.end(chunked ? undefined : raw);
    });
  }

  /** @param {string} target */
  get(target) {
    return this.send('GET', target);
  }

  /** @param {string} target @param {unknown} [body] */
  post(target, body = {}) {
    return this.send('POST', target, { body });
  }
}

/** @param {unknown} value */
function bytesOf(value) {
  if (Buffer.isBuffer(value)) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

module.exports = { Rest };
