// drawbridgectl ban supersede: one ban stands for a player, on every game server, and says so.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { tagOf } = require('../interop/sealed.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const WHY = ['--category', 'cheating', '--reason', 'Aimbot, seen twice'];
const BECAUSE = ['--reason', 'one ban is enough'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} in mode review */
let first;
/** @type {Client} of another owner */
let second;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  first = Client.fromDocument(await daemon.addServer('First', { mode: 'review' }));
  second = Client.fromDocument(await daemon.addServer('Second', { mode: 'review' }));
  for (const client of [first, second]) await client.hello();
});

after(async () => {
  for (const client of [first, second]) client?.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} person @param {Record<string, unknown>} [terms] */
async function banOn(client, person, terms = {}) {
  const { ban } = await client.event(fixtures.ban(fixtures.playerOf(client, person), terms));
  return ban?.code ?? '';
}

/** Whether the lists of a game server refuse a licence. @param {Client} client @param {string} license */
async function refuses(client, license) {
  await client.catchUp();
  const tags = [tagOf(client.tagKey, 'license', license)];
  const now = Date.now() / 1000;
  return [client.network, client.owner].some((list) => list.match(tags, now).length > 0);
}

it('takes the place on every list, tells it of both, and happens once', async () => {
  const person = fixtures.person();
  const { license } = person.identifiers;
  const proposed = await banOn(first, person);
  const ban = await ann.json('ban', 'add', ...Object.entries(person.identifiers)
    .filter(([type]) => type !== 'ip').map(([type, value]) => `${type}:${value}`), ...WHY);
  await ann.json('appeal', 'open', proposed, '--text', 'it was my brother');
  const said = await ann.says('ban', 'supersede', proposed, '--by', ban.code, ...BECAUSE);
  assert.match(said, /^state +superseded$/m);
  assert.match(said, new RegExp(`^superseded by +${ban.code}$`, 'm'));
  await ann.assertAudited('ban.supersede', proposed);
  const [row] = await ann.audit('--limit', '1');
  assert.match(row.detail, new RegExp(`^by ${ban.code}, appeal \\d+$`));
  assert.match(await ann.says('ban', 'show', ban.code), new RegExp(`^in place of +${proposed}$`, 'm'));
  const shown = await ann.json('ban', 'show', ban.code);
  assert.deepEqual([shown.state, shown.supersedes, shown.appeals.length], ['active', [proposed], 1]);
  assert.equal(shown.changes.at(-1).reason, `in place of ${proposed}: one ban is enough`);
  for (const client of [first, second]) assert.ok(await refuses(client, license));
  await ann.fails(4, /The ban is over/, 'ban', 'supersede', proposed, '--by', ban.code, ...BECAUSE);

  await ann.json('ban', 'lift', ban.code, '--reason', 'his brother, indeed');
  for (const client of [first, second]) assert.ok(!(await refuses(client, license)));
});

it('is refused with a sentence, and nothing changes', async () => {
  const person = fixtures.person();
  const proposed = await banOn(first, person, { duration: 86_400 });
  const target = `license:${person.identifiers.license}`;
  const other = await ann.json('ban', 'add', `license:${fixtures.person().identifiers.license}`, ...WHY);
  const shorter = await ann.json('ban', 'add', target, ...WHY, '--for', '1h');
  const foreign = await banOn(second, person);
  const supersede = (/** @type {string[]} */ ...args) => ['ban', 'supersede', ...args, ...BECAUSE];
  await ann.fails(4, /its own place/, ...supersede(proposed, '--by', proposed));
  await ann.fails(4, /against one player/, ...supersede(proposed, '--by', other.code));
  await ann.fails(4, /binds fewer servers/, ...supersede(proposed, '--by', foreign));
  await ann.fails(4, /--shorter/, ...supersede(proposed, '--by', shorter.code));
  await ann.fails(3, /No ban has this code/, ...supersede('ABCD-EFGH', '--by', other.code));
  await ann.fails(3, /to take its place/, ...supersede(proposed, '--by', 'ABCD-EFGH'));
  await ann.fails(2, /by: expected the code/, ...supersede(proposed, '--by', 'zebra'));
  await ann.fails(2, /--by/, ...supersede(proposed));
  await ann.fails(2, /--reason/, 'ban', 'supersede', proposed, '--by', other.code);
  const { state, superseded_by: by } = await ann.json('ban', 'show', proposed);
  assert.deepEqual([state, by], ['proposed', null]);
});

it('of players whom staff have linked, the account of the first stays banned', async () => {
  const [one, two] = [fixtures.person(), fixtures.person()];
  /** @param {fixtures.Person} person */
  const banned = async (person) => {
    const ban = await ann.json('ban', 'approve', await banOn(first, person));
    return { code: ban.code, profile: String(ban.profile) };
  };
  const [old, kept] = [await banned(one), await banned(two)];
  await ann.fails(4, /against one player/, 'ban', 'supersede', old.code, '--by', kept.code, ...BECAUSE);
  await ann.json('player', 'link', old.profile, kept.profile, '--reason', 'same voice', '--yes');
  await ann.json('ban', 'supersede', old.code, '--by', kept.code, ...BECAUSE);
  const { followers } = await ann.json('ban', 'show', kept.code);
  assert.equal(followers.length, 1);
  assert.equal((await ann.json('ban', 'show', followers[0].code)).follows, kept.code);
  assert.ok(await refuses(second, one.identifiers.license));
  await ann.json('ban', 'lift', kept.code, '--reason', 'wrong');
  for (const person of [one, two]) assert.ok(!(await refuses(second, person.identifiers.license)));
});
