// `key rotate` on a failing disk and over kill -9: the next start opens everything with whichever of
// the two key files is there, and leaves nothing of the other one.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { run } = require('../e2e/daemon.js');
const fixtures = require('../interop/fixtures.js');
const { CALL, FailingDisk } = require('./failing_disk.js');
const { Rig } = require('./rig.js');

const FAULTS = 24;
const KILLS = 12;

/** @type {Rig} */
let rig;
/** @type {Set<string>} the keys that were ever in place, as hex */
const keys = new Set();
/** @type {string} */
let code;

const keyFile = () => path.join(rig.daemon.dir, 'master.key');
const keyInPlace = () => fs.readFileSync(keyFile()).toString('hex');

before(async () => {
  rig = await Rig.make();
  const { ban } = await rig.client.event(
    fixtures.ban(fixtures.playerOf(rig.client, fixtures.person())));
  assert.ok(ban);
  code = ban.code;
  await rig.daemon.ctlJson('backup', 'create');
  keys.add(keyInPlace());
});

after(() => rig?.dispose());

/** After a start: all is readable, one key is in place, and no other file holds one. */
async function checkAll() {
  const { daemon } = rig;
  assert.equal((await daemon.ctlJson('ban', 'show', code)).reason, 'Aimbot, seen twice');
  assert.equal((await daemon.ctl('audit', 'verify')).code, 0);
  const { backups } = await daemon.ctlJson('backup', 'list');
  assert.ok(backups.length > 0);
  const oldest = await daemon.ctl('backup', 'verify', backups.at(-1).name);
  assert.equal(oldest.code, 0, oldest.stderr);
  const files = fs.readdirSync(daemon.dir).filter((name) => name.startsWith('master.key'));
  assert.deepEqual(files, ['master.key']);
  assert.equal(fs.statSync(keyFile()).mode & 0o777, 0o600);
  keys.add(keyInPlace());
}

/** The ring stands wrapped once. @returns {Promise<void>} */
async function checkSettled() {
  const text = await rig.daemon.ctlJson('audit', 'list', '--action', 'key.rotate');
  assert.ok(text.audit.length >= 0);
  const checked = await run('drawbridged', ['check', '--data', rig.daemon.dir]);
  assert.equal(checked.code, 0, checked.stderr);
}

describe('key rotate', () => {
  it('replaces the master key without a restart, and the old one opens nothing any more', async () => {
    const { daemon } = rig;
    const old = fs.readFileSync(keyFile());
    const { backups: held } = await daemon.ctlJson('backup', 'list');
    const rotated = await daemon.ctlJson('key', 'rotate', '--reason', 'drill');
    assert.equal(rotated.backups, held.length);
    assert.deepEqual(rotated.backups_not_ours, []);
    assert.notEqual(keyInPlace(), old.toString('hex'));
    await checkAll();
    const made = await daemon.ctlJson('backup', 'create');
    const oldKey = path.join(path.dirname(daemon.dir), 'old.key');
    fs.writeFileSync(oldKey, old, { mode: 0o600 });
    for (const { name } of [...held, made.backup]) {
      assert.equal((await daemon.ctl('backup', 'verify', name)).code, 0);
      const refused = await daemon.ctl('backup', 'verify', name, '--master-key', oldKey);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /made under another master\.key/);
    }
    const { audit } = await daemon.ctlJson('audit', 'list', '--action', 'key.rotate');
    assert.deepEqual([audit.length, audit[0].actor, audit[0].reason], [1, 'admin', 'drill']);
    assert.ok((await daemon.ctlJson('key', 'list')).master_since >= audit[0].at);
    await daemon.stop();
    const now = fs.readFileSync(keyFile());
    fs.writeFileSync(keyFile(), old);
    const refused = await run('drawbridged', ['serve', '--data', daemon.dir]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /not the key of this database: put back the master\.key/);
    fs.writeFileSync(keyFile(), now);
    await rig.restart();
    await checkAll();
  });

  it('is refused with the steps where the master key is a credential', async () => {
    const { daemon } = rig;
    await daemon.stop();
    const folder = path.join(path.dirname(daemon.dir), 'credentials');
    fs.mkdirSync(folder);
    fs.renameSync(keyFile(), path.join(folder, 'master-key'));
    const { env } = daemon;
    daemon.env = { ...env, CREDENTIALS_DIRECTORY: folder };
    await daemon.start();
    const refused = await daemon.ctl('key', 'rotate');
    assert.equal(refused.code, 4, refused.stderr);
    assert.match(refused.stderr, /credential .*LoadCredential.*restart/);
    await daemon.stop();
    fs.renameSync(path.join(folder, 'master-key'), keyFile());
    daemon.env = env;
    await rig.restart();
  });

  it(`${FAULTS} faults, each later than the one before, leave one key or the other`, async (t) => {
    let refusals = 0;
    for (let round = 0; round < FAULTS; round++) {
      const calls = round % 2 === 0 ? CALL.write : CALL.sync;
      rig.disk.arm({ calls, skip: Math.floor(round / 2) * (round % 2 === 0 ? 9 : 1) });
      const ran = await rig.daemon.ctl('key', 'rotate');
      rig.disk.heal();
      if (ran.code !== 0) refusals += 1;
      await rig.daemon.kill9();
      await rig.daemon.start();
      await checkAll();
    }
    t.diagnostic(`${refusals} of ${FAULTS} did not end well, ${keys.size} keys in all`);
    assert.ok(refusals > FAULTS / 4, 'the faults did not meet the rotation');
    await checkSettled();
  });

  it(`killed ${KILLS} times in the middle, it always starts again`, async (t) => {
    for (let round = 0; round < KILLS; round++) {
      const rotating = rig.daemon.ctl('key', 'rotate');
      await sleep(15 + crypto.randomInt(60));
      await rig.daemon.kill9();
      await rotating;
      await rig.daemon.start();
      await checkAll();
    }
    t.diagnostic(`${keys.size} keys in all`);
    assert.equal((await rig.daemon.ctl('key', 'rotate')).code, 0);
    await checkAll();
    await checkSettled();
  });
});
