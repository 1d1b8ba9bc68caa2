// Who gets in: tokens, and what wrong ones do.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, it } = require('node:test');
const { crc32 } = require('../interop/encoding.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Rest } = require('./rest.js');

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Rest} */
let rest;

before(async () => {
  daemon = await startDaemon();
  rest = new Rest(daemon);
});

after(async () => {
  rest?.close();
  await daemon?.dispose();
});

/** Well formed, and nobody's. */
function strangersToken() {
  const digits = crypto.randomBytes(32).toString('base64url');
  return `dba1_${digits}_${crc32(digits)}`;
}

/** @param {string} token @param {Record<string, string>} [headers] */
async function tryToken(token, headers) {
  const other = new Rest(daemon, token);
  const answer = await other.send('GET', 'servers', { headers });
  other.close();
  return answer;
}

it('nothing is answered without a working token, not even that there is no such path', async () => {
  const good = rest.token;
  const wrong = [
    '',
    'x',
    strangersToken(),
    good.slice(0, -1),
    good.toUpperCase(),
    `${good} `.repeat(2),
    good.replace('dba1_', 'dbs1_'),
  ];
  for (const token of wrong) assert.equal((await tryToken(token)).status, 401, token.slice(0, 5));
  for (const authorization of [`Basic ${good}`, good, `bearer ${good}`]) {
    assert.equal((await tryToken('', { authorization })).status, 401);
  }
  const stranger = new Rest(daemon, strangersToken());
  const requests = [
    ['GET', 'nothing'],
    ['POST', 'servers'],
    ['PUT', 'servers/x/mode'],
  ];
  for (const [method, target] of requests) {
    const body = method === 'GET' ? undefined : '{}';
    const answer = await stranger.send(method, target, { body });
    assert.equal(answer.status, 401);
    assert.equal(answer.json.code, 'unauthorized');
  }
  stranger.close();
  assert.deepEqual((await rest.get('servers')).json.servers, []);
});

it('wrong tokens are answered late, and never keep a right one out', async () => {
  const start = performance.now();
  assert.equal((await tryToken(strangersToken())).status, 401);
  assert.ok(performance.now() - start >= 200, 'answered at once');

  const guesses = Array.from({ length: 6 }, () => tryToken(strangersToken()));
  const right = performance.now();
  assert.equal((await rest.get('servers')).status, 200);
  assert.ok(performance.now() - right < 1500, `${performance.now() - right} ms`);
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  assert.ok(statuses.every((status) => status === 401 || status === 429), String(statuses));
  assert.ok(statuses.includes(429), String(statuses));
});

it('a revoked token ends on the connection that is using it', async () => {
  const { token } = (await rest.post('admins', { name: 'ann' })).json;
  const ann = new Rest(daemon, token);
  assert.equal((await ann.get('servers')).status, 200);
  assert.equal((await rest.post('admins/ann/revoke')).status, 200);
  assert.equal((await ann.get('servers')).status, 401);
  ann.close();
});

it('each action is audited under the name of its token', async () => {
  const { token } = (await rest.post('admins', { name: 'bob' })).json;
  const bob = new Rest(daemon, token);
  const { server_id: id } = (await bob.post('servers', { name: 'one' })).json;
  await bob.send('PUT', 'servers/one/mode', { body: { mode: 'auto', reason: 'trusted now' } });
  await bob.post('servers/one/rotate');
  await bob.post('servers/one/suspend', { reason: 'leaks' });
  await bob.post(`servers/${id}/resume`);
  const tags = [{ type: 'license', tag: 'B'.repeat(42) + 'A' }];
  const ban = { tags, category: 'scam', reason: 'sold a car twice', duration: 0 };
  const { code } = (await bob.post('bans', ban)).json;
  await bob.post(`bans/${code}/lift`, { reason: 'paid back' });
  await bob.post('tag-key');
  const { audit } = (await bob.get('audit?actor=bob')).json;
  const rows = audit.map((/** @type {any} */ row) => {
    assert.equal(row.actor_kind, 'admin');
    return [row.action, row.target, row.detail, row.reason];
  });
  assert.deepEqual(
    rows,
    [
      ['server.add', id, 'one', ''],
      ['server.set_mode', id, 'auto', 'trusted now'],
      ['server.rotate', id, `${id}:2`, ''],
      ['server.suspend', id, '', 'leaks'],
      ['server.resume', id, '', ''],
      ['ban.add', code, 'scam', 'sold a car twice'],
      ['ban.lift', code, '', 'paid back'],
      ['tag_key.read', 'network', '1', ''],
    ],
  );
  bob.close();
});

it('what was refused leaves no row', async () => {
  const rows = async () => (await rest.get('audit?limit=500')).json.audit.length;
  const before = await rows();
  assert.equal((await rest.post('servers', { name: 'one' })).status, 409);
  assert.equal((await rest.post('servers/nobody/rotate')).status, 404);
  assert.equal((await rest.post('bans/ABCD-EFGH/approve')).status, 404);
  assert.equal((await rest.post('admins', { name: 'bob' })).status, 409);
  assert.equal((await rest.post('admins/nobody/revoke')).status, 404);
  assert.equal(await rows(), before);
});

it('no token and no secret is in the log or, as text, in the database', async () => {
  const issued = (await rest.post('servers', { name: 'quiet' })).json;
  const { token } = (await rest.post('admins', { name: 'carol' })).json;
  assert.equal((await tryToken(token)).status, 200);
  const files = ['drawbridge.db', 'drawbridge.db-wal'].map((name) => path.join(daemon.dir, name));
  const kept = Buffer.concat(
    files.filter((file) => fs.existsSync(file)).map((file) => fs.readFileSync(file)),
  );
  for (const secret of [token, rest.token, issued.secret]) {
    const digits = secret.slice(5, 48);
    const bytes = Buffer.from(digits, 'base64url');
    assert.ok(!daemon.output.includes(digits));
    assert.equal(kept.indexOf(digits), -1);
    assert.equal(kept.indexOf(bytes), -1);
  }
});
