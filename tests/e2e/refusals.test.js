// Every row of the tables in docs/protocol.md §15, tried against the real daemon: the answer is the
// one the row promises, and nothing stored has changed.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Client } = require('../interop/client.js');
const { parseEnrolment, uuid7 } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');
const { verifyAnswer } = require('../interop/signing.js');
const { startDaemon } = require('./daemon.js');
const { DatabaseReader } = require('./database.js');
const content = require('./refusals/content.js');
const events = require('./refusals/events.js');
const signature = require('./refusals/signature.js');
const transport = require('./refusals/transport.js');

const BUDGET = 200; // of a server without slots, §9
const attempts = { ...transport.attempts, ...signature.attempts, ...content.attempts };

/**
 * The rows of the table of §15 whose head starts with this word.
 * @param {string} first
 */
function rowsOf(first) {
  const file = path.join(__dirname, '../../docs/protocol.md');
  const section = fs.readFileSync(file, 'utf8').split(/^## /m).find((s) => s.startsWith('15 '));
  assert.ok(section, 'docs/protocol.md has a §15');
  const lines = section.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  assert.ok(head >= 0, `§15 has a table of ${first}`);
  const end = lines.findIndex((line, i) => i > head && !line.startsWith('|'));
  return lines.slice(head + 2, end < 0 ? undefined : end).map((line) => {
    const cells = line.split('|').slice(1, -1);
    // A case's own name may hold code marks, the other cells hold nothing but.
    return cells.map((cell, i) => (i === 0 ? cell.trim() : cell.trim().replace(/`/g, '')));
  });
}

/** @type {import('./refusals/shot.js').Context} */
let context;
/** @type {DatabaseReader} */
let database;

/** @param {import('./daemon.js').Daemon} daemon */
async function makeClients(daemon) {
  const add = async (/** @type {string} */ name) =>
    Client.fromDocument(await daemon.addServer(name, { mode: 'local' }));
  /** @param {string} name its one-time code, as a key */
  const addCode = async (name) => {
    const { url, serverId, code, ca } = parseEnrolment((await daemon.addServer(name)).enrol);
    return new Client({ url, ca, serverId, keyId: `enrol:${serverId}`, secret: code });
  };
  return {
    main: await add('main'),
    window: await add('window'),
    busy: await add('busy'),
    suspended: await add('suspended'),
    replaced: await add('replaced'),
    small: await add('small'),
    enrolling: await addCode('enrolling'),
    dead: await addCode('dead'),
  };
}

/** @param {import('./daemon.js').Daemon} daemon */
async function prepare(daemon) {
  const clients = await makeClients(daemon);
  for (const [name, client] of Object.entries(clients)) {
    if (name === 'enrolling' || name === 'dead') continue;
    assert.equal((await client.hello()).status, 200, name);
  }
  const { ban } = await clients.window.event(fixtures.ban(fixtures.licensePlayer(clients.window)));
  assert.ok(ban);
  const { small } = clients;
  await small.event(fixtures.event('player_count', { players: 0, max_players: 0 }));
  const players = Array.from({ length: BUDGET + 1 }, () => fixtures.licensePlayer(small));
  await clients.main.event(fixtures.join(players[BUDGET])); // else no session is kept of that one
  const sessions = players.map(() => uuid7());
  await small.results(players.map((player, i) => fixtures.join(player, sessions[i])));
  await spoilServers(daemon, clients);
  context = {
    daemon,
    clients,
    beyondBudget: sessions[BUDGET],
    beyondBudgetPlayer: players[BUDGET],
    foreignCode: ban.code,
  };
}

/**
 * @param {import('./daemon.js').Daemon} daemon
 * @param {import('./refusals/shot.js').Context['clients']} clients
 */
async function spoilServers(daemon, clients) {
  await daemon.ctlJson('server', 'suspend', 'suspended');
  await daemon.ctlJson('server', 'rotate', 'replaced');
  await daemon.ctlJson('server', 'rotate', 'dead'); // its first one-time code goes too
}

before(async () => {
  const daemon = await startDaemon({
    limits: {
      connections_per_address: transport.CONNECTIONS_PER_ADDRESS,
      failures_per_address: transport.FAILURES_PER_ADDRESS,
      requests_per_second: 50,
    },
  });
  await prepare(daemon);
  database = new DatabaseReader(daemon.dir);
});

after(async () => {
  database?.close();
  for (const client of Object.values(context?.clients ?? {})) client.close();
  await context?.daemon.dispose();
});

/**
 * @param {import('./refusals/shot.js').Outcome} outcome
 * @param {{ status: string, code: string, signed: string }} row
 */
async function check({ answer, message, client }, { status, code, signed }) {
  if (status === 'closed') {
    assert.ok('closed' in answer, `answered ${JSON.stringify(answer)}`);
    return;
  }
  assert.ok('status' in answer, `closed: ${JSON.stringify(answer)}`);
  const text = answer.body.toString('utf8');
  assert.equal(`${answer.status}`, status, text);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  const problem = JSON.parse(text);
  assert.equal(problem.code, code, text);
  assert.equal(problem.type, `urn:drawbridge:problem:${code}`);
  assert.equal(problem.status, answer.status);
  assert.equal(typeof problem.title, 'string');
  if (signed === 'no') {
    assert.equal(answer.headers.signature, undefined);
    assert.equal(answer.headers['signature-input'], undefined);
    assert.equal(problem.boot_id, undefined, 'says no more than it must');
    return;
  }
  assert.ok(message && client);
  const verified = await verifyAnswer(answer, message, client);
  assert.ok('created' in verified, JSON.stringify(verified));
  assert.match(problem.boot_id, /^[0-9a-f]{16}$/);
  assert.equal(typeof problem.server_time, 'number');
  checkMore(problem);
}

/** What §5 promises beside the code. @param {any} problem */
function checkMore(problem) {
  const { code } = problem;
  if (code === 'stale_epoch') assert.equal(problem.highest_epoch, context.clients.main.epoch);
  if (code === 'bad_field') assert.equal(typeof problem.field, 'string');
  if (code === 'bad_field' || code === 'bad_json') assert.equal(typeof problem.detail, 'string');
  if (code === 'rate_limited' || code === 'budget_exhausted') {
    assert.ok(problem.retry_after_ms > 0 && problem.retry_after_ms <= 300_000);
  }
}

describe('requests', () => {
  const rows = rowsOf('case');

  it('each row has an attempt, each attempt a row', () => {
    assert.deepEqual(Object.keys(attempts).sort(), rows.map(([name]) => name).sort());
  });

  for (const [name, status, code, signed] of rows) {
    it(`${name} → ${status} ${code}`, async () => {
      const held = await database.tables();
      const outcome = await attempts[name](context);
      await check(outcome, { status, code, signed });
      assert.deepEqual(await database.tables(), held, 'something stored has changed');
    });
  }
});

describe('events', () => {
  const rows = rowsOf('event');

  it('what is accepted does change what is stored', async () => {
    const held = await database.tables();
    const count = fixtures.event('player_count', { players: 1, max_players: 64 });
    assert.equal((await context.clients.main.event(count)).status, 'stored');
    const now = await database.tables();
    const changed = Object.keys(now).filter((table) => now[table] !== held[table]);
    assert.deepEqual(changed.sort(), ['event_ids', 'events', 'samples', 'servers']);
  });

  it('each row has an attempt, each attempt a row', () => {
    assert.deepEqual(Object.keys(events.attempts).sort(), rows.map(([name]) => name).sort());
  });

  it('is refused by itself, its neighbours are stored', async (t) => {
    const { main } = context.clients;
    const good = () => fixtures.event('player_count', { players: 1, max_players: 64 });
    const batch = rows.flatMap(([name]) => [good(), events.attempts[name](context)]);
    const held = new Set(await database.eventIds());
    const results = await main.results([...batch, good()]);
    for (const [i, [name, code, field]] of rows.entries()) {
      await t.test(`${name} → ${code} ${field}`, () => {
        const [neighbour, refused] = results.slice(2 * i);
        assert.equal(neighbour.status, 'stored');
        const expected = { status: 'rejected', code, field };
        const { status, code: gotCode, field: gotField } = refused;
        assert.deepEqual({ status, code: gotCode, field: gotField }, expected, refused.detail);
      });
    }
    const stored = (await database.eventIds()).filter((id) => !held.has(id)).sort();
    const acknowledged = results.filter((r) => r.status === 'stored').map((r) => r.id);
    assert.deepEqual(stored, acknowledged.sort());
    assert.equal(stored.length, rows.length + 1);
  });
});
