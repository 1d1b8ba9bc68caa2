// Bytes that changed on the disk: found, named, and never served.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { run } = require('../e2e/daemon.js');
const { record } = require('./report.js');
const { Rig } = require('./rig.js');

const PAGE = 4096;
const LOG_HEADER = 32;
const FRAME = 24 + PAGE;
const ROUNDS = Number(process.env.DRAWBRIDGE_DAMAGE_ROUNDS ?? 12);

/** @type {Rig} */
let rig;
before(async () => {
  rig = await Rig.make();
  for (let i = 0; i < 40; i++) assert.equal((await rig.ledger.send()).status, 200);
});
after(() => rig?.dispose());

/** @param {string} name in the data folder */
const inData = (name) => path.join(rig.daemon.dir, name);

/** @param {string} file @param {number} at */
function flip(file, at) {
  const descriptor = fs.openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  fs.readSync(descriptor, byte, 0, 1, at);
  byte[0] ^= 1 << crypto.randomInt(8);
  fs.writeSync(descriptor, byte, 0, 1, at);
  fs.closeSync(descriptor);
}

/** What a start must not change, by name; an empty log is none. */
function contents() {
  return ['drawbridge.db', 'drawbridge.db-wal', 'master.key']
    .filter((name) => fs.existsSync(inData(name)) && fs.statSync(inData(name)).size > 0)
    .map((name) => {
      const hash = crypto.createHash('sha256').update(fs.readFileSync(inData(name)));
      return `${name} ${hash.digest('hex')}`;
    });
}

/** A start that must fail; what it printed. */
async function refusedStart() {
  const where = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const ran = await run('drawbridged', ['serve', '--data', rig.daemon.dir, ...where]);
  assert.equal(ran.code, 1, ran.stdout + ran.stderr);
  return ran.stderr;
}

/** Waits for the backup that every start makes, which reads every page. */
async function firstBackup() {
  for (const until = performance.now() + 15_000; performance.now() < until; await sleep(50)) {
    const { output } = rig.daemon;
    if (/backup (made|failed)/.test(output)) return output;
  }
  return assert.fail(`no backup was tried: ${rig.daemon.output}`);
}

/** Starts on an altered page; how it was found, in the program's words. */
async function startAndFind() {
  const { daemon } = rig;
  try {
    await daemon.start();
  } catch {
    return daemon.output;
  }
  const output = await firstBackup();
  await daemon.kill9(); // nothing of its log may go into the file, which is put back
  return output;
}

describe('one bit of the database', () => {
  it(`is found on any page, ${ROUNDS} rounds`, async () => {
    const { daemon } = rig;
    assert.equal(await daemon.stop(), 0);
    const file = inData('drawbridge.db');
    const whole = fs.readFileSync(file);
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // The first hundred bytes are SQLite's header, which says what the file is.
      const at = crypto.randomInt(100, whole.length);
      flip(file, at);
      const output = await startAndFind();
      const named = new RegExp(`page ${Math.floor(at / PAGE) + 1} was altered on the disk`);
      assert.match(output, named, `byte ${at}`);
      found++;
      fs.rmSync(`${file}-wal`, { force: true });
      fs.rmSync(`${file}-shm`, { force: true });
      fs.rmSync(inData('damaged.txt'), { force: true });
      fs.writeFileSync(file, whole);
    }
    record('a flipped bit in the database', { rounds: ROUNDS, found });
    await rig.restart();
    await rig.ledger.compare(daemon.dir);
  });

  it('is named by check, which changes nothing', async () => {
    const { daemon } = rig;
    assert.equal(await daemon.stop(), 0);
    const file = inData('drawbridge.db');
    const whole = fs.readFileSync(file);
    flip(file, 100); // of the first page, which everything needs
    const before = contents();
    const ran = await run('drawbridged', ['check', '--data', daemon.dir]);
    assert.equal(ran.code, 1);
    assert.match(ran.stdout + ran.stderr, /page 1 was altered on the disk/);
    assert.match(await refusedStart(), /page 1 was altered on the disk/);
    assert.deepEqual(contents(), before);
    fs.writeFileSync(file, whole);
    await rig.restart();
  });
});

describe('the write-ahead log', () => {
  /** The files as the crash left them, by name. @type {Map<string, Buffer>} */
  const crashed = new Map();

  it('is refused when what it had committed can no longer be read', async () => {
    for (let i = 0; i < 10; i++) assert.equal((await rig.ledger.send()).status, 200);
    await rig.daemon.kill9();
    for (const name of ['drawbridge.db', 'drawbridge.db-wal']) {
      crashed.set(name, fs.readFileSync(inData(name)));
    }
    const log = /** @type {Buffer} */ (crashed.get('drawbridge.db-wal'));
    const frames = Math.floor((log.length - LOG_HEADER) / FRAME);
    assert.ok(frames > 20, `${frames} frames`);
    let found = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const frame = crypto.randomInt(0, Math.floor(frames / 2));
      flip(inData('drawbridge.db-wal'), LOG_HEADER + frame * FRAME + crypto.randomInt(24, FRAME));
      const before = contents();
      assert.match(await refusedStart(), new RegExp(`drawbridge.db-wal is damaged \\(frame ${frame + 1} `));
      assert.deepEqual(contents(), before);
      found++;
      putBack();
    }
    flip(inData('drawbridge.db-wal'), crypto.randomInt(0, LOG_HEADER));
    assert.match(await refusedStart(), /drawbridge.db-wal is damaged \(its header /);
    putBack();
    record('a flipped bit in the write-ahead log', { rounds: ROUNDS + 1, found: found + 1 });
  });

  it('may have a torn end, as a crash leaves it', async () => {
    fs.appendFileSync(inData('drawbridge.db-wal'), crypto.randomBytes(FRAME + 100));
    await rig.restart();
    await rig.ledger.compare(rig.daemon.dir);
  });

  function putBack() {
    for (const [name, bytes] of crashed) fs.writeFileSync(inData(name), bytes);
  }
});

describe('the master key', () => {
  it('with one bit changed, cut or grown opens nothing and changes nothing', async () => {
    const { daemon } = rig;
    assert.equal(await daemon.stop(), 0);
    const file = inData('master.key');
    const whole = fs.readFileSync(file);
    const wrong = [whole.subarray(0, 31), Buffer.concat([whole, Buffer.alloc(1)]), Buffer.alloc(0)];
    for (let i = 0; i < 8; i++) {
      const altered = Buffer.from(whole);
      altered[crypto.randomInt(32)] ^= 1 << crypto.randomInt(8);
      wrong.push(altered);
    }
    for (const key of wrong) {
      fs.writeFileSync(file, key);
      const before = contents();
      const said = await refusedStart();
      assert.match(said, /^drawbridged: .*master\.key.*$/m);
      assert.equal(said.trim().split('\n').length, 1, said);
      assert.deepEqual(contents(), before);
    }
    record('a damaged key file', { rounds: wrong.length, found: wrong.length });
    fs.writeFileSync(file, whole);
    await rig.restart();
    await rig.ledger.compare(daemon.dir);
  });
});
