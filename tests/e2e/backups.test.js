// Backups of a real daemon: at start, when asked, beside load; damaged files are named, and a crash
// in the middle of one leaves nothing that counts.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { run, startDaemon } = require('./daemon.js');

const NAME = /^drawbridge-\d{6}-\d{8}T\d{6}Z\.backup$/;
const KILLED_ROUNDS = 6;

/** @typedef {import('./daemon.js').Daemon} Daemon */

/** @param {Daemon} daemon */
function folderOf(daemon) {
  return path.join(daemon.dir, 'backups');
}

/** All there are, the newest first. @param {Daemon} daemon @returns {Promise<any[]>} */
async function backupsOf(daemon) {
  return (await daemon.ctlJson('backup', 'list')).backups;
}

/** @param {() => Promise<unknown>} isThere */
async function eventually(isThere) {
  for (let i = 0; i < 200; i++) {
    const found = await isThere();
    if (found) return found;
    await sleep(50);
  }
  throw new Error('it did not happen within ten seconds');
}

/** @param {Daemon} daemon @param {number} mebibytes */
function grow(daemon, mebibytes) {
  const script = path.join(__dirname, 'grow_database.py');
  execFileSync('python3', [script, path.join(daemon.dir, 'drawbridge.db'), String(mebibytes)]);
}

describe('a running daemon', () => {
  /** @type {Daemon} */
  let daemon;
  /** @type {Client} */
  let client;

  before(async () => {
    daemon = await startDaemon();
    client = Client.fromDocument(await daemon.addServer('One'));
    await client.hello();
  });

  after(async () => {
    client?.close();
    await daemon?.dispose();
  });

  it('has made one of the moment of its start', async () => {
    const [first] = /** @type {any[]} */ (
      await eventually(async () => {
        const found = await backupsOf(daemon);
        return found.length > 0 && found;
      })
    );
    assert.match(first.name, NAME);
    assert.equal(first.kind, 'start');
    assert.equal(first.verified, true);
    const status = await daemon.ctlJson('status');
    assert.equal(status.backups.last.name, first.name);
    assert.equal(status.backups.last_failure, null);
  });

  it('makes one when asked, waits until it is verified, and audits that', async () => {
    await client.results([fixtures.ban(fixtures.playerOf(client, fixtures.person()))]);
    const run = await daemon.ctlJson('backup', 'create');
    assert.equal(run.state, 'done');
    const [newest] = await backupsOf(daemon);
    assert.deepEqual(newest, run.backup);
    assert.equal(newest.kind, 'asked');
    assert.equal(fs.statSync(path.join(folderOf(daemon), newest.name)).size, newest.bytes);
    const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'backup.create');
    assert.equal(audit.length, 1);
    const verified = await daemon.ctl('backup', 'verify', 'latest');
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(verified.stdout, /is sound: schema \d+/);
  });

  it('lists the same over the admin plane as in the folder', async () => {
    const args = ['--url', `https://localhost:${daemon.adminPort}`, '-o', 'json'];
    args.push('--token-file', path.join(daemon.dir, 'admin.token'));
    args.push('--ca', path.join(daemon.dir, 'ca.pem'));
    const remote = await run('drawbridgectl', [...args, 'backup', 'list']);
    assert.equal(remote.code, 0, remote.stderr);
    assert.deepEqual(remote.json.backups, await backupsOf(daemon));
  });

  it('shows a table that fits, also when no daemon runs', async () => {
    await daemon.stop();
    const { code, stdout } = await daemon.ctl('backup', 'list');
    assert.equal(code, 0);
    assert.match(stdout, /^NAME +AGE +SIZE +KIND +VERIFIED\ndrawbridge-\d+-\S+\.backup +just now /);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    await daemon.start();
  });

  it('tells a damaged file by its name', async () => {
    const [newest] = await backupsOf(daemon);
    const file = path.join(folderOf(daemon), newest.name);
    const bytes = fs.readFileSync(file);
    const copy = path.join(daemon.dir, 'copy.backup');
    for (const place of [0, 20, 100, 300, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] ^= 1;
      fs.writeFileSync(copy, altered);
      const ran = await daemon.ctl('backup', 'verify', copy);
      assert.equal(ran.code, 1, `byte ${place}`);
      assert.match(ran.stderr, /copy\.backup/);
    }
    fs.writeFileSync(copy, bytes.subarray(0, bytes.length - 5));
    assert.match((await daemon.ctl('backup', 'verify', copy)).stderr, /cut short/);
    fs.unlinkSync(copy);
    const missing = await daemon.ctl('backup', 'verify', 'drawbridge-000099-x.backup');
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /cannot open .*No such file/);
  });
});

describe('kill -9 in the middle of a backup', () => {
  /** @type {Daemon} */
  let daemon;

  before(async () => {
    daemon = await startDaemon();
    await daemon.stop();
    grow(daemon, 24);
  });

  after(() => daemon?.dispose());

  it('leaves no file that counts, and what it left is removed', async () => {
    for (let round = 0; round < KILLED_ROUNDS; round++) {
      await daemon.start();
      await sleep((round * 120) / KILLED_ROUNDS); // copying, packing, verifying
      await daemon.kill9();
      for (const { name, problem } of await backupsOf(daemon)) {
        assert.equal(problem, null);
        const ran = await daemon.ctl('backup', 'verify', name);
        assert.equal(ran.code, 0, ran.stderr);
      }
    }
    await daemon.start();
    await daemon.ctlJson('backup', 'create');
    for (const name of fs.readdirSync(folderOf(daemon))) assert.match(name, NAME);
  });
});
