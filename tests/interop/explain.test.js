// /v1/bans/explain: reasons for players who are here, within a budget.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { startDaemon } = require('../e2e/daemon.js');
const { Client } = require('./client.js');
const { uuid7 } = require('./encoding.js');
const fixtures = require('./fixtures.js');

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let home;
/** @type {Client} */
let other;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  home = Client.fromDocument(await daemon.addServer('Home'));
  other = Client.fromDocument(await daemon.addServer('Other'));
  await home.hello();
  await other.hello();
});

after(async () => {
  home?.close();
  other?.close();
  await daemon?.dispose();
});

it('tells code, category and reason of a player who joined', async () => {
  const someone = fixtures.person();
  const { ban } = await home.event(
    fixtures.ban(fixtures.playerOf(home, someone), { category: 'scam', reason: 'Sold fake cars' }),
  );
  const player = fixtures.playerOf(other, someone);
  const session = uuid7();
  await other.event(fixtures.join(player, session));
  const answer = await other.explain(session, player);
  assert.equal(answer.status, 200, answer.body.toString());
  assert.match(answer.json.boot_id, /^[0-9a-f]{16}$/);
  assert.equal(answer.json.matches.length, 1);
  const [match] = answer.json.matches;
  assert.equal(match.code, ban?.code);
  assert.equal(match.category, 'scam');
  assert.equal(match.reason, 'Sold fake cars');
  assert.equal(match.expires_at, null);
  assert.equal(match.scope, 'network');
  assert.ok(match.matched.includes('license'));
});

it('has nothing to tell of a player without a ban', async () => {
  const player = fixtures.playerOf(home, fixtures.person());
  const session = uuid7();
  await home.event(fixtures.join(player, session));
  const answer = await home.explain(session, player);
  assert.deepEqual(answer.json.matches, []);
});

it('knows only open sessions of this server, with their own tags', async () => {
  const player = fixtures.playerOf(home, fixtures.person());
  const stranger = fixtures.playerOf(home, fixtures.person());
  const session = uuid7();
  await home.event(fixtures.join(player, session));
  const refusals = [
    await home.explain(uuid7(), player),
    await home.explain(session, stranger),
    await home.explain(session, { tags: [...player.tags.slice(0, 1), stranger.tags[1]] }),
    await other.explain(session, player),
  ];
  assert.equal((await home.explain(session, player)).status, 200);
  await home.event(fixtures.event('leave', { session, drop_reason: 1, seconds: 5 }));
  refusals.push(await home.explain(session, player));
  for (const answer of refusals) {
    assert.equal(answer.status, 404, answer.body.toString());
    assert.equal(answer.json.code, 'unknown_session');
    assert.ok(answer.signed);
  }
});

it('is bounded by the persons of a day, joins included', async () => {
  // §9: 200 and 24 for each slot, so a server without slots has the least.
  const small = Client.fromDocument(await daemon.addServer('Small'));
  await small.hello();
  await small.event(fixtures.event('player_count', { players: 0, max_players: 0 }));
  const known = fixtures.licensePlayer(small);
  const knownSession = uuid7();
  await small.event(fixtures.join(known, knownSession));

  const players = Array.from({ length: 201 }, () => fixtures.licensePlayer(small));
  await other.event(fixtures.join(players[199])); // the network knows this one
  const sessions = players.map(() => uuid7());
  const results = await small.results(players.map((p, i) => fixtures.join(p, sessions[i])));
  const decisions = results.map((r) => r.verdict.decision);
  assert.equal(decisions.filter((d) => d === 'allow').length, 199);
  assert.deepEqual(decisions.slice(199), ['none', 'none']);

  const refused = await small.explain(sessions[199], players[199]);
  assert.equal(refused.status, 429, refused.body.toString());
  assert.equal(refused.json.code, 'budget_exhausted');
  assert.ok(refused.json.retry_after_ms > 0 && refused.json.retry_after_ms <= 300_000);
  assert.ok(refused.signed);
  // Of whom the network does not know, no session is kept.
  const unknown = await small.explain(sessions[200], players[200]);
  assert.equal(unknown.json.code, 'unknown_session');
  assert.equal((await small.explain(knownSession, known)).status, 200, 'known today already');
  small.close();
});
