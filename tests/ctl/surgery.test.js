// drawbridgectl player link, unlink, undo, history: staff say who is who, and bans go by it.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { databaseOf, removeDatabase } = require('../e2e/restore.js');
const { Staff } = require('./staff.js');

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} */
let a;
/** @type {Client} of another owner */
let b;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
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

/** @param {Client} client @param {fixtures.Person} someone */
const decision = async (client, someone) => (await verdict(client, someone)).decision;

/** @param {Client} client @param {fixtures.Person} someone @returns {Promise<string>} */
async function ban(client, someone) {
  const { ban: placed } = await client.event(fixtures.ban(fixtures.playerOf(client, someone)));
  return placed?.code ?? '';
}

/** A person with this licence alone. @param {string[]} tokens */
function account(tokens = []) {
  const someone = fixtures.person();
  return { ...someone, identifiers: { license: someone.identifiers.license }, tokens };
}

const machine = () => [...fixtures.person().tokens, fixtures.person().tokens[0]];

/** @param {fixtures.Person} someone */
const named = (someone) => `license:${someone.identifiers.license}`;

/** @param {fixtures.Person} someone @returns {Promise<number>} */
const profileOf = async (someone) => (await ann.json('player', 'show', named(someone))).profile;

/** What is said of an operation, but for what only one that was done can say. @param {any} told */
function outcome(told) {
  const bans = (/** @type {any[]} */ list) => list.map(
    ({ profile, follows, state, category }) => ({ profile, follows, state, category }));
  return {
    kind: told.kind, lifted: bans(told.lifted), placed: bans(told.placed),
    to_follow: bans(told.to_follow), let_in: told.let_in, person: told.person,
    other_person: told.other_person,
  };
}

it('an evader who was none: unlink lets him in everywhere, and he is not linked again', async () => {
  const tokens = machine();
  const [brother, other] = [account(tokens), account(tokens)];
  await verdict(a, brother);
  const code = await ban(a, brother);
  const refused = await verdict(a, other);
  assert.equal(refused.decision, 'ban');
  assert.equal(await decision(b, { ...other, tokens: [] }), 'ban');

  const [one, two] = [await profileOf(brother), await profileOf(other)];
  const rule = ['player', 'unlink', String(one), named(other), '--reason', 'brothers'];
  const outlook = await ann.json(...rule, '--dry-run');
  assert.deepEqual([outlook.dry_run, outlook.ruling], [true, null]);
  assert.equal(await decision(a, other), 'ban', 'a dry run changes nothing');
  const done = await ann.json(...rule, '--yes');
  assert.deepEqual(outcome(done), outcome(outlook), 'what was shown is what happens');
  assert.deepEqual(outcome(done), {
    kind: 'unlink',
    lifted: [{ profile: two, follows: code, state: 'lifted', category: 'evasion' }],
    placed: [], to_follow: [], let_in: [two], person: [one], other_person: [two],
  });
  assert.equal(done.lifted[0].code, refused.code);
  const audit = await ann.audit('--limit', '2');
  assert.deepEqual(audit.map((/** @type {any} */ { action, target }) => [action, target]),
    [['player.unlink', `${one}, ${two}`], ['ban.lift', refused.code]]);
  assert.equal(audit[0].reason, 'brothers');

  for (let again = 0; again < 2; again++) {
    assert.deepEqual(await verdict(a, other), { decision: 'allow' }, 'and nothing tells of it');
    assert.equal(await decision(b, { ...other, tokens: [] }), 'allow');
    assert.equal(await decision(b, brother), 'ban');
  }
  const shown = await ann.says('player', 'show', String(two));
  assert.match(shown, new RegExp(`^${done.ruling} +unlink +${one}, ${two} .* ann +brothers +-$`, 'm'));

  const back = await ann.json('player', 'undo', String(done.ruling), '--reason', 'no', '--yes');
  assert.ok(back.undone_at > 0);
  await ann.assertAudited('player.undo', `${one}, ${two}`);
  assert.equal(await decision(b, { ...other, tokens: [] }), 'allow', 'a lifted ban stays lifted');
  assert.equal(await decision(a, other), 'ban', 'the evidence decides again');
});

it('two strangers who are one person: linked, both are kept out; undone, one is let in', async () => {
  const [first, second] = [account(), account()];
  for (const someone of [first, second]) await verdict(a, someone);
  const code = await ban(a, first);
  assert.equal(await decision(b, second), 'allow');
  const rule = ['player', 'merge', named(second), named(first), '--reason', 'told us so'];
  const outlook = await ann.json(...rule, '--dry-run');
  assert.equal(outlook.placed[0].code, null, 'no code was given out');
  const done = await ann.json(...rule, '--yes');
  assert.deepEqual(outcome(done), outcome(outlook));
  const [one, two] = [await profileOf(first), await profileOf(second)];
  assert.deepEqual(outcome(done).placed,
    [{ profile: two, follows: code, state: 'active', category: 'evasion' }]);
  const refused = await verdict(b, second);
  assert.deepEqual([refused.decision, refused.code], ['ban', done.placed[0].code]);
  for (const profile of [one, two]) {
    const { person } = await ann.json('player', 'show', String(profile));
    assert.deepEqual([...person].sort(), [one, two].sort(), 'either shows one person');
  }
  const { changes } = await ann.json('ban', 'show', done.placed[0].code);
  assert.deepEqual([changes[0].who, changes[0].reason], ['ann', 'told us so']);

  const undo = ['player', 'undo', String(done.ruling), '--reason', 'was a lie'];
  const undoing = await ann.json(...undo, '--dry-run');
  const undone = await ann.json(...undo, '--yes');
  assert.deepEqual(outcome(undone), outcome(undoing));
  assert.deepEqual(undone.let_in, [two]);
  assert.equal(await decision(b, second), 'allow');
  assert.equal(await decision(b, first), 'ban');
});

it('an identifier that is not his: detach lets the friend in, and it is not learnt again', async () => {
  const [banned, other] = [account(), account()];
  const { discord } = fixtures.person().identifiers;
  const [one, two] = [banned, other].map((someone) => (
    { ...someone, identifiers: { ...someone.identifiers, discord } }));
  await verdict(a, one);
  await verdict(a, two);
  await ban(a, banned);
  assert.equal(await decision(a, two), 'ban');
  const rule = ['player', 'detach', named(banned), `discord:${discord}`, '--reason', 'was open'];
  const outlook = await ann.json(...rule, '--dry-run');
  const done = await ann.json(...rule, '--yes');
  assert.deepEqual({ ...outcome(done), other: 0 }, { ...outcome(outlook), other: 0 });
  assert.deepEqual([done.kind, done.identifiers, done.lifted.length], ['detach', 'discord', 1]);
  assert.deepEqual(done.let_in, [await profileOf(other)]);
  for (let again = 0; again < 2; again++) {
    assert.equal(await decision(a, one), 'ban');
    assert.equal(await decision(a, two), 'allow');
  }
  const { tags } = await ann.json('player', 'show', named(banned));
  assert.deepEqual(tags.map((/** @type {any} */ { type }) => type), ['license']);
  await ann.fails(3, /never seen with/, ...rule, '--yes');
  await ann.fails(4, /stands for/, 'player', 'detach', named(banned), named(banned), '--reason', 'x',
    '--yes');
  await ann.says('player', 'undo', String(done.ruling), '--reason', 'was his', '--yes');
  assert.equal(await decision(a, two), 'ban');
});

it('an account that was sold: split off, it is another person', async () => {
  const someone = account();
  const { steam } = fixtures.person().identifiers;
  const both = { ...someone, identifiers: { ...someone.identifiers, steam } };
  const bought = { ...someone, identifiers: { steam } };
  await verdict(a, both);
  const rule = ['player', 'split', named(someone), `steam:${steam}`, '--reason', 'sold'];
  const done = await ann.json(...rule, '--yes');
  await ann.assertAudited('player.split', `${done.profile}, ${done.other}`);
  const buyer = await ann.json('player', 'show', `steam:${steam}`);
  assert.deepEqual([buyer.profile, buyer.person], [done.other, [done.other]]);
  await ban(a, someone);
  assert.equal(await decision(a, both), 'ban');
  assert.equal(await decision(a, bought), 'allow');
  assert.match(await ann.says('player', 'history', String(done.other)), /split steam/);
  const back = await ann.json('player', 'undo', String(done.ruling), '--reason', 'x', '--yes');
  assert.equal((await ann.json('player', 'show', `steam:${steam}`)).profile, back.profile);
});

it('history tells all of it, newest first', async () => {
  const { rulings } = await ann.json('player', 'history');
  assert.deepEqual(rulings.map((/** @type {any} */ { kind, by }) => [kind, by]),
    [['split', 'ann'], ['detach', 'ann'], ['link', 'ann'], ['unlink', 'ann']]);
  assert.ok(rulings.every((/** @type {any} */ { undone_at }) => undone_at > 0));
  const of = await ann.json('player', 'history', String(rulings[3].other));
  assert.deepEqual(of.rulings, [rulings[3]]);
  assert.match(await ann.says('player', 'history'), /^RULING +WHAT +PLAYERS +WHEN +BY +WHY +UNDONE/);
  assert.equal(await ann.says('player', 'history', '999999'), 'nothing was ruled\n');
});

it('what cannot be ruled is refused, and nothing happens unasked', async () => {
  const [first, second] = [account(), account()];
  for (const someone of [first, second]) await verdict(a, someone);
  const [one, two] = [String(await profileOf(first)), String(await profileOf(second))];
  const why = ['--reason', 'x'];
  await ann.fails(2, /add --yes/, 'player', 'link', one, two, ...why);
  await ann.fails(2, /--reason/, 'player', 'link', one, two, '--yes');
  await ann.fails(2, /same player/, 'player', 'link', one, one, ...why, '--yes');
  await ann.fails(3, /No player/, 'player', 'unlink', one, '999999', ...why, '--yes');
  await ann.fails(3, /Nobody is known/, 'player', 'link', one, `license:${'e'.repeat(40)}`, ...why,
    '--yes');
  await ann.fails(3, /No ruling/, 'player', 'undo', '999999', ...why, '--yes');
  const { ruling } = await ann.json('player', 'link', one, two, ...why, '--yes');
  await ann.fails(4, /in force/, 'player', 'link', two, one, ...why, '--yes');
  await ann.fails(4, /opposite.*undo/, 'player', 'unlink', one, two, ...why, '--yes');
  await ann.says('player', 'undo', String(ruling), ...why, '--yes');
  await ann.fails(4, /has been undone/, 'player', 'undo', String(ruling), ...why, '--yes');
  assert.match(await ann.says('player', 'unlink', one, two, ...why, '--yes'),
    /^lets in +nobody$[^]*^take it back: player undo \d+$/m);
});

/** Every epoch is closed by a restart. */
async function restart() {
  await daemon.stop();
  await daemon.start();
  for (const client of [a, b]) client.startEpoch(Date.now());
}

it('an older copy of the database loses no unlink and brings no undone link back', async () => {
  const tokens = machine();
  const [brother, other] = [account(tokens), account(tokens)];
  await verdict(a, brother);
  await ban(a, brother);
  assert.equal(await decision(a, other), 'ban');
  const [first, second] = [account(), account()];
  for (const someone of [first, second]) await verdict(a, someone);
  await ban(a, first);
  const rule = ['--reason', 'x', '--yes'];
  const { ruling } = await ann.json('player', 'link', named(first), named(second), ...rule);
  assert.equal(await decision(b, second), 'ban');

  await daemon.stop();
  const copy = path.join(temporaryFolder('copies'), 'old');
  fs.copyFileSync(databaseOf(daemon.dir), copy);
  await restart();
  await ann.says('player', 'unlink', named(brother), named(other), ...rule);
  await ann.says('player', 'undo', String(ruling), ...rule);
  await daemon.stop();
  removeDatabase(daemon.dir);
  fs.copyFileSync(copy, databaseOf(daemon.dir));
  await restart();
  assert.match(daemon.output, /journal applied records \d+ to \d+: 2 bans, 2 rulings/);
  assert.equal(await decision(a, other), 'allow');
  assert.equal(await decision(a, second), 'allow');
  assert.equal(await decision(b, first), 'ban');
  const [unlink, link] = (await ann.json('player', 'history')).rulings;
  assert.deepEqual([unlink.kind, unlink.by, unlink.undone_at], ['unlink', null, null]);
  assert.deepEqual([link.kind, link.ruling], ['link', ruling]);
  assert.ok(link.undone_at > 0);
});
