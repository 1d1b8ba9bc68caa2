// A stranger's client against the real daemon: enrolment, hello, events, verdicts.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { startDaemon } = require('../e2e/daemon.js');
const { Client } = require('./client.js');
const { uuid7, parseSecret } = require('./encoding.js');
const fixtures = require('./fixtures.js');

const HOUR = 3_600_000;
const CODE = /^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/;
const CURSOR = /^(0|[0-9a-f]{16}-[1-9][0-9]*)$/;

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let home;
/** @type {Client} */
let sister; // another server of the same owner
/** @type {Client} */
let abroad; // another owner's

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  const first = await daemon.addServer('Home', { owner: 'Ann' });
  home = await Client.enrol(first.enrol);
  sister = Client.fromDocument(await daemon.addServer('Sister', { owner: 'Ann' }));
  abroad = Client.fromDocument(await daemon.addServer('Abroad', { owner: 'Bob' }));
  for (const client of [home, sister, abroad]) {
    const answer = await client.hello();
    assert.equal(answer.status, 200, answer.body.toString());
    assert.ok(answer.signed);
  }
});

after(async () => {
  for (const client of [home, sister, abroad]) client?.close();
  await daemon?.dispose();
});

describe('enrolment', () => {
  it('gives the secret of the file, until the secret has been used', async () => {
    const file = await daemon.addServer('Enrolling');
    const once = await Client.enrol(file.enrol);
    const twice = await Client.enrol(file.enrol);
    assert.deepEqual(once.secret, parseSecret(file.secret));
    assert.deepEqual(twice.secret, once.secret);
    assert.equal(once.keyId, file.key_id);
    assert.equal(once.url, file.url);
    assert.equal((await once.hello()).status, 200);
    await assert.rejects(Client.enrol(file.enrol), /unsigned 401/);
    once.close();
    twice.close();
  });
});

describe('hello', () => {
  it('tells who we are, and the same tag key to every server', async () => {
    const { json } = await home.hello();
    assert.match(json.boot_id, /^[0-9a-f]{16}$/);
    assert.ok(Math.abs(json.server_time - Date.now()) < 5000);
    assert.equal(json.server.id, home.serverId);
    assert.equal(json.server.name, 'Home');
    assert.equal(json.server.mode, 'auto');
    assert.match(json.server.owner_id, /^own_[a-z2-7]{12}$/);
    assert.equal(json.tag_scheme, 1);
    assert.match(json.lists.network, CURSOR);
    assert.match(json.lists.owner, CURSOR);
    const limits = { events_per_request: 500, body_bytes: 1048576, poll_seconds: 30 };
    assert.deepEqual(json.limits, limits);
    assert.equal(home.tagKey.length, 32);
    assert.deepEqual(abroad.tagKey, home.tagKey);
    assert.equal(sister.ownerId, home.ownerId);
    assert.notEqual(abroad.ownerId, home.ownerId);
  });

  it('signs with its own clock', async () => {
    const answer = await home.hello();
    assert.ok(Math.abs((answer.created ?? 0) - Date.now() / 1000) <= 2);
  });
});

describe('events', () => {
  it('stores one of each type, in order, and knows each again', async () => {
    const events = fixtures.oneOfEach(home);
    const first = await home.results(events);
    assert.deepEqual(first.map((r) => r.id), events.map((e) => e.id));
    for (const [i, result] of first.entries()) {
      assert.equal(result.status, 'stored', `${events[i].type}: ${JSON.stringify(result)}`);
    }
    assert.deepEqual(first[0].verdict, { decision: 'allow' });
    assert.match(first[2].ban?.code ?? '', CODE);
    const again = await home.events(events);
    const expected = first.map((result) => ({ ...result, status: 'duplicate' }));
    assert.deepEqual(again.json.results, expected);
    assert.match(again.json.lists.network, CURSOR);
  });

  it('knows an event twice in one batch', async () => {
    const event = fixtures.join(fixtures.playerOf(home, fixtures.person()));
    const results = await home.results([event, event]);
    assert.deepEqual(results.map((r) => r.status), ['stored', 'duplicate']);
  });

  it('scopes event ids to the server', async () => {
    const event = fixtures.join(fixtures.licensePlayer(home));
    assert.equal((await home.event(event)).status, 'stored');
    assert.equal((await sister.event(event)).status, 'stored');
  });

  it('rejects one by one, each with its code', async () => {
    const good = () => fixtures.event('player_count', { players: 1, max_players: 64 });
    const huge = { ...good(), id: uuid7(), note: 'x'.repeat(17_000) };
    const old = { ...good(), id: uuid7(Date.now() - 74 * HOUR) };
    const early = { ...good(), id: uuid7(Date.now() + HOUR / 6) };
    const unban = fixtures.event('unban', { code: 'ABCD-EFGH' });
    const strange = { ...good(), type: 'teleport' };
    const batch = [
      good(),
      strange,
      good(),
      { ...good(), players: -1 },
      huge,
      old,
      early,
      unban,
      { ...good(), id: 17 },
      'no object',
      good(),
    ];
    const results = await home.results(batch);
    const outcomes = results.map((r) => (r.status === 'rejected' ? r.code : r.status));
    assert.deepEqual(outcomes, [
      'stored',
      'unknown_type',
      'stored',
      'bad_field',
      'too_large',
      'too_old',
      'in_future',
      'unknown_code',
      'bad_field',
      'bad_field',
      'stored',
    ]);
    assert.equal(results[3].field, 'players');
    assert.equal(typeof results[3].detail, 'string');
    assert.equal(results[1].id, strange.id);
    assert.equal(results[8].id, null);
  });

  it('takes a full batch of 500', async () => {
    const count = () => fixtures.event('player_count', { players: 1, max_players: 64 });
    const results = await home.results(Array.from({ length: 500 }, count));
    assert.equal(results.filter((r) => r.status === 'stored').length, 500);
  });
});

describe('verdicts', () => {
  it('bind the owner and the network, with the ban behind them', async () => {
    const someone = fixtures.person();
    const placed = await home.event(
      fixtures.ban(fixtures.playerOf(home, someone), { duration: 86_400, category: 'evasion' }),
    );
    assert.equal(placed.status, 'stored');
    assert.equal(placed.ban?.state, 'active');

    const atSister = await sister.event(fixtures.join(fixtures.playerOf(sister, someone)));
    assert.equal(atSister.verdict.decision, 'ban');
    assert.equal(atSister.verdict.code, placed.ban?.code);
    const { verdict } = await abroad.event(fixtures.join(fixtures.playerOf(abroad, someone)));
    assert.equal(verdict.decision, 'ban');
    assert.equal(verdict.code, placed.ban?.code);
    assert.equal(verdict.category, 'evasion');
    assert.equal(verdict.reason, 'Aimbot, seen twice');
    assert.equal(verdict.scope, 'network');
    assert.ok(verdict.matched.includes('license'));
    assert.ok(Math.abs(verdict.expires_at - Date.now() - 24 * HOUR) < 60_000);
  });

  it('answer a second ban of the same target with the standing one', async () => {
    const target = fixtures.licensePlayer(home);
    const first = await home.event(fixtures.ban(target));
    const second = await home.event(fixtures.ban(target, { reason: 'Again' }));
    assert.equal(second.ban?.code, first.ban?.code);
  });

  it('allow again after the owner has lifted the ban, and nobody else may', async () => {
    const someone = fixtures.person();
    const { ban } = await home.event(fixtures.ban(fixtures.playerOf(home, someone)));
    assert.ok(ban);
    const foreign = await abroad.event(fixtures.event('unban', { code: ban.code }));
    assert.equal(foreign.code, 'unknown_code');
    const lift = fixtures.event('unban', { code: ban.code, reason: 'Mistaken' });
    const lifted = await sister.event(lift);
    assert.deepEqual(lifted.ban, { code: ban.code, state: 'lifted' });
    assert.deepEqual((await sister.event(lift)).ban, lifted.ban);
    for (const client of [home, abroad]) {
      const { verdict } = await client.event(fixtures.join(fixtures.playerOf(client, someone)));
      assert.equal(verdict.decision, 'allow');
    }
  });
});
