// What stands on the disk at any instant: a copy of database and log, taken while the daemon is held
// still under load, opens and holds everything that had been acknowledged by then.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Daemon, startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { DatabaseReader } = require('../e2e/database.js');
const { Client } = require('../interop/client.js');
const { Ledger } = require('./ledger.js');
const { record } = require('./report.js');

const ROUNDS = Number(process.env.DRAWBRIDGE_POWER_CUT_ROUNDS ?? 8);
const SENDERS = 4;

/** @type {Daemon} */
let daemon;
/** @type {Ledger[]} */
const ledgers = [];

before(async () => {
  daemon = await startDaemon({ grace: '0s', limits: { requests_per_second: 10_000 } });
  for (let i = 0; i < SENDERS; i++) {
    const client = Client.fromDocument(await daemon.addServer(`Server ${i}`));
    assert.equal((await client.hello()).status, 200);
    ledgers.push(new Ledger(client));
  }
});

after(async () => {
  for (const { client } of ledgers) client.close();
  await daemon?.dispose();
});

/** As it stood; without the log's index, which is memory. @param {string} to */
function copyData(to) {
  fs.mkdirSync(to, { mode: 0o700 });
  for (const name of fs.readdirSync(daemon.dir)) {
    if (/^(runtime\.json|drawbridge\.lock|drawbridge\.db-shm|backups|traces)$/.test(name)) continue;
    fs.copyFileSync(path.join(daemon.dir, name), path.join(to, name));
  }
}

/** @param {string} dir @param {string[][]} acknowledged of each ledger, by the time of the copy */
async function opensWhole(dir, acknowledged) {
  const copy = new Daemon(dir);
  await copy.start();
  const audit = await copy.ctl('audit', 'verify');
  assert.equal(audit.code, 0, audit.stdout + audit.stderr);
  assert.equal(await copy.stop(), 0);
  const reader = new DatabaseReader(dir);
  await reader.requireSound();
  const rows = await reader.eventIds();
  reader.close();
  const stored = new Set(rows);
  assert.equal(stored.size, rows.length, 'an event is stored twice');
  for (const id of acknowledged.flat()) assert.ok(stored.has(id), `${id} was acknowledged, lost`);
  return rows.length;
}

describe(`the power goes, ${ROUNDS} times`, () => {
  it('and what had been acknowledged is there', async () => {
    let running = true;
    const work = ledgers.map(async (ledger) => {
      while (running) assert.equal((await ledger.send()).status, 200);
    });
    const folder = temporaryFolder('power-cut');
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(crypto.randomInt(20, 250));
      // What this process has read of answers by now; the daemon has acknowledged at least that.
      daemon.child?.kill('SIGSTOP');
      const known = ledgers.map((ledger) => [...ledger.acknowledged]);
      const dir = path.join(folder, `round-${round}`);
      copyData(dir);
      daemon.child?.kill('SIGCONT');
      await opensWhole(dir, known);
      acknowledged = known.flat().length;
      fs.rmSync(dir, { recursive: true });
    }
    running = false;
    await Promise.all(work);
    assert.ok(acknowledged > ROUNDS);
    record('power cut (copies of the files)', { rounds: ROUNDS, acknowledged });
  });
});
