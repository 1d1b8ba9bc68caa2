// What became of whose bans, and bans that nobody stands behind any more: server show, server list,
// admin list, ban list --orphaned, ban keep.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { alterDatabase } = require('../e2e/database.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const DAY_MS = 86_400_000;
const WHY = ['--reason', 'looked at it'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Staff} */
let ben;
/** @type {Client} */
let client;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
  ben = await Staff.join(daemon, 'ben');
  client = Client.fromDocument(await daemon.addServer('First', { mode: 'review' }));
  await client.hello();
});

after(async () => {
  client?.close();
  await daemon?.dispose();
});

/** A ban on somebody new. @param {string} issuer @param {Client} [origin] */
async function ban(issuer, origin = client) {
  const target = fixtures.playerOf(origin, fixtures.person());
  return (await origin.event(fixtures.ban(target, { issuer }))).ban?.code ?? '';
}

/** A server of its own owner, in mode auto. @param {string} name */
async function auto(name) {
  const origin = Client.fromDocument(await daemon.addServer(name, { mode: 'auto' }));
  await origin.hello();
  return origin;
}

/** Of a tally. @param {any} tally */
const figures = ({ bans, standing, approved, rejected, overturned }) =>
  [bans, standing, approved, rejected, overturned];

/** Codes that wait to be looked at. */
const orphans = async () => (await ann.json('ban', 'list', '--orphaned')).bans
  .map((/** @type {any} */ entry) => entry.code);

it('a server without bans has no share of anything', async () => {
  const { reputation, issuers } = await ann.json('server', 'show', 'First');
  assert.deepEqual(issuers, []);
  for (const window of ['all', 'recent']) {
    assert.deepEqual(figures(reputation[window]), [0, 0, 0, 0, 0]);
    assert.equal(reputation[window].overturned_share, null);
  }
  assert.match(await ann.says('server', 'show', 'First'), /^bans +none\nin 90 days +none$/m);
  assert.match(await ann.says('server', 'list'), /OVERTURNED\nFirst .* -$/m);
});

it('counts for server and issuer what became of their bans, for staff of those they agreed to', async () => {
  const [wrong, approved, rejected] = [await ban('Zoe'), await ban('Zoe'), await ban('Zoe')];
  const pardoned = await ban('Yan');
  await ann.json('ban', 'approve', wrong);
  await ben.json('ban', 'approve', approved);
  await ann.json('ban', 'reject', rejected);
  await ann.json('ban', 'lift', pardoned, ...WHY);
  // Overturned are those of the server in a time; the approved one is kept.
  await ann.json('server', 'revoke-actions', 'First', '--since', '1h', '--until', String(Date.now()),
    '--adopted', 'lift', ...WHY, '--yes');
  const later = await ban('Yan');
  await ann.json('ban', 'approve', later);

  const { reputation, issuers } = await ann.json('server', 'show', 'First');
  assert.deepEqual(figures(reputation.all), [5, 1, 3, 1, 3]);
  assert.deepEqual(reputation.recent, reputation.all);
  assert.equal(reputation.all.overturned_share, 0.6);
  assert.deepEqual(
    issuers.map((/** @type {any} */ entry) => [entry.issuer, figures(entry.reputation.all)]),
    [['Zoe', [3, 0, 2, 1, 3]], ['Yan', [2, 1, 1, 0, 0]]]);
  const { servers } = await ann.json('server', 'list');
  assert.deepEqual(servers[0].reputation, reputation);
  const said = await ann.says('server', 'show', 'First');
  assert.match(said, /^bans +5 placed, 1 stand; by staff 3 approved, 1 rejected; 3 of 5 overturned$/m);
  assert.match(said, /^Zoe +3 +0 +2 +1 +3 of 3 +3 of 3$/m);
  assert.match(await ann.says('server', 'list'), / 3 of 5$/m, 'few: no percentage');

  const { admins } = await ann.json('admin', 'list');
  const byName = Object.fromEntries(admins.map((/** @type {any} */ admin) =>
    [admin.name, figures(admin.reputation.all)]));
  assert.deepEqual(byName, { admin: [0, 0, 0, 0, 0], ann: [2, 1, 2, 0, 1], ben: [1, 0, 1, 0, 1] });
  assert.match(await ann.says('admin', 'list'), /^ben .* 1 +1 of 1 +1 of 1$/m);
});

it('tells the last 90 days from the rest, and shows a share of many in per cent', async () => {
  const origin = await auto('Busy');
  for (let i = 0; i < 25; i++) await ban('Zoe', origin);
  await daemon.stop();
  await alterDatabase(daemon.dir, `UPDATE bans SET created_at = created_at - ${91 * DAY_MS} ` +
    "WHERE number IN (SELECT number FROM bans WHERE state = 4 AND adopted = 0 LIMIT 24)");
  await daemon.start();
  for (const one of [client, origin]) one.openEpoch();
  await ann.json('server', 'revoke-actions', 'Busy', '--since', '1h', ...WHY, '--yes');
  const { reputation } = await ann.json('server', 'show', 'Busy');
  assert.deepEqual([reputation.all.bans, reputation.all.overturned], [25, 1]);
  assert.deepEqual([reputation.recent.bans, reputation.recent.overturned], [1, 1]);
  assert.match(await ann.says('server', 'show', 'Busy'), /^Zoe .* 4 % of 25 +1 of 1$/m);
  assert.match(await ann.says('server', 'list'), / 4 % of 25$/m);
  await ann.json('server', 'remove', 'Busy', '--bans', 'lift', ...WHY, '--yes');
  origin.close();
});

it('nothing is orphaned while servers are there, or of what staff have approved', async () => {
  assert.equal(await ann.says('ban', 'list', '--orphaned'), 'no ban is orphaned\n');
  assert.equal((await ann.json('status')).orphaned_bans, 0);
  await ann.json('server', 'suspend', 'First');
  assert.deepEqual(await orphans(), [], 'its ban in force is the staff\'s');
  await ann.json('server', 'resume', 'First');
});

it('a suspended server leaves orphans until it is resumed', async () => {
  const origin = await auto('Second');
  const code = await ban('Zoe', origin);
  await ann.json('server', 'suspend', 'Second');
  assert.deepEqual(await orphans(), [code]);
  const shown = await ann.json('ban', 'show', code);
  assert.equal(shown.orphaned.why, 'server_suspended');
  assert.match(await ann.says('ban', 'show', code),
    new RegExp(`^orphaned +its server is suspended, seen just now: ban keep ${code}, or ban lift`, 'm'));
  assert.match(await ann.says('status'), /^bans +ORPHANED: 1 \(ban list --orphaned\); /m);
  const { metrics } = await ann.json('metrics');
  assert.match(metrics, /^drawbridge_bans_orphaned 1$/m);
  await ann.json('server', 'resume', 'Second');
  assert.deepEqual(await orphans(), []);
  assert.equal((await ann.json('ban', 'show', code)).orphaned, null);
  origin.close();
});

it('a silent server leaves orphans; one that is kept is the staff\'s and asked about no more', async () => {
  await daemon.stop();
  await alterDatabase(daemon.dir, `UPDATE servers SET last_seen_at = ${Date.now() - 97 * DAY_MS}`);
  await daemon.start();
  client.openEpoch();
  const [code, ...others] = await orphans();
  assert.deepEqual(others, []);
  const said = await ann.says('ban', 'list', '--orphaned');
  assert.match(said, /^CODE +CATEGORY +FROM +MADE +WHY +REASON\n/);
  assert.match(said, new RegExp(`^${code} +cheating +Second .* its server is silent, seen .* Aimbot`, 'm'));
  await ann.fails(2, /--reason/, 'ban', 'keep', code);
  await ann.fails(3, /No ban has this code/, 'ban', 'keep', 'ABCD-EFGH', ...WHY);
  const kept = await ann.json('ban', 'keep', code, ...WHY);
  await ann.assertAudited('ban.keep', code);
  assert.deepEqual([kept.state, kept.adopted, kept.orphaned], ['active', true, null]);
  const { action, from, to, who, reason } = kept.changes.at(-1);
  assert.deepEqual([action, from, to, who, reason],
    ['keep', 'active', 'active', 'ann', 'looked at it']);
  assert.equal(kept.lists[0].entries, 1);
  assert.deepEqual(await orphans(), []);
  await ann.json('ban', 'lift', code, ...WHY);
  await ann.fails(4, /state/, 'ban', 'keep', code, ...WHY);
});

it('what a removed server leaves in force is an orphan until somebody looks at it', async () => {
  const origin = await auto('Third');
  const [one, two] = [await ban('Zoe', origin), await ban('Zoe', origin)];
  await ann.json('server', 'remove', 'Third', '--bans', 'keep', ...WHY, '--yes');
  origin.close();
  assert.deepEqual((await orphans()).sort(), [one, two].sort());
  const shown = await ann.json('ban', 'show', one);
  assert.deepEqual([shown.state, shown.adopted, shown.orphaned.why], ['active', false, 'server_removed']);
  assert.match(await ann.says('ban', 'show', one), /^from +a removed server$/m);
  await ann.json('ban', 'keep', one, ...WHY);
  assert.deepEqual(await orphans(), [two]);
  assert.match(await ann.says('ban', 'show', one), /^from +staff$/m);
  const limited = await ann.json('ban', 'list', '--orphaned', '--server', 'First');
  assert.deepEqual(limited.bans, []);
});
