// drawbridgectl server set-evidence: one server that asks for more evidence, on a real daemon.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} */
let plain;
/** @type {Client} */
let strict;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
  plain = Client.fromDocument(await daemon.addServer('Plain', { owner: 'One' }));
  strict = Client.fromDocument(await daemon.addServer('Strict', { owner: 'One' }));
  for (const client of [plain, strict]) await client.hello();
});

after(async () => {
  for (const client of [plain, strict]) client?.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} someone */
async function decision(client, someone) {
  const result = await client.event(fixtures.join(fixtures.playerOf(client, someone)));
  return result.verdict?.decision;
}

/** Somebody with this machine and a licence of his own alone. @param {string[]} tokens */
function account(tokens) {
  const someone = fixtures.person();
  return { ...someone, identifiers: { license: someone.identifiers.license }, tokens };
}

/** @param {string} name */
const evidence = async (name) => (await ann.json('server', 'show', name)).evidence;

it('the same join is watched at the stricter server and refused at the other', async () => {
  const said = await ann.says('server', 'set-evidence', 'Strict', '--ban', '19', '--reason', 'asked');
  assert.match(said, /^evidence +ban 19 \(own\), watch 4$/m);
  const { id } = await ann.json('server', 'show', 'Strict');
  await ann.assertAudited('server.set_evidence', id);
  const [entry] = await ann.audit('--limit', '1');
  assert.deepEqual([entry.detail, entry.reason], ['ban 19, watch as the network', 'asked']);
  assert.deepEqual(await evidence('Strict'), { own_ban: 19, own_watch: null, ban: 19, watch: 4 });
  assert.deepEqual(await evidence('Plain'), { own_ban: null, own_watch: null, ban: 12, watch: 4 });

  const machine = [...fixtures.person().tokens, fixtures.person().tokens[0]];
  const banned = account(machine);
  const returned = account(machine);
  assert.equal(await decision(plain, banned), 'allow');
  await plain.event(fixtures.ban(fixtures.playerOf(plain, banned)));
  assert.equal(await decision(strict, returned), 'watch');
  assert.equal(await decision(plain, returned), 'ban');
});

it('refuses what asks for less than the network, and says what that is', async () => {
  const laxer = /the network asks for 12 bits, and a server may ask for more evidence/;
  await ann.fails(2, laxer, 'server', 'set-evidence', 'Plain', '--ban', '11');
  await ann.fails(2, /expected 4 or more/, 'server', 'set-evidence', 'Plain', '--watch', '3');
  await ann.fails(2, /expected at most 12/, 'server', 'set-evidence', 'Plain', '--watch', '13');
  await ann.fails(2, /--ban, --watch or --reset/, 'server', 'set-evidence', 'Plain');
  await ann.fails(2, /BITS|--ban/, 'server', 'set-evidence', 'Plain', '--ban', 'many');
  await ann.fails(3, /No server/, 'server', 'set-evidence', 'nobody', '--ban', '14');
  assert.equal((await evidence('Plain')).own_ban, null);
});

it('what is not named stays; reset takes it back', async () => {
  await ann.json('server', 'set-evidence', 'Plain', '--ban', '14');
  await ann.json('server', 'set-evidence', 'Plain', '--watch', '13');
  assert.deepEqual(await evidence('Plain'), { own_ban: 14, own_watch: 13, ban: 14, watch: 13 });
  await ann.json('server', 'set-evidence', 'Plain', '--reset', '--ban', '15');
  assert.deepEqual(await evidence('Plain'), { own_ban: 15, own_watch: null, ban: 15, watch: 4 });
  await ann.json('server', 'set-evidence', 'Plain', '--reset');
  assert.deepEqual(await evidence('Plain'), { own_ban: null, own_watch: null, ban: 12, watch: 4 });
});
