// drawbridgectl server remove, on a real daemon: what it asks, refuses, shows and prints.
'use strict';

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { program, startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const REMOVAL_FIELDS = [
  'id', 'name', 'state', 'percent', 'removes_owner', 'bans', 'began_at', 'finished_at', 'resealed_at',
  'deleted',
];
const WHY = ['--reason', 'has closed'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  ann = await Staff.join(daemon, 'ann');
});

after(() => daemon?.dispose());

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

it('needs a reason, a known server, and somebody to ask', async () => {
  await ann.json('server', 'add', 'One');
  await ann.fails(2, /--reason/, 'server', 'remove', 'One', '--yes');
  await ann.fails(2, /NAME/, 'server', 'remove', ...WHY);
  await ann.fails(2, /--yes/, 'server', 'remove', 'One', ...WHY);
  await ann.fails(2, /--bans/, 'server', 'remove', 'One', ...WHY, '--bans', 'forget');
  await ann.fails(3, /No server has this name or id/, 'server', 'remove', 'nobody', ...WHY, '--yes');
  assert.equal((await ann.json('server', 'show', 'One')).removing, false);
});

it('asks for the name at a terminal', async () => {
  const { id } = await ann.json('server', 'show', 'One');
  const wrong = await atTerminal('one', 'server', 'remove', 'One', ...WHY);
  assert.equal(wrong.code, 4, wrong.screen);
  assert.match(wrong.screen, /that is not One: nothing was done/);
  assert.equal((await ann.json('server', 'show', 'One')).removing, false);
  const right = await atTerminal('One', 'server', 'remove', id, ...WHY);
  assert.equal(right.code, 0, right.screen);
  assert.match(right.screen, /This deletes One \(srv_\w+\) and all that it has ever sent, for good/);
  assert.match(right.screen, /last server of its owner One, who goes too/);
  assert.match(right.screen, /^removed +One \(srv_\w+\)\nrows deleted +.*servers 1, owners 1/m);
  await ann.fails(3, /No server/, 'server', 'show', 'One');
});

it('-o json is one stable document', async () => {
  const { server_id: id } = await ann.json('server', 'add', 'Two');
  const done = await ann.json('server', 'remove', 'Two', ...WHY, '--yes');
  assert.deepEqual(Object.keys(done), REMOVAL_FIELDS);
  assert.deepEqual(
    [done.id, done.name, done.state, done.percent, done.removes_owner, done.bans],
    [id, null, 'removed', 100, true, 'lift']);
  assert.deepEqual([done.deleted.servers, done.deleted.events], [1, 0]);
  const begun = (await ann.audit('--action', 'server.remove')).at(-1);
  assert.deepEqual([begun.actor, begun.target, begun.reason], ['ann', id, 'has closed']);
  const { servers } = await ann.json('server', 'list');
  assert.deepEqual(servers, []);
  assert.deepEqual((await ann.json('status')).removals, []);
});

it('names the bans that rest on the server, and what can become of them', async () => {
  const client = Client.fromDocument(await ann.json('server', 'add', 'Three', '--mode', 'auto'));
  await client.hello();
  const codes = [];
  for (let i = 0; i < 22; ++i) {
    const target = fixtures.playerOf(client, fixtures.person());
    codes.push((await client.event(fixtures.ban(target))).ban?.code);
  }
  client.close();
  const said = await ann.fails(4, /resting on this server: 22 bans/, 'server', 'remove', 'Three', ...WHY, '--yes');
  assert.equal(codes.filter((code) => said.includes(String(code))).length, 20);
  assert.match(said, /and 2 more/);
  assert.match(said, /--bans keep .*--bans lift/);
  const asked = await atTerminal('no', 'server', 'remove', 'Three', ...WHY, '--bans', 'keep');
  assert.match(asked.screen, /They will stay in force/);
  const kept = await ann.json('server', 'remove', 'Three', ...WHY, '--bans', 'keep', '--yes');
  assert.equal(kept.bans, 'keep');
  assert.equal(kept.deleted.bans, 22);
  assert.equal((await ann.json('ban', 'list', '--state', 'active')).bans.length, 22);
});

it('does not wait with --no-wait, and waits for one that was begun before', async () => {
  const { server_id: id } = await ann.json('server', 'add', 'Four');
  const said = await ann.says('server', 'remove', 'Four', ...WHY, '--yes', '--no-wait');
  assert.match(said, /^(revoked|removed) Four/);
  const shown = await ann.run(['server', 'show', id]);
  assert.ok(shown.code === 3 || /^standing +removing \(\d+ %\)$/m.test(shown.stdout), shown.stdout);
});
