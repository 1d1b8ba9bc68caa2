'use strict';

// No raw identifier, token or address leaves the process: not in a request, not in the key-value
// store, not in the folder, not on the console. And the secret is in the key-value store only.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { connected, person, consoleOf } = require('./support/server');
const { until } = require('./support/timers');

/** Every type FXServer may report, all made up. */
const PLAYER = {
  name: 'Visible Name',
  identifiers: [
    'license:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
    'license2:9a8b7c6d5e4f30211203f4e5d6c7b8a99a8b7c6d',
    'steam:11000010a1b2c3d', 'discord:987654321098765432', 'fivem:7654321',
    'xbl:2533274812345678', 'live:985154412345678', 'ip:203.0.113.77',
  ],
  tokens: ['2:' + '1A2B3C4D'.repeat(8), '4:' + '5E6F7089'.repeat(8)],
  endpoint: '203.0.113.77',
};
const RAW = [...PLAYER.identifiers, ...PLAYER.tokens].map((raw) => raw.slice(raw.indexOf(':') + 1));

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(name) : [name];
  });
}

/**
 * @param {Buffer|string} haystack
 * @param {string} needle in any letter case, also in base64 or hex
 */
function holds(haystack, needle) {
  const text = haystack.toString('latin1').toLowerCase();
  const bytes = Buffer.from(needle);
  const forms = [needle, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url')];
  return forms.some((form) => text.includes(form.toLowerCase()));
}

test('raw values and the secret stay where they belong', async (t) => {
  const { ingest, server } = await connected(t, { convars: { drawbridge_log: 'debug' } });
  const id = await server.enter(PLAYER);
  await server.export('detection', [id, { category: 'cheating', confidence: 50 }], 'guard');
  await server.export('report', [id, { category: 'scam', text: 'x', reporter: id }], 'guard');
  // An error of our own that quotes what it was given.
  await server.command(`drawbridge ban ${PLAYER.identifiers[2].slice(0, 12)} 7d cheating x`);
  await server.emit('playerJoining', [{ toString: PLAYER.identifiers[0] }], 'other');
  await server.command(`drawbridge ban ${id} 7d cheating aimbot`);
  await until(() => ingest.eventsOf('ban').length, 'ban');
  await until(() => ingest.eventsOf('leave').length, 'leave');
  await until(() => ingest.eventsOf('heartbeat').length, 'heartbeat');
  const printed = consoleOf(server);
  const { root, kvpFile } = server;
  const kvp = fs.readFileSync(kvpFile);
  const files = filesIn(root).map((file) => ({ file, bytes: fs.readFileSync(file) }));
  const requests = ingest.requests.map(({ target, headers, body }) =>
    Buffer.concat([Buffer.from(`${target} ${JSON.stringify(headers)} `), body]));

  for (const raw of RAW) {
    assert.ok(!holds(printed.replace(/drawbridge ban .*/g, ''), raw), 'console');
    assert.ok(!holds(kvp, raw), 'key-value store');
    for (const { file, bytes } of files) assert.ok(!holds(bytes, raw), file);
    for (const request of requests) {
      assert.ok(!holds(request, raw), request.toString().slice(0, 80));
    }
  }

  const secret = ingest.document().secret.slice(5, 48);
  const key = ingest.tagKey.key.toString('base64url');
  assert.ok(holds(kvp, secret) || kvp.includes(secret), 'the store does keep the secret');
  for (const [what, hidden] of [['secret', secret], ['tag key', key]]) {
    assert.ok(!holds(printed, hidden), `${what} on the console`);
    for (const { file, bytes } of files) assert.ok(!bytes.includes(hidden), `${what} in ${file}`);
    for (const request of requests) assert.ok(!request.includes(hidden), `${what} on the wire`);
  }

  // The name goes in join and ban, in player.name, and nowhere else.
  const named = ingest.events.filter((event) => JSON.stringify(event).includes(PLAYER.name));
  assert.deepStrictEqual([...new Set(named.map(({ type }) => type))].sort(),
    ['ban', 'join']);
  assert.ok(!holds(printed, PLAYER.name));
});

test('players\' events emitted by another resource are not believed', async (t) => {
  const { ingest, server } = await connected(t);
  await server.emit('playerConnecting', ['Mallory', null, null], 'other');
  await server.emit('playerDropped', ['x', 'y', 2], 'other');
  const { allowed } = await server.connect(person(2));
  assert.strictEqual(allowed, true);
  assert.deepStrictEqual((await server.status()).violations, []);
  assert.deepStrictEqual(ingest.eventsOf('leave'), []);
});

test('nothing listens, and nothing is sent to players', async (t) => {
  const { server } = await connected(t);
  await server.enter(person(1));
  const status = await server.stop();
  assert.deepStrictEqual(status.listening, []);
  assert.deepStrictEqual(status.sentToClients, []);
  assert.deepStrictEqual(status.netEvents, []);
});
