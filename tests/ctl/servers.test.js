// drawbridgectl server …: every verb, on a real daemon.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Staff, assertPrivate } = require('./staff.js');

const SERVER_FIELDS = [
  'id', 'name', 'owner_id', 'owner', 'contact', 'mode', 'breaker_at', 'suspended', 'removing', 'created_at', 'last_seen_at',
  'players',
  'max_players', 'persons_today', 'persons_limit', 'persons_limited_at', 'outbox', 'network_cursor', 'owner_cursor', 'resource_version', 'build',
  'platform', 'join_code', 'reputation',
];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
});

after(() => daemon?.dispose());

const fresh = () => path.join(temporaryFolder('ctl'), 'drawbridge.json');

it('lists nothing at first and says what to do', async () => {
  assert.match(await ann.says('server', 'list'), /no servers yet.*drawbridgectl server add NAME/);
  assert.deepEqual(await ann.json('server', 'list'), { servers: [] });
});

it('add writes drawbridge.json for its owner alone and prints the line for the console', async () => {
  const file = fresh();
  const said = await ann.says('server', 'add', 'One', '--out', file);
  assertPrivate(file);
  const document = JSON.parse(fs.readFileSync(file, 'utf8'));
  assert.deepEqual(Object.keys(document), ['url', 'server_id', 'key_id', 'secret', 'ca']);
  assert.match(said, new RegExp(`added One \\(${document.server_id}\\)`));
  assert.ok(said.includes(file));
  assert.ok(!said.includes(document.secret), 'the secret is in the file only');
  await ann.assertAudited('server.add', document.server_id);
  const enrol = /drawbridge enrol (dbe1_\S+)/.exec(said)?.[1] ?? '';
  for (const client of [Client.fromDocument(document), await Client.enrol(enrol)]) {
    assert.equal((await client.hello()).status, 200);
    client.close();
  }
});

it('add -o json prints the same document with enrol beside it, and writes no file unasked', async () => {
  const printed = await ann.json('server', 'add', 'Json one');
  assert.deepEqual(Object.keys(printed), ['url', 'server_id', 'key_id', 'secret', 'ca', 'enrol']);
  assert.match(printed.enrol, /^drawbridge enrol dbe1_/);
  assert.ok(!fs.existsSync('drawbridge.json'));
  const file = fresh();
  const { enrol, ...rest } = await ann.json('server', 'add', 'Json two', '--out', file);
  assert.ok(enrol);
  assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), rest);
});

it('add takes owner and mode; a name is given once', async () => {
  await ann.json('server', 'add', 'Three', '--mode', 'local');
  await ann.json('server', 'add', 'Four', '--owner', 'Three', '--mode', 'auto');
  const [three, four] = await Promise.all(
    ['Three', 'Four'].map((name) => ann.json('server', 'show', name)));
  assert.equal(three.mode, 'local');
  assert.equal(four.mode, 'auto');
  assert.equal(four.owner_id, three.owner_id);
  assert.equal((await ann.json('server', 'show', 'One')).mode, 'review');
  await ann.fails(4, /name/i, 'server', 'add', 'Three', '-o', 'json');
  await ann.fails(2, /--mode/, 'server', 'add', 'Five', '--mode', 'wild');
  await ann.fails(2, /name/i, 'server', 'add', '');
  await ann.fails(2, /name/i, 'server', 'add', 'x'.repeat(65));
});

it('--out overwrites nothing without --force, and adds nothing then', async () => {
  const file = fresh();
  fs.writeFileSync(file, 'precious', { mode: 0o644 });
  await ann.fails(4, /is there already; .*--force/, 'server', 'add', 'Six', '--out', file);
  assert.equal(fs.readFileSync(file, 'utf8'), 'precious');
  await ann.fails(3, /No server/, 'server', 'show', 'Six');
  await ann.says('server', 'add', 'Six', '--out', file, '--force');
  assert.equal(JSON.parse(fs.readFileSync(file, 'utf8')).url, `https://localhost:${daemon.dataPort}`);
  assertPrivate(file);
  const nowhere = path.join(temporaryFolder('ctl'), 'no', 'drawbridge.json');
  await ann.fails(1, /no folder you may write to/, 'server', 'add', 'Seven', '--out', nowhere);
  await ann.fails(3, /No server/, 'server', 'show', 'Seven');
});

it('list and show name a server by name or id', async () => {
  const long = 'A server with a name that is as long as names may be, 64 bytes..';
  assert.equal(long.length, 64);
  await ann.json('server', 'add', long);
  const { servers } = await ann.json('server', 'list');
  for (const server of servers) assert.deepEqual(Object.keys(server), SERVER_FIELDS);
  assert.match(await ann.says('server', 'list'), /^NAME +ID +OWNER +MODE +STANDING +LAST SEEN/);
  const one = await ann.json('server', 'show', 'One');
  assert.deepEqual(Object.keys(one), [...SERVER_FIELDS, 'issuers', 'keys', 'evidence', 'removal']);
  assert.deepEqual(Object.keys(one.keys[0]),
    ['generation', 'kind', 'created_at', 'not_after', 'first_used_at']);
  assert.deepEqual(await ann.json('server', 'show', one.id), one);
  assert.match(await ann.says('server', 'show', long), new RegExp(`^name +${long}$`, 'm'));
});

it('contact is the owner\'s, kept sealed, and can be taken back', async () => {
  await ann.json('server', 'add', 'Eleven', '--contact', 'made.up@example.org');
  await ann.json('server', 'add', 'Twelve', '--owner', 'Eleven');
  assert.equal((await ann.json('server', 'show', 'Twelve')).contact, 'made.up@example.org');
  assert.match(await ann.says('server', 'contact', 'Twelve', 'somebody else'), /^contact +somebody else$/m);
  assert.equal((await ann.json('server', 'show', 'Eleven')).contact, 'somebody else');
  const files = fs.readdirSync(daemon.dir).filter((name) => name.startsWith('drawbridge.db'));
  const stored = Buffer.concat(files.map((name) => fs.readFileSync(path.join(daemon.dir, name))));
  for (const clear of ['made.up@', 'somebody else', 'Eleven']) assert.ok(!stored.includes(clear), clear);
  assert.equal((await ann.json('server', 'contact', 'Eleven', '')).contact, null);
});

it('show tells what the game server told', async () => {
  const client = Client.fromDocument(await ann.json('server', 'add', 'Eight'));
  await client.hello();
  await client.catchUp();
  await client.results([fixtures.event('heartbeat', {
    uptime: 60, players: 12, lists: { network: client.network.cursor, owner: client.owner.cursor },
    outbox: 7, dropped: 0, resource_version: '0.1.0',
  })]);
  const told = await ann.json('server', 'show', 'Eight');
  assert.deepEqual(
    [told.players, told.max_players, told.outbox, told.resource_version, told.build, told.platform],
    [12, 64, 7, '0.1.0', 35245, 'linux']);
  assert.equal(told.network_cursor, client.network.cursor);
  assert.ok(Math.abs(Date.now() - told.last_seen_at) < 60_000);
  const said = await ann.says('server', 'show', 'Eight');
  assert.match(said, /^players +12\/64$/m);
  assert.match(said, /^waiting events +7$/m);
  client.close();
});

it('set-mode', async () => {
  const { id } = await ann.json('server', 'show', 'One');
  assert.match(await ann.says('server', 'set-mode', 'One', 'auto'), /^mode +auto$/m);
  await ann.assertAudited('server.set_mode', id);
  assert.equal((await ann.json('server', 'set-mode', id, 'local')).mode, 'local');
  await ann.fails(2, /wild/, 'server', 'set-mode', 'One', 'wild');
  await ann.fails(2, /MODE/, 'server', 'set-mode', 'One');
  await ann.fails(3, /No server/, 'server', 'set-mode', 'nobody', 'auto');
});

it('rotate hands out the next secret; the old one is dead', async () => {
  const before = await ann.json('server', 'add', 'Nine');
  const old = Client.fromDocument(before);
  await old.hello();
  const file = fresh();
  assert.match(await ann.says('server', 'rotate', 'Nine', '--out', file), /old secret is dead/);
  await ann.assertAudited('server.rotate', before.server_id);
  assertPrivate(file);
  assert.equal((await old.hello()).status, 401);
  const next = Client.fromDocument(JSON.parse(fs.readFileSync(file, 'utf8')));
  assert.equal((await next.hello()).status, 200);
  await ann.fails(4, /--force/, 'server', 'rotate', 'Nine', '--out', file);
  assert.equal((await next.hello()).status, 200, 'a refused rotate rotates nothing');
  const again = await ann.json('server', 'rotate', 'Nine');
  assert.notEqual(again.key_id, next.keyId);
  assert.notEqual(again.secret, before.secret);
  for (const client of [old, next]) client.close();
});

it('suspend and resume', async () => {
  const document = await ann.json('server', 'add', 'Ten');
  const client = Client.fromDocument(document);
  await client.hello();
  assert.match(await ann.says('server', 'suspend', 'Ten'), /^standing +suspended$/m);
  await ann.assertAudited('server.suspend', document.server_id);
  const refused = await client.hello();
  assert.equal(refused.status, 403);
  assert.ok(refused.signed);
  assert.equal((await ann.json('server', 'resume', 'Ten')).suspended, false);
  await ann.assertAudited('server.resume', document.server_id);
  assert.equal((await client.hello()).status, 200);
  for (const verb of ['suspend', 'resume', 'show', 'rotate']) {
    await ann.fails(3, /No server has this name or id/, 'server', verb, 'nobody', '-o', 'json');
  }
  client.close();
});
