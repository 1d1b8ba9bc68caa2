// What an operator's credentials show: the token on the admin plane, route by route and member by
// member, and the server's own secret on the data plane.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const { uuid7 } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');
const { Staff } = require('../ctl/staff.js');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Rest } = require('./rest.js');

// Whatever an operator of Mine must never read.
const FOREIGN = {
  server: 'Foreign Server',
  owner: 'Foreign Owner',
  issuer: 'Foreign Issuer',
  reason: 'Foreign reason that matches nobody of Mine',
  text: 'Foreign words of a report',
  name: 'Foreign Name',
  reporter: 'Reporting Name',
  staff: 'network-staff-ann',
  note: 'Note of the staff',
};

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Rest} */
let staff;
/** @type {Rest} */
let operator;
/** @type {Client} */
let mine;
/** @type {Client} */
let foreign;
/** Codes, profiles and tags. @type {Record<string, any>} */
const made = {};

/** @param {Client} client @param {fixtures.Person} target @param {fixtures.Person} by @param {string} text */
function report(client, target, by, text) {
  return client.event(fixtures.event('report', {
    target: fixtures.playerOf(client, target),
    reporter: fixtures.playerOf(client, by),
    category: 'harassment',
    text,
  }));
}

/** Its code. @param {Client} client @param {fixtures.Person} someone @param {object} [more] */
async function ban(client, someone, more = {}) {
  const result = await client.event(fixtures.ban(fixtures.playerOf(client, someone), { ...more }));
  return result.ban?.code;
}

/** @param {Client} client @param {fixtures.Person} someone */
async function join(client, someone) {
  const session = uuid7();
  const result = await client.event(fixtures.join(fixtures.playerOf(client, someone), session));
  return { session, verdict: result.verdict };
}

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  const added = await daemon.ctlJson('admin', 'add', FOREIGN.staff);
  staff = new Rest(daemon, added.token);
  mine = Client.fromDocument(await daemon.addServer('Mine', { owner: 'Me', mode: 'auto' }));
  foreign = Client.fromDocument(
    await daemon.addServer(FOREIGN.server, { owner: FOREIGN.owner, mode: 'auto' }));
  for (const client of [mine, foreign]) await client.hello();
  const token = (await daemon.ctlJson('admin', 'add', 'bob', '--owner', 'Me')).token;
  operator = new Rest(daemon, token);

  const cheater = fixtures.person();
  const visitor = { ...fixtures.person(), name: FOREIGN.name };
  const reporter = { ...fixtures.person(), name: FOREIGN.reporter };
  const banned = fixtures.person();
  for (const someone of [cheater, visitor, reporter]) await join(foreign, someone);
  for (const someone of [cheater, reporter, banned]) await join(mine, someone);
  const issuer = FOREIGN.issuer;
  made.match = await ban(foreign, cheater, { reason: 'Aimbot on video', issuer });
  made.hidden = await ban(foreign, visitor, { reason: FOREIGN.reason, issuer });
  made.own = await ban(mine, banned);
  await report(mine, cheater, reporter, 'Own words of a report');
  await report(foreign, cheater, reporter, FOREIGN.text);
  await report(foreign, visitor, reporter, FOREIGN.text);
  made.joined = await join(mine, cheater);
  made.cheater = fixtures.playerOf(mine, cheater);
  for (const code of [made.own, made.match]) {
    const shown = await staff.get(`bans/${code}`);
    made[`profile of ${code}`] = shown.json.profile;
  }
  made.visitor = (await staff.get(`bans/${made.hidden}`)).json.profile;
  const cases = (await staff.get('review')).json.cases;
  made.case = cases.find((/** @type {any} */ one) => one.owners === 2).case;
  made.foreignCase = cases.find((/** @type {any} */ one) => one.owners === 1).case;
  assert.equal((await staff.post(`review/${made.case}/escalate`, { reason: FOREIGN.note })).status, 200);
  made.tags = [cheater, visitor, reporter, banned].flatMap((someone) =>
    [mine, foreign].flatMap((client) => {
      const { tags, tokens } = fixtures.playerOf(client, someone);
      return [...tags.map(({ tag }) => tag), ...(tokens ?? [])];
    }));
});

after(async () => {
  for (const client of [mine, foreign]) client?.close();
  for (const rest of [staff, operator]) rest?.close();
  await daemon?.dispose();
});

/** Every member as a path, once: `events[].payload.text`. @param {unknown} value @returns {string[]} */
function paths(value, at = '') {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => paths(one, `${at}[]`)))];
  if (value === null || typeof value !== 'object') return [at];
  return Object.entries(value)
    .flatMap(([name, inner]) => paths(inner, at === '' ? name : `${at}.${name}`));
}

/** @param {string} text */
function assertNothingForeign(text) {
  for (const [what, words] of Object.entries(FOREIGN)) {
    assert.ok(!text.includes(words), `${what} of another in ${text}`);
  }
  assert.ok(!text.includes(made.hidden), 'the code of a ban that matches nobody here');
  for (const tag of made.tags) assert.ok(!text.includes(tag), `a tag in ${text}`);
}

/** @param {string} target @param {string[]} members */
async function assertShows(target, members) {
  const answer = await operator.get(target);
  assert.equal(answer.status, 200, answer.text);
  assertNothingForeign(answer.text);
  assert.deepEqual(paths(answer.json).sort(), members.sort(), target);
  return answer.json;
}

/** @param {string} at @param {string[]} names */
const under = (at, names) => names.map((name) => `${at}${name}`);

const SERVER = ['id', 'name', 'owner_id', 'owner', 'mode', 'breaker_at', 'suspended', 'created_at',
  'last_seen_at', 'players', 'max_players', 'outbox', 'resource_version', 'build', 'platform',
  'join_code', 'evidence.own_ban', 'evidence.own_watch'];
const MATCH = ['code', 'category', 'reason', 'expires_at', 'own'];
const OWN_BAN = [...MATCH, 'state', 'issuer', 'server.id', 'server.name', 'profile', 'created_at',
  'grace_until', 'decided_at'];
const CASE = ['case', 'state', 'profile', 'decided_at', ...under('statements[].', ['at', 'server.id',
  'server.name', 'kind', 'category', 'confidence', 'detector', 'text'])];

it('shows own servers', async () => {
  const { servers } = await assertShows('servers', under('servers[].', SERVER));
  assert.deepEqual(servers.map((/** @type {any} */ one) => one.name), ['Mine']);
  await assertShows('servers/Mine', SERVER);
  assert.equal((await operator.get(`servers/${encodeURIComponent(FOREIGN.server)}`)).status, 404);
});

it('shows own events, without anybody\'s tags and without who reported', async () => {
  const { events } = await assertShows('events', ['next', ...under('events[].', ['seq', 'id',
    'server.id', 'server.name', 'type', 'at', 'received_at', 'profile', 'payload.reason',
    'payload.issuer', 'payload.duration', 'payload.category', 'payload.text'])]);
  const types = events.map((/** @type {any} */ one) => one.type).sort();
  assert.deepEqual(types, ['ban', 'join', 'join', 'join', 'join', 'report']);
  const other = await operator.get(`events?server=${encodeURIComponent(FOREIGN.server)}`);
  assert.equal(other.status, 404);
});

it('shows a player who was seen here, and of another\'s ban what a match tells', async () => {
  const player = ['profile', 'joins', 'last_seen'];
  const match = await assertShows(`players/${made[`profile of ${made.match}`]}`,
    [...player, ...under('bans[].', MATCH)]);
  assert.equal(match.joins, 2, 'of own servers alone');
  assert.equal(match.bans[0].reason, 'Aimbot on video');
  await assertShows(`players/${made[`profile of ${made.own}`]}`,
    [...player, ...under('bans[].', OWN_BAN)]);
  assert.equal((await operator.get(`players/${made.visitor}`)).status, 404);
});

it('shows own bans, and of another\'s only one that keeps somebody out who was here', async () => {
  const { bans } = await assertShows('bans', ['next', ...under('bans[].', OWN_BAN)]);
  assert.deepEqual(bans.map((/** @type {any} */ one) => one.code), [made.own]);
  await assertShows(`bans/${made.own}`, OWN_BAN);
  await assertShows(`bans/${made.match}`, MATCH);
  const hidden = await operator.get(`bans/${made.hidden}`);
  const unknown = await operator.get('bans/AAAA-AAAA');
  assert.equal(hidden.status, 404);
  assert.equal(hidden.text, unknown.text, 'whether there is one is not told');
});

it('shows of a case what own servers have said in it', async () => {
  const { cases } = await assertShows('review', ['next', ...under('cases[].', CASE)]);
  assert.equal(cases.length, 1);
  const shown = await assertShows(`review/${made.case}`, CASE);
  assert.equal(shown.statements.length, 1);
  assert.equal((await operator.get(`review/${made.foreignCase}`)).status, 404);
});

it('refuses whatever else there is, and says what the token is for', async () => {
  for (const [method, target] of [['GET', 'status'], ['GET', 'audit'], ['GET', 'admins'],
    ['POST', 'tag-key'], ['POST', `bans/${made.own}/lift`], ['POST', 'servers']]) {
    const answer = await operator.send(method, target, method === 'POST' ? { body: {} } : {});
    assert.equal(answer.status, 403, `${method} ${target}`);
    assert.equal(answer.json.code, 'forbidden');
    assertNothingForeign(answer.text);
  }
});

it('shows no more to the server\'s own secret', async () => {
  const { verdict, session } = made.joined;
  assert.deepEqual(paths(verdict).sort(),
    ['category', 'code', 'decision', 'expires_at', 'matched[]', 'reason', 'scope']);
  assertNothingForeign(JSON.stringify(verdict));
  const answers = {
    hello: await mine.hello(),
    events: await mine.post('/v1/events', { events: [fixtures.event('player_count', { players: 1, max_players: 8 })] }),
    explain: await mine.explain(session, made.cheater),
  };
  const stamp = ['boot_id', 'server_time'];
  const lists = ['lists.network', 'lists.owner'];
  assert.deepEqual(paths(answers.hello.json).sort(), [...stamp, ...lists,
    ...under('limits.', ['body_bytes', 'events_per_request', 'poll_seconds']),
    ...under('server.', ['id', 'mode', 'name', 'owner_id']),
    ...under('tag_key.', ['sealed', 'version']), 'tag_scheme'].sort());
  assert.deepEqual(paths(answers.events.json).sort(),
    [...stamp, ...lists, 'results[].id', 'results[].status'].sort());
  assert.deepEqual(paths(answers.explain.json).sort(), [...stamp, ...under('matches[].',
    ['category', 'code', 'expires_at', 'matched[]', 'reason', 'scope'])].sort());
  for (const { json } of Object.values(answers)) assertNothingForeign(JSON.stringify(json));
});

it('is shown by drawbridgectl', async () => {
  const file = path.join(temporaryFolder('operator'), 'bob.token');
  fs.writeFileSync(file, `${operator.token}\n`, { mode: 0o600 });
  const bob = new Staff(daemon, 'bob', file);
  const player = String(made[`profile of ${made.match}`]);
  for (const args of [['server', 'list'], ['server', 'show', 'Mine'], ['event', 'list'],
    ['player', 'show', player], ['ban', 'list'], ['ban', 'show', made.own],
    ['ban', 'show', made.match], ['review', 'list'], ['review', 'show', String(made.case)]]) {
    assertNothingForeign(await bob.says(...args));
  }
});

it('ends with the owner', async () => {
  await daemon.ctlJson('server', 'remove', 'Mine', '--yes', '--bans', 'lift', '--reason', 'test over');
  assert.equal((await operator.get('servers')).status, 401);
});
