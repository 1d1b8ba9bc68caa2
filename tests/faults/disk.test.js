// I/O errors under the real daemon: nothing is acknowledged that is not durable, nothing
// acknowledged is lost, and service returns by itself once the disk answers again.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const { CALL, FILE, FOR_EVER } = require('./failing_disk.js');
const { record } = require('./report.js');
const { Rig } = require('./rig.js');

/** @param {() => Promise<boolean>} holds @param {string} what */
async function eventually(holds, what) {
  for (const until = performance.now() + 10_000; performance.now() < until; await sleep(50)) {
    if (await holds()) return;
  }
  assert.fail(what);
}

/** @type {Rig} */
let rig;
before(async () => {
  rig = await Rig.make();
});
after(() => rig?.dispose());

/**
 * Sends until the fault has struck, then until all is acknowledged.
 * @param {import('./failing_disk.js').Fault} fault
 */
async function strike(fault) {
  const { disk, ledger } = rig;
  disk.arm(fault);
  for (let i = 0; i < 4 && disk.count('failed') === 0; i++) await ledger.send();
  const struck = disk.count('failed') > 0;
  if (fault.times !== FOR_EVER) await ledger.drain();
  disk.heal();
  await ledger.drain();
  return struck;
}

describe('the Nth call fails', () => {
  /**
   * A commit takes some forty writes to the log and one sync.
   * @type {[string, import('./failing_disk.js').Fault, number][]}
   */
  const sweeps = [
    ['write', { calls: CALL.write }, 45],
    ['write, after half of it', { calls: CALL.write, partial: true }, 45],
    ['sync', { calls: CALL.sync }, 4],
    ['call of any kind and the next', { calls: CALL.write | CALL.sync | CALL.truncate, times: 2 }, 3],
  ];
  for (const [name, fault, last] of sweeps) {
    it(`${name} N = 1 … ${last}`, async () => {
      let struck = 0;
      for (let skip = 0; skip < last; skip++) struck += (await strike({ ...fault, skip })) ? 1 : 0;
      assert.ok(struck >= last / 2, `only ${struck} of ${last} faults struck`);
      await rig.ledger.compare(rig.daemon.dir);
      await rig.client.catchUp();
      const acknowledged = rig.ledger.acknowledged.size;
      record(`I/O error: the Nth ${name}`, { rounds: struck, acknowledged });
    });
  }

  it('and the daemon is killed before it has recovered', async () => {
    const { daemon, disk, ledger, client } = rig;
    for (let skip = 0; skip < 4; skip++) {
      disk.arm({ calls: CALL.sync, skip, times: FOR_EVER });
      for (let i = 0; i < 5; i++) await ledger.send();
      await daemon.kill9();
      disk.heal();
      await rig.restart();
      await ledger.compare(daemon.dir);
      await ledger.drain();
      await client.catchUp();
    }
    await ledger.compare(daemon.dir);
  });
});

describe('after a failed sync', () => {
  it('nothing is acknowledged until the database was reopened and checked', async () => {
    const { daemon, disk, ledger, client } = rig;
    disk.arm({ calls: CALL.sync, times: FOR_EVER });
    const acknowledged = ledger.acknowledged.size;
    for (const until = performance.now() + 2200; performance.now() < until; await sleep(100)) {
      assert.equal((await ledger.send()).status, 503);
    }
    assert.equal(ledger.acknowledged.size, acknowledged);

    // Lists are served from memory, and the operator sees what is going on.
    assert.equal((await client.poll(0)).status, 204);
    assert.equal((await daemon.ctlJson('status')).database.state, 'checking');
    assert.match((await daemon.ctl('status')).stdout, /I\/O ERROR: nothing new is accepted/);
    const { metrics } = await daemon.ctlJson('metrics');
    assert.match(metrics, /^drawbridge_store_state\{state="checking"\} 1$/m);
    const refused = await daemon.ctl('server', 'set-mode', 'One', 'local');
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stderr, /cannot commit now/);

    const { recoveries } = (await daemon.ctlJson('status')).database;
    disk.heal();
    await ledger.drain();
    const { database } = await daemon.ctlJson('status');
    assert.equal(database.state, 'ready');
    assert.equal(database.recoveries, recoveries + 1);
    assert.match(daemon.output, /store recovered: reopened, checked, nothing is missing/);
    assert.equal((await daemon.ctl('server', 'set-mode', 'One', 'auto')).code, 0);
    await ledger.compare(daemon.dir);
  });

  it('a secret that staff wanted to replace stays, and works', async () => {
    const { daemon, disk } = rig;
    const issued = await daemon.addServer('Three');
    const three = Client.fromDocument(issued);
    disk.arm({ calls: CALL.sync });
    const refused = await daemon.ctl('-o', 'json', 'server', 'rotate', 'Three');
    assert.equal(refused.code, 1, refused.stderr);
    disk.heal();
    await eventually(async () => (await three.hello()).status === 200, 'the old secret is dead');
    await daemon.ctlJson('server', 'rotate', 'Three');
    assert.equal((await three.hello()).status, 401);
    three.close();
  });
});

describe('what cannot be read', () => {
  const cannotRead = /^drawbridged: .*(I\/O error|Input\/output error|unable to open database)/m;

  it('keeps the store closed, and opens it again', async () => {
    const { daemon, disk, ledger } = rig;
    // Whoever commits first, a request or the tick; then the connection is new, and has all to read.
    disk.arm({ calls: CALL.sync | CALL.read, files: FILE.database | FILE.log, times: FOR_EVER });
    await eventually(async () => (await ledger.send()).status === 503, 'commits go on');
    await sleep(1_500); // it has tried to recover meanwhile
    assert.equal((await ledger.send()).status, 503);
    disk.heal();
    await ledger.drain();
    await ledger.compare(daemon.dir);
  });

  it('at a start ends it with a sentence, or does no harm', async () => {
    const { daemon, disk, ledger } = rig;
    const ends = { started: 0, refused: 0 };
    await daemon.stop();
    for (const calls of [CALL.read, CALL.open, CALL.write | CALL.sync]) {
      for (const skip of [0, 1, 3, 6, 10]) {
        disk.arm({ calls, files: FILE.database | FILE.log, skip });
        try {
          await daemon.start();
          ends.started++;
          disk.heal();
          assert.equal(await daemon.stop(), 0);
        } catch (error) {
          ends.refused++;
          assert.match(daemon.output, cannotRead, `${error}`);
        }
        disk.heal();
      }
    }
    assert.ok(ends.refused > 2 && ends.started > 2, JSON.stringify(ends));
    await rig.restart();
    await ledger.drain();
    await ledger.compare(daemon.dir);
  });
});

describe('what was acknowledged and is gone', () => {
  it('stops the daemon with a sentence, and keeps it from starting', async () => {
    const { daemon, disk, ledger } = rig;
    const file = path.join(daemon.dir, 'drawbridge.db');
    assert.equal((await ledger.send()).status, 200);
    // A disk that said yes and kept nothing: the file as it was some transactions ago.
    const held = fs.readFileSync(file);
    for (let i = 0; i < 3; i++) assert.equal((await ledger.send()).status, 200);
    disk.arm({ calls: CALL.sync, times: FOR_EVER });
    await ledger.send();
    fs.writeFileSync(file, held);
    fs.writeFileSync(`${file}-wal`, ''); // it is not there while the file is opened anew
    disk.heal();
    const { code } = await daemon.exited;
    assert.equal(code, 1);
    assert.match(daemon.output, /^drawbridged: .*restore a backup/m);
    await assert.rejects(daemon.start(), /a daemon stopped because .*restore a backup.*damaged\.txt/);
    fs.rmSync(path.join(daemon.dir, 'damaged.txt'));
    await daemon.start(); // whoever removes it goes on with what is there
  });
});
