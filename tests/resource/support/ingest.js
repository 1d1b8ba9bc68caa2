'use strict';

// An ingest for the resource's tests that can be made to misbehave in ways drawbridged does not:
// it answers wrongly signed, not signed, late, or with any error of docs/protocol.md §5. Written
// from that text; it shares no code with the project. The end-to-end tests use drawbridged itself.

const crypto = require('node:crypto');
const https = require('node:https');
const sealing = require('./sealing');
const { PublishedList } = require('./published_list');
const { codeOf } = require('./sections');
const { verifyRequest, signAnswer } = require('./signatures');
const { later } = require('./timers');

/** @typedef {import('./sections').Entry} Entry */
/** @typedef {'network'|'owner'} ListName */
/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} target
 * @property {string} authority
 * @property {Record<string, any>} headers
 * @property {Buffer} body
 * @property {any} json
 * @property {NonNullable<ReturnType<typeof verifyRequest>>} signed
 */
/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} [json]
 * @property {Buffer} [binary]
 * @property {'unsigned'|'forged'} [how] default: signed
 */

const LIST_TYPE = 'application/vnd.drawbridge.banlist';
/** @type {ListName[]} */
const NAMES = ['network', 'owner'];

class Ingest {
  serverId = 'srv_abcdefgh2345';
  ownerId = 'own_abcdefgh2345';
  mode = 'review';
  tagKey = { version: 1, key: crypto.randomBytes(32) };
  secret = crypto.randomBytes(32);
  code = crypto.randomBytes(32);
  generation = 1;
  /** @type {Map<string, {key: Buffer, highest: number, open: number, seen: Set<number>}>} */
  keys = new Map();
  bootId = crypto.randomBytes(8).toString('hex');
  clockOffsetMs = 0;
  /** @type {any[]} every event stored, as it came */
  events = [];
  /** @type {Request[]} every request whose signature held */
  requests = [];
  refusals = 0;
  /** @type {(event: any) => any} */
  verdict = () => ({ decision: 'allow' });
  /** @type {any[]} what explain knows */
  reasons = [];
  /**
   * A misbehaviour for the next requests.
   * @type {(request: Request) => Answer|undefined|Promise<Answer|undefined>}
   */
  fault = () => undefined;
  pollSeconds = 30;
  /** @type {Record<ListName, PublishedList>} */
  lists = {
    network: new PublishedList(1, () => this.tagKey.version),
    owner: new PublishedList(2, () => this.tagKey.version),
  };
  #results = new Map();
  #bans = new Map();
  /** @type {Set<() => void>} */
  #parked = new Set();
  /** @type {Set<import('node:stream').Duplex>} */
  #sockets = new Set();
  #server;
  #authority;
  url = '';

  /**
   * @param {import('./certs').Authority} authority
   * @param {{names?: string, expired?: boolean}} [how]
   */
  constructor(authority, how) {
    this.#authority = authority;
    this.#server = https.createServer(authority.issue(how), (request, response) =>
      this.#receive(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#addKey(`${this.serverId}:1`, this.secret);
    this.#addKey(`enrol:${this.serverId}`, this.code);
  }

  /** @param {number} [port] the one it had, after stop() */
  async start(port = 0) {
    await new Promise((resolve) => this.#server.listen(port, '127.0.0.1', () => resolve(null)));
    const { port: got } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.url = `https://localhost:${got}`;
    return this;
  }

  get port() { return Number(new URL(this.url).port); }

  async stop() {
    for (const end of [...this.#parked]) end();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Events to reject, and why. @type {(event: any) => any} */
  rejects = () => undefined;

  /** What `drawbridgectl server add` writes. @returns {Record<string, string>} */
  document() {
    return {
      url: this.url,
      server_id: this.serverId,
      key_id: `${this.serverId}:${this.generation}`,
      secret: sealing.printSecret(this.secret),
      ca: this.#authority.pem,
    };
  }

  enrolment() {
    const ca = new crypto.X509Certificate(this.#authority.pem).raw;
    return sealing.printEnrolment({ url: this.url, serverId: this.serverId, code: this.code, ca });
  }

  /** As a restart of the daemon: every epoch is closed, every poll ends. */
  reboot() {
    this.bootId = crypto.randomBytes(8).toString('hex');
    for (const key of this.keys.values()) key.open = 0;
    for (const end of [...this.#parked]) end();
  }

  /** A new secret by staff: the old one is dead at once. */
  revoke() {
    this.keys.delete(`${this.serverId}:${this.generation}`);
    this.generation += 1;
    this.secret = crypto.randomBytes(32);
    this.#addKey(`${this.serverId}:${this.generation}`, this.secret);
    for (const end of [...this.#parked]) end();
  }

  /** @param {string} raw `license:…` @returns {Buffer} */
  tag(raw) {
    const [type, value] = raw.split(':');
    return sealing.tagOf(this.tagKey.key, type, value);
  }

  /** @param {string} raw @returns {Buffer} */
  tokenTag(raw) { return sealing.tokenTagOf(this.tagKey.key, this.ownerId, raw); }

  /** @param {ListName} name @param {Entry[]} entries */
  publish(name, entries) {
    this.lists[name].publish(entries);
    for (const wake of [...this.#parked]) wake();
  }

  /**
   * A list that starts anew, with any number of entries.
   * @param {ListName} name
   * @param {Entry[]} live
   */
  restoreList(name, live) {
    this.lists[name].restore(live);
    for (const wake of [...this.#parked]) wake();
  }

  /** @param {string} type @returns {any[]} */
  eventsOf(type) { return this.events.filter((event) => event.type === type); }

  /** @param {string} id @param {Buffer} key */
  #addKey(id, key) { this.keys.set(id, { key, highest: 0, open: 0, seen: new Set() }); }

  #cursors() {
    return { network: this.lists.network.cursor, owner: this.lists.owner.cursor };
  }

  now() { return Date.now() + this.clockOffsetMs; }

  /**
   * @param {import('node:http').IncomingMessage} message
   * @param {import('node:http').ServerResponse} response
   */
  async #receive(message, response) {
    const parts = [];
    for await (const part of message) parts.push(part);
    const body = Buffer.concat(parts);
    const request = /** @type {any} */ ({
      method: message.method,
      target: message.url,
      authority: String(message.headers.host).toLowerCase(),
      headers: message.headers,
      body,
      json: body.length ? JSON.parse(body.toString()) : null,
    });
    request.signed = verifyRequest(request, (id) => this.keys.get(id)?.key);
    const answer = await this.#answer(request);
    if (!response.destroyed) this.#send(request, answer, response);
  }

  /**
   * @param {Request} request
   * @param {Answer} answer
   * @param {import('node:http').ServerResponse} response
   */
  #send(request, { status, json, binary, how }, response) {
    const problem = json?.code ? 'application/problem+json' : 'application/json';
    const type = json ? problem : binary ? LIST_TYPE : null;
    const body = json ? Buffer.from(JSON.stringify(json)) : binary ?? Buffer.alloc(0);
    const created = Math.floor(this.now() / 1000);
    const key = how === 'forged' ? crypto.randomBytes(32) : request.signed?.key;
    const headers = how === 'unsigned' || !key ? (type ? { 'content-type': type } : {})
      : signAnswer(request, { ...request.signed, key }, { status, type, body, created });
    response.writeHead(status, { ...headers, ...(type && { 'content-length': body.length }) });
    response.end(body);
  }

  /** @param {Request} request @returns {Promise<Answer>} */
  async #answer(request) {
    if (!request.signed) {
      this.refusals += 1;
      return { status: 401, json: { code: 'unauthorized' }, how: 'unsigned' };
    }
    this.requests.push(request);
    const wrong = (await this.fault(request)) ?? this.#clock(request) ?? this.#replay(request);
    if (wrong) return wrong;
    const [path] = request.target.split('?');
    switch (`${request.method} ${path}`) {
      case 'POST /v1/enrol': return this.#enrol(request);
      case 'POST /v1/hello': return this.#hello(request);
      case 'POST /v1/events': return this.#store(request);
      case 'GET /v1/bans': return this.#bans_(request);
      case 'POST /v1/bans/explain': return this.#json({ matches: this.reasons });
      case 'POST /v1/secret/rotate': return this.#rotate(request);
      default: return { status: 404, json: { code: 'not_found' }, how: 'unsigned' };
    }
  }

  /** @param {any} members @returns {Answer} */
  #json(members) {
    return { status: 200, json: { boot_id: this.bootId, server_time: this.now(), ...members } };
  }

  /** @param {number} status @param {string} code @param {any} [members] @returns {Answer} */
  problem(status, code, members) {
    const { json } = this.#json({ status, code, detail: '', ...members });
    return { status, json };
  }

  /** @param {Request} request */
  #clock({ signed }) {
    const off = Math.abs(signed.created - this.now() / 1000) > 300;
    return off ? this.problem(401, 'clock_skew') : undefined;
  }

  /** @param {Request} request */
  #replay({ signed: { keyId, epoch, counter } }) {
    const key = this.keys.get(keyId);
    if (!key) return undefined;
    if (epoch > Math.max(this.now(), key.highest) + 86_400_000) return this.problem(409, 'epoch_ahead');
    if (epoch > key.highest) Object.assign(key, { highest: epoch, open: epoch, seen: new Set() });
    if (epoch !== key.open) {
      return this.problem(409, 'stale_epoch', { highest_epoch: key.highest });
    }
    if (key.seen.has(counter)) return this.problem(409, 'replayed');
    key.seen.add(counter);
    return undefined;
  }

  /** @param {Request} request */
  #enrol({ signed }) {
    const keyId = `${this.serverId}:${this.generation}`;
    const sealed = sealing.sealEnrolled(signed.key, keyId, this.secret);
    return this.#json({ server_id: this.serverId, key_id: keyId, sealed });
  }

  /** @param {Request} request */
  #hello({ signed }) {
    const { version, key } = this.tagKey;
    const sealed = sealing.sealTagKey(signed.key, this.serverId, version, key);
    return this.#json({
      server: {
        id: this.serverId, name: 'Los Santos One', owner_id: this.ownerId, mode: this.mode,
      },
      tag_scheme: 1,
      tag_key: { version, sealed },
      lists: this.#cursors(),
      limits: { events_per_request: 500, body_bytes: 1_048_576, poll_seconds: this.pollSeconds },
    });
  }

  /** @param {Request} request */
  #store({ json }) {
    const results = json.events.map((/** @type {any} */ event) => {
      const before = this.#results.get(event.id);
      if (before) return { ...before, status: 'duplicate' };
      const rejected = this.rejects(event);
      if (rejected) return { id: event.id, status: 'rejected', ...rejected };
      const result = { id: event.id, status: 'stored', ...this.#effect(event) };
      if (result.status === 'rejected') return result;
      this.events.push(event);
      this.#results.set(event.id, result);
      return result;
    });
    return this.#json({ results, lists: this.#cursors() });
  }

  /** @param {any} event */
  #effect(event) {
    if (event.type === 'join') return { verdict: this.verdict(event) };
    if (event.type === 'ban') {
      const number = crypto.randomInt(2 ** 32);
      const code = codeOf(number);
      this.#bans.set(code, { number, target: event.target });
      const tags = event.target.tags.map((/** @type {any} */ { tag }) =>
        Buffer.from(tag, 'base64url'));
      later(100, () => this.publish('owner',
        tags.map((/** @type {Buffer} */ tag) => ({ number, tag }))));
      return { ban: { code, state: 'proposed' } };
    }
    if (event.type !== 'unban') return {};
    const ban = this.#bans.get(event.code);
    if (!ban) return { status: 'rejected', code: 'unknown_code' };
    this.publish('owner', ban.target.tags.map((/** @type {any} */ { tag }) =>
      ({ number: ban.number, tag: Buffer.from(tag, 'base64url'), remove: true })));
    return { ban: { code: event.code, state: 'lifted' } };
  }

  /** @param {Request} request @returns {Promise<Answer>} */
  async #bans_({ target }) {
    const query = new URL(target, this.url).searchParams;
    const news = () => Buffer.concat(NAMES.map((name) =>
      this.lists[name].since(query.get(name) ?? '0')));
    const wait = Number(query.get('wait')) * 1000;
    if (!news().length && wait) {
      await new Promise((resolve) => {
        const end = () => {
          cancel();
          this.#parked.delete(end);
          resolve(null);
        };
        const cancel = later(wait, end);
        this.#parked.add(end);
      });
    }
    const binary = news();
    return binary.length ? { status: 200, binary } : { status: 204 };
  }

  /** @param {Request} request */
  #rotate({ json }) {
    const secret = crypto.randomBytes(32);
    this.generation += 1;
    this.secret = secret;
    const keyId = `${this.serverId}:${this.generation}`;
    this.#addKey(keyId, secret);
    const sealed = sealing.sealBox(Buffer.from(json.public_key, 'base64url'), secret);
    return this.#json({ key_id: keyId, sealed, expires_at: this.now() + 600_000 });
  }
}

module.exports = { Ingest };
