// drawbridgectl owner …: whose word counts for others, on a real daemon.
'use strict';

const assert = require('node:assert/strict');
const { setTimeout: delay } = require('node:timers/promises');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const FIELDS = ['id', 'name', 'contact', 'trust', 'counts', 'full_at', 'created_at', 'heard_at',
  'limited_at', 'persons_today', 'persons_limit', 'persons_limited_at', 'servers', 'suspended',
  'breaker'];
const DAY_MS = 86_400_000;

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client[]} of an owner each */
let clients;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
  assert.match(await ann.says('owner', 'list'), /no owners yet.*server add NAME/);
  clients = [];
  for (const name of ['Alpha', 'Beta', 'Gamma']) {
    clients.push(Client.fromDocument(await daemon.addServer(name)));
  }
});

after(async () => {
  for (const client of clients ?? []) client.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} someone */
async function decision(client, someone) {
  const result = await client.event(fixtures.join(fixtures.playerOf(client, someone)));
  return result.verdict?.decision;
}

/** Somebody with this Discord account and a licence alone. @param {fixtures.Person} [like] */
function account(like = fixtures.person()) {
  const someone = fixtures.person();
  const { license } = someone.identifiers;
  return { ...someone, identifiers: { license, discord: like.identifiers.discord }, tokens: [] };
}

it('an owner is new when its first server has spoken', async () => {
  const silent = await ann.json('owner', 'show', 'Alpha');
  assert.deepEqual(Object.keys(silent), FIELDS);
  assert.deepEqual([silent.trust, silent.counts, silent.heard_at, silent.full_at, silent.servers],
    ['new', false, null, null, 1]);
  for (const client of clients) await client.hello();
  const heard = await ann.json('owner', 'show', silent.id);
  assert.ok(Math.abs(Date.now() - heard.heard_at) < 60_000);
  assert.equal(heard.full_at, heard.heard_at + 14 * DAY_MS);
  const said = await ann.says('owner', 'show', 'Alpha');
  assert.match(said, /^trust +new \(full in 14 d\)$/m);
  assert.match(said, /^counts +no: new$/m);
});

it('a new owner is no second witness; set-trust makes it one, from then on', async () => {
  const [alpha, beta, gamma] = clients;
  await ann.json('owner', 'set-trust', 'Alpha', 'full');
  const banned = [account(), account(), account()];
  for (const someone of banned) {
    for (const client of [alpha, beta]) assert.equal(await decision(client, someone), 'allow');
    const [license] = fixtures.playerOf(alpha, someone).tags;
    await alpha.event(fixtures.ban({ tags: [license] }));
  }
  assert.equal(await decision(gamma, account(banned[0])), 'watch');

  const said = await ann.says('owner', 'set-trust', 'Beta', 'full', '--reason', 'known for years');
  assert.match(said, /^trust +full$/m);
  assert.match(said, /^counts +yes$/m);
  const { id } = await ann.json('owner', 'show', 'Beta');
  await ann.assertAudited('owner.set_trust', id);
  const [entry] = await ann.audit('--limit', '1');
  assert.deepEqual([entry.detail, entry.reason], ['full', 'known for years']);
  assert.equal(await decision(gamma, account(banned[1])), 'ban');

  await ann.json('owner', 'set-trust', 'Beta', 'own');
  assert.equal(await decision(gamma, account(banned[2])), 'watch');
});

it('an owner does not count while a server of it is suspended', async () => {
  await ann.json('owner', 'set-trust', 'Beta', 'full');
  await ann.json('server', 'suspend', 'Beta');
  assert.match(await ann.says('owner', 'show', 'Beta'), /^counts +no: suspended$/m);
  await ann.json('server', 'resume', 'Beta');
  const { owners } = await ann.json('owner', 'list');
  assert.deepEqual(owners.map((/** @type {any} */ one) => [one.name, one.counts]),
    [['Alpha', true], ['Beta', true], ['Gamma', false]]);
  assert.match(await ann.says('owner', 'list'), /^NAME +ID +TRUST +COUNTS +FIRST HEARD +SERVERS\n/);
});

it('refuses what is no owner and no trust', async () => {
  await ann.fails(2, /TRUST/, 'owner', 'set-trust', 'Beta', 'some');
  await ann.fails(3, /No owner has this name or id/, 'owner', 'set-trust', 'Nobody', 'full');
  await ann.fails(3, /No owner has this name or id/, 'owner', 'show', 'own_aaaaaaaaaaaa');
});

it('time makes an owner count, and the audit says so', async () => {
  const other = await startDaemon({ owners: { trust_after_days: 0 } });
  const client = Client.fromDocument(await other.addServer('Alpha'));
  await client.hello();
  /** @type {any} */
  let shown = {};
  for (let left = 50; left > 0 && !shown.counts; --left) {
    await delay(100);
    shown = await other.ctlJson('owner', 'show', 'Alpha');
  }
  assert.deepEqual([shown.trust, shown.counts], ['full', true]);
  const { audit } = await other.ctlJson('audit', 'list', '--action', 'owner.proven');
  assert.deepEqual(audit.map((/** @type {any} */ one) => [one.actor_kind, one.target]),
    [['system', shown.id]]);
  client.close();
  await other.dispose();
});
