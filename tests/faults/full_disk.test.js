// A disk that is full, a real one where a file system can be mounted and by its errors everywhere:
// new requests are refused with a signed 503, polls go on, and service returns with the space.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { Daemon, initData, temporaryFolder } = require('../e2e/daemon.js');
const { Client } = require('../interop/client.js');
const { CALL, FILE, FOR_EVER } = require('./failing_disk.js');
const { Ledger } = require('./ledger.js');
const { record } = require('./report.js');
const { Rig } = require('./rig.js');

const MEBIBYTES = 24;

/** A file system of its own at `folder`; false: this machine does not let us mount. */
function mount(/** @type {string} */ folder) {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MEBIBYTES}m`, 'tmpfs', folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Takes every byte that is left. @param {string} file */
function fill(file) {
  const descriptor = fs.openSync(file, 'a');
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) fs.writeSync(descriptor, block);
  } catch (error) {
    assert.equal(/** @type {NodeJS.ErrnoException} */ (error).code, 'ENOSPC');
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Sends until there is no room, then shows what goes on and that nothing was lost.
 * @param {{ daemon: Daemon, client: Client, ledger: Ledger }} rig
 * @param {{ take: () => void, give: () => void }} space
 */
async function runOutOfSpace({ daemon, client, ledger }, space) {
  assert.equal((await ledger.send()).status, 200);
  await client.catchUp();
  space.take();
  let refused = 0;
  for (const until = performance.now() + 20_000; refused < 5 && performance.now() < until;) {
    if ((await ledger.send()).status === 503) refused++; // signed, with Retry-After: ledger.js
  }
  assert.equal(refused, 5, 'the disk is not full');

  // From memory: lists, and what the operator asks.
  assert.ok([200, 204].includes((await client.poll(0)).status));
  assert.notEqual((await daemon.ctlJson('status')).database.state, 'ready');

  space.give();
  await ledger.drain();
  assert.equal((await daemon.ctlJson('status')).database.state, 'ready');
  await ledger.compare(daemon.dir);
  await client.catchUp();
  return refused;
}

describe('a full disk', () => {
  it('by its errors', async (t) => {
    const rig = await Rig.make();
    t.after(() => rig.dispose());
    const fault = { calls: CALL.write, files: FILE.database | FILE.log, error: os.constants.errno.ENOSPC, times: FOR_EVER };
    for (const partial of [false, true]) {
      await runOutOfSpace(rig, {
        take: () => rig.disk.arm({ ...fault, partial }),
        give: () => rig.disk.heal(),
      });
    }
  });

  it('that is one', async (t) => {
    const folder = temporaryFolder('full-disk');
    if (!mount(folder)) return t.skip('mounting a tmpfs takes root');
    const filler = path.join(folder, 'filler');
    const initial = await initData({ grace: '0s', limits: { requests_per_second: 10_000 } });
    const dir = path.join(folder, 'data');
    fs.cpSync(initial, dir, { recursive: true, preserveTimestamps: true });
    fs.chmodSync(dir, 0o700);
    const daemon = new Daemon(dir);
    t.after(async () => {
      await daemon.stop();
      execFileSync('umount', [folder]);
    });
    await daemon.start();
    const client = Client.fromDocument(await daemon.addServer('One'));
    t.after(() => client.close());
    assert.equal((await client.hello()).status, 200);
    const ledger = new Ledger(client);
    const before = ledger.acknowledged.size;
    let refused = 0;
    const rounds = 3;
    for (let round = 0; round < rounds; round++) {
      refused += await runOutOfSpace({ daemon, client, ledger }, {
        take: () => fill(filler),
        give: () => fs.rmSync(filler),
      });
    }
    // Killed while there is no room: it starts when there is, with all that was acknowledged.
    fill(filler);
    for (let i = 0; i < 20; i++) await ledger.send();
    await daemon.kill9();
    fs.rmSync(filler);
    await daemon.start();
    client.openEpoch();
    assert.equal((await client.hello()).status, 200);
    await ledger.drain();
    await ledger.compare(daemon.dir);
    const acknowledged = ledger.acknowledged.size - before;
    record('a full disk', { rounds: rounds + 1, acknowledged, refused });
  });
});
