'use strict';

// Sends the outbox. Two lanes: what somebody waits for (join, ban, unban) goes at once in a
// request of its own, a few beside each other; everything else goes in batches, one at a time.
// What an express request could not deliver falls back to the batches.

const { createBackoff } = require('./backoff');

/** @typedef {import('./outbox').Entry} Entry */
/** @typedef {{events: number, bytes: number}} Limits */

const EXPRESS = new Set(['join', 'ban', 'unban']);
const EXPRESS_REQUESTS = 4;
const BATCH_DELAY_MS = 2_000;
const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 2 * 1024 * 1024;

/** @param {Entry} entry */
const isExpress = (entry) => EXPRESS.has(entry.event.type) && !entry.tried;
const isAny = () => true;
const BAD_CONTENT = new Set(['bad_json', 'bad_field']);

class Sender {
  #outbox;
  #uplink;
  #later;
  #log;
  /** @type {Limits} */
  #limits = { events: 500, bytes: 1_048_576 };
  #running = false;
  #expressFlying = 0;
  #batchFlying = false;
  /** After a batch that was refused as a whole: so many go one by one, to find the bad one. */
  #singly = 0;
  #backoff = createBackoff(1_000, 60_000);
  /** @type {(() => void)|null} */
  #cancelTimer = null;

  /**
   * @param {{outbox: import('./outbox').Outbox, uplink: import('./uplink').Uplink,
   *   later: import('./fx').Fx['later'], log: import('./log').Log}} parts
   */
  constructor({ outbox, uplink, later, log }) {
    this.#outbox = outbox;
    this.#uplink = uplink;
    this.#later = later;
    this.#log = log;
    outbox.onAdded((entry) => this.#added(entry));
    uplink.onUp(() => this.#pumpNow());
  }

  /**
   * Called when hello has been answered; the first time starts the lanes.
   * @param {Limits} limits
   */
  start(limits) {
    this.#limits = limits;
    this.#running = true;
    this.#pumpNow();
  }

  stop() {
    this.#running = false;
    this.#cancelTimer?.();
  }

  /** @param {Entry} entry */
  #added(entry) {
    if (!this.#running) return;
    if (isExpress(entry)) this.#pumpExpress();
    else this.#pumpLater(BATCH_DELAY_MS);
  }

  #pumpNow() {
    if (!this.#running) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#pumpExpress();
    this.#pumpBatch();
  }

  /** @param {number} ms a pump that is due earlier stands */
  #pumpLater(ms) {
    this.#cancelTimer ??= this.#later(ms, () => {
      this.#cancelTimer = null;
      this.#pumpNow();
    });
  }

  #pumpExpress() {
    // With the ingest away one request is enough to find out that it is back.
    const lanes = this.#uplink.isUp ? EXPRESS_REQUESTS : 1;
    if (!this.#running || this.#expressFlying >= lanes) return;
    const entries = this.#take(isExpress);
    if (!entries.length) return;
    this.#expressFlying += 1;
    this.#send(entries, () => {
      this.#expressFlying -= 1;
      if (this.#outbox.has(isExpress)) this.#pumpExpress();
      if (this.#outbox.size) this.#pumpLater(BATCH_DELAY_MS);
    });
  }

  #pumpBatch() {
    if (!this.#running || this.#batchFlying) return;
    const entries = this.#take(isAny);
    if (!entries.length) return;
    this.#batchFlying = true;
    this.#send(entries, (delivered, waitMs) => {
      this.#batchFlying = false;
      if (!delivered) this.#pumpLater(Math.max(waitMs, this.#backoff.next()));
      else if (this.#outbox.has(isAny)) this.#pumpBatch();
      if (delivered) this.#backoff.reset();
    });
  }

  /** @param {(entry: Entry) => boolean} wants */
  #take(wants) {
    const { events, bytes } = this.#limits;
    return this.#outbox.take({ most: this.#singly > 0 ? 1 : events, bytes, wants });
  }

  /** @param {Entry[]} entries @param {(delivered: boolean, waitMs: number) => void} done */
  #send(entries, done) {
    const body = `{"events":[${entries.map(({ text }) => text).join(',')}]}`;
    this.#uplink.call({
      method: 'POST', target: '/v1/events', body, timeoutMs: TIMEOUT_MS, maxBytes: ANSWER_BYTES,
    }, (outcome) => {
      const delivered = outcome.ok ? this.#settle(entries, outcome.json?.results)
        : outcome.kind === 'refused' && this.#blame(entries, outcome);
      if (!delivered) this.#outbox.release(entries);
      done(delivered, outcome.ok || outcome.kind === 'refused' ? 0 : outcome.waitMs);
    });
  }

  /** @param {Entry[]} entries @param {any} results */
  #settle(entries, results) {
    if (!Array.isArray(results) || results.length !== entries.length) {
      this.#log.state('results', 'short', 'The ingest answered with fewer results than events; '
        + 'the events are sent again.');
      return false;
    }
    this.#singly = Math.max(0, this.#singly - entries.length);
    entries.forEach((entry, index) => {
      const result = results[index];
      if (result.status === 'rejected') this.#sayRejected(entry, result);
      this.#outbox.settle(entry, result);
    });
    return true;
  }

  /**
   * The request as a whole was refused, signed. Alone in it, the event is to blame.
   * @param {Entry[]} entries @param {{code: string, detail: string}} why
   */
  #blame(entries, { code, detail }) {
    if (!BAD_CONTENT.has(code)) return false;
    if (entries.length > 1) {
      this.#singly = entries.length;
      this.#outbox.release(entries);
      return true;
    }
    const { id } = entries[0].event;
    const result = { id, status: /** @type {const} */ ('rejected'), code, detail };
    this.#sayRejected(entries[0], result);
    this.#singly = Math.max(0, this.#singly - 1);
    this.#outbox.settle(entries[0], result);
    return true;
  }

  /** @param {Entry} entry @param {Record<string, any>} result */
  #sayRejected({ event, watcher }, { code, field, detail }) {
    // Whoever made it by hand or by an export is told themselves.
    if (watcher.onResult && event.type !== 'join') return;
    const why = [code, field, detail].filter(Boolean).join(', ');
    this.#log.state(`rejected ${event.type}`, why,
      `The ingest rejected a "${event.type}" event and it was dropped: ${why}.`);
  }
}

module.exports = { Sender };
