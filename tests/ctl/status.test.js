// drawbridgectl status and metrics.
'use strict';

const assert = require('node:assert/strict');
const { after, before, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Staff, assertFits } = require('./staff.js');

const FIELDS = [
  'version', 'boot_id', 'url', 'started_at', 'uptime_seconds', 'certificate', 'database',
  'backups', 'data_plane', 'crashes', 'servers', 'owners', 'removals', 'bans',
  'orphaned_bans', 'appeals', 'lists', 'events', 'retention',
  'audit', 'keys', 'requests',
];
const STATES = ['local', 'proposed', 'grace', 'active', 'rejected', 'lifted', 'expired',
  'awaiting', 'escalated', 'superseded'];
const METRICS = [
  'build_info', 'start_time_seconds', 'certificate_end_time_seconds', 'store_queue',
  'store_state', 'store_recoveries_total',
  'database_bytes', 'database_log_bytes', 'audit_entries', 'backup_time_seconds',
  'backup_bytes', 'backup_failing', 'servers', 'servers_online',
  'servers_suspended', 'servers_breaker', 'servers_persons_limited', 'owners', 'owners_new',
  'owners_limited', 'owners_persons_limited', 'servers_removing', 'servers_behind', 'players', 'bans',
  'appeals_open', 'appeals_overdue', 'bans_orphaned', 'list_entries',
  'list_version', 'events_stored_total',
  'retention_deleted_total', 'retention_oldest_time_seconds', 'retention_swept_time_seconds',
  'connections', 'parked_polls', 'connections_accepted_total', 'connections_refused_total',
  'handshakes_failed_total', 'timeouts_total', 'faults_total', 'answers_total', 'requests_total',
  'events_total',
];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} */
let client;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  client = Client.fromDocument(await daemon.addServer('One', { mode: 'review' }));
  await client.hello();
  await client.results([
    fixtures.event('player_count', { players: 12, max_players: 64 }),
    fixtures.ban(fixtures.playerOf(client, fixtures.person())),
  ]);
});

after(async () => {
  client?.close();
  await daemon?.dispose();
});

it('status has stable fields and right figures', async () => {
  const status = await ann.json('status');
  assert.deepEqual(Object.keys(status), FIELDS);
  assert.equal(status.url, `https://localhost:${daemon.dataPort}`);
  assert.deepEqual(Object.keys(status.certificate), ['ends_at', 'days_left']);
  const { database } = status;
  assert.deepEqual(Object.keys(database), ['bytes', 'log_bytes', 'queue', 'state', 'recoveries']);
  assert.equal(database.state, 'ready');
  assert.deepEqual(Object.keys(status.backups), ['last', 'last_failure', 'current']);
  assert.deepEqual(Object.keys(status.data_plane), ['connections', 'parked', 'accepted', 'refused']);
  assert.deepEqual(status.crashes, { kept: 0, last_at: null });
  assert.deepEqual(Object.keys(status.bans), STATES);
  assert.equal(status.bans.proposed, 1);
  const { total, online, suspended, players } = status.servers;
  assert.deepEqual({ total, online, suspended, players },
    { total: 1, online: 1, suspended: 0, players: 12 });
  assert.deepEqual(status.appeals, { open: 0, overdue: 0 });
  assert.equal(status.events.stored, 2);
  assert.ok(status.data_plane.connections >= 1);
  assert.deepEqual(status.lists.map((/** @type {any} */ { list }) => list), ['network', 'owner']);
  const events = status.retention[0];
  assert.deepEqual(Object.keys(events),
    ['category', 'period_seconds', 'deleted', 'oldest_at', 'swept_at']);
  assert.equal(events.category, 'events');
  assert.equal(events.period_seconds, 90 * 86_400);
  const days = status.retention.map((/** @type {any} */ { category, period_seconds: seconds }) =>
    [category, seconds / 86_400]);
  assert.deepEqual(Object.fromEntries(days), {
    events: 90, telemetry: 30, errors: 30, samples: 365, expired_bans: 730, lifted_bans: 730,
    cases: 730, appeals: 730, sightings: 90,
    names: 90, requests: 30, traces: 30, sessions: 1, event_ids: 73 / 24, budget: 1,
  });
  for (const list of status.lists) {
    assert.deepEqual(Object.keys(list), ['list', 'owner_id', 'owner', 'cursor', 'entries']);
  }
});

it('the first sweep of the retention comes with the start', async () => {
  const { started_at: start } = await ann.json('status');
  const sweeps = async () => (await ann.json('status')).retention
    .filter((/** @type {any} */ { deleted }) => deleted !== null);
  let swept = await sweeps();
  for (let tries = 0; tries < 50 && swept.at(-1).swept_at === null; tries += 1) {
    await sleep(100);
    swept = await sweeps();
  }
  assert.equal(swept.length, 11);
  for (const { swept_at: at, deleted } of swept) {
    assert.ok(at >= start);
    assert.equal(deleted, 0);
  }
});

it('status for people', async () => {
  const said = await ann.says('status');
  assert.match(said, /^servers +1 of 1 online, 12 players; /m);
  assert.match(said, /^data plane +\d+ connections?, 0 parked polls$/m);
  assert.doesNotMatch(said, /\b1 (connections|parked polls|entries|jobs|days|players)\b/);
  assert.match(said, /^events +2 stored, the last just now$/m);
  assert.match(said, /^crashes +no trace of one$/m);
  assert.match(said, /^bans +1 proposed$/m);
  assert.match(said, /^appeals +0 open$/m);
  assert.match(said, /^backups +(the last .+, verified|none yet)/m);
  assert.match(said, /^certificate +\d+ days left$/m);
  assert.match(said, /^kept +telemetry: 30 d(, the oldest from .*)?, 0 deleted$/m);
  assert.match(said, /^network list +0 entries, at [0-9a-f]{16}-\d+$/m);
  assert.match(said, /^owner list +One: \d+ entries, at /m);
});

it('metrics are Prometheus text, the same in the JSON document', async () => {
  const ran = await ann.run(['metrics']);
  assert.equal(ran.code, 0);
  const families = [...ran.stdout.matchAll(/^# TYPE drawbridge_(\S+) (gauge|counter)$/gm)];
  assert.deepEqual(families.map(([, name]) => name), METRICS);
  for (const line of ran.stdout.trimEnd().split('\n')) {
    assert.match(line, /^(# (HELP|TYPE) drawbridge_\S+ .+|drawbridge_\w+(\{\w+="[^"]*"\})? \S+)$/);
  }
  for (const line of [
    'drawbridge_servers 1', 'drawbridge_players 12', 'drawbridge_bans{state="proposed"} 1',
    'drawbridge_events_stored_total 2', 'drawbridge_events_total{outcome="stored"} 2',
  ]) {
    assert.ok(ran.stdout.includes(`${line}\n`), line);
  }
  const document = await ann.json('metrics');
  assert.deepEqual(Object.keys(document), ['metrics']);
  assert.match(document.metrics, /^# HELP drawbridge_build_info/);
  assert.ok(!/license|srv_/.test(ran.stdout));
});

it('counts a refused request', async () => {
  const stranger = client.withKey(client.keyId, Buffer.alloc(32, 9));
  assert.equal((await stranger.hello()).status, 401);
  stranger.close();
  const { metrics } = await ann.json('metrics');
  assert.match(metrics, /^drawbridge_answers_total\{status="401"\} 1$/m);
  const status = await ann.json('status');
  assert.ok(Object.values(status.requests).every((count) => count > 0));
  assertFits(await ann.says('status'));
});
