// Nothing that is refused is repeated: identifiers of every type, tokens, addresses, e-mail addresses
// and names are put wherever a request, an administrator or a command line has room for text. No
// answer, no line of the daemon's log and no sentence of drawbridgectl may hold one of them.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { Client, exchange } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { Rest } = require('../admin/rest.js');
const { startDaemon } = require('./daemon.js');

/** All made up; none is longer than a name may be. */
const VALUES = [
  'license:5b0e3a7c9d1f4e6a8b2c5d7e9f1a3b4c6d8e0f2a', 'license2:c4f1e2d3b5a6978809f1e2d3c4b5a69788776655',
  'steam:11000010feedbee', 'discord:918273645500112233', 'fivem:80917253', 'xbl:2533274800998877',
  'live:985154400998877', 'ip:198.51.100.77', '2001:db8:77::beef', `2:${'FEEDF00D'.repeat(8)}`,
  'made.up@example.org', 'Visible Somebody',
];
/** What of a value would give somebody away. */
const SOUGHT = VALUES.map((value) => value.replace(/^(license2?|steam|discord|fivem|xbl|live|ip|2):/, ''));

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** @type {Client} */
let client;
/** @type {Rest} */
let rest;

before(async () => {
  daemon = await startDaemon({ logLevel: 'debug' });
  client = Client.fromDocument(await daemon.addServer('one', { mode: 'local' }));
  assert.equal((await client.hello()).status, 200);
  rest = new Rest(daemon);
});

after(async () => {
  client?.close();
  rest?.close();
  await daemon?.dispose();
});

/** @param {unknown} text @param {string} where */
function assertSilent(text, where) {
  const said = decodeURIComponent(String(text).replace(/%(?![0-9a-f]{2})/gi, '%25')).toLowerCase();
  for (const value of SOUGHT) {
    assert.ok(!said.includes(value.toLowerCase()), `${where} repeats ${value}: ${said}`);
  }
}

/** @param {{ body: Buffer, headers: Record<string, string> }} answer */
const wholeOf = ({ body, headers }) => JSON.stringify(headers) + body.toString('utf8');

describe('the data plane', () => {
  for (const value of VALUES) {
    it(`to a stranger who sends ${value.slice(0, 12)}…`, async () => {
      const path = encodeURIComponent(value);
      /** @type {{ method: string, target: string, headers: Record<string, string> }[]} */
      const shots = [
        { method: 'GET', target: `/v1/${path}`, headers: {} },
        { method: 'GET', target: `/v1/bans?network=${path}&owner=0&wait=0`, headers: {} },
        { method: 'POST', target: '/v1/hello', headers: { 'content-type': value } },
        { method: 'POST', target: '/v1/hello',
          headers: { 'content-type': 'application/json', 'user-agent': value, cookie: value } },
        { method: 'POST', target: '/v1/events', headers: {
          'content-type': 'application/json',
          'content-digest': `sha-256=:${value}:`,
          'signature-input': `sig1=("@method");keyid="${value}";nonce="${value}";tag="drawbridge-v1"`,
          signature: `sig1=:${value}:`,
        } },
      ];
      for (const { method, target, headers } of shots) {
        const body = method === 'POST' ? Buffer.from(JSON.stringify({ [value]: value })) : undefined;
        const answer = await exchange({ url: client.url + target, method, headers, body, ca: client.ca });
        assert.ok(answer.status >= 400, `${method} ${target}: ${answer.status}`);
        assertSilent(wholeOf(answer), `${method} ${target}`);
      }
    });

    it(`to a game server that sends ${value.slice(0, 12)}… where it does not belong`, async () => {
      const good = fixtures.join(fixtures.licensePlayer(client));
      const player = fixtures.licensePlayer(client);
      const events = [
        { ...good, type: value }, { ...good, at: value }, { ...good, [value]: 1 },
        { ...good, session: value }, { ...good, player: value },
        { ...good, player: { ...player, [value]: value } },
        { ...good, player: { tags: [{ type: value, tag: value }] } },
        { ...good, player: { tags: [{ type: 'license', tag: value }] } },
        { ...good, player: { ...player, tokens: [value] } },
        { ...good, player: { ...player, name: `${value}\u0007` } },
        fixtures.ban(player, { category: value }), fixtures.ban(player, { duration: value }),
        fixtures.event('unban', { code: value }), fixtures.event('error', { where: value }),
      ];
      for (const event of events) {
        const answer = await client.events([event]);
        assert.equal(answer.status, 200, `${JSON.stringify(event)}: ${answer.body}`);
        assert.equal(answer.json.results[0].status, 'rejected', JSON.stringify(event));
        assertSilent(wholeOf(answer), JSON.stringify(event));
      }
      for (const [target, body] of /** @type {[string, object][]} */ ([
        ['/v1/hello', { protocol: value }], ['/v1/hello', { protocol: 1, [value]: value }],
        ['/v1/events', { [value]: [] }], ['/v1/bans/explain', { session: value, tags: value }],
        ['/v1/secret/rotate', { public_key: value }],
      ])) {
        const answer = await client.post(target, body);
        assert.equal(answer.status, 400, target);
        assertSilent(wholeOf(answer), target);
      }
    });
  }

  it('a body that is no JSON is not quoted', async () => {
    for (const value of VALUES) {
      const answer = await client.post('/v1/events', Buffer.from(`{"events": ${value}`));
      assert.equal(answer.status, 400);
      assertSilent(wholeOf(answer), 'a body that is no JSON');
    }
  });
});

describe('the admin plane', () => {
  it('refuses without repeating', async () => {
    for (const value of VALUES) {
      const path = encodeURIComponent(value);
      const asked = [
        ['GET', path], ['GET', `players/${path}`], ['GET', `players?tag=${path}`],
        ['GET', `players?${path}=1`], ['GET', `servers/${path}`], ['GET', `bans/${path}`],
        ['GET', `events?type=${path}`], ['GET', `events?server=${path}`], ['GET', `requests?server=${path}`],
        ['GET', `requests?status=${path}`], ['GET', `audit?limit=${path}`],
        ['POST', `servers/${path}/rotate`], ['POST', `bans/${path}/lift`], ['POST', `admins/${path}/revoke`],
      ];
      for (const [method, target] of asked) {
        const answer = await rest.send(method, target, method === 'POST' ? { body: { reason: 'x' } } : {});
        assert.ok(answer.status >= 400, `${method} ${target}: ${answer.status}`);
        assertSilent(JSON.stringify(answer.headers) + answer.text, `${method} ${target}`);
      }
      for (const [target, body] of /** @type {[string, unknown][]} */ ([
        ['bans', { tags: [{ type: value, tag: value }], category: 'scam', reason: 'x', duration: 0 }],
        ['bans', { tags: value }], ['bans', { [value]: value }], ['servers', { name: 'x', mode: value }],
        ['servers', `{"name": ${value}`], ['admins', { name: `${value}\n` }],
      ])) {
        const answer = await rest.send('POST', target, { body });
        assert.equal(answer.status, 400, target);
        assertSilent(answer.text, target);
      }
    }
    const wrong = new Rest(daemon, VALUES[0]);
    assertSilent((await wrong.get('status')).text, 'a wrong token');
    wrong.close();
  });
});

describe('drawbridgectl', () => {
  /** Each ends with an error of the command line or of the daemon. @type {((value: string) => string[])[]} */
  const commands = [
    (value) => ['player', 'show', `${value}~`],
    (value) => ['ban', 'add', `${value}~`, '--category', 'scam', '--reason', 'x'],
    (value) => ['server', 'show', value],
    (value) => ['ban', 'show', value],
    (value) => ['event', 'list', '--player', `${value}~`],
    (value) => ['event', 'list', '--server', value],
    (value) => ['request', 'list', '--server', value],
  ];

  it('says what is wrong without repeating it', async () => {
    for (const value of VALUES) {
      for (const command of commands) {
        const ran = await daemon.ctl(...command(value));
        assert.notEqual(ran.code, 0, command(value).join(' '));
        assertSilent(ran.stdout + ran.stderr, command(value).slice(0, 2).join(' '));
      }
    }
  });
});

describe('the log', () => {
  it('holds the refusals, and nothing of what was sent', () => {
    assert.match(daemon.output, /refused server=srv_\w+ route=\/v1\/hello code=bad_field/);
    assertSilent(daemon.output, 'the log');
  });

  it('nor does the request log but for the agent, which is sealed', async () => {
    await sleep(1_500);
    const { requests } = await daemon.ctlJson('request', 'list', '--limit', '500');
    assert.ok(requests.length > 0);
    for (const request of requests) {
      assertSilent(JSON.stringify({ ...request, agent: null }), 'the request log');
    }
  });
});
