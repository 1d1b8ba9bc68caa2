// drawbridgectl event list and player show.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff } = require('./staff.js');

const TYPES = [
  'join', 'leave', 'ban', 'kick', 'warn', 'heartbeat', 'player_count', 'report', 'detection', 'error',
];
const EVENT_FIELDS = ['seq', 'id', 'server', 'type', 'at', 'received_at', 'profile', 'payload'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} */
let first;
/** @type {Client} */
let second;
const visitor = fixtures.person();
const license = `license:${visitor.identifiers.license}`;
/** @type {any[]} all that is stored, in order */
let stored;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  first = Client.fromDocument(await daemon.addServer('First', { mode: 'local' }));
  second = Client.fromDocument(await daemon.addServer('Second', { mode: 'local' }));
  for (const client of [first, second]) await client.hello();
  assert.equal(await ann.says('event', 'list'), 'no events yet\n');
  assert.deepEqual(await ann.json('event', 'list'), { events: [], next: null });
  const results = await first.results(fixtures.oneOfEach(first));
  for (const result of results) assert.equal(result.status, 'stored');
  const { status } = await second.event(fixtures.join(fixtures.playerOf(second, visitor)));
  assert.equal(status, 'stored');
  stored = (await ann.json('event', 'list')).events;
});

after(async () => {
  for (const client of [first, second]) client?.close();
  await daemon?.dispose();
});

/** @param {string[]} args */
async function seqs(...args) {
  const { events } = await ann.json('event', 'list', ...args);
  return events.map((/** @type {any} */ { seq }) => seq);
}

/** @param {(event: any) => boolean} wanted */
const those = (wanted) => stored.filter(wanted).map(({ seq }) => seq);

describe('event list', () => {
  it('holds no tag of an address', () => {
    for (const { type, payload } of stored.filter((event) => event.payload.player)) {
      const types = payload.player.tags.map((/** @type {any} */ tag) => tag.type);
      assert.ok(types.includes('license') && !types.includes('ip'), type);
    }
    assert.ok(!JSON.stringify(stored).includes('"ip"'));
  });

  it('shows every type in the order of arrival', async () => {
    assert.deepEqual(stored.map(({ type }) => type), [...TYPES, 'join']);
    for (const event of stored) {
      assert.deepEqual(Object.keys(event), EVENT_FIELDS);
      assert.deepEqual(Object.keys(event.server), ['id', 'name']);
    }
    const said = await ann.says('event', 'list');
    assert.match(said, /^SEQ +WHEN +TYPE +SERVER +PLAYER +WHAT/);
    for (const type of TYPES) assert.match(said, new RegExp(`^\\d+ .* ${type} `, 'm'));
  });

  it('filters by server, type and player', async () => {
    const ofSecond = those(({ server }) => server.name === 'Second');
    assert.equal(ofSecond.length, 1);
    assert.deepEqual(await seqs('--server', 'Second'), ofSecond);
    assert.deepEqual(await seqs('--server', second.serverId), ofSecond);
    for (const type of TYPES) {
      assert.deepEqual(await seqs('--type', type), those((event) => event.type === type));
    }
    assert.deepEqual(await seqs('--player', license), ofSecond);
    const { profile } = stored.at(-1);
    assert.deepEqual(await seqs('--player', String(profile)), ofSecond);
    assert.deepEqual(await seqs('--player', license, '--type', 'ban'), []);
    assert.equal(await ann.says('event', 'list', '--server', 'Second', '--type', 'ban'),
      'no events match\n');
    const piped = await ann.jsonFrom(`${license}\n`, 'event', 'list', '--player', '-');
    assert.deepEqual(piped.events.map((/** @type {any} */ { seq }) => seq), ofSecond);
  });

  it('filters by time', async () => {
    const all = those(() => true);
    assert.deepEqual(await seqs('--since', '1h'), all);
    assert.deepEqual(await seqs('--until', '1h'), []);
    assert.deepEqual(await seqs('--since', '2020-01-01', '--until', '2020-01-02T06:00'), []);
    assert.deepEqual(await seqs('--since', '2020-01-01'), all);
    const middle = stored[5].at;
    assert.deepEqual(await seqs('--since', String(middle)), those(({ at }) => at >= middle));
    for (const option of ['--since', '--until']) {
      for (const time of ['yesterday', '2025-02-30', '25', '1y', '2025-01-01T25:00']) {
        await ann.fails(2, new RegExp(`${option}: expected`), 'event', 'list', option, time);
      }
    }
  });

  it('pages', async () => {
    const all = those(() => true);
    assert.deepEqual(await seqs('--limit', '3'), all.slice(-3), 'the newest unless --after');
    const page = await ann.json('event', 'list', '--after', '0', '--limit', '4');
    assert.equal(page.next, all[3]);
    assert.deepEqual(await seqs('--after', String(page.next), '--limit', '4'), all.slice(4, 8));
    assert.deepEqual(await seqs('--after', String(all.at(-1))), []);
  });

  it('wrong usage: exit 2; unknown: exit 3', async () => {
    await ann.fails(2, /--type/, 'event', 'list', '--type', 'party');
    await ann.fails(2, /limit/, 'event', 'list', '--limit', '501');
    await ann.fails(2, /after/, 'event', 'list', '--after', 'x');
    await ann.fails(3, /No server/, 'event', 'list', '--server', 'nobody');
    await ann.fails(3, /Nobody is known/, 'event', 'list', '--player', `license:${'e'.repeat(40)}`);
    const said = await ann.fails(2, /identifier 1/, 'event', 'list', '--player', 'license:zebra');
    assert.ok(!said.includes('zebra'));
  });
});

describe('player show', () => {
  it('by identifier, by profile and from standard input', async () => {
    const player = await ann.json('player', 'show', license);
    assert.deepEqual(Object.keys(player),
      ['profile', 'first_seen', 'last_seen', 'joins', 'names', 'tags', 'bans', 'links', 'person',
        'rulings']);
    assert.deepEqual([player.person, player.rulings], [[player.profile], []]);
    assert.deepEqual(player.tags.map((/** @type {any} */ { type }) => type).sort(),
      ['discord', 'fivem', 'license', 'license2', 'steam'], 'accounts, no address or token');
    assert.equal(player.joins, 1);
    assert.deepEqual(player.names, [{ name: visitor.name, last_seen: player.last_seen }]);
    assert.deepEqual(player.bans, []);
    assert.deepEqual(await ann.json('player', 'show', String(player.profile)), player);
    assert.deepEqual(await ann.jsonFrom(license, 'player', 'show', '-'), player);
    const said = await ann.says('player', 'show', license);
    assert.match(said, /^IDENTIFIER +FIRST SEEN +LAST SEEN +OWNERS$/m);
    assert.match(said, /^NAME +LAST SEEN\nSomeone +/m);
    assert.match(said, /no bans\n$/);
    assert.ok(!said.includes(visitor.identifiers.license));
  });

  it('shows bans', async () => {
    const ban = await ann.json('ban', 'add', license, '--category', 'scam', '--reason', 'Sold air');
    const { bans } = await ann.json('player', 'show', license);
    assert.deepEqual(bans.map((/** @type {any} */ { code }) => code), [ban.code]);
    assert.match(await ann.says('player', 'show', license), new RegExp(`^${ban.code} +active`, 'm'));
  });

  it('unknown: exit 3; bad identifier: exit 2 and not repeated', async () => {
    await ann.fails(3, /Nobody is known/, 'player', 'show', `license:${'e'.repeat(40)}`);
    await ann.fails(3, /Nobody is known/, 'player', 'show', '999999', '-o', 'json');
    const said = await ann.fails(2, /identifier 1/, 'player', 'show', 'discord:zebra');
    assert.ok(!said.includes('zebra'));
    await ann.fails(2, /TYPE:VALUE/, 'player', 'show');
    const two = await ann.run(['player', 'show', '-'], `${license} ${license}`);
    assert.equal(two.code, 2);
    assert.match(two.stderr, /one identifier at a time/);
  });
});
