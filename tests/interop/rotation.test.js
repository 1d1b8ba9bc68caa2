// /v1/secret/rotate by the game server itself, and which secrets work when.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { startDaemon } = require('../e2e/daemon.js');
const { Client } = require('./client.js');
const { openSealedBox, rotationKeys } = require('./sealed.js');

/** @type {import('../e2e/daemon.js').Daemon} */
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

/** @param {Client} client @param {ReturnType<typeof rotationKeys>} keys */
async function rotated(client, keys) {
  const answer = await client.rotate(keys.publicKey);
  assert.equal(answer.status, 200, answer.body.toString());
  const { key_id: keyId, sealed, expires_at: expires } = answer.json;
  const secret = openSealedBox(keys, sealed);
  assert.equal(secret.length, 32);
  return { keyId, sealed, expires, secret, next: client.withKey(keyId, secret) };
}

it('hands out a new secret; the old one dies at the first use of the new one', async () => {
  const old = await server('one');
  const { keyId, expires, next } = await rotated(old, rotationKeys());
  assert.equal(keyId, `${old.serverId}:2`);
  assert.ok(Math.abs(expires - Date.now() - 600_000) < 10_000);
  assert.equal((await old.hello()).status, 200, 'the old one works until then');
  assert.equal((await next.hello()).status, 200);
  assert.deepEqual(next.tagKey, old.tagKey);
  const dead = await old.hello();
  assert.equal(dead.status, 401);
  assert.equal(dead.signed, false);
  assert.equal((await next.hello()).status, 200);
  old.close();
  next.close();
});

it('answers the same public key with the same secret', async () => {
  const old = await server('two');
  const keys = rotationKeys();
  const first = await rotated(old, keys);
  const second = await rotated(old, keys);
  assert.equal(second.sealed, first.sealed);
  assert.equal(second.keyId, first.keyId);
  assert.equal(second.expires, first.expires);
  assert.equal((await first.next.hello()).status, 200);
  for (const client of [old, first.next, second.next]) client.close();
});

it('replaces the pending secret for another public key', async () => {
  const old = await server('three');
  const first = await rotated(old, rotationKeys());
  const second = await rotated(old, rotationKeys());
  assert.notDeepEqual(second.secret, first.secret);
  assert.equal((await first.next.hello()).status, 401);
  assert.equal((await old.hello()).status, 200);
  assert.equal((await second.next.hello()).status, 200);
  assert.equal((await old.hello()).status, 401);
  for (const client of [old, first.next, second.next]) client.close();
});

it('ends the old key’s parked poll when the new one is used', async () => {
  const old = await server('four');
  await old.catchUp();
  const { next } = await rotated(old, rotationKeys());
  const start = performance.now();
  const parked = old.poll(20).then(
    (answer) => ({ ended: 'answered', signed: answer.signed }),
    () => ({ ended: 'closed', signed: false }),
  );
  await sleep(300);
  await next.hello();
  const outcome = await parked;
  assert.ok(performance.now() - start < 5000, `the poll outlived its key: ${outcome.ended}`);
  old.close();
  next.close();
});
