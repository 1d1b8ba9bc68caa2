// drawbridgectl review …: what game servers report gathers in cases, and staff decide them.
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
let first;
/** @type {Client} of another owner */
let second;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  first = Client.fromDocument(await daemon.addServer('First', { mode: 'review' }));
  second = Client.fromDocument(await daemon.addServer('Second', { mode: 'local' }));
  for (const client of [first, second]) await client.hello();
});

after(async () => {
  for (const client of [first, second]) client?.close();
  await daemon?.dispose();
});

/** Somebody whom both servers have met. */
async function visitor() {
  const someone = fixtures.person();
  for (const client of [first, second]) {
    await client.event(fixtures.join(fixtures.playerOf(client, someone)));
  }
  return someone;
}

/** @param {Client} client @param {fixtures.Person} target @param {fixtures.Person} reporter */
function report(client, target, reporter, text = 'Followed me around for an hour') {
  return client.event(fixtures.event('report', {
    target: fixtures.playerOf(client, target),
    reporter: fixtures.playerOf(client, reporter),
    category: 'harassment',
    text,
  }));
}

/** @param {Client} client @param {fixtures.Person} target */
function detection(client, target) {
  return client.event(fixtures.event('detection', {
    target: fixtures.playerOf(client, target),
    detector: 'godmode',
    category: 'cheating',
    confidence: 80,
    detail: 'health stayed at 200 through 14 hits',
  }));
}

/** The case that stands about somebody. @param {fixtures.Person} someone */
async function caseOf(someone) {
  const { profile } = await ann.json('player', 'show', `license:${someone.identifiers.license}`);
  const { cases } = await ann.json('review', 'list', '--limit', '500');
  const found = cases.filter((/** @type {any} */ entry) => entry.profile === profile);
  assert.equal(found.length, 1, JSON.stringify(cases));
  return String(found[0].case);
}

it('lists nothing at first', async () => {
  assert.equal(await ann.says('review', 'list'), 'nothing waits for a decision\n');
  assert.deepEqual(await ann.json('review', 'list'), { cases: [], next: null });
});

it('shows who says what from where, oldest case first', async () => {
  const [target, reporter, other] = [await visitor(), await visitor(), await visitor()];
  await report(first, target, reporter);
  await report(second, target, other, 'Would not stop');
  await detection(second, target);
  await report(first, other, reporter);
  const id = await caseOf(target);
  const found = await ann.json('review', 'show', id);
  assert.deepEqual(
    [found.state, found.category, found.reports, found.detections, found.reporters,
      found.servers, found.owners, found.trusted_owners],
    ['open', 'harassment', 2, 1, 2, 2, 2, 0]);
  const [one, two, three] = found.statements;
  assert.deepEqual(
    [one.server.name, one.kind, one.text], ['First', 'report', 'Followed me around for an hour']);
  assert.deepEqual([two.server.name, two.text], ['Second', 'Would not stop']);
  assert.deepEqual([three.kind, three.detector, three.confidence, three.reporter],
    ['detection', 'godmode', 80, null]);
  assert.deepEqual([one.reporter.upheld, one.reporter.rejected], [0, 0]);
  const said = await ann.says('review', 'show', id);
  assert.match(said, /2 reports by 2 known players, 1 detection; from 2 servers of 2 owners, 0 trusted$/m);
  assert.match(said, /godmode \(80 %\)/);
  const { cases } = await ann.json('review', 'list');
  assert.ok(cases[0].opened_at <= cases[1].opened_at);
  assert.match(await ann.says('review', 'list'), /^CASE +OPENED +STATE +PLAYER/);
});

it('approve bans every known account of the player, on the network', async () => {
  const [target, reporter] = [await visitor(), await visitor()];
  await report(first, target, reporter);
  const id = await caseOf(target);
  const decided = await ann.json('review', 'approve', id, '--reason', 'Saw the clip', '--for', '2w');
  assert.deepEqual([decided.state, decided.decided_by, decided.note],
    ['approved', 'ann', 'Saw the clip']);
  const ban = await ann.json('ban', 'show', decided.ban);
  assert.deepEqual([ban.state, ban.category, ban.reason], ['active', 'harassment', 'Saw the clip']);
  assert.equal(ban.expires_at - ban.created_at, 14 * 86_400_000);
  assert.deepEqual(ban.tags.sort(), ['discord', 'fivem', 'license', 'license2', 'steam']);
  await ann.assertAudited('case.approve', id);
  const refused = await second.event(fixtures.join(fixtures.licensePlayer(second, target)));
  assert.equal(refused.verdict?.decision, 'ban');
  await report(first, await visitor(), reporter);
  const again = await ann.json('review', 'list');
  const last = await ann.json('review', 'show', String(again.cases.at(-1).case));
  assert.equal(last.statements[0].reporter.upheld, 1, 'the reporter has a record');
  await ann.fails(4, /has been decided/, 'review', 'reject', id, '--reason', 'No');
});

it('reject and escalate leave the player alone', async () => {
  const [target, reporter] = [await visitor(), await visitor()];
  await report(first, target, reporter);
  const id = await caseOf(target);
  assert.equal((await ann.json('review', 'escalate', id, '--reason', 'A friend of mine')).state,
    'escalated');
  await ann.assertAudited('case.escalate', id);
  assert.equal(await caseOf(target), id, 'it still stands');
  assert.match(await ann.says('review', 'reject', id, '--reason', 'Nothing in it'),
    /^state +rejected$/m);
  await ann.assertAudited('case.reject', id);
  const welcome = await first.event(fixtures.join(fixtures.playerOf(first, target)));
  assert.equal(welcome.verdict?.decision, 'allow');
  const { cases } = await ann.json('review', 'list', '--state', 'rejected');
  assert.deepEqual(cases.map((/** @type {any} */ found) => String(found.case)), [id]);
});

it('a report about nobody known is stored and opens no case', async () => {
  const before = (await ann.json('review', 'list')).cases.length;
  const result = await report(first, fixtures.person(), await visitor());
  assert.equal(result.status, 'stored');
  assert.equal((await ann.json('review', 'list')).cases.length, before);
});

it('wrong usage: exit 2; unknown: exit 3', async () => {
  await ann.fails(2, /--state/, 'review', 'list', '--state', 'lost');
  await ann.fails(2, /--reason/, 'review', 'reject', '1');
  await ann.fails(2, /--for/, 'review', 'approve', '1', '--reason', 'x', '--for', 'soon');
  await ann.fails(2, /category/, 'review', 'approve', '1', '--reason', 'x', '--category', 'party');
  for (const id of ['999', '0', '-1', 'x']) {
    await ann.fails(3, /No case has this number/, 'review', 'show', '--', id);
  }
});

it('pages', async () => {
  for (let i = 0; i < 3; i++) await detection(second, await visitor());
  const all = (await ann.json('review', 'list')).cases;
  const one = await ann.json('review', 'list', '--limit', '2');
  assert.equal(one.next, one.cases[1].case);
  const two = await ann.json('review', 'list', '--after', String(one.next));
  assert.deepEqual([...one.cases, ...two.cases], all);
  assert.match(await ann.says('review', 'list', '--limit', '2'), /more: add --after \d+/);
});
