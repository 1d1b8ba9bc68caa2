'use strict';

// The command, the exports, enrolment and rotation, in a game server.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const {
  connected, ingestFor, gameServer, person, consoleOf, hex40,
} = require('./support/server');
const { until } = require('./support/timers');

/** @param {any} server @param {string} line @returns {Promise<string>} what was printed */
async function type(server, line) {
  const before = server.console.length;
  await server.command(line);
  await until(() => server.console.length > before, `an answer to ${line}`);
  return server.console.slice(before).map((/** @type {any} */ each) => each.text).join('\n');
}

test('enrolment: one line on the console, and the server is connected', async (t) => {
  const ingest = await ingestFor(t);
  const server = await gameServer(t);
  await server.waitForLine(/this server is not enrolled/);
  await server.command(`drawbridge enrol ${ingest.enrolment()}`);
  await server.waitForLine(/Done: this server is enrolled as srv_abcdefgh2345/);
  await server.waitForLine(/Connected to https:.* as srv_abcdefgh2345, mode review/);
  await server.restart();
  await until(() => ingest.requests.filter(({ target }) => target === '/v1/hello').length === 2,
    'connected again after a restart, without the line');
  assert.ok(!fs.existsSync(path.join(server.root, 'drawbridge.json')));
  assert.deepStrictEqual((await server.stop()).violations, []);
});

test('enrolment says what is wrong with it', async (t) => {
  const ingest = await ingestFor(t);
  const server = await gameServer(t);
  const line = ingest.enrolment();
  assert.match(await type(server, 'drawbridge enrol'), /Missing: the line you were given/);
  assert.match(await type(server, `drawbridge enrol ${line.slice(0, -3)}`), /copy it again/);
  ingest.keys.delete(`enrol:${ingest.serverId}`);
  assert.match(await type(server, `drawbridge enrol ${line}`),
    /it was used already, is older than 24 hours/);
  await ingest.stop();
  assert.match(await type(server, `drawbridge enrol ${line}`), /connection refused/);
});

test('a ban by player id: code printed, player dropped with it, refused, lifted', async (t) => {
  const { ingest, server } = await connected(t);
  const id = await server.enter(person(1));
  await server.command(`drawbridge ban ${id} 7d cheating aimbot, seen on video`);
  await server.waitForLine(/Banned player \d+: ban code \w{4}-\w{4} \(proposed\)/);
  const code = /ban code (\w{4}-\w{4})/.exec(consoleOf(server))?.[1] ?? '';
  await server.waitFor(() => server.dropped.length, 'the drop');
  assert.ok(server.dropped[0].reason.includes(code));
  assert.ok(server.dropped[0].reason.includes('aimbot, seen on video'));
  const [ban] = ingest.eventsOf('ban');
  assert.strictEqual(ban.duration, 604_800);
  assert.strictEqual(ban.issuer, 'console');
  assert.strictEqual(ban.category, 'cheating');
  assert.strictEqual((await server.connect(person(1))).allowed, false);
  await server.command(`drawbridge unban ${code} sorry`);
  await server.waitForLine(new RegExp(`Lifted: ban code ${code} \\(lifted\\)`));
  await until(async () => (await server.connect(person(1))).allowed, 'the lift');
  assert.match(await type(server, 'drawbridge unban ABCD-EFGH'), /not yours to lift/);
});

test('a ban of one who has just left, and of one who was never here', async (t) => {
  const { ingest, server } = await connected(t);
  const id = await server.enter(person(2));
  await server.drop(id, 'Exiting', 2);
  await server.command(`drawbridge ban ${id} perm scam took the car`);
  await server.waitForLine(/Banned player/);
  assert.strictEqual((await server.connect(person(2))).allowed, false);
  await server.command(`drawbridge ban license:${hex40(3)} 30m raid came in a bunch`);
  await server.waitForLine(/Banned that account/);
  assert.strictEqual((await server.connect(person(3))).allowed, false);
  assert.strictEqual(ingest.eventsOf('ban')[1].target.tags.length, 1);
});

test('a ban made while the ingest is away holds at once and survives a restart', async (t) => {
  const { ingest, server } = await connected(t);
  const { port } = ingest;
  const id = await server.enter(person(4));
  await ingest.stop();
  await server.command(`drawbridge ban ${id} perm cheating speed`);
  await server.waitForLine(/The ingest has not answered yet\. This is kept/);
  await server.waitFor(() => server.dropped.length, 'the drop');
  assert.strictEqual((await server.connect(person(4))).allowed, false);
  await server.restart();
  assert.strictEqual((await server.connect(person(4))).allowed, false);
  await ingest.start(port);
  await until(() => ingest.eventsOf('ban').length, 'the ban delivered', 10_000);
  assert.strictEqual(ingest.eventsOf('ban').length, 1);
});

test('usage errors name the argument that is wrong', async (t) => {
  const { server } = await connected(t);
  const id = await server.enter(person(5));
  assert.match(await type(server, 'drawbridge ban'), /Missing: player\. Usage: drawbridge ban/);
  assert.match(await type(server, `drawbridge ban ${id}`), /Missing: duration/);
  assert.match(await type(server, `drawbridge ban ${id} 7d`), /Missing: category/);
  assert.match(await type(server, `drawbridge ban ${id} 7d cheating`), /Missing: reason/);
  assert.match(await type(server, `drawbridge ban ${id} soon cheating x`), /duration: expected/);
  assert.match(await type(server, `drawbridge ban ${id} 7d hacks x`), /category: expected one of/);
  assert.match(await type(server, 'drawbridge ban 999 7d cheating x'), /nobody with id 999/);
  assert.match(await type(server, 'drawbridge ban Ann 7d cheating x'), /player: expected a player/);
  assert.match(await type(server, 'drawbridge ban license:12 7d cheating x'), /player: /);
  assert.match(await type(server, 'drawbridge unban 12'), /code: expected a ban code/);
  assert.match(await type(server, 'drawbridge fly'), /There is no "fly"/);
  assert.match(await type(server, 'drawbridge status'), /ingest https:.*: up/);
});

test('a player needs the ACE, and never gets near the secret', async (t) => {
  const { ingest, server } = await connected(t);
  const admin = await server.enter({ ...person(6), aces: ['drawbridge.ban'] });
  const nobody = await server.enter(person(7));
  await server.command(`drawbridge ban ${admin} perm other x`, nobody);
  await server.command('drawbridge rotate', admin);
  await server.command(`drawbridge ban ${nobody} perm other x`, admin);
  await until(() => ingest.eventsOf('ban').length, 'the one that was allowed');
  assert.strictEqual(ingest.eventsOf('ban').length, 1);
  assert.strictEqual(ingest.eventsOf('ban')[0].issuer, `player ${admin}`);
  assert.ok(!ingest.requests.some(({ target }) => target === '/v1/secret/rotate'));
});

test('rotation: one command, the old secret dies, no event is lost', async (t) => {
  const { ingest, server } = await connected(t);
  const old = ingest.secret;
  await server.enter(person(8));
  await server.command('drawbridge rotate');
  await server.enter(person(9));
  await server.waitForLine(/The secret was rotated: srv_abcdefgh2345:2 is in use/);
  ingest.keys.delete('srv_abcdefgh2345:1');
  await server.enter(person(10));
  await until(() => ingest.eventsOf('join').length === 3, 'all joins');
  await server.restart();
  await until(() => ingest.requests.slice(-3)
    .every(({ signed }) => signed.keyId === 'srv_abcdefgh2345:2'), 'the new key after a restart');
  const kvp = fs.readFileSync(server.kvpFile, 'utf8');
  assert.ok(!kvp.split('\n').slice(-5).join().includes(old.toString('base64url')));
});

test('a rotation whose answer was lost is taken up after a power cut', async (t) => {
  const { ingest, server } = await connected(t);
  await server.command('drawbridge rotate');
  await server.waitForLine(/Done: new secret srv_abcdefgh2345:2 received/);
  await server.kill();
  await server.revive();
  await until(() => ingest.requests.some(({ signed }) => signed.keyId === 'srv_abcdefgh2345:2'),
    'the new secret in use');
  await server.waitForLine(/Connected to https:/);
});

test('exports give a result or say what is wrong, and never throw', async (t) => {
  const { ingest, server } = await connected(t);
  const id = await server.enter(person(11));
  const banned = await server.export('ban', [id, { category: 'cheating', reason: 'esp' }], 'guard');
  assert.strictEqual(banned.ok, true);
  assert.match(banned.code, /^\w{4}-\w{4}$/);
  assert.strictEqual(ingest.eventsOf('ban')[0].issuer, 'guard');
  assert.strictEqual(ingest.eventsOf('ban')[0].duration, 0);
  assert.strictEqual((await server.export('unban', [banned.code], 'guard')).state, 'lifted');
  const wrong = await server.export('ban', [id, { category: 'x', reason: 'y' }], 'guard');
  assert.deepStrictEqual(wrong.ok, false);
  assert.match(wrong.error, /^category: expected/);
  assert.match((await server.export('ban', [], 'guard')).error, /^player: expected/);
  const odd = { toString: null };
  for (const name of ['ban', 'unban', 'report', 'detection']) {
    for (const args of [[], [odd, odd], [id], [id, 7], [id, { category: odd, reason: odd }],
      [id, { category: 'scam', text: odd, reporter: odd, confidence: odd, duration: odd }]]) {
      const { ok, error } = await server.export(name, args, 'guard');
      assert.strictEqual(ok, false, `${name} ${JSON.stringify(args)}`);
      assert.ok(error.length > 5);
    }
  }
  assert.deepStrictEqual((await server.status()).violations, []);
  const seen = await server.export('detection',
    [id, { category: 'cheating', confidence: 90, detail: 'speed 400' }], 'guard');
  assert.strictEqual(seen.ok, true);
  assert.strictEqual(ingest.eventsOf('detection')[0].detector, 'guard');
  const told = await server.export('report',
    [id, { category: 'scam', text: 'sold nothing', reporter: id }], 'phone');
  assert.strictEqual(told.ok, true);
  assert.ok(ingest.eventsOf('report')[0].reporter.tags.length);
});
