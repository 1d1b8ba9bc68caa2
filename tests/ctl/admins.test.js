// drawbridgectl admin …
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Staff, assertPrivate } = require('./staff.js');

const TOKEN = /^dba1_[\w-]{43}_[0-9a-f]{8}$/;

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
    for (const taken of ['system', 'srv_abcdefghijkl']) {
      await ann.fails(2, /name/, 'admin', 'add', taken);
    }
    await ann.fails(2, /NAME/, 'admin', 'add');
  });

  it('list', async () => {
    const { admins } = await ann.json('admin', 'list');
    assert.deepEqual(admins.slice(0, 2).map((/** @type {any} */ { name }) => name), ['admin', 'ann']);
    for (const admin of admins) {
      assert.deepEqual(Object.keys(admin), ['name', 'role', 'owner', 'created_at', 'revoked_at',
        'reputation']);
    }
    assert.match(await ann.says('admin', 'list'), /^NAME +ROLE +ADDED +STANDING +BANS +OVERTURNED +IN 90 DAYS\nadmin +staff +.* working +0 +- +-$/m);
  });

  it('an operator of an owner is listed as such and sees what is theirs', async () => {
    await ann.json('server', 'add', 'Bayside', '--owner', 'Bay Group', '--out', path.join(daemon.dir, 'b.json'));
    const file = path.join(daemon.dir, 'oscar.token');
    await ann.json('admin', 'add', 'oscar', '--owner', 'Bay Group', '--out', file);
    await ann.assertAudited('admin.add', 'oscar');
    assert.match(await ann.says('admin', 'list'), /^oscar +operator of Bay Group +.* working +0 +- +-$/m);
    const oscar = new Staff(daemon, 'oscar', file);
    const { servers } = await oscar.json('server', 'list');
    assert.deepEqual(servers.map((/** @type {any} */ { name }) => name), ['Bayside']);
    await oscar.fails(4, /operator's token/, 'server', 'add', 'Another', '--out', `${file}.json`);
    await ann.fails(3, /No owner/, 'admin', 'add', 'carl', '--owner', 'Nobody');
    await ann.json('admin', 'revoke', 'oscar');
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
    assert.match(refused.stderr, /last working token of staff: add another first/);
  });
});
