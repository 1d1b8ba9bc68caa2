// A banned player who comes back with a new licence on the same machine: refused, explained, and
// refused where nobody knows the machine; with the ban both accounts are let in again.
'use strict';

const assert = require('node:assert/strict');
const { setTimeout: delay } = require('node:timers/promises');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('./daemon.js');

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let a;
/** @type {Client} */
let b;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  a = Client.fromDocument(await daemon.addServer('A', { mode: 'auto' }));
  b = Client.fromDocument(await daemon.addServer('B', { mode: 'auto' }));
  for (const client of [a, b]) await client.hello();
});

after(async () => {
  for (const client of [a, b]) client?.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} someone @returns {Promise<any>} */
async function verdict(client, someone) {
  const result = await client.event(fixtures.join(fixtures.playerOf(client, someone)));
  assert.equal(result.status, 'stored');
  return result.verdict;
}

/** A person with three tokens and this licence alone. @param {string[]} tokens */
function account(tokens) {
  const someone = fixtures.person();
  return { ...someone, identifiers: { license: someone.identifiers.license }, tokens };
}

it('refuses the new account with an explanation, everywhere, until the ban is lifted', async () => {
  const machine = [...fixtures.person().tokens, fixtures.person().tokens[0]];
  const before = account(machine);
  const after = account(machine);
  assert.equal((await verdict(a, before)).decision, 'allow');
  const { ban: { code } = { code: '' } } =
    await a.event(fixtures.ban(fixtures.playerOf(a, before)));

  const refused = await verdict(a, after);
  assert.equal(refused.decision, 'ban');
  assert.equal(refused.category, 'evasion');
  assert.deepEqual(refused.evidence, [
    { kind: 'tokens', weight: 110 },
    { kind: 'returned', weight: 79 },
  ]);
  const elsewhere = await verdict(b, { ...after, tokens: [] });
  assert.equal(elsewhere.decision, 'ban', 'B has never seen the machine');
  assert.equal(elsewhere.code, refused.code);

  const { profile } = await daemon.ctlJson('ban', 'show', refused.code);
  const { links } = await daemon.ctlJson('player', 'show', String(profile));
  assert.equal(links.length, 1);
  assert.equal(links[0].relation, 'one_person');
  assert.equal(links[0].ban, code);
  const shown = await daemon.ctl('ban', 'show', code);
  assert.match(shown.stdout, /one_person +18\.9 +tokens 11\.0, returned 7\.9/);

  const lifted = await daemon.ctl('ban', 'lift', code, '--reason', 'was wrong');
  assert.equal(lifted.code, 0, lifted.stderr);
  for (const client of [a, b]) {
    for (const someone of [before, after]) {
      assert.equal((await verdict(client, someone)).decision, 'allow');
    }
  }
});

it('lets in who was known before the ban, and points him out', async () => {
  const machine = [...fixtures.person().tokens, fixtures.person().tokens[0]];
  const brother = account(machine);
  const sister = account(machine);
  for (const someone of [brother, sister]) await verdict(a, someone);
  await delay(20);
  const { ban } = await a.event(fixtures.ban(fixtures.playerOf(a, brother)));
  const watched = await verdict(a, sister);
  assert.equal(watched.decision, 'watch');
  assert.equal(watched.code, ban?.code);
  assert.deepEqual(watched.evidence, [
    { kind: 'tokens', weight: 110 },
    { kind: 'known_before', weight: -60 },
  ]);
});
