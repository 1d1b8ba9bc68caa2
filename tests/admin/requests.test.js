// What the admin plane does with requests that are not drawbridgectl's.
'use strict';

const assert = require('node:assert/strict');
const tls = require('node:tls');
const { after, before, describe, it } = require('node:test');
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

/** @param {import('./rest.js').Answer} answer @param {number} status @param {string} code */
function assertProblem(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.equal(answer.json.code, code);
  assert.equal(answer.json.status, status);
  assert.equal(answer.json.type, `urn:drawbridge:problem:${code}`);
  assert.ok(answer.json.title && answer.json.detail);
}

/** How many rows the audit has. */
async function auditRows() {
  return (await rest.get('audit?limit=500')).json.audit.length;
}

describe('paths', () => {
  it('unknown ones are 404, known ones with another method 405', async () => {
    const unknown = ['', 'nothing', 'servers/a/b', '/', '/admin/v2/servers', '/admin/v1'];
    for (const target of unknown) {
      assertProblem(await rest.get(target), 404, 'not_found');
    }
    assertProblem(await rest.send('DELETE', 'servers', { body: '' }), 405, 'method_not_allowed');
    assertProblem(await rest.post('status'), 405, 'method_not_allowed');
    assertProblem(await rest.get('tag-key'), 405, 'method_not_allowed');
  });

  it('a name may hold a slash, a percent sign and a question mark', async () => {
    const name = 'a/b %41?c=d';
    const added = await rest.post('servers', { name });
    assert.equal(added.status, 201, added.text);
    const shown = await rest.get(`servers/${encodeURIComponent(name)}`);
    assert.equal(shown.json.name, name);
    assert.equal(shown.json.id, added.json.server_id);
    const rotated = await rest.post(`servers/${encodeURIComponent(name)}/rotate`);
    assert.equal(rotated.json.key_id, `${added.json.server_id}:2`);
  });

  it('parameters that are none are refused', async () => {
    const answer = await rest.get('bans?stat=active');
    assertProblem(answer, 400, 'bad_field');
    assert.equal(answer.json.field, 'stat');
    assertProblem(await rest.get('events?limit=501'), 400, 'bad_field');
    assertProblem(await rest.get('events?type=dance'), 400, 'bad_field');
    assertProblem(await rest.get('players'), 400, 'bad_field');
    assertProblem(await rest.get('players?tag=short'), 400, 'bad_field');
    assertProblem(await rest.get('players/1x'), 404, 'not_found');
    assertProblem(await rest.get('bans/abcd-efgh'), 404, 'not_found');
  });
});

describe('bodies', () => {
  it('that are no JSON object are refused', async () => {
    for (const body of ['{', '[]', '"name"', 'null', '\xff', '{"name":"x"}{}']) {
      assertProblem(await rest.send('POST', 'servers', { body }), 400, 'bad_json');
    }
  });

  it('with a wrong, missing or misspelt member name it', async () => {
    const wrong = [
      [{}, 'name'],
      [{ name: '' }, 'name'],
      [{ name: 7 }, 'name'],
      [{ name: 'a\u001b[31m' }, 'name'],
      [{ name: 'x'.repeat(65) }, 'name'],
      [{ name: 'srv_abcdefghijkl' }, 'name'],
      [{ name: 'good', mode: 'sometimes' }, 'mode'],
      [{ name: 'good', mod: 'auto' }, 'mod'],
    ];
    const before = await auditRows();
    for (const [body, field] of wrong) {
      const answer = await rest.post('servers', body);
      assertProblem(answer, 400, 'bad_field');
      assert.equal(answer.json.field, field);
    }
    assert.equal(await auditRows(), before);
    assert.ok(!(await rest.get('servers')).text.includes('"good"'));
  });

  it('a ban needs an account, a category, a reason and a term', async () => {
    const tag = { type: 'license', tag: 'A'.repeat(43) };
    const good = { tags: [tag], category: 'cheating', reason: 'x', duration: 0 };
    const wrong = [
      [{ ...good, tags: [] }, 'tags'],
      [{ ...good, tags: [{ ...tag, type: 'ip' }] }, 'tags'],
      [{ ...good, tags: [{ ...tag, type: 'token' }] }, 'tags'],
      [{ ...good, tags: [{ ...tag, tag: 'license:abc' }] }, 'tags'],
      [{ ...good, tags: [{ ...tag, value: 'x' }] }, 'tags'],
      [{ ...good, tags: Array(17).fill(tag) }, 'tags'],
      [{ ...good, category: 'annoying' }, 'category'],
      [{ ...good, reason: 'x'.repeat(501) }, 'reason'],
      [{ ...good, duration: -1 }, 'duration'],
      [{ ...good, duration: 315_360_001 }, 'duration'],
      [{ ...good, duration: 1.5 }, 'duration'],
    ];
    for (const [body, field] of wrong) {
      const answer = await rest.post('bans', body);
      assertProblem(answer, 400, 'bad_field');
      assert.equal(answer.json.field, field, JSON.stringify(body).slice(0, 100));
    }
    const placed = await rest.post('bans', good);
    assert.equal(placed.status, 201, placed.text);
    assert.equal((await rest.get('bans')).json.bans.length, 1);
  });

  it('above 1 MiB or without a length are refused, and the daemon goes on', async () => {
    const big = Buffer.alloc(1024 * 1024 + 1, ' ');
    assertProblem(await rest.send('POST', 'servers', { body: big }), 413, 'too_large');
    const chunked = await rest.send('POST', 'servers', { body: '{"name":"c"}', chunked: true });
    assertProblem(chunked, 411, 'length_required');
    assert.equal((await rest.get('status')).status, 200);
  });
});

describe('connections', () => {
  it('are kept for many requests, each answered at once', async () => {
    const start = performance.now();
    for (let i = 0; i < 100; i++) assert.equal((await rest.get('admins')).status, 200);
    // Without TCP_NODELAY each would take 40 ms.
    assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
  });

  it('below TLS 1.2 are refused', async () => {
    const outcome = await new Promise((resolve) => {
      const socket = tls.connect(
        {
          host: '127.0.0.1',
          port: daemon.adminPort,
          minVersion: 'TLSv1',
          maxVersion: 'TLSv1.1',
          ciphers: 'DEFAULT:@SECLEVEL=0', // else this side would refuse
          ca: daemon.ca,
        },
        () => resolve('connected'),
      );
      socket.on('error', () => resolve('refused'));
    });
    assert.equal(outcome, 'refused');
  });

  it('that stay open do not hold up the end of the daemon', async () => {
    const other = await startDaemon();
    const held = new Rest(other);
    assert.equal((await held.get('status')).status, 200);
    const start = performance.now();
    assert.equal(await other.stop(), 0);
    held.close();
    assert.ok(performance.now() - start < 6000, `${performance.now() - start} ms`);
    await other.dispose();
  });
});
