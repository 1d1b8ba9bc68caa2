// What one game server sent and what of it was acknowledged, held against the database afterwards.
'use strict';

const assert = require('node:assert/strict');
const { setTimeout: sleep } = require('node:timers/promises');
const { DatabaseReader } = require('../e2e/database.js');
const { describe } = require('../interop/client.js');
const { uuid7 } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');

/** @typedef {import('../interop/client.js').Client} Client */
/** @typedef {import('../interop/client.js').Answer} Answer */

class Ledger {
  /** @param {Client} client that has said hello */
  constructor(client) {
    this.client = client;
    /** @type {Set<string>} */
    this.acknowledged = new Set();
    /** Not acknowledged, to be sent again as they are. @type {{ id: string }[][]} */
    this.waiting = [];
  }

  newBatch() {
    const { client } = this;
    const at = Date.now() + client.clockOffset;
    return [
      fixtures.join(fixtures.licensePlayer(client)),
      fixtures.ban(fixtures.licensePlayer(client)),
      fixtures.event('player_count', { players: 3, max_players: 64 }),
    ].map((event) => ({ ...event, id: uuid7(at), at }));
  }

  /** Sends one batch; every answer must be signed, and is 200 or 503. @returns {Promise<Answer>} */
  async send() {
    const batch = this.waiting.pop() ?? this.newBatch();
    const answer = await this.client.events(batch);
    assert.ok(answer.signed, describe(answer));
    if (answer.status === 200) {
      for (const [i, { id, status }] of answer.json.results.entries()) {
        assert.equal(id, batch[i].id);
        assert.notEqual(status, 'rejected', answer.body.toString());
        this.acknowledged.add(id);
      }
      return answer;
    }
    assert.equal(answer.status, 503, describe(answer));
    assert.equal(answer.json.code, 'unavailable');
    assert.match(answer.headers['retry-after'], /^\d+$/);
    this.waiting.push(batch);
    return answer;
  }

  /** Until all that waits is acknowledged. @param {number} ms at most */
  async drain(ms = 10_000) {
    const until = performance.now() + ms;
    while (this.waiting.length > 0) {
      if ((await this.send()).status === 200) continue;
      assert.ok(performance.now() < until, `not acknowledged within ${ms} ms`);
      await sleep(20);
    }
  }

  /** Each acknowledged event is stored, none twice, and nothing else but what waits. */
  async compare(/** @type {string} */ dir) {
    const reader = new DatabaseReader(dir);
    try {
      const rows = await reader.eventIds();
      await reader.requireSound();
      const stored = new Set(rows);
      assert.equal(rows.length, stored.size, 'an event is stored twice');
      for (const id of this.acknowledged) assert.ok(stored.has(id), `${id} was acknowledged, lost`);
      const sent = new Set(this.waiting.flat().map(({ id }) => id));
      for (const id of stored) assert.ok(this.acknowledged.has(id) || sent.has(id), `${id}: whose?`);
    } finally {
      reader.close();
    }
  }
}

module.exports = { Ledger };
