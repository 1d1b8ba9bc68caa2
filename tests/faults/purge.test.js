// What retention has purged can be read no more: not out of the rows, and not out of what SQLite has
// left behind in the file, its log and the backups, by somebody who holds the master key too.
// Everything sealed is copied beforehand, then the daemon's clock is moved past the periods.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const path = require('node:path');
const readline = require('node:readline');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const { uuid7 } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');
const { Rig } = require('./rig.js');

const DAY = 86_400;
/** A key goes with the last day of its week, and a day more. */
const SLACK = 9;
const PLAYERS = 120;
const MARK = 'Made-Up Name';
/** Sealed under keys of weeks. */
const DATED = ['events.payload', 'event_ids.result', 'sessions.tags', 'names.name', 'requests.texts'];

/** sealed_cells.py on a data folder. */
class SealedCells {
  /** @param {string} dir */
  constructor(dir) {
    const script = path.join(__dirname, 'sealed_cells.py');
    this.child = spawn('python3', [script, dir], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** @param {string} command */
  async ask(command) {
    this.child.stdin.write(`${command}\n`);
    const { value, done } = await this.lines.next();
    assert.ok(!done, `the database could not be read: ${command}`);
    return JSON.parse(value);
  }

  close() {
    this.child.stdin.end();
  }
}

/** @type {Rig} */
let rig;
/** @type {SealedCells} */
let cells;
/** @type {Record<string, [number, number]>} of each column: cells captured, and how many opened */
let captured;
/** @type {string[]} */
let backupsBefore;

/** Rows that grow after they were written, in tables whose pages split. */
async function populate() {
  const { client, daemon } = rig;
  const people = Array.from({ length: PLAYERS }, () => fixtures.person());
  for (const round of [1, 2]) {
    for (const [i, someone] of people.entries()) {
      const name = `${MARK} ${i} ${'x'.repeat(round * 20)}`;
      const player = fixtures.playerOf(client, { ...someone, name });
      const session = uuid7();
      await client.results([
        fixtures.join(player, session),
        fixtures.event('leave', { session, drop_reason: 1, seconds: 60 }),
        ...(round === 1 ? [fixtures.ban(player, { reason: `${MARK} cheats, clip ${i}` })] : []),
      ]);
    }
  }
  await client.results(fixtures.oneOfEach(client));
  const { bans } = await daemon.ctlJson('ban', 'list', '--limit', '200');
  for (const { code } of bans.slice(0, 20)) {
    await daemon.ctlJson('ban', 'lift', code, '--reason', `${MARK}: ${'an appeal, '.repeat(20)}`);
  }
  const { url, ca, serverId, keyId } = client;
  const forger = new Client({ url, ca, serverId, keyId, secret: crypto.randomBytes(32) });
  for (let i = 0; i < 3; i++) assert.equal((await forger.events([])).status, 401);
  forger.close();
  await sleep(1_500); // the tick that writes the request log
}

async function backups() {
  const { backups: found } = await rig.daemon.ctlJson('backup', 'list');
  return found.map((/** @type {any} */ { name }) => name);
}

/** @param {() => Promise<boolean>} holds @param {() => Promise<string>} what */
async function eventually(holds, what) {
  for (const until = performance.now() + 60_000; performance.now() < until; await sleep(200)) {
    if (await holds()) return;
  }
  assert.fail(await what());
}

/** Moves the daemon's clock ahead by days, and waits for the sweep of that day. @param {number} days */
async function moveClock(days) {
  rig.disk.setClock(days * DAY);
  const due = Date.now() + days * DAY * 1000 - 60_000;
  const sweeps = async () => (await rig.daemon.ctlJson('status')).retention
    .filter((/** @type {any} */ { deleted }) => deleted !== null);
  await eventually(
    async () => (await sweeps()).every((/** @type {any} */ { swept_at: at }) => at > due),
    async () => `not swept: ${JSON.stringify(await sweeps())}`,
  );
}

before(async () => {
  rig = await Rig.make();
  await populate();
  await rig.daemon.ctlJson('backup', 'create');
  backupsBefore = await backups();
  cells = new SealedCells(rig.daemon.dir);
  captured = await cells.ask('capture');
});

after(async () => {
  cells?.close();
  await rig?.dispose();
});

describe('before their time', () => {
  it('all cells open for who has the master key, so that the rest of this proves something', async () => {
    for (const [column, [there, open]] of Object.entries(captured)) {
      assert.ok(there > 0, `nothing in ${column}`);
      assert.equal(open, there, column);
    }
    assert.ok(await cells.ask(`find ${MARK}`) >= 4 * PLAYERS);
    assert.ok(backupsBefore.length >= 1);
  });

  it('a sweep takes nothing that is young enough', async () => {
    await moveClock(2);
    const open = await cells.ask('open');
    for (const column of DATED) assert.equal(open[column], captured[column][0], column);
  });
});

describe('after 90 days', () => {
  before(() => moveClock(90 + SLACK));

  it('no row is left of what was purged', async () => {
    // What lives for hours only goes by and by, not in a sweep.
    await eventually(
      async () => {
        const rows = await cells.ask('rows');
        return DATED.every((column) => rows[column] === 0);
      },
      async () => `left: ${JSON.stringify(await cells.ask('rows'))}`,
    );
    assert.ok((await cells.ask('rows'))['bans.reason'] > 0, 'bans are kept longer');
  });

  it('no cell that ever stood there opens with what the file holds now', async () => {
    const open = await cells.ask('open');
    for (const column of DATED) assert.equal(open[column], 0, column);
    assert.equal(open['bans.reason'], captured['bans.reason'][0], 'what is kept opens');
  });

  it('the keys of those weeks are in neither file nor log', async () => {
    await eventually(
      async () => (await cells.ask('keys'))[1] === 0,
      async () => `keys gone, found: ${await cells.ask('keys')}`,
    );
    const [gone] = await cells.ask('keys');
    assert.ok(gone >= 5, 'one for each purpose');
  });

  it('no backup is left of that time', async () => {
    await rig.daemon.ctlJson('backup', 'create');
    const left = await backups();
    assert.ok(left.length >= 1);
    assert.deepEqual(left.filter((/** @type {string} */ name) => backupsBefore.includes(name)), []);
  });

  it('the daemon goes on with new keys', async () => {
    const { entries } = (await rig.daemon.ctlJson('status')).audit;
    assert.ok(entries > 0);
    assert.equal((await rig.daemon.ctl('audit', 'verify')).code, 0);
    assert.equal((await rig.daemon.ctlJson('player', 'show', '1')).names.length, 0);
  });
});

describe('after two years', () => {
  before(() => moveClock(730 + SLACK));

  it('lifted bans are gone with their texts, standing ones stay', async () => {
    const rows = await cells.ask('rows');
    assert.equal(rows['bans.decision_note'], 0);
    const { bans } = await rig.daemon.ctlJson('ban', 'list', '--limit', '200');
    assert.equal(rows['bans.reason'], bans.length);
    assert.ok(bans.length > 0 && bans.every((/** @type {any} */ { state }) => state !== 'lifted'));
  });
});
