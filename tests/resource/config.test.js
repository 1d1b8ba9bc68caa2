'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');
const { parseConfig } = require('../../resource/config');
const { createFx } = require('../../resource/fx');
const { createIdentityStore, establishIdentity } = require('../../resource/identity');
const { createLog } = require('../../resource/log');
const { Authority } = require('./support/certs');
const { core } = require('./support/core');
const { Natives } = require('./support/natives');
const { printSecret } = require('./support/sealing');

const authority = new Authority();
after(() => authority.remove());

const SECRET = crypto.randomBytes(32);
const GOOD = {
  url: 'https://Ingest.example:8443',
  server_id: 'srv_abcdefgh2345',
  key_id: 'srv_abcdefgh2345:3',
  secret: printSecret(SECRET),
  ca: authority.pem,
};

/** @param {any} document @returns {string[]} */
function problems(document) {
  const parsed = parseConfig(JSON.stringify(document), core);
  return 'problems' in parsed ? parsed.problems : [];
}

test('a right file is read, whatever editor it went through', () => {
  const parsed = parseConfig(`\uFEFF${JSON.stringify({ ...GOOD, enrol: 'dbe1_x' })}\r\n`, core);
  assert.ok('config' in parsed);
  assert.strictEqual(parsed.config.url, 'https://ingest.example:8443');
  assert.strictEqual(parsed.config.keyId, 'srv_abcdefgh2345:3');
  assert.ok(parsed.config.secret?.equals(SECRET));
  assert.strictEqual(parsed.config.ca, authority.pem);
  assert.deepStrictEqual(problems({ ...GOOD, ca: undefined }), []);
  assert.deepStrictEqual(problems({ ...GOOD, secret: '', key_id: '' }), []);
});

test('each wrong field is named with what was expected', () => {
  const cases = /** @type {Array<[object, RegExp]>} */ ([
    [{ url: 'http://ingest.example' }, /^"url": expected https:\/\//],
    [{ url: 'ingest.example:8443' }, /^"url": expected https:\/\/HOST/],
    [{ url: 'https://ingest.example/v1' }, /^"url": expected .*nothing behind it/],
    [{ url: 'https://user@ingest.example' }, /^"url": expected/],
    [{ url: 8443 }, /^"url": expected/],
    [{ server_id: 'srv_ABC' }, /^"server_id": expected srv_ and 12 of/],
    [{ key_id: 'srv_zzzzzzzz2345:1' }, /^"key_id": expected the server_id, a colon/],
    [{ key_id: 'srv_abcdefgh2345' }, /^"key_id": expected/],
    [{ key_id: 'srv_abcdefgh2345:01' }, /^"key_id": expected/],
    [{ secret: `${GOOD.secret.slice(0, -1)}x` }, /^"secret": expected dbs1_.*checksum does/],
    [{ secret: GOOD.secret.replace('dbs1_', '') }, /^"secret": expected dbs1_/],
    [{ ca: 'not a certificate' }, /^"ca": expected a certificate in PEM form/],
    [{ ca: authority.pem.replace(/A/g, 'B') }, /^"ca": expected a certificate in PEM form/],
  ]);
  for (const [change, expected] of cases) {
    const found = problems({ ...GOOD, ...change });
    assert.strictEqual(found.filter((text) => expected.test(text)).length, 1,
      `${JSON.stringify(change).slice(0, 60)} gave ${found}`);
  }
  assert.strictEqual(problems({ url: 1, server_id: 2, key_id: 3, secret: 4, ca: 5 }).length, 5);
});

test('no message repeats the secret, also when the JSON is broken around it', () => {
  const broken = JSON.stringify(GOOD, null, 2).replace('"secret": "', '"secret": ');
  const parsed = parseConfig(broken, core);
  assert.ok('problems' in parsed);
  assert.match(parsed.problems[0], /not valid JSON/);
  for (const text of [...parsed.problems, ...problems({ ...GOOD, secret: `${GOOD.secret}x` })]) {
    assert.ok(!text.includes(GOOD.secret.slice(5, 20)), text);
  }
  assert.match(problems([])[0], /expected an object/);
});

/** A game server's folder and key-value store. @param {import('node:test').TestContext} t */
function serverFolder(t) {
  const natives = new Natives();
  natives.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drawbridge-config-'));
  t.after(() => fs.rmSync(natives.folder, { recursive: true, force: true }));
  const file = path.join(natives.folder, 'drawbridge.json');
  const start = () => {
    natives.lines = [];
    const fx = createFx(natives);
    const store = createIdentityStore(fx.kvp);
    return establishIdentity({ fx, core, store, log: createLog(fx.print) });
  };
  const write = (/** @type {object} */ document) =>
    fs.writeFileSync(file, JSON.stringify(document, null, 2));
  return { natives, file, start, write };
}

test('the secret moves into the key-value store and is blanked in the file', (t) => {
  const { natives, file, start, write } = serverFolder(t);
  write({ ...GOOD, enrol: 'dbe1_line' });
  const identity = start();
  assert.ok(identity?.secret.equals(SECRET));
  const left = fs.readFileSync(file, 'utf8');
  assert.ok(!left.includes(GOOD.secret) && !left.includes(SECRET.toString('base64url')));
  assert.ok(!left.includes('dbe1_'));
  assert.strictEqual(JSON.parse(left).secret, '');
  assert.strictEqual(JSON.parse(left).ca, GOOD.ca);
  assert.deepStrictEqual(fs.readdirSync(natives.folder), ['drawbridge.json']);
  assert.match(natives.text, /The secret was moved out of drawbridge\.json/);
  assert.ok(natives.flushes > 0);

  const again = start();
  assert.ok(again?.secret.equals(SECRET));
  assert.strictEqual(again?.keyId, 'srv_abcdefgh2345:3');
  assert.deepStrictEqual(natives.lines, []);
  fs.rmSync(file);
  assert.ok(start()?.secret.equals(SECRET));
});

test('a new url in the blanked file is taken; a wrong file does not cost the identity', (t) => {
  const { natives, file, start, write } = serverFolder(t);
  write(GOOD);
  start();
  write({ ...GOOD, secret: '', url: 'https://other.example' });
  assert.strictEqual(start()?.url, 'https://other.example');
  fs.writeFileSync(file, '{');
  assert.ok(start()?.secret.equals(SECRET));
  assert.match(natives.text, /drawbridge\.json: not valid JSON/);
  assert.ok(!/not active/.test(natives.text));
});

test('of two generations of one server the later counts', (t) => {
  const { natives, start, write } = serverFolder(t);
  write(GOOD);
  start();
  const newer = crypto.randomBytes(32);
  write({ ...GOOD, key_id: 'srv_abcdefgh2345:4', secret: printSecret(newer) });
  assert.strictEqual(start()?.keyId, 'srv_abcdefgh2345:4');
  write(GOOD);
  const identity = start();
  assert.strictEqual(identity?.keyId, 'srv_abcdefgh2345:4');
  assert.ok(identity?.secret.equals(newer));
  assert.ok(natives.lines.length > 0);
});

test('without a secret anywhere it says what to do', (t) => {
  const { natives, start, write } = serverFolder(t);
  assert.strictEqual(start(), null);
  assert.match(natives.text, /not active: this server is not enrolled.*drawbridge enrol dbe1_/);
  write({ ...GOOD, secret: '' });
  assert.strictEqual(start(), null);
  assert.match(natives.text, /"secret" is empty and no secret is stored for srv_abcdefgh2345/);
  write({ ...GOOD, url: 'x' });
  assert.strictEqual(start(), null);
  assert.match(natives.text, /drawbridge\.json: "url": expected/);
  assert.match(natives.text, /put drawbridge\.json right and restart the resource/);
});

test('a blank file of another server is named, and the enrolment stands', (t) => {
  const { natives, start, write } = serverFolder(t);
  write(GOOD);
  start();
  write({ ...GOOD, server_id: 'srv_zzzzzzzz2345', secret: '' });
  assert.strictEqual(start()?.serverId, 'srv_abcdefgh2345');
  assert.match(natives.text, /names srv_zzzzzzzz2345, but this server is enrolled as srv_abcdefgh/);
});

test('a folder that cannot be written to: the secret is stored, the operator told', (t) => {
  const { natives, file, start, write } = serverFolder(t);
  write(GOOD);
  // A folder in the place of the file that is written beside it fails for root as well.
  fs.mkdirSync(`${file}.new`);
  assert.ok(start()?.secret.equals(SECRET));
  assert.match(natives.text, /drawbridge\.json cannot be written \(EISDIR\): delete its "secret"/);
  assert.ok(fs.readFileSync(file, 'utf8').includes(GOOD.secret));
});
