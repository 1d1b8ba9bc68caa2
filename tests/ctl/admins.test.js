// drawbridgectl admin … and audit list.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Staff, assertPrivate } = require('./staff.js');

const TOKEN = /^dba1_[\w-]{43}_[0-9a-f]{8}$/;
const AUDIT_FIELDS = ['seq', 'at', 'actor', 'action', 'target', 'detail'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
});

after(() => daemon?.dispose());

/** @param {string} name */
const fresh = (name) => path.join(temporaryFolder('ctl'), name);

describe('admin', () => {
  it('add --out writes a token for its owner alone, and it works', async () => {
    const file = fresh('bob.token');
    const said = await ann.says('admin', 'add', 'bob', '--out', file);
    await ann.assertAudited('admin.add', 'bob');
    assertPrivate(file);
    const token = fs.readFileSync(file, 'utf8').trim();
    assert.match(token, TOKEN);
    assert.ok(!said.includes(token));
    const bob = new Staff(daemon, 'bob', file);
    await bob.json('server', 'add', 'Of Bob');
    assert.equal((await bob.audit('--limit', '1'))[0].actor, 'bob');
  });

  it('add without a file prints the token once', async () => {
    const token = /^ {2}(\S+)$/m.exec(await ann.says('admin', 'add', 'carl'))?.[1] ?? '';
    assert.match(token, TOKEN);
    const dora = await ann.json('admin', 'add', 'dora');
    assert.deepEqual(Object.keys(dora), ['name', 'token']);
    assert.match(dora.token, TOKEN);
    assert.ok(!(await ann.says('admin', 'list')).includes(token));
    assert.ok(!JSON.stringify(await ann.json('audit', 'list')).includes(token));
    assert.ok(!daemon.output.includes(token));
  });

  it('add overwrites nothing, and gives no name twice', async () => {
    const file = fresh('eve.token');
    fs.writeFileSync(file, 'precious');
    await ann.fails(4, /--force/, 'admin', 'add', 'eve', '--out', file);
    assert.equal(fs.readFileSync(file, 'utf8'), 'precious');
    await ann.says('admin', 'add', 'eve', '--out', file, '--force');
    assertPrivate(file);
    await ann.fails(4, /names are never reused/, 'admin', 'add', 'eve');
    await ann.fails(2, /name/, 'admin', 'add', 'two words');
    await ann.fails(2, /NAME/, 'admin', 'add');
  });

  it('list', async () => {
    const { admins } = await ann.json('admin', 'list');
    assert.deepEqual(admins.slice(0, 2).map((/** @type {any} */ { name }) => name), ['admin', 'ann']);
    for (const admin of admins) {
      assert.deepEqual(Object.keys(admin), ['name', 'created_at', 'revoked_at']);
    }
    assert.match(await ann.says('admin', 'list'), /^NAME +ADDED +STANDING\nadmin +.* working$/m);
  });

  it('revoke ends a token at once, and its name stays taken', async () => {
    const frank = await Staff.join(daemon, 'frank');
    await frank.json('server', 'list');
    assert.match(await ann.says('admin', 'revoke', 'frank'), /works no more/);
    await ann.assertAudited('admin.revoke', 'frank');
    const sentence = /the admin token is not accepted: it was revoked/;
    await frank.fails(4, sentence, 'server', 'list');
    await frank.fails(4, sentence, 'admin', 'add', 'frank2', '-o', 'json');
    await ann.fails(3, /No working admin token/, 'admin', 'revoke', 'frank');
    await ann.fails(3, /No working admin token/, 'admin', 'revoke', 'nobody');
    await ann.fails(4, /never reused/, 'admin', 'add', 'frank');
    assert.match(await ann.says('admin', 'list'), /^frank .* revoked/m);
  });

  it('the last token stays', async (t) => {
    const other = await startDaemon();
    t.after(() => other.dispose());
    const refused = await other.ctl('admin', 'revoke', 'admin');
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /last working token: add another first/);
  });
});

describe('audit list', () => {
  it('begins with init and names everybody', async () => {
    const all = await ann.audit('--after', '0');
    for (const row of all) assert.deepEqual(Object.keys(row), AUDIT_FIELDS);
    const [first, second] = all;
    assert.deepEqual([first.actor, first.action, first.target], ['init', 'admin.add', 'admin']);
    assert.deepEqual([second.actor, second.action, second.target], ['admin', 'admin.add', 'ann']);
    assert.ok(all.every((/** @type {any} */ { seq }, /** @type {number} */ i) => seq === i + 1));
    assert.match(await ann.says('audit', 'list'), /^SEQ +WHEN +WHO +ACTION +TARGET +DETAIL\n/);
  });

  it('filters and pages', async () => {
    const all = await ann.audit('--after', '0', '--limit', '500');
    /** @param {(row: any) => boolean} wanted */
    const those = (wanted) => all.filter(wanted);
    assert.deepEqual(await ann.audit('--actor', 'bob'), those(({ actor }) => actor === 'bob'));
    assert.deepEqual(
      await ann.audit('--action', 'admin.revoke'), those(({ action }) => action === 'admin.revoke'));
    assert.deepEqual(await ann.audit('--target', 'frank'), those(({ target }) => target === 'frank'));
    assert.deepEqual(await ann.audit('--limit', '2'), all.slice(-2));
    assert.deepEqual(await ann.audit('--after', '3', '--limit', '2'), all.slice(3, 5));
    assert.equal(await ann.says('audit', 'list', '--actor', 'nobody'),
      'nothing in the audit matches\n');
    await ann.fails(2, /limit/, 'audit', 'list', '--limit', '0');
    await ann.fails(2, /after/, 'audit', 'list', '--after', 'x');
  });

  it('reading leaves no row, but the tag key does', async () => {
    const before = (await ann.audit('--limit', '1'))[0].seq;
    for (const args of [['server', 'list'], ['ban', 'list'], ['event', 'list'], ['status'],
      ['admin', 'list'], ['audit', 'list']]) await ann.says(...args);
    assert.deepEqual(await ann.audit('--after', String(before)), []);
    await ann.fails(3, /Nobody/, 'player', 'show', `license:${'d'.repeat(40)}`);
    await ann.assertAudited('tag_key.read', 'network');
  });
});
