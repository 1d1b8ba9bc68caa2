// `drawbridgectl server rotate`: the old secret is dead at once, whatever it was doing.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const { openSealedBox, rotationKeys } = require('../interop/sealed.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('./daemon.js');

/** @type {import('./daemon.js').Daemon} */
let daemon;

before(async () => {
  daemon = await startDaemon();
});

after(() => daemon?.dispose());

/** @param {string} name */
async function server(name) {
  const client = Client.fromDocument(await daemon.addServer(name));
  await client.hello();
  return client;
}

/** @param {Client} client */
async function assertDead(client) {
  const answer = await client.hello();
  assert.equal(answer.status, 401);
  assert.equal(answer.signed, false);
}

it('refuses the old secret on the very next request, and takes the new one', async () => {
  const old = await server('one');
  const file = await daemon.ctlJson('server', 'rotate', 'one');
  await assertDead(old);
  assert.equal(file.server_id, old.serverId);
  assert.notEqual(file.key_id, old.keyId);
  const next = Client.fromDocument(file);
  assert.equal((await next.hello()).status, 200);
  assert.deepEqual(next.tagKey, old.tagKey);
  const enrolled = await Client.enrol((await daemon.ctlJson('server', 'rotate', 'one')).enrol);
  assert.equal((await enrolled.hello()).status, 200);
  await assertDead(next);
  for (const client of [old, next, enrolled]) client.close();
});

it('ends the parked poll of the old secret', async () => {
  const old = await server('two');
  await old.catchUp();
  const start = performance.now();
  const parked = old.poll(25).then(
    (answer) => `answered ${answer.status}`,
    (error) => `closed ${error.code}`,
  );
  await sleep(300);
  await daemon.ctlJson('server', 'rotate', 'two');
  const outcome = await parked;
  const took = performance.now() - start;
  assert.ok(took < 5000, `the poll outlived its secret: ${outcome} after ${took} ms`);
  await assertDead(old);
  old.close();
});

it('cancels a rotation that the game server had begun', async () => {
  const old = await server('three');
  const keys = rotationKeys();
  const { json } = await old.rotate(keys.publicKey);
  const pending = old.withKey(json.key_id, openSealedBox(keys, json.sealed));
  const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'three'));
  await assertDead(old);
  await assertDead(pending);
  assert.equal((await next.hello()).status, 200);
  for (const client of [old, pending, next]) client.close();
});

it('lets nothing through of what the old secret signs meanwhile', async () => {
  const old = await server('four');
  let accepted = 0;
  let rotated = false;
  let refused = false;
  const traffic = (async () => {
    while (!refused) {
      const late = rotated;
      const count = fixtures.event('player_count', { players: 1, max_players: 64 });
      const answer = await old.events([count]);
      assert.ok(answer.status === 200 ? !late : answer.status === 401, `${answer.status}`);
      refused = answer.status === 401;
      if (!refused) accepted++;
    }
  })();
  await sleep(200);
  await daemon.ctlJson('server', 'rotate', 'four');
  rotated = true;
  await traffic;
  assert.ok(accepted > 0);
  old.close();
});

it('holds over a restart', async () => {
  const old = await server('five');
  const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'five'));
  assert.equal(await daemon.stop(), 0);
  await daemon.start();
  await assertDead(old);
  assert.equal((await next.hello()).status, 200);
  old.close();
  next.close();
});
