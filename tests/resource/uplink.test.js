'use strict';

// Every way the ingest can be away, wrong or unkind, and what the operator reads then.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const {
  connected, ingestFor, gameServer, person, consoleOf, polls,
} = require('./support/server');
const { Authority } = require('./support/certs');
const { delay, until } = require('./support/timers');

/** @param {any} server @param {RegExp} pattern */
const times = (server, pattern) =>
  server.console.filter((/** @type {any} */ line) => pattern.test(line.text)).length;

test('away at the start: said once, players get in, connected when it comes', async (t) => {
  const ingest = await ingestFor(t);
  const document = ingest.document();
  const { port } = ingest;
  await ingest.stop();
  const server = await gameServer(t, document);
  await server.waitForLine(/is not reachable: connection refused: is drawbridged running/);
  assert.strictEqual((await server.enter(person(1))) > 0, true);
  await delay(2_500);
  assert.strictEqual(times(server, /connection refused/), 1);
  await ingest.start(port);
  await server.waitForLine(/Connected to https:/);
  await until(() => ingest.eventsOf('join').length, 'the join of before');
  assert.deepStrictEqual((await server.stop()).violations, []);
});

test('a restart of the ingest: events wait, a new epoch is opened, nothing is lost', async (t) => {
  const { ingest, server } = await connected(t);
  const id = await server.enter(person(1));
  await until(() => ingest.eventsOf('join').length, 'join');
  const { port } = ingest;
  await ingest.stop();
  await server.waitForLine(/is not reachable/);
  await server.drop(id, 'Exiting', 2);
  await delay(300);
  ingest.reboot();
  await ingest.start(port);
  await server.waitForLine(/is reachable again/);
  await until(() => ingest.eventsOf('leave').length, 'leave');
  assert.strictEqual(ingest.events.length, new Set(ingest.events.map(({ id: each }) => each)).size);
  assert.ok(!/Two game servers/.test(consoleOf(server)));
  const hellos = ingest.requests.filter(({ target }) => target === '/v1/hello');
  await until(() => hellos.length <= 3, 'hello again after the restart');
});

test('the wrong CA, an expired certificate, another host name', async (t) => {
  const stranger = new Authority();
  t.after(() => stranger.remove());
  const right = await ingestFor(t);
  const wrongCa = await gameServer(t, { ...right.document(), ca: stranger.pem });
  await wrongCa.waitForLine(/not signed by the CA this server was given/);

  const expired = await ingestFor(t, { expired: true });
  const second = await gameServer(t, expired.document());
  await second.waitForLine(/its certificate has expired/);

  const elsewhere = await ingestFor(t, { names: 'DNS:elsewhere.example' });
  const third = await gameServer(t, elsewhere.document());
  await third.waitForLine(/made out for another host name/);
});

test('an hour off: corrected, mentioned once, and events carry the right time', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.clockOffsetMs = 3_600_000;
  });
  await server.waitForLine(/The clock of this machine is 1 h 0 min behind the ingest's/);
  await server.enter(person(1));
  await until(() => ingest.eventsOf('join').length, 'join');
  const [join] = ingest.eventsOf('join');
  assert.ok(Math.abs(join.at - ingest.now()) < 10_000);
  assert.ok(Math.abs(parseInt(join.id.replace('-', '').slice(0, 12), 16) - ingest.now()) < 10_000);
  assert.strictEqual(times(server, /clock of this machine/), 1);
  assert.match((await statusOf(server)).join('\n'), /clock corrected by 3600 s/);
});

test('a clock days ahead: the epoch is started over', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.clockOffsetMs = -3 * 86_400_000;
  });
  await server.waitForLine(/3 days ahead of the ingest's/);
  await server.enter(person(1));
  await until(() => ingest.eventsOf('join').length, 'join');
});

test('a revoked secret: advice after several tries, the list stays, a file heals', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.publish('network', [{ number: 7, tag: stub.tag(person(2).identifiers[0]) }]);
  });
  ingest.revoke();
  await server.waitForLine(/The secret of srv_abcdefgh2345 was refused/);
  assert.strictEqual(times(server, /was refused/), 1);
  assert.strictEqual((await server.connect(person(2))).allowed, false);
  fs.writeFileSync(path.join(server.root, 'drawbridge.json'), JSON.stringify(ingest.document()));
  await server.restart();
  await until(() => ingest.requests.some(({ signed }) => signed.keyId.endsWith(':2')), 'key 2');
  const { refusals, requests: { length: sofar } } = ingest;
  await until(() => ingest.requests.length > sofar, 'more requests');
  assert.strictEqual(ingest.refusals, refusals, 'the revoked key is not used any more');
});

test('an unsigned or wrongly signed answer changes nothing', async (t) => {
  const { ingest, server } = await connected(t);
  const empty = { network: '0', owner: '0' };
  ingest.fault = ({ target }) => (target === '/v1/events'
    ? {
      status: 200, how: 'unsigned', json: {
        boot_id: ingest.bootId, server_time: ingest.now(), lists: empty,
        results: [{ id: 'x', status: 'stored', verdict: { decision: 'ban', code: 'ABCD-EFGH' } }],
      },
    } : undefined);
  assert.strictEqual((await server.connect(person(3))).allowed, true);
  await server.waitForLine(/its answer \(200\) is not signed/);
  ingest.fault = ({ target }) => (target === '/v1/events'
    ? { status: 403, how: 'forged', json: { code: 'suspended' } } : undefined);
  await server.waitForLine(/signed wrongly or for another request and was ignored/);
  assert.ok(!/suspended/.test(consoleOf(server)));
  ingest.fault = () => undefined;
  await until(() => ingest.eventsOf('join').length, 'the join, at last');
});

test('suspended: said once, events are kept', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.fault = () => ingest.problem(403, 'suspended');
  await server.enter(person(4));
  await server.waitForLine(/staff have suspended this server/);
  const asked = ingest.requests.length;
  await delay(2_000);
  assert.ok(ingest.requests.length - asked <= 2, 'it waits about a minute');
  assert.strictEqual(times(server, /suspended/), 1);
  assert.strictEqual(ingest.eventsOf('join').length, 0);
});

test('two servers with one secret: said in plain words, and quiet for five minutes', async (t) => {
  const { ingest, server } = await connected(t);
  const twin = () => {
    const key = /** @type {any} */ (ingest.keys.get('srv_abcdefgh2345:1'));
    key.highest += 1_000_000;
    key.open = key.highest;
  };
  twin();
  await server.enter(person(5));
  await until(() => ingest.eventsOf('join').length, 'the first time it just goes on');
  assert.ok(!/Two game servers/.test(consoleOf(server)));
  twin();
  await server.enter(person(6));
  await server.waitForLine(/Two game servers use the secret of srv_abcdefgh2345 at the same time/);
  const asked = ingest.requests.length;
  await delay(2_000);
  assert.ok(ingest.requests.length - asked <= 1);
});

test('told to slow down, it does, for no longer than the ceiling', async (t) => {
  const { ingest, server } = await connected(t);
  let limited = 0;
  ingest.fault = ({ target }) => {
    if (target !== '/v1/events' || limited) return undefined;
    limited = performance.now();
    return ingest.problem(429, 'rate_limited', { retry_after_ms: 1_500 });
  };
  await server.enter(person(7));
  await until(() => ingest.eventsOf('join').length, 'join');
  assert.ok(performance.now() - limited >= 1_400);
});

test('a store that cannot commit: said, and sent again', async (t) => {
  const { ingest, server } = await connected(t);
  let failures = 2;
  ingest.fault = ({ target }) => {
    if (target !== '/v1/events' || !failures) return undefined;
    failures -= 1;
    return ingest.problem(503, 'unavailable', { retry_after_ms: 200 });
  };
  await server.enter(person(8));
  await server.waitForLine(/cannot store anything at the moment/);
  await until(() => ingest.eventsOf('join').length, 'join');
  await server.waitForLine(/is reachable again/);
});

test('a batch refused as a whole is sent one by one, and nothing is lost', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.fault = ({ target, json }) => {
    if (target !== '/v1/events' || json.events.length < 2) return undefined;
    return ingest.problem(400, 'bad_field', { field: 'events', detail: 'one of them is wrong' });
  };
  const id = await server.enter(person(9));
  await server.drop(id, 'Exiting', 2);
  await until(() => ingest.eventsOf('leave').length && ingest.eventsOf('heartbeat').length,
    'one by one they are stored', 8_000);
  assert.ok(!/dropped/.test(consoleOf(server)));
});

test('an event the ingest rejects is named once and dropped; its neighbours are stored',
  async (t) => {
    const { ingest, server } = await connected(t, {}, (stub) => {
      stub.rejects = (event) => event.type === 'heartbeat'
        && { code: 'bad_field', field: 'players', detail: 'expected 0 to 2048' };
    });
    await server.waitForLine(
      /rejected a "heartbeat" event and it was dropped: bad_field, players, expected 0 to 2048/);
    await until(() => ingest.eventsOf('player_count').length, 'its neighbour');
    assert.strictEqual(ingest.eventsOf('heartbeat').length, 0);
    assert.match((await statusOf(server)).join('\n'), /outbox: 0 waiting, 0 given up/);
  });

test('a poll that is ended at once again and again does not become a loop', async (t) => {
  const { ingest } = await connected(t);
  ingest.fault = ({ target }) => (target.startsWith('/v1/bans?') ? { status: 204 } : undefined);
  ingest.reboot();
  const before = polls(ingest).length;
  await delay(2_000);
  assert.ok(polls(ingest).length - before <= 5, `${polls(ingest).length - before} polls in 2 s`);
});

test('a power cut loses no event, and none is stored twice', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.fault = ({ target }) => (target === '/v1/events'
    ? ingest.problem(503, 'unavailable', { retry_after_ms: 60_000 }) : undefined);
  await server.enter(person(10));
  await delay(1_500);
  await server.kill();
  ingest.fault = () => undefined;
  await server.revive();
  await until(() => ingest.eventsOf('join').length === 1, 'the join of before the power cut');
  await delay(500);
  assert.strictEqual(ingest.eventsOf('join').length, 1);
});

test('a section that does not fit is thrown away and a snapshot fetched', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.publish('network', [{ number: 20, tag: ingest.tag(person(11).identifiers[0]) }]);
  await until(async () => !(await server.connect(person(11))).allowed, 'the ban');
  let broken = 1;
  ingest.fault = ({ target }) => {
    if (!target.startsWith('/v1/bans?') || !broken || !ingest.lists.network.sections[1]) {
      return undefined;
    }
    broken -= 1;
    const bytes = Buffer.from(ingest.lists.network.sections[1].bytes);
    bytes[bytes.length - 1] ^= 1;
    return { status: 200, binary: bytes };
  };
  ingest.publish('network', [{ number: 21, tag: ingest.tag(person(12).identifiers[0]) }]);
  await until(async () => !(await server.connect(person(12))).allowed, 'the second ban');
  assert.strictEqual((await server.connect(person(11))).allowed, false);
  await until(() => polls(ingest).some((target) => /network=0&owner=[0-9a-f]/.test(target)),
    'a snapshot of that list alone');
});

test('a list made with another tag key has the key fetched', async (t) => {
  const { ingest, server } = await connected(t);
  await server.enter(person(13));
  ingest.tagKey = { version: 2, key: Buffer.alloc(32, 5) };
  ingest.restoreList('network', [{ number: 22, tag: ingest.tag(person(13).identifiers[0]) }]);
  await server.waitFor(() => server.dropped.length, 'a player tagged anew and found');
  assert.strictEqual((await server.connect(person(13))).allowed, false);
});

/** @param {any} server @returns {Promise<string[]>} */
async function statusOf(server) {
  const before = server.console.length;
  await server.command('drawbridge status');
  await delay(100);
  return server.console.slice(before).map((/** @type {any} */ line) => line.text);
}
