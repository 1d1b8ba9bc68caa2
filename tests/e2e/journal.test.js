// The journal beside the database of a real daemon: an older copy that was put back by hand gets
// what it lacks before anything is served, and no start goes without the journal unasked.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { run, startDaemon, temporaryFolder } = require('./daemon.js');
const { alterDatabase } = require('./database.js');
const { allRows, databaseOf, journalOf, removeDatabase } = require('./restore.js');

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let client;
let code = '';
let lineage = '';
const copies = temporaryFolder('copies');

/** The database, by hand, while no daemon runs. @param {string} name */
function keep(name) {
  fs.copyFileSync(databaseOf(daemon.dir), path.join(copies, name));
  fs.copyFileSync(journalOf(daemon.dir), path.join(copies, `${name}.journal`));
}

/** @param {string} name */
function putBack(name) {
  removeDatabase(daemon.dir);
  fs.copyFileSync(path.join(copies, name), databaseOf(daemon.dir));
}

/** @param {string} name */
function putJournalBack(name) {
  fs.copyFileSync(path.join(copies, `${name}.journal`), journalOf(daemon.dir));
}

/** @param {RegExp} text */
async function assertRefused(text) {
  const place = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const ran = await run('drawbridged', ['serve', '--data', daemon.dir, ...place]);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, text);
  assert.match(ran.stderr, /--without-journal/);
  const checked = await run('drawbridged', ['check', '--data', daemon.dir]);
  assert.equal(checked.code, 1);
  assert.match(checked.stderr, text);
}

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  client = Client.fromDocument(await daemon.addServer('one'));
  await client.hello();
  const target = fixtures.licensePlayer(client);
  code = (await client.event(fixtures.ban(target))).ban?.code ?? '';
  await client.catchUp();
  lineage = client.network.cursor.split('-')[0];
  await daemon.stop();
  keep('old');
  await daemon.start();
  await daemon.ctlJson('server', 'rotate', 'one');
  await daemon.ctlJson('ban', 'lift', code, '--reason', 'an error of ours');
  await daemon.stop();
  keep('new');
});

after(async () => {
  client?.close();
  await daemon?.dispose();
});

it('gives an older copy what it lacks, once, in an audited transaction', async () => {
  putBack('old');
  await daemon.start();
  assert.match(daemon.output, /journal applied records \d+ to \d+: 1 secret, 1 ban/);
  assert.equal((await client.hello()).status, 401);
  assert.equal((await daemon.ctlJson('ban', 'show', code)).state, 'lifted');
  const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'journal.apply');
  assert.equal(audit.length, 1);
  assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
  const next = Client.fromDocument(await daemon.ctlJson('server', 'rotate', 'one'));
  await next.hello();
  next.network = client.network;
  await next.poll(0);
  assert.deepEqual(next.network.kinds, ['snapshot']);
  assert.notEqual(next.network.cursor.split('-')[0], lineage);
  next.close();
  await daemon.restart();
  assert.doesNotMatch(daemon.output, /journal applied/);
  await daemon.stop();
});

it('refuses a database whose journal is missing, older, altered or another one', async () => {
  putBack('new');
  putJournalBack('new');
  fs.rmSync(journalOf(daemon.dir));
  await assertRefused(/drawbridge\.journal is missing/);
  putJournalBack('old');
  await assertRefused(/ends with record \d+, but the database knows record \d+/);
  putJournalBack('new');
  const bytes = fs.readFileSync(journalOf(daemon.dir));
  const altered = Buffer.from(bytes);
  altered[256 + 20] ^= 4;
  fs.writeFileSync(journalOf(daemon.dir), altered);
  await assertRefused(/drawbridge\.journal was altered in record 1, at or after byte 256/);
  fs.writeFileSync(journalOf(daemon.dir), bytes);
  await alterDatabase(daemon.dir, "UPDATE meta SET value = zeroblob(16) WHERE key = 'journal_id'");
  await assertRefused(/is not the one that this database was written with/);
});

it('cuts a record that a crash had left torn, and goes on', async () => {
  putBack('new');
  putJournalBack('new');
  const bytes = fs.readFileSync(journalOf(daemon.dir));
  fs.appendFileSync(journalOf(daemon.dir), bytes.subarray(256, 256 + 100));
  await daemon.start();
  assert.equal(fs.statSync(journalOf(daemon.dir)).size, bytes.length);
  await daemon.ctlJson('server', 'rotate', 'one');
  await daemon.restart();
  await daemon.stop();
});

it('begins a new one when told to, and keeps what is left of the old', async () => {
  putBack('new');
  fs.writeFileSync(journalOf(daemon.dir), 'nothing of ours');
  daemon.options = ['--without-journal'];
  await daemon.start();
  daemon.options = [];
  const names = fs.readdirSync(daemon.dir);
  assert.equal(names.filter((name) => name.startsWith('drawbridge.journal.kept-')).length, 1);
  const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'journal.begin');
  assert.equal(audit.length, 1);
  await daemon.restart();
  await daemon.stop();
});

it('begins one for a database from before there were journals, and a backup that goes with it', async () => {
  putBack('new');
  fs.rmSync(journalOf(daemon.dir));
  await alterDatabase(daemon.dir, "DELETE FROM meta WHERE key IN ('journal', 'journal_id')");
  await daemon.start();
  for (let i = 0; i < 100 && (await daemon.ctlJson('status')).backups.current; i++);
  const server = await daemon.addServer('two');
  const other = Client.fromDocument(server);
  await other.hello();
  await daemon.ctlJson('server', 'rotate', 'two');
  other.close();
  await daemon.stop();
  const to = path.join(temporaryFolder('restored'), 'new');
  const ran = await daemon.ctl('backup', 'restore', 'latest', '--to', to);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /is sound/);
  assert.equal(allRows(databaseOf(to)).servers.length, 1);
});

it('goes over to a new master key with the database and its backups', async () => {
  await daemon.start();
  const { backup } = await daemon.ctlJson('backup', 'create');
  await daemon.ctlJson('key', 'rotate', '--reason', 'a drill');
  await daemon.ctlJson('server', 'rotate', 'two');
  await daemon.restart();
  await daemon.stop();
  assert.equal((await run('drawbridged', ['check', '--data', daemon.dir])).code, 0);
  const ran = await daemon.ctl('backup', 'restore', backup.name, '--to', daemon.dir, '--force');
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /journal: records? \d+ to \d+: \d secrets? re-applied/);
  await daemon.start();
  assert.equal(await daemon.stop(), 0);
});
