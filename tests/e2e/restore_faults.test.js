// What can go wrong with `drawbridgectl backup restore`: it is named, and what was there stays.
'use strict';

const assert = require('node:assert/strict');
const { execFile, execFileSync, spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { CALL, FailingDisk } = require('../faults/failing_disk.js');
const { program, run, startDaemon, temporaryFolder } = require('./daemon.js');
const { DatabaseReader } = require('./database.js');
const { allRows, checksum, databaseOf, journalOf, restore, restored } = require('./restore.js');

const KILLED_ROUNDS = 10;

/** @typedef {import('./daemon.js').Daemon} Daemon */

describe('what is in the way is told, and nothing is changed', () => {
  /** @type {Daemon} */
  let daemon;
  /** @type {any} */
  let backup;
  let name = '';
  let sum = '';

  before(async () => {
    daemon = await startDaemon();
    await daemon.addServer('one');
    backup = (await daemon.ctlJson('backup', 'create')).backup;
    name = path.join(daemon.dir, 'backups', backup.name);
    await daemon.ctlJson('server', 'rotate', 'one');
  });

  after(() => daemon?.dispose());

  /** @param {number} code @param {RegExp} text @param {string[]} args */
  const fails = async (code, text, ...args) => {
    const ran = await restore(daemon.dir, ...args);
    assert.match(ran.stderr, text);
    assert.equal(ran.code, code, ran.stderr);
    if (sum) assert.equal(checksum(databaseOf(daemon.dir)), sum);
    const left = fs.readdirSync(daemon.dir).filter((file) => /^unfinished-|kept-|next$/.test(file));
    assert.deepEqual(left, []);
  };

  it('a running daemon, a database, a folder of something else', async () => {
    await fails(4, /in use by another drawbridged/, name, '--to', daemon.dir, '--force');
    await daemon.stop();
    sum = checksum(databaseOf(daemon.dir));
    await fails(4, /with --force the backup takes its place/, name, '--to', daemon.dir);
    await fails(4, /holds no instance but other files/, name, '--to', path.join(daemon.dir, 'backups'));
    await fails(2, /--to/, name);
    await fails(3, /no backup 99/, '99', '--to', daemon.dir, '--force');
  });

  it('another master key', async () => {
    const key = path.join(temporaryFolder('key'), 'master.key');
    fs.writeFileSync(key, crypto.randomBytes(32), { mode: 0o600 });
    const args = [name, '--to', daemon.dir, '--force', '--master-key', key];
    await fails(4, /is another key than the one the backup was made under/, ...args);
    const to = path.join(temporaryFolder('restored'), 'new');
    await fails(1, /made under another master.key/, name, '--to', to, '--master-key', key);
  });

  it('damaged bytes in the backup', async () => {
    const bytes = fs.readFileSync(name);
    const copy = path.join(temporaryFolder('damaged'), 'copy.backup');
    for (const place of [0, 20, 45, 100, 300, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] ^= 1;
      fs.writeFileSync(copy, altered);
      await fails(1, /the restore failed: .*copy\.backup/, copy, '--to', daemon.dir, '--force');
    }
    fs.writeFileSync(copy, bytes.subarray(0, bytes.length - 5));
    await fails(1, /cut short/, copy, '--to', daemon.dir, '--force');
  });

  it('a damaged, shortened, missing or wrong journal', async () => {
    const file = journalOf(daemon.dir);
    const bytes = fs.readFileSync(file);
    const args = [name, '--to', daemon.dir, '--force'];
    for (const place of [0, 30, 90, 220, 256 + 60, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] ^= 1;
      fs.writeFileSync(file, altered);
      await fails(4, /drawbridge\.journal.*--journal FILE.*--without-journal/, ...args);
    }
    fs.writeFileSync(file, bytes.subarray(0, bytes.length - 128));
    await fails(4, /ends with record \d+, but record \d+ is known/, ...args);
    fs.rmSync(file);
    await fails(4, /drawbridge\.journal is missing/, ...args);
    fs.writeFileSync(file, bytes, { mode: 0o600 });
  });

  it('a disk that is full', async () => {
    const host = { dir: daemon.dir, env: {} };
    const disk = new FailingDisk(/** @type {any} */ (host));
    const error = os.constants.errno.ENOSPC;
    const args = ['--data', daemon.dir, 'backup', 'restore', name, '--to', daemon.dir, '--force'];
    for (const skip of [1, 2, 3, 5, 8, 13]) {
      disk.arm({ calls: CALL.write, error, skip, times: 1_000_000 });
      const env = { ...process.env, ...host.env };
      const ran = await new Promise((resolve) => {
        execFile(program('drawbridgectl'), args, { env }, (failure, _out, stderr) =>
          resolve({ code: failure?.code ?? 0, stderr }));
      });
      disk.heal();
      assert.equal(ran.code, 1, ran.stderr);
      assert.match(ran.stderr, /the restore failed: .*(No space left|disk is full|no space)/);
      assert.equal(checksum(databaseOf(daemon.dir)), sum);
      const left = fs.readdirSync(daemon.dir).filter((file) => /^unfinished-|kept-|next$/.test(file));
      assert.deepEqual(left, []);
    }
  });
});

describe('kill -9 in the middle of a restore', () => {
  it('leaves the old database or the new one, and the next one cleans up', async () => {
    const daemon = await startDaemon();
    await daemon.addServer('one');
    await daemon.stop();
    const grow = path.join(__dirname, 'grow_database.py');
    execFileSync('python3', [grow, databaseOf(daemon.dir), '16']);
    await daemon.start();
    const { backup } = await daemon.ctlJson('backup', 'create');
    await daemon.addServer('two');
    await daemon.stop();
    const began = performance.now();
    const to = path.join(temporaryFolder('restored'), 'timed');
    await restored(daemon.dir, backup.name, '--to', to);
    const whole = performance.now() - began;
    const args = ['--data', daemon.dir, 'backup', 'restore', backup.name, '--to', daemon.dir, '--force'];
    const seen = new Set();
    for (let round = 0; round < KILLED_ROUNDS; round++) {
      const child = spawn(program('drawbridgectl'), args, { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await sleep((round * whole * 1.2) / KILLED_ROUNDS);
      child.kill('SIGKILL');
      await ended;
      const reader = new DatabaseReader(daemon.dir);
      await reader.requireSound();
      reader.close();
      const checked = await run('drawbridged', ['check', '--data', daemon.dir]);
      assert.equal(checked.code, 0, checked.stderr);
      seen.add(allRows(databaseOf(daemon.dir)).servers.length);
    }
    assert.ok([...seen].every((count) => count === 1 || count === 2), [...seen].join());
    assert.ok(seen.has(2), 'every round came too late');
    await restored(daemon.dir, backup.name, '--to', daemon.dir, '--force');
    assert.deepEqual(fs.readdirSync(daemon.dir).filter((name) => name.startsWith('unfinished-')), []);
    await daemon.start();
    await daemon.dispose();
  });
});
