// Everything that is sent, logged or stored, on both sides, searched for what must not be there:
// the raw identifiers and tokens of the players, in every spelling they could hide in.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { Daemon, configText, initData } = require('./daemon');
const { RecordingProxy } = require('./recording_proxy');
const { gameServer } = require('../resource/support/server');
const { until } = require('../resource/support/timers');

/** All types that FXServer may report, made up. */
const players = [
  {
    name: 'Visible One',
    identifiers: [
      'license:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d',
      'license2:9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c', 'steam:11000010badcafe',
      'discord:918273645546372819', 'fivem:90817263', 'xbl:2533274898765432',
      'live:985154498765432', 'ip:198.51.100.23',
    ],
    tokens: [`2:${'C0FFEE12'.repeat(8)}`, `5:${'0DDBA11F'.repeat(8)}`],
    endpoint: '198.51.100.23',
  },
  {
    name: 'Visible Two',
    identifiers: ['license:1122334455667788990011223344556677889900', 'discord:102030405060708090'],
    tokens: [`4:${'BADDCAFE'.repeat(8)}`],
    endpoint: '203.0.113.9',
  },
];

const rawValues = players.flatMap((player) => [
  ...player.identifiers.map((text) => text.slice(text.indexOf(':') + 1)),
  ...player.tokens.map((text) => text.slice(2)),
  player.endpoint,
]);

/** The middle of a value in base64, whatever stands before it: one for each of three alignments. @param {Buffer} bytes */
function base64Forms(bytes) {
  return [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const clean = text.slice(shift === 0 ? 0 : 4, text.length - 4);
    return clean.length >= 8 ? [clean, clean.replace(/\+/g, '-').replace(/\//g, '_')] : [];
  });
}

/** Every spelling of a value, as latin1 text to search for. @param {string} value */
function spellings(value) {
  const spelled = [value.toLowerCase(), value.toUpperCase()].flatMap((text) => {
    const bytes = Buffer.from(text);
    return [text, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64Forms(bytes)];
  });
  if (!/^[0-9a-f]{15,}$/i.test(value)) return spelled;
  const packed = Buffer.from(value.length % 2 ? `0${value}` : value, 'hex');
  return [...spelled, packed.toString('latin1'), ...base64Forms(packed)];
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(name) : [name];
  });
}

/** @param {Map<string, Buffer>} places */
function findRaw(places) {
  const found = [];
  for (const [place, bytes] of places) {
    const text = bytes.toString('latin1');
    for (const value of rawValues) {
      for (const form of spellings(value)) {
        if (text.includes(form)) found.push(`${place} holds ${value} as ${form}`);
      }
    }
  }
  return found;
}

test('the search finds what it looks for', () => {
  for (const value of rawValues) {
    for (const disguise of [
      value.toUpperCase(), Buffer.from(value).toString('hex'),
      Buffer.from(`{"a":"${value}"}`).toString('base64'),
      Buffer.from(`xy${value}zzzz`).toString('base64url'),
    ]) {
      assert.ok(findRaw(new Map([['here', Buffer.from(`..${disguise}..`)]])).length > 0, disguise);
    }
  }
  assert.deepStrictEqual(findRaw(new Map([['here', Buffer.from('nothing of the kind')]])), []);
});

test('no raw value on the wire, in a log, a file or a stored key', async (t) => {
  const dir = await initData();
  const proxy = await new RecordingProxy().listen(dir);
  t.after(() => proxy.close());
  const url = `https://localhost:${proxy.port}`;
  fs.writeFileSync(path.join(dir, 'drawbridge.toml'),
    configText({ grace: '0s', root: { public_url: url }, logLevel: 'debug' }));
  const daemon = await new Daemon(dir).start();
  t.after(() => daemon.dispose());
  proxy.daemon = daemon;

  const document = await daemon.addServer('one');
  assert.equal(document.url, url);
  const { enrol, ...file } = document;
  assert.ok(enrol.includes('dbe1_'));
  const server = await gameServer(t, file, { convars: { drawbridge_log: 'debug' } });
  await server.waitForLine(/Connected to/);
  const [first, second] = [await server.enter(players[0]), await server.enter(players[1])];
  await server.export('report', [first, { category: 'scam', text: 'rude', reporter: second }], 'chat');
  await server.export('detection', [second, { category: 'cheating', confidence: 80 }], 'guard');
  await server.export('ban', [second, { category: 'raid', reason: 'raid', duration: '1h' }], 'guard');
  await server.command(`drawbridge ban ${first} 7d cheating aimbot`);
  await server.waitFor(() => server.dropped.length === 2, 'both to be dropped');
  await server.connect(players[0]);
  await server.drop(first, 'gone', 2).catch(() => undefined);
  // Somebody else's fault that quotes what it was given, and a command that is wrong.
  await server.emit('playerJoining', [{ toString: players[0].identifiers[2] }], 'other');
  await until(async () => !Object.keys(await server.kvp()).some((key) => /outbox:/.test(key)),
    'everything sent');

  /** @type {Map<string, Buffer>} */
  const places = new Map([
    ['wire to the daemon', Buffer.concat(proxy.toDaemon)],
    ['wire to the game server', Buffer.concat(proxy.toGameServer)],
    ['log of the daemon', Buffer.from(daemon.output)],
    ['console of the game server', Buffer.from(server.console
      .map((/** @type {{ text: string }} */ { text }) => text).join('\n'))],
    ['key-value store', Buffer.from(JSON.stringify(await server.kvp()))],
    ['key-value file', fs.readFileSync(server.kvpFile)],
  ]);
  for (const folder of [dir, server.root]) {
    for (const name of filesIn(folder)) places.set(name, fs.readFileSync(name));
  }
  const wire = /** @type {Buffer} */ (places.get('wire to the daemon')).toString('latin1');
  for (const type of ['join', 'report', 'detection', 'ban', 'heartbeat']) {
    assert.ok(wire.includes(`"type":"${type}"`), `a ${type} event was recorded`);
  }
  assert.ok(wire.includes('Visible One'), 'the recording is readable: names are sent, raw values not');
  assert.deepStrictEqual(findRaw(places), []);

  const secret = document.secret.slice(5, 48);
  const hidden = ['wire to the daemon', 'wire to the game server', 'log of the daemon',
    'console of the game server'];
  for (const place of hidden) {
    assert.ok(!places.get(place)?.includes(secret), `the secret in the ${place}`);
  }
});
