// What all servers of one owner may ban together in a day ([breaker] owner_day), on a real daemon.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const NAMES = ['One', 'Two', 'Three'];
const LIMIT = 2 * NAMES.length;

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {[Client, Client, Client]} of one owner */
let own;
/** @type {Client} */
let other;

/** @param {string} name @param {string} [owner] */
async function add(name, owner) {
  const client = Client.fromDocument(await daemon.addServer(name, { owner }));
  await client.hello();
  return client;
}

before(async () => {
  const breaker = { burst: 1e6, quiet_burst: 1e6, day: 1e6, owner_day: LIMIT };
  daemon = await startDaemon({ breaker });
  ann = await Staff.join(daemon, 'ann');
  own = [await add('One', 'Group'), await add('Two', 'Group'), await add('Three', 'Group')];
  other = await add('Other');
  await ann.json('owner', 'set-trust', 'Group', 'full');
});

after(async () => {
  for (const client of [...own ?? [], ...other ? [other] : []]) client.close();
  await daemon?.dispose();
});

/** As many as the servers may together. */
async function fill() {
  for (const client of [...own, ...own]) assert.equal((await ban(client))?.state, 'grace');
}

/** @param {Client} client @param {fixtures.Person} [someone] */
async function ban(client, someone = fixtures.person()) {
  return (await client.event(fixtures.ban(fixtures.licensePlayer(client, someone)))).ban;
}

/** @param {Client} client @param {fixtures.Person} someone */
async function decision(client, someone) {
  const result = await client.event(fixtures.join(fixtures.licensePlayer(client, someone)));
  return result.verdict.decision;
}

const beyond = fixtures.person();

it('three servers of one owner reach its limit together; the next ban binds its own', async () => {
  await fill();
  assert.equal((await ann.json('owner', 'show', 'Group')).limited_at, null);
  assert.equal((await ban(own[1], beyond))?.state, 'local');
  for (const client of own) assert.equal(await decision(client, beyond), 'ban');
  assert.equal(await decision(other, beyond), 'allow');
  assert.equal((await ban(other))?.state, 'grace', 'another owner is not concerned');
});

it('what was in grace waits for staff, and staff are told', async () => {
  const { bans, owners, servers } = await ann.json('status');
  assert.deepEqual([bans.proposed, bans.local, bans.grace], [LIMIT, 1, 1]);
  assert.deepEqual([owners.limited, servers.breaker], [1, NAMES.length]);
  const said = await ann.says('status');
  assert.match(said, /^owners +LIMIT: 1 banned as much as it may; 2, 1 new$/m);
  assert.match(said, /^servers +BREAKER: 3 behind it; /m);
  const owner = await ann.json('owner', 'show', 'Group');
  assert.ok(Math.abs(Date.now() - owner.limited_at) < 60_000);
  assert.deepEqual([owner.breaker, owner.counts], [NAMES.length, false]);
  const shown = await ann.says('owner', 'show', 'Group');
  assert.match(shown, /^ban limit +reached just now$/m);
  assert.match(shown, /^counts +no: breaker$/m);
  for (const name of NAMES) {
    assert.match(await ann.says('server', 'show', name), /^mode +review \(breaker, just now\)$/m);
  }
  assert.match((await ann.json('metrics')).metrics, /^drawbridge_owners_limited 1$/m);
  const told = await ann.audit('--action', 'owner.limit');
  assert.deepEqual(told.map((/** @type {any} */ one) => [one.actor_kind, one.target, one.detail]),
    [['system', owner.id,
      '6 bans in 24 hours: 3 servers behind the breaker, 6 held, further ones bind its own']]);
  assert.equal(daemon.output.match(/breaker tripped owner=own_\w+ limit=6/g)?.length, 1);
});

it('staff undo it: held bans approved, modes set again, and bans reach the network', async () => {
  const { bans } = await ann.json('ban', 'list', '--state', 'proposed');
  assert.equal(bans.length, LIMIT);
  for (const { code } of bans) await ann.json('ban', 'approve', code);
  for (const name of NAMES) await ann.json('server', 'set-mode', name, 'auto');
  const owner = await ann.json('owner', 'show', 'Group');
  assert.deepEqual([owner.breaker, owner.counts], [0, true]);
  assert.match(await ann.says('server', 'show', 'Two'), /^mode +auto$/m);
  // What the servers banned before counts no more.
  await fill();
  // What stayed local is put on the network by staff.
  assert.equal(await decision(other, beyond), 'allow');
  await ann.json('ban', 'add', `license:${beyond.identifiers.license}`, '--category', 'cheating',
    '--reason', 'aim bot');
  assert.equal(await decision(other, beyond), 'ban');
});
