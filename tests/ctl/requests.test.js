// drawbridgectl request list: who asked from where, of real requests to both planes.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client, exchange } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Rest } = require('../admin/rest.js');
const { Staff } = require('./staff.js');

const FIELDS = [
  'id', 'at', 'plane', 'server', 'admin', 'endpoint', 'status', 'count', 'address', 'agent',
  'correlation',
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
  client = Client.fromDocument(await daemon.addServer('First', { mode: 'local' }));
  assert.equal((await client.hello()).status, 200);
});

after(async () => {
  client?.close();
  await daemon?.dispose();
});

/** The same server's name and key id with another secret. */
function forger() {
  const { url, ca, serverId, keyId } = client;
  return new Client({ url, ca, serverId, keyId, secret: crypto.randomBytes(32) });
}

/** What the log holds once the next tick has written it. @param {string[]} filters */
async function logged(...filters) {
  await sleep(1_500);
  return (await ann.json('request', 'list', ...filters)).requests;
}

/** @param {any[]} requests @param {Record<string, unknown>} wanted */
function one(requests, wanted) {
  const found = requests.filter((request) =>
    Object.entries(wanted).every(([key, value]) => request[key] === value));
  assert.equal(found.length, 1, JSON.stringify({ wanted, requests }));
  return found[0];
}

describe('request list', () => {
  it('holds what opens something, with whose signature it was', async () => {
    const hello = one(await logged('--server', 'First'), { endpoint: '/v1/hello' });
    assert.deepEqual(Object.keys(hello), FIELDS);
    assert.equal(hello.server.name, 'First');
    assert.deepEqual([hello.plane, hello.status, hello.count], ['data', 200, 1]);
    assert.equal(hello.address, '127.0.0.1');
    assert.match(hello.correlation, /^\d{13}-1$/, 'the nonce');
  });

  it('holds no events or polls that went well', async () => {
    await client.results([fixtures.join(fixtures.licensePlayer(client))]);
    const requests = await logged('--server', 'First');
    assert.deepEqual(requests.map((/** @type {any} */ { endpoint }) => endpoint), ['/v1/hello']);
  });

  it('counts refusals of strangers, whatever they send, and repeats nothing of it', async () => {
    const raw = `license:${crypto.randomBytes(20).toString('hex')}`;
    const stranger = forger();
    for (let i = 0; i < 5; i++) assert.equal((await stranger.events([])).status, 401);
    stranger.close();
    const probe = await exchange({
      url: `${client.url}/v1/${raw}?tag=${raw}`, method: 'GET', headers: {}, ca: client.ca,
    });
    assert.equal(probe.status, 404);
    const requests = await logged('--status', '401');
    assert.ok(requests.length <= 2, 'one for each minute');
    const counts = requests.map((/** @type {any} */ { count }) => count);
    assert.equal(counts.reduce((/** @type {number} */ a, /** @type {number} */ b) => a + b), 5);
    assert.equal(requests[0].endpoint, '/v1/events');
    assert.equal(requests[0].server, null);
    one(await logged('--status', '404'), { endpoint: 'no route', plane: 'data' });
    assert.ok(!JSON.stringify(await logged()).includes(raw));
  });

  it('holds what staff asked, by route, with the id of the answer', async () => {
    const rest = new Rest(daemon);
    const { headers } = await rest.get('players?tag=' + 'A'.repeat(43));
    rest.close();
    const id = headers['request-id'];
    assert.match(String(id), /^[0-9a-f]{16}$/);
    const asked = one(await logged(), { correlation: id });
    assert.deepEqual([asked.plane, asked.endpoint, asked.status],
      ['admin', 'GET players', 404]);
    const mine = await logged('--since', '1h');
    assert.ok(mine.some((/** @type {any} */ each) => each.admin === 'ann'
      && each.endpoint === 'GET requests' && each.agent.length > 0));
  });

  it('as a table; by time; page by page', async () => {
    const said = await ann.says('request', 'list', '--server', 'First');
    assert.match(said, /^ID +WHEN +ENDPOINT +STATUS +COUNT +WHO +ADDRESS +AGENT$/m);
    assert.match(said, / \/v1\/hello +200 +1 +First +127\.0\.0\.1 /);
    const all = await logged('--limit', '500');
    const last = all.at(-1);
    const [before] = await logged('--limit', '1', '--before', String(last.id));
    assert.equal(before.id, all.at(-2).id);
    assert.equal(await ann.says('request', 'list', '--until', '1d'), 'no requests in the log match\n');
    await ann.fails(3, /No server/, 'request', 'list', '--server', 'nobody');
  });

  it('survives a stop of the daemon, which writes the last second of it', async () => {
    const stranger = forger();
    await stranger.hello();
    stranger.close();
    await daemon.restart();
    one(await logged('--status', '401', '--limit', '1'), { endpoint: '/v1/hello' });
  });
});
