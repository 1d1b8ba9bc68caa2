// Wall clocks that are wrong or jump: the ingest host's by a day in either direction, a game
// server's by an hour. Nothing is stored twice, accepted twice or lost, and both find back.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { record } = require('./report.js');
const { Rig } = require('./rig.js');

const HOUR = 3600;
const DAY = 24 * HOUR;

/** @type {Rig} */
let rig;
before(async () => {
  rig = await Rig.make();
});
after(() => rig?.dispose());

/**
 * As docs/protocol.md has a sender correct itself: its clock by the signed `server_time`, then its
 * epoch by what the server says of it.
 */
async function correctItself() {
  const { client } = rig;
  const said = [];
  for (let answer = await client.hello(); answer.status !== 200; answer = await client.hello()) {
    assert.ok(answer.signed, 'only the server may say what time it is');
    const { code, server_time: serverTime, highest_epoch: highest } = answer.json;
    said.push(code);
    assert.ok(said.length <= 3, said.join());
    if (code === 'clock_skew') client.clockOffset = serverTime - Date.now();
    if (code === 'epoch_ahead') client.startEpoch(serverTime);
    if (code === 'stale_epoch') client.startEpoch(highest + 1);
  }
  assert.equal(said[0], 'clock_skew');
}

/** @param {string[]} args */
async function expectOk(...args) {
  const ran = await rig.daemon.ctl(...args);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
}

describe("the ingest host's clock jumps", () => {
  for (const [name, offset] of /** @type {[string, number][]} */ ([
    ['a day ahead', DAY],
    ['back to the truth', 0],
    ['a day back', -DAY],
    ['forward to the truth', 0],
  ])) {
    it(name, async () => {
      const { daemon, disk, client, ledger } = rig;
      assert.equal((await ledger.send()).status, 200);
      const replay = await client.prepare('POST', '/v1/events', { events: ledger.newBatch() });
      assert.equal((await client.send(replay)).status, 200);
      for (const { id } of JSON.parse(/** @type {Buffer} */ (replay.body).toString()).events) {
        ledger.acknowledged.add(id);
      }
      await client.catchUp();
      const held = client.network.cursor;

      disk.setClock(offset);
      await correctItself();
      const again = await client.send(replay);
      assert.ok([401, 409].includes(again.status), again.body.toString());
      assert.equal((await ledger.send()).status, 200);
      await client.catchUp(); // from the cursor of before; throws on a wrong checksum
      assert.equal(client.network.cursor.split('-')[0], held.split('-')[0], 'a new lineage');
      assert.ok(Number(client.network.cursor.split('-')[1]) >= Number(held.split('-')[1]));
      await ledger.compare(daemon.dir);
      await expectOk('audit', 'verify');
      await expectOk('backup', 'create');
    });
  }

  it('while it is down', async () => {
    const { daemon, disk, client, ledger } = rig;
    const replay = await client.prepare('POST', '/v1/events', { events: [] });
    for (const offset of [DAY, -DAY, 0]) {
      assert.equal(await daemon.stop(), 0);
      disk.setClock(offset);
      await daemon.start();
      client.openEpoch();
      await correctItself();
      const again = await client.send(replay);
      assert.ok([401, 409].includes(again.status), again.body.toString());
      assert.equal((await ledger.send()).status, 200);
      await client.catchUp();
      await ledger.compare(daemon.dir);
      await expectOk('audit', 'verify');
    }
    record("the ingest host's clock, ±1 day", {
      rounds: 7, acknowledged: ledger.acknowledged.size,
    });
  });
});

describe("a game server's clock is an hour off", () => {
  for (const offset of [HOUR, -HOUR]) {
    it(`${offset} s`, async () => {
      const { client, ledger, daemon } = rig;
      client.clockOffset = offset * 1000;
      await correctItself();
      assert.ok(Math.abs(client.clockOffset) < 5000, 'its clock is right again');
      assert.equal((await ledger.send()).status, 200);
      await ledger.compare(daemon.dir);
    });
  }
});
