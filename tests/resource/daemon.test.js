'use strict';

// End to end: the resource in game servers, against drawbridged itself, run by drawbridgectl.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { startDaemon } = require('../e2e/daemon');
const { DatabaseReader } = require('../e2e/database');
const { gameServer, person, consoleOf } = require('./support/server');
const { delay, until } = require('./support/timers');

/** @param {import('node:test').TestContext} t @param {object} [settings] */
async function daemonFor(t, settings) {
  const daemon = await startDaemon(settings);
  t.after(() => daemon.dispose());
  return daemon;
}

/** @param {any} document @returns {object} what goes into drawbridge.json */
function fileOf({ url, server_id, key_id, secret, ca }) {
  return { url, server_id, key_id, secret, ca };
}

/**
 * @param {import('node:test').TestContext} t @param {any} daemon @param {string} name
 * @param {{mode?: 'local'|'review'|'auto', convars?: Record<string, string>}} [how]
 */
async function enrolled(t, daemon, name, { mode = 'auto', convars = {} } = {}) {
  const document = await daemon.addServer(name, { mode });
  const server = await gameServer(t, fileOf(document), { convars });
  await server.waitForLine(/Connected to https:/);
  return { server, document };
}

/**
 * Until nothing waits on the game server and the daemon has stored at least so many events, none
 * of them twice. Heartbeats and player counts are among them: two at each start.
 * @param {any} daemon @param {any} server @param {number} least
 */
async function delivered(daemon, server, least) {
  const reader = new DatabaseReader(daemon.dir);
  try {
    await until(async () => {
      const waiting = Object.keys(await server.kvp()).filter((key) => /outbox:/.test(key));
      return waiting.length === 0 && (await reader.eventIds()).length >= least;
    }, `${least} events stored`, 20_000);
    const ids = await reader.eventIds();
    assert.strictEqual(new Set(ids).size, ids.length);
  } finally {
    reader.close();
  }
}

test('enrolment by the line, events stored, nothing raw in the daemon\'s folder', async (t) => {
  const daemon = await daemonFor(t);
  const document = await daemon.addServer('One');
  const server = await gameServer(t);
  await server.command(document.enrol);
  await server.waitForLine(/Connected to https:.*mode auto/);
  const { allowed, source } = await server.connect(person(1));
  assert.strictEqual(allowed, true);
  const id = await server.join(source);
  await server.drop(id, 'Exiting', 2);
  await delivered(daemon, server, 4);
  await server.command(document.enrol);
  await server.waitForLine(/Not done: the ingest does not know this code: it was used already/);
  const raw = person(1).identifiers[0].slice('license:'.length);
  for (const name of fs.readdirSync(daemon.dir)) {
    const file = path.join(daemon.dir, name);
    if (fs.statSync(file).isFile()) assert.ok(!fs.readFileSync(file).includes(raw), name);
  }
  assert.deepStrictEqual((await server.stop()).violations, []);
});

test('a ban on one server of an owner is in force on the other within a second', async (t) => {
  const daemon = await daemonFor(t);
  const first = await daemon.addServer('One', { owner: 'Ann' });
  const second = await daemon.addServer('Two', { owner: 'Ann' });
  const one = await gameServer(t, fileOf(first));
  const two = await gameServer(t, fileOf(second));
  await one.waitForLine(/Connected to https:/);
  await two.waitForLine(/Connected to https:/);
  const id = await one.enter(person(2));
  const other = await two.enter(person(2));
  await delay(500);
  await one.command(`drawbridge ban ${id} 7d cheating aimbot`);
  await one.waitForLine(/Banned player \d+: ban code/);
  const banned = performance.now();
  await two.waitFor(() => two.dropped.length, 'the drop on the other server');
  assert.ok(performance.now() - banned < 1_500, `${performance.now() - banned} ms`);
  assert.strictEqual(two.dropped[0].source, other);
  const code = /ban code (\w{4}-\w{4})/.exec(consoleOf(one))?.[1] ?? '';
  assert.ok(two.dropped[0].reason.includes(code), two.dropped[0].reason);
  assert.ok(two.dropped[0].reason.includes('aimbot'), two.dropped[0].reason);
  const refused = await two.connect(person(2));
  assert.strictEqual(refused.allowed, false);
  for (const part of [code, 'aimbot', 'cheating', 'this server']) {
    assert.ok(refused.reason.includes(part), `${part} in ${refused.reason}`);
  }
  await one.command(`drawbridge unban ${code}`);
  await one.waitForLine(/Lifted: ban code/);
  await until(async () => (await two.connect(person(2))).allowed, 'the lift', 5_000);
});

test('a ban that staff lift is over on the server that made it as soon as elsewhere', async (t) => {
  const daemon = await daemonFor(t);
  const { server } = await enrolled(t, daemon, 'One');
  const id = await server.enter(person(4));
  await server.command(`drawbridge ban ${id} perm cheating aimbot`);
  await server.waitForLine(/Banned player \d+: ban code/);
  const code = /ban code (\w{4}-\w{4})/.exec(consoleOf(server))?.[1] ?? '';
  assert.strictEqual((await server.connect(person(4))).allowed, false);
  await delay(500); // the list has come
  await daemon.ctlJson('ban', 'lift', code, '--reason', 'the wrong one');
  const lifted = performance.now();
  await until(async () => (await server.connect(person(4))).allowed, 'the lift', 5_000);
  assert.ok(performance.now() - lifted < 1_500, `${performance.now() - lifted} ms`);
});

test('the ingest away: lists hold over a restart, events arrive once it is back', async (t) => {
  const daemon = await daemonFor(t);
  const { server } = await enrolled(t, daemon, 'One');
  await server.command('drawbridge ban license:'.concat(
    person(3).identifiers[0].slice('license:'.length), ' perm cheating esp'));
  await server.waitForLine(/Banned that account/);
  await until(async () => !(await server.connect(person(3))).allowed, 'the ban');
  await delay(1_500);
  await daemon.kill9();
  await server.waitForLine(/is not reachable/);
  await server.restart();
  await server.waitForLine(/The saved ban list is in force/);
  assert.strictEqual((await server.connect(person(3))).allowed, false);
  assert.strictEqual((await server.connect(person(4))).allowed, true);
  await daemon.start();
  await delivered(daemon, server, 8);
  assert.ok(!/Two game servers/.test(consoleOf(server)));
});

test('rotation by the operator, then by staff', async (t) => {
  const daemon = await daemonFor(t);
  const { server } = await enrolled(t, daemon, 'One');
  await server.command('drawbridge rotate');
  await server.waitForLine(/The secret was rotated: srv_\w+:2 is in use, the old one is dead/);
  await server.enter(person(5));
  await delivered(daemon, server, 3);
  const fresh = await daemon.ctlJson('server', 'rotate', 'One');
  await server.waitForLine(/The secret of srv_\w+ was refused/);
  fs.writeFileSync(path.join(server.root, 'drawbridge.json'), JSON.stringify(fileOf(fresh)));
  await server.enter(person(6));
  await server.restart();
  await delivered(daemon, server, 7);
});

test('suspended by staff: said, and nothing is lost', async (t) => {
  const daemon = await daemonFor(t);
  const { server } = await enrolled(t, daemon, 'One');
  await daemon.ctlJson('server', 'suspend', 'One');
  await server.enter(person(7));
  await server.waitForLine(/staff have suspended this server/);
});

test('two game servers with one secret are told so', async (t) => {
  const daemon = await daemonFor(t);
  const { document, server: one } = await enrolled(t, daemon, 'One');
  const two = await gameServer(t, fileOf(document));
  await two.waitForLine(/Connected to https:/);
  const warned = () => [one, two].some((server) => /Two game servers use/.test(consoleOf(server)));
  for (let i = 20; !warned() && i < 40; i += 1) {
    await one.connect(person(i));
    await two.connect(person(i + 100));
    await delay(200);
  }
  assert.ok(warned());
});
