// Where two of the staff have to agree before a ban is on the network.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const WHY = ['--category', 'cheating', '--reason', 'Aimbot, seen twice'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Staff} */
let ben;
/** @type {Client} in mode review */
let server;

before(async () => {
  daemon = await startDaemon({ secondPerson: true });
  ann = await Staff.join(daemon, 'ann');
  ben = await Staff.join(daemon, 'ben');
  server = Client.fromDocument(await daemon.addServer('First', { mode: 'review' }));
  await server.hello();
});

after(async () => {
  server?.close();
  await daemon?.dispose();
});

/** Entries in the network's list. @param {any} ban */
const onNetwork = (ban) => ban.lists[0].entries;

it('a ban by staff waits, binds nobody, and is not confirmed by who placed it', async () => {
  const target = `license:${fixtures.person().identifiers.license}`;
  const ban = await ann.json('ban', 'add', target, ...WHY);
  assert.deepEqual([ban.state, ban.decided_by, onNetwork(ban)], ['awaiting', 'ann', 0]);
  assert.match(await ann.says('ban', 'show', ban.code),
    new RegExp(`^waits for +somebody other than ann: ban confirm ${ban.code}$`, 'm'));
  for (const verb of ['confirm', 'approve']) {
    await ann.fails(4, /You have agreed to this ban already: a second person/, 'ban', verb, ban.code);
  }
  await ben.fails(4, /lift it instead/, 'ban', 'reject', ban.code);
  assert.equal(onNetwork(await ann.json('ban', 'show', ban.code)), 0);
  const confirmed = await ben.json('ban', 'confirm', ban.code, '--reason', 'seen it too');
  assert.deepEqual([confirmed.state, onNetwork(confirmed)], ['active', 1]);
  await ben.assertAudited('ban.confirm', ban.code);
  assert.deepEqual(
    confirmed.changes.map((/** @type {any} */ { to, who }) => [to, who]),
    [['awaiting', 'ann'], ['active', 'ben']]);
  for (const staff of [ann, ben]) {
    await staff.fails(4, /does not wait for a second person/, 'ban', 'confirm', ban.code);
  }
});

it('approving takes two; the owner keeps the ban meanwhile; one person lifts', async () => {
  const target = fixtures.playerOf(server, fixtures.person());
  const code = (await server.event(fixtures.ban(target))).ban?.code ?? '';
  await ben.fails(4, /does not wait for a second person/, 'ban', 'confirm', code);
  const first = await ann.json('ban', 'approve', code);
  await ann.assertAudited('ban.submit', code);
  assert.deepEqual([first.state, first.adopted, onNetwork(first)], ['awaiting', false, 0]);
  assert.ok(first.lists[1].entries > 0);
  const second = await ben.json('ban', 'approve', code);
  await ben.assertAudited('ban.confirm', code);
  assert.deepEqual([second.state, second.adopted, onNetwork(second)], ['active', true, 1]);
  assert.equal((await ann.json('ban', 'lift', code, '--reason', 'wrong')).state, 'lifted');
});
