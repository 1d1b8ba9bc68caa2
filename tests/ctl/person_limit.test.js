// How many players a server, and all servers of its owner together, may make known in a day, on a
// real daemon: what becomes of the joins beyond it, and how staff learn of it.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const LIMIT = 8;

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Record<'one' | 'two' | 'other', Client>} */
let clients;

/** @param {string} name @param {string} [owner] */
async function add(name, owner) {
  const client = Client.fromDocument(await daemon.addServer(name, { owner }));
  await client.hello();
  return client;
}

before(async () => {
  daemon = await startDaemon({ owners: { persons_a_day: LIMIT }, grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
  clients = { one: await add('One', 'Group'), two: await add('Two', 'Group'), other: await add('Other') };
});

after(async () => {
  for (const client of Object.values(clients ?? {})) client.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} [someone] */
async function decision(client, someone = fixtures.person()) {
  const result = await client.event(fixtures.join(fixtures.playerOf(client, someone)));
  assert.equal(result.status, 'stored');
  return result.verdict.decision;
}

/** @param {fixtures.Person} someone */
const license = (someone) => `license:${someone.identifiers.license}`;

it('what the servers of an owner met together is shown', async () => {
  for (let met = 0; met < LIMIT / 2; met += 1) {
    assert.equal(await decision(clients.one), 'allow');
    assert.equal(await decision(clients.two), 'allow');
  }
  const { persons_today: today, persons_limit: limit, persons_limited_at: at } =
    await ann.json('owner', 'show', 'Group');
  assert.deepEqual([today, limit, at], [LIMIT, LIMIT, null]);
  assert.match(await ann.says('owner', 'show', 'Group'), /^players today +8 of at most 8$/m);
  assert.match(await ann.says('server', 'show', 'One'), /^players today +4 of at most 1736$/m);
  assert.doesNotMatch(await ann.says('status'), /LIMIT/);
});

it('beyond the limit a join is stored, answered without a verdict, and makes nobody known', async () => {
  const { events: before } = await ann.json('status');
  const someone = fixtures.person();
  assert.equal(await decision(clients.one, someone), 'none');
  assert.equal(await decision(clients.two), 'none');
  assert.equal((await ann.json('status')).events.stored, before.stored + 2);
  await ann.fails(3, /Nobody is known by that/, 'player', 'show', license(someone));
  assert.equal(await decision(clients.other, someone), 'allow', 'another owner is not concerned');
  await ann.json('player', 'show', license(someone));
});

it('staff are told by status, owner show, metrics, audit and log, once a day', async () => {
  assert.match(await ann.says('status'),
    /^owners +LIMIT: 1 met more players than it may; 2, 2 new$/m);
  assert.match(await ann.says('owner', 'show', 'Group'),
    /^players today +8 of at most 8, more were met just now$/m);
  const { metrics } = await ann.json('metrics');
  assert.match(metrics, /^drawbridge_owners_persons_limited 1$/m);
  assert.match(metrics, /^drawbridge_servers_persons_limited 0$/m);
  const { id } = await ann.json('owner', 'show', 'Group');
  const told = await ann.audit('--action', 'owner.person_limit');
  assert.deepEqual(told.map((/** @type {any} */ one) => [one.actor_kind, one.target, one.detail]),
    [['system', id, '8 players of a day: further ones become known to nobody']]);
  assert.equal(daemon.output.match(/limit reached owner=own_\w+ players=8 of one day/g)?.length, 1);
});

it('a server of no slots has a limit of 200, whatever its owner has', async () => {
  const roomy = await startDaemon();
  const staff = await Staff.join(roomy, 'bea');
  const client = Client.fromDocument(await roomy.addServer('Small'));
  await client.hello();
  await client.event(fixtures.event('player_count', { players: 0, max_players: 0 }));
  const joins = Array.from({ length: 202 },
    () => fixtures.join(fixtures.playerOf(client, fixtures.person())));
  const decisions = (await client.results(joins)).map((one) => one.verdict.decision);
  assert.deepEqual([decisions.indexOf('none'), decisions.slice(200)], [200, ['none', 'none']]);
  const shown = await staff.json('server', 'show', 'Small');
  assert.deepEqual([shown.persons_today, shown.persons_limit], [200, 200]);
  assert.ok(Math.abs(Date.now() - shown.persons_limited_at) < 60_000);
  assert.match(await staff.says('status'), /^servers +LIMIT: 1 met more players than it may; 1 of 1/m);
  const told = await staff.audit('--action', 'server.person_limit');
  assert.deepEqual(told.map((/** @type {any} */ one) => one.target), [shown.id]);
  client.close();
  await roomy.dispose();
});
