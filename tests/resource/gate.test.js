'use strict';

// Who gets in: the whole resource in a game server, beside an ingest of the tests' own.

const assert = require('node:assert');
const { test } = require('node:test');
const { connected, gameServer, person, consoleOf } = require('./support/server');
const { codeOf } = require('./support/sections');
const { delay, until } = require('./support/timers');

const BAN = {
  decision: 'ban', code: 'ABCD-EFGH', category: 'cheating', reason: '<i>aim</i>bot',
  expires_at: null, scope: 'network', matched: ['license'],
};

test('a clean player gets in, and the network hears of join and leave without raw values',
  async (t) => {
    const { ingest, server } = await connected(t);
    const { allowed, source } = await server.connect(person(1));
    assert.strictEqual(allowed, true);
    const id = await server.join(source);
    await server.drop(id, 'Exiting', 2);
    await until(() => ingest.eventsOf('leave').length, 'leave');
    const [join] = ingest.eventsOf('join');
    const [leave] = ingest.eventsOf('leave');
    assert.deepStrictEqual(join.player.tags.map((/** @type {any} */ tag) => tag.type),
      ['license', 'discord', 'ip']);
    const license = ingest.tag(person(1).identifiers[0]).toString('base64url');
    assert.strictEqual(join.player.tags[0].tag, license);
    assert.strictEqual(join.player.tokens[0],
      ingest.tokenTag(person(1).tokens[0]).toString('base64url'));
    assert.strictEqual(join.player.name, 'Person 1');
    assert.strictEqual(leave.session, join.session);
    assert.strictEqual(leave.drop_reason, 2);
    const status = await server.stop();
    assert.deepStrictEqual(status.violations, []);
  });

test('an account on the list is refused with the reason out of the verdict', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.publish('network', [{ number: 7, tag: stub.tag(person(2).identifiers[0]) }]);
    stub.verdict = () => BAN;
  });
  const { allowed, reason } = await server.connect(person(2));
  assert.strictEqual(allowed, false);
  const parts = ['the Drawbridge network', 'ABCD-EFGH', 'cheating', '&lt;i&gt;aim', 'permanent',
    'Appeal'];
  for (const part of parts) {
    assert.ok(reason.includes(part), `${part} in ${reason}`);
  }
  await until(() => ingest.eventsOf('leave').length, 'the refused session\'s end');
  assert.deepStrictEqual((await server.stop()).violations, []);
});

test('an account on the list is refused although the verdict is late or lets it in', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.publish('network', [{ number: 7, tag: stub.tag(person(2).identifiers[0]) }]);
  });
  ingest.fault = async ({ target }) => {
    if (target === '/v1/events') await delay(2_000);
    return undefined;
  };
  const { allowed, reason, ms } = await server.connect(person(2));
  assert.strictEqual(allowed, false);
  assert.ok(reason.includes(codeOf(7)));
  assert.ok(ms < 900, `the text waits at most 400 ms and a few ticks, it took ${ms} ms`);
  ingest.fault = () => undefined;
  assert.strictEqual((await server.connect(person(2))).allowed, false);
});

test('a verdict refuses a player whom the list does not know', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.verdict = () => ({ ...BAN, scope: 'owner', expires_at: Date.UTC(2099, 0, 1) });
  const { allowed, reason } = await server.connect(person(3));
  assert.strictEqual(allowed, false);
  assert.ok(reason.includes('this server'));
  assert.ok(reason.includes('until 2099-01-01 00:00 UTC'));
});

test('a match by tokens alone waits for the verdict, which wins', async (t) => {
  const { ingest, server } = await connected(t, { convars: { drawbridge_unknown_players: 'deny' } },
    (stub) => stub.publish('owner',
      person(4).tokens.map((raw) => ({ number: 9, tag: stub.tokenTag(raw), weight: 50 }))));
  assert.strictEqual((await server.connect(person(4))).allowed, true);
  ingest.verdict = () => ({ decision: 'none' });
  const { allowed, reason } = await server.connect(person(4));
  assert.strictEqual(allowed, false);
  assert.ok(reason.includes(codeOf(9)));
});

test('without a verdict the policy decides about tokens and strangers', async (t) => {
  for (const [policy, expected] of /** @type {const} */ ([['allow', true], ['deny', false]])) {
    const { ingest, server } = await connected(t, {
      convars: { drawbridge_unknown_players: policy, drawbridge_verdict_wait: '300' },
    }, (stub) => stub.publish('owner',
      person(4).tokens.map((raw) => ({ number: 9, tag: stub.tokenTag(raw), weight: 50 }))));
    assert.strictEqual((await server.connect(person(5))).allowed, true);
    await ingest.stop();
    assert.strictEqual((await server.connect(person(4))).allowed, expected, `tokens, ${policy}`);
    assert.strictEqual((await server.connect(person(6))).allowed, expected, `stranger, ${policy}`);
    assert.strictEqual((await server.connect(person(5))).allowed, true, `known, ${policy}`);
    assert.deepStrictEqual((await server.stop()).violations, []);
  }
});

test('a verdict that comes too late still drops the player', async (t) => {
  const { ingest, server } = await connected(t, { convars: { drawbridge_verdict_wait: '100' } });
  ingest.verdict = () => BAN;
  ingest.fault = async ({ target }) => {
    if (target === '/v1/events') await delay(800);
    return undefined;
  };
  const id = await server.enter(person(7));
  await server.waitFor(() => server.dropped.length, 'the drop');
  assert.strictEqual(server.dropped[0].source, id);
  assert.ok(server.dropped[0].reason.includes('ABCD-EFGH'));
  assert.ok(!/[<>]/.test(server.dropped[0].reason));
});

test('a change of the list drops who is in within a second, with the reason', async (t) => {
  const { ingest, server } = await connected(t);
  ingest.reasons = [
    { code: codeOf(11), category: 'exploiting', reason: 'duping', expires_at: null },
  ];
  const id = await server.enter(person(8));
  await server.enter(person(9));
  const started = performance.now();
  ingest.publish('network', [{ number: 11, tag: ingest.tag(person(8).identifiers[1]) }]);
  await server.waitFor(() => server.dropped.length, 'the drop');
  assert.ok(performance.now() - started < 1_000);
  assert.strictEqual(server.dropped[0].source, id);
  assert.match(server.dropped[0].reason, /duping/);
  await delay(300);
  assert.strictEqual(server.dropped.length, 1);
  assert.strictEqual((await server.connect(person(8))).allowed, false);
  ingest.publish('network',
    [{ number: 11, tag: ingest.tag(person(8).identifiers[1]), remove: true }]);
  await until(async () => (await server.connect(person(8))).allowed, 'the lift');
});

test('a ban that arrives while a player connects is enforced when they join', async (t) => {
  const { ingest, server } = await connected(t);
  const { allowed, source } = await server.connect(person(10));
  assert.strictEqual(allowed, true);
  ingest.publish('network', [{ number: 12, tag: ingest.tag(person(10).identifiers[0]) }]);
  await delay(300);
  const id = await server.join(source);
  await server.waitFor(() => server.dropped.length, 'the drop');
  assert.strictEqual(server.dropped[0].source, id);
});

test('the list outlives a restart with the ingest away', async (t) => {
  const { ingest, server } = await connected(t, {}, (stub) => {
    stub.publish('network', [{ number: 13, tag: stub.tag(person(11).identifiers[0]) }]);
  });
  await ingest.stop();
  await server.restart();
  await server.waitForLine(/The saved ban list is in force: 1 entries/);
  const { allowed, reason } = await server.connect(person(11));
  assert.strictEqual(allowed, false);
  assert.ok(reason.includes(codeOf(13)));
  assert.strictEqual((await server.connect(person(12))).allowed, true);
});

test('players who are in when the resource starts are checked too', async (t) => {
  const { ingest, server } = await connected(t);
  await server.enter(person(13));
  await until(() => ingest.eventsOf('join').length, 'join');
  ingest.verdict = () => BAN;
  await server.restart();
  await server.waitFor(() => server.dropped.length, 'the drop');
  await until(() => ingest.eventsOf('join').length === 2, 'a session of its own');
  await until(() => ingest.eventsOf('leave').length, 'the end of the one before');
  assert.strictEqual(ingest.eventsOf('leave')[0].session, ingest.eventsOf('join')[0].session);
});

test('a stop in the middle leaves nobody hanging', async (t) => {
  const { ingest, server } = await connected(t, { convars: { drawbridge_verdict_wait: '10000' } });
  ingest.fault = async ({ target }) => {
    if (target === '/v1/events') await delay(5_000);
    return undefined;
  };
  const connecting = server.connect(person(14));
  await delay(300);
  const [{ allowed }, status] = await Promise.all([connecting, server.stop()]);
  assert.strictEqual(allowed, true);
  assert.strictEqual(status.pendingDeferrals, 0);
  assert.deepStrictEqual(status.violations, []);
});

test('not enrolled, it stays out of the way', async (t) => {
  const server = await gameServer(t);
  await server.waitForLine(/not active: this server is not enrolled/);
  assert.strictEqual((await server.connect(person(15))).allowed, true);
  const status = await server.stop();
  assert.deepStrictEqual(status.violations, []);
  assert.ok(consoleOf(server).includes('drawbridge enrol dbe1_'));
});
