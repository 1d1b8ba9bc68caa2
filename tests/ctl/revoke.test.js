// drawbridgectl server revoke-actions: what a rogue server has caused ends everywhere, as
// the preview said, and nothing else does.
'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { program, run, startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const WHY = ['--reason', 'was broken into'];
const DAY = ['--since', '1h', ...WHY, '--yes'];
const FIELDS = [
  'server', 'since', 'until', 'adopted', 'bans', 'following', 'kept', 'cases', 'links', 'revoked_at',
];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} */
let rogue;
/** @type {Client} of another owner */
let other;
/** Unix ms between what the rogue server did as it should and what it did not. */
let since = 0;
/** Codes by what they are. @type {Record<string, string>} */
const codes = {};
/** @type {Record<string, fixtures.Person>} */
const people = {};

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
  rogue = Client.fromDocument(await daemon.addServer('Rogue', { mode: 'review' }));
  other = Client.fromDocument(await daemon.addServer('Other', { mode: 'auto' }));
  for (const client of [rogue, other]) await client.hello();
});

after(async () => {
  for (const client of [rogue, other]) client?.close();
  await daemon?.dispose();
});

/** @param {Client} client @param {fixtures.Person} someone @returns {Promise<any>} */
async function verdict(client, someone) {
  return (await client.event(fixtures.join(fixtures.playerOf(client, someone)))).verdict;
}

/** @param {Client} client @param {fixtures.Person} someone */
async function ban(client, someone) {
  return (await client.event(fixtures.ban(fixtures.playerOf(client, someone)))).ban?.code ?? '';
}

/** Somebody with this licence alone, on a machine. @param {string[]} tokens */
function account(tokens) {
  const someone = fixtures.person();
  return { ...someone, identifiers: { license: someone.identifiers.license }, tokens };
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

/** @param {string} code */
const stateOf = async (code) => (await ann.json('ban', 'show', code)).state;

/**
 * The command at a terminal where `line` is typed when it asks.
 * @param {string} line
 * @param {string[]} args
 * @returns {Promise<{ code: number, screen: string }>}
 */
function atTerminal(line, ...args) {
  const script = path.join(__dirname, 'terminal.py');
  const where = ['--data', daemon.dir, '--token-file', ann.tokenFile];
  const command = [script, line, program('drawbridgectl'), ...where, ...args];
  return new Promise((resolve) => {
    execFile('python3', command, { timeout: 30_000 }, (error, screen) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, screen });
    });
  });
}

it('of a server that has done nothing there is nothing to take back, and nothing is audited', async () => {
  assert.match(await ann.says('server', 'revoke-actions', 'Rogue', ...DAY), /nothing to take back\n$/);
  const nothing = await ann.json('server', 'revoke-actions', 'Rogue', ...DAY);
  assert.deepEqual(Object.keys(nothing), FIELDS);
  assert.deepEqual([nothing.bans.count, nothing.links, nothing.revoked_at], [0, 0, null]);
  assert.deepEqual(await ann.audit('--action', 'server.revoke_actions'), []);
});

it('refuses what is not clear', async () => {
  const command = ['server', 'revoke-actions'];
  await ann.fails(2, /--since/, ...command, 'Rogue', ...WHY, '--yes');
  await ann.fails(2, /--since: expected/, ...command, 'Rogue', '--since', 'noon', ...WHY, '--yes');
  await ann.fails(2, /--reason/, ...command, 'Rogue', '--since', '1h', '--yes');
  await ann.fails(2, /--adopted/, ...command, 'Rogue', ...DAY, '--adopted', 'ask');
  await ann.fails(2, /since.*lies ahead/, ...command, 'Rogue', '--since', '2100-01-01', ...WHY, '--yes');
  await ann.fails(2, /until.*later than since/, ...command, 'Rogue', ...DAY, '--until', '2h');
  await ann.fails(3, /No server has this name or id/, ...command, 'nobody', ...DAY);
});

/** Bans on both servers, evaders, reports: some before `since`, by both servers, some approved. */
async function goRogue() {
  people.earlier = fixtures.person();
  codes.earlier = await ban(rogue, people.earlier);
  people.approved = fixtures.person();
  await delay(20);
  since = Date.now();
  codes.approved = await ban(rogue, people.approved);
  await ann.json('ban', 'approve', codes.approved, '--reason', 'saw the clip');
  people.proposed = fixtures.person();
  codes.proposed = await ban(rogue, people.proposed);
  await ann.json('server', 'set-mode', 'Rogue', 'auto');
  const machine = [...fixtures.person().tokens, fixtures.person().tokens[0]];
  people.victim = account(machine);
  await verdict(other, people.victim);
  codes.active = await ban(rogue, people.victim);
  people.again = account(machine);
  const found = await verdict(other, people.again);
  assert.equal(found.decision, 'ban', 'the other server has found the same machine');
  codes.follower = found.code;
  codes.others = await ban(other, fixtures.person());
}

it('shows first what it would do, by kind', async () => {
  await goRogue();
  const [alone, both] = [fixtures.person(), fixtures.person()];
  for (const someone of [alone, both]) await verdict(other, someone);
  for (const someone of [alone, alone, both]) await detection(rogue, someone);
  await detection(other, both);
  const machine = [...fixtures.person().tokens, fixtures.person().tokens[0]];
  for (const someone of [account(machine), account(machine)]) {
    const { decision } = await verdict(rogue, someone);
    if (decision === 'allow') codes.machine = await ban(rogue, someone);
  }
  const options = ['--since', String(since), '--dry-run'];
  const ahead = await ann.json('server', 'revoke-actions', 'Rogue', ...options);
  assert.deepEqual(Object.keys(ahead), FIELDS);
  assert.equal(ahead.server.name, 'Rogue');
  assert.deepEqual(
    [ahead.since, ahead.until, ahead.adopted, ahead.revoked_at], [since, null, 'keep', null]);
  assert.deepEqual(ahead.bans.states, { proposed: 1, active: 3 });
  assert.deepEqual([ahead.bans.count, ahead.bans.players], [4, 4]);
  assert.ok(ahead.bans.codes.includes(codes.proposed) && ahead.bans.codes.includes(codes.machine));
  assert.deepEqual(ahead.following,
    { count: 1, states: { active: 1 }, players: 1, servers: 1, codes: [codes.follower] });
  assert.deepEqual(ahead.kept.map((/** @type {any} */ kept) => kept.code), [codes.approved]);
  assert.equal(ahead.cases.statements, 3);
  assert.deepEqual([ahead.cases.closed.length, ahead.cases.reduced.length], [1, 1]);
  assert.equal(ahead.links, 1, 'of the evader whom it found itself, not of the one the other did');
  const said = await ann.says('server', 'revoke-actions', 'Rogue', ...options);
  assert.match(said, /^bans +4 \((1 proposed, 3 active|3 active, 1 proposed)\), of 4 known players$/m);
  assert.match(said, /^followed +1 \(1 active\), on 1 server$/m);
  assert.match(said, /^review +3 statements by it withdrawn: 1 case closed, 1 stays on others' word$/m);
  assert.match(said, new RegExp(`^kept, for staff have approved them.*\n.*\n${codes.approved}`, 'm'));
  assert.match(said, /nothing was done: --dry-run\n$/);
  assert.equal(await stateOf(codes.active), 'active');
});

it('asks for the name, and does nothing when it is not given', async () => {
  const command = ['server', 'revoke-actions', 'Rogue', '--since', String(since), ...WHY];
  await ann.fails(2, /--yes/, ...command);
  const wrong = await atTerminal('rogue', ...command);
  assert.equal(wrong.code, 4, wrong.screen);
  assert.match(wrong.screen, /All but what is kept ends everywhere, for good\.\nType Rogue to go on/);
  assert.equal(await stateOf(codes.active), 'active');
});

it('ends exactly that, everywhere, and audits it; a second call finds nothing', async () => {
  await daemon.ctlJson('backup', 'create');
  const options = ['--since', String(since), ...WHY, '--yes'];
  const ahead = await ann.json('server', 'revoke-actions', 'Rogue', ...options, '--dry-run');
  const done = await ann.json('server', 'revoke-actions', 'Rogue', ...options);
  await ann.assertAudited('server.revoke_actions', done.server.id);
  assert.ok(done.revoked_at >= since);
  assert.deepEqual({ ...done, revoked_at: null }, ahead);
  const [entry] = await ann.audit('--action', 'server.revoke_actions');
  assert.equal(entry.reason, 'was broken into');
  assert.equal(entry.detail,
    'bans 4, following 1, kept 1, cases closed 1 of 2, statements 3, links 1');

  for (const code of [codes.proposed, codes.active, codes.follower, codes.machine]) {
    const { state, changes, lists } = await ann.json('ban', 'show', code);
    const { action, who, reason } = changes.at(-1);
    assert.deepEqual([state, action, who, reason], ['lifted', 'overturn', 'ann', 'was broken into']);
    assert.ok(lists.every((/** @type {any} */ list) => list.entries === 0));
  }
  assert.deepEqual(
    [await stateOf(codes.earlier), await stateOf(codes.approved), await stateOf(codes.others)],
    ['proposed', 'active', 'active']);
  for (const client of [rogue, other]) {
    for (const someone of [people.victim, people.again, people.proposed]) {
      assert.equal((await verdict(client, someone)).decision, 'allow');
    }
    assert.equal((await verdict(client, people.approved)).decision, 'ban');
  }
  await other.catchUp();
  assert.equal(other.network.entries.size, 2, 'the approved one and the other server\'s own');

  const [closed] = done.cases.closed;
  const found = await ann.json('review', 'show', String(closed));
  assert.deepEqual([found.state, found.decided_by, found.detections], ['withdrawn', 'ann', 2]);
  const [reduced] = done.cases.reduced;
  const stands = await ann.json('review', 'show', String(reduced));
  assert.deepEqual([stands.state, stands.detections, stands.servers], ['open', 1, 1]);
  assert.equal(stands.statements[0].server.name, 'Other');
  const { cases } = await ann.json('review', 'list', '--state', 'withdrawn');
  assert.equal(cases.length, 1);

  assert.match(await ann.says('server', 'revoke-actions', 'Rogue', ...options), /nothing to take back\n$/);
  assert.equal((await ann.audit('--action', 'server.revoke_actions')).length, 1);
});

it('stays so when an older backup is put back', async () => {
  await daemon.stop();
  const restored = await run('drawbridgectl', [
    '--data', daemon.dir, 'backup', 'restore', 'latest', '--to', daemon.dir, '--force']);
  assert.equal(restored.code, 0, restored.stderr);
  await daemon.start();
  for (const client of [rogue, other]) client.openEpoch();
  for (const code of [codes.proposed, codes.active, codes.follower, codes.machine]) {
    assert.equal(await stateOf(code), 'lifted');
  }
  assert.equal((await ann.json('ban', 'show', codes.follower)).changes.at(-1).action, 'overturn');
  assert.equal(await stateOf(codes.approved), 'active');
  const options = ['--since', String(since), ...WHY, '--yes'];
  const again = await ann.json('server', 'revoke-actions', 'Rogue', ...options);
  assert.deepEqual([again.bans.count, again.following.count], [0, 0]);
  assert.equal(again.cases.statements, 3, 'cases and links are those of the backup');
});

it('--adopted lift ends what staff have approved too; --until spares what came later', async () => {
  const until = String(Date.now());
  await delay(20);
  const later = await ban(rogue, fixtures.person());
  const command = ['server', 'revoke-actions', 'Rogue', '--since', String(since), ...WHY, '--yes'];
  const said = await ann.says(...command, '--until', until, '--adopted', 'lift');
  assert.match(said, /^overturned 1 ban; links and cases as above\nit is still let in; .*suspend srv_/m);
  assert.deepEqual(
    [await stateOf(codes.approved), await stateOf(later), await stateOf(codes.earlier)],
    ['lifted', 'active', 'proposed']);
});
