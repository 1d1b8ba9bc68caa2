// A game server's side of docs/protocol.md, written from that text alone, on none of our code.
'use strict';

const https = require('node:https');
const { BanList, readSections } = require('./ban_list.js');
const { parseEnrolment, parseSecret } = require('./encoding.js');
const sealed = require('./sealed.js');
const { LABEL, contentDigest, signRequest, verifyAnswer } = require('./signing.js');

const BAN_LIST_TYPE = 'application/vnd.drawbridge.banlist';

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Buffer} body
 * @property {any} json of a JSON body, else undefined
 * @property {boolean} signed and the signature holds for the request it answers
 * @property {number} [created] the server's clock, seconds
 */

/**
 * @typedef {object} EventResult
 * @property {string | null} id
 * @property {'stored' | 'duplicate' | 'rejected'} status
 * @property {any} [verdict]
 * @property {{ code: string, state: string }} [ban]
 * @property {string} [code]
 * @property {string} [field]
 * @property {string} [detail]
 */

/**
 * @typedef {object} Identity
 * @property {string} url
 * @property {string} [ca] PEM
 * @property {string} serverId
 * @property {string} keyId
 * @property {Uint8Array} secret
 */

/**
 * One HTTPS exchange. The connection goes to the loopback address whatever the name says; the
 * certificate is checked against the name.
 * @param {{ url: string, method: string, headers: Record<string, string>, body?: Buffer,
 *   ca?: string, agent?: https.Agent, signal?: AbortSignal }} request
 * @returns {Promise<{ status: number, headers: Record<string, string>, body: Buffer }>}
 */
function exchange({ url, method, headers, body, ca, agent, signal }) {
  const { hostname, port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: hostname === 'localhost' ? '127.0.0.1' : hostname,
        servername: hostname,
        port: port || 443,
        path: pathname + search,
        method,
        headers: { host, ...headers, ...(body ? { 'content-length': body.length } : {}) },
        ca,
        agent,
        signal,
      },
      (answer) => {
        /** @type {Buffer[]} */
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const fields = /** @type {Record<string, string>} */ (answer.headers);
          resolve({ status: answer.statusCode ?? 0, headers: fields, body: Buffer.concat(chunks) });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

class Client {
  /** @param {Identity} identity */
  constructor({ url, ca, serverId, keyId, secret }) {
    this.url = url;
    this.ca = ca;
    this.serverId = serverId;
    this.keyId = keyId;
    this.secret = Buffer.from(secret);
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 16 });
    this.epoch = Date.now();
    this.counter = 0;
    /** What is added to this machine's clock, ms. */
    this.clockOffset = 0;
    this.tagKey = Buffer.alloc(0);
    this.ownerId = '';
    this.network = new BanList();
    this.owner = new BanList();
  }

  /** @param {import('../e2e/daemon.js').Enrolment} file */
  static fromDocument(file) {
    const { url, ca, server_id: serverId, key_id: keyId } = file;
    return new Client({ url, ca, serverId, keyId, secret: parseSecret(file.secret) });
  }

  /**
   * Trades a one-time code for the secret.
   * @param {string} line `dbe1_…`
   */
  static async enrol(line) {
    const { url, serverId, code, ca } = parseEnrolment(line);
    const own = { url, ca, serverId };
    const asker = new Client({ ...own, keyId: `enrol:${serverId}`, secret: code });
    try {
      const answer = await asker.post('/v1/enrol', { protocol: 1 });
      if (!answer.signed || answer.status !== 200) throw new Error(`enrol: ${describe(answer)}`);
      const { key_id: keyId, server_id: named, sealed: box } = answer.json;
      if (named !== serverId) throw new Error(`enrol answered for ${named}`);
      const secret = sealed.openEnrolledSecret({ code, keyId, sealed: box });
      return new Client({ ...own, keyId, secret });
    } finally {
      asker.close();
    }
  }

  close() {
    this.agent.destroy();
  }

  /** As a game server that starts again. */
  openEpoch() {
    this.startEpoch(Math.max(this.epoch + 1, Date.now() + this.clockOffset));
  }

  /** @param {number} epoch */
  startEpoch(epoch) {
    Object.assign(this, { epoch, counter: 0 });
  }

  nextNonce() {
    return `${this.epoch}-${++this.counter}`;
  }

  /**
   * @param {string} method
   * @param {string} target path and query
   * @param {unknown} [value] sent as JSON; a Buffer is sent as it is
   */
  async prepare(method, target, value) {
    const body = value === undefined ? undefined : bytesOf(value);
    /** @type {Record<string, string>} */
    const headers = {};
    if (body) {
      headers['content-type'] = 'application/json';
      headers['content-digest'] = contentDigest(body);
    }
    const message = { method, url: this.url + target, headers, body };
    return signRequest(message, {
      secret: this.secret,
      keyId: this.keyId,
      nonce: this.nextNonce(),
      created: new Date(Date.now() + this.clockOffset),
    });
  }

  /**
   * @param {import('./signing.js').Message} message signed
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Answer>}
   */
  async send(message, { signal } = {}) {
    const { ca, agent } = this;
    const answer = await exchange({ ...message, ca, agent, signal });
    const { secret, keyId } = this;
    const verified = await verifyAnswer(answer, message, { secret, keyId, label: LABEL });
    const json = isJson(answer.headers) ? JSON.parse(answer.body.toString('utf8')) : undefined;
    if ('created' in verified) return { ...answer, json, signed: true, created: verified.created };
    if (verified.error !== 'unsigned') throw new Error(`a forged answer: ${verified.error}`);
    return { ...answer, json, signed: false };
  }

  /** @param {string} target @param {unknown} value */
  async post(target, value) {
    return this.send(await this.prepare('POST', target, value));
  }

  /** Learns the tag key and the owner. */
  async hello() {
    const answer = await this.post('/v1/hello', {
      protocol: 1,
      resource_version: '0.1.0',
      tag_schemes: [1],
      server: { build: 35245, max_players: 64, join_code: 'abc123', platform: 'linux' },
    });
    if (answer.signed && answer.status === 200) {
      const { version, sealed: box } = answer.json.tag_key;
      const { secret, serverId } = this;
      this.tagKey = sealed.openTagKey({ secret, serverId, version, sealed: box });
      this.ownerId = answer.json.server.owner_id;
    }
    return answer;
  }

  /** @param {unknown[]} events */
  events(events) {
    return this.post('/v1/events', { events });
  }

  /**
   * The results of events; throws when the request was not accepted.
   * @param {unknown[]} events
   * @returns {Promise<EventResult[]>}
   */
  async results(events) {
    const answer = await this.events(events);
    if (!answer.signed || answer.status !== 200) throw new Error(`events: ${describe(answer)}`);
    return answer.json.results;
  }

  /** The result of one. @param {unknown} event */
  async event(event) {
    return (await this.results([event]))[0];
  }

  /**
   * Asks for what is after the cursors held and applies it.
   * @param {number} wait seconds
   * @param {{ signal?: AbortSignal }} [options]
   */
  async poll(wait = 0, options = {}) {
    const query = `network=${this.network.cursor}&owner=${this.owner.cursor}&wait=${wait}`;
    const answer = await this.send(await this.prepare('GET', `/v1/bans?${query}`), options);
    if (!answer.signed || answer.status !== 200) return answer;
    if (answer.headers['content-type'] !== BAN_LIST_TYPE) {
      throw new Error(`a list as ${answer.headers['content-type']}`);
    }
    this.network.kinds = [];
    this.owner.kinds = [];
    for (const section of readSections(answer.body)) this[section.list].apply(section);
    return answer;
  }

  /** Both lists, up to now. */
  async catchUp() {
    while ((await this.poll(0)).status === 200);
  }

  /** @param {string} session @param {{ tags: object[], tokens?: string[] }} player */
  explain(session, { tags, tokens = [] }) {
    return this.post('/v1/bans/explain', { session, tags, tokens });
  }

  /** @param {Uint8Array} publicKey */
  rotate(publicKey) {
    return this.post('/v1/secret/rotate', {
      public_key: Buffer.from(publicKey).toString('base64url'),
    });
  }

  /**
   * The same server with another secret; it shares the epoch, not the counter.
   * @param {string} keyId
   * @param {Uint8Array} secret
   */
  withKey(keyId, secret) {
    const { url, ca, serverId } = this;
    const other = new Client({ url, ca, serverId, keyId, secret });
    Object.assign(other, { tagKey: this.tagKey, ownerId: this.ownerId });
    return other;
  }
}

/** @param {unknown} value */
function bytesOf(value) {
  return Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
}

/** @param {Record<string, string>} headers */
function isJson(headers) {
  return /^application\/(problem\+)?json$/.test(headers['content-type'] ?? '');
}

/** @param {Answer} answer */
function describe(answer) {
  const trust = answer.signed ? 'signed' : 'unsigned';
  return `${trust} ${answer.status} ${answer.body.toString('utf8')}`;
}

module.exports = { Client, describe, exchange };
