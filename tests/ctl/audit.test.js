// drawbridgectl audit …
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { alterDatabase } = require('../e2e/database.js');
const { startDaemon } = require('../e2e/daemon.js');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { Staff } = require('./staff.js');

const FIELDS = [
  'seq', 'at', 'actor_kind', 'actor', 'action', 'target', 'detail', 'reason', 'erased_by', 'hash',
];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Staff} */
let bob;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  bob = await Staff.join(daemon, 'bob');
  await bob.json('server', 'add', 'One', '--reason', 'asked for by Joe');
  await bob.json('server', 'suspend', 'One', '--reason', 'x'.repeat(300));
  await bob.json('server', 'resume', 'One');
  await ann.json('admin', 'add', 'frank');
  await ann.json('admin', 'revoke', 'frank', '--reason', 'has left');
});

after(() => daemon?.dispose());

describe('audit list', () => {
  it('begins with init and names everybody', async () => {
    const all = await ann.audit('--after', '0');
    for (const row of all) assert.deepEqual(Object.keys(row), FIELDS);
    const [first, second] = all;
    assert.deepEqual([first.actor_kind, first.actor, first.action, first.target],
      ['system', 'system', 'admin.add', 'admin']);
    assert.deepEqual([second.actor_kind, second.actor, second.action, second.target],
      ['admin', 'admin', 'admin.add', 'ann']);
    assert.ok(all.every((/** @type {any} */ { seq }, /** @type {number} */ i) => seq === i + 1));
  });

  it('shows who, what and why in a table; long reasons end with …', async () => {
    const text = await ann.says('audit', 'list');
    assert.match(text, /^SEQ +WHEN +WHO +ACTION +TARGET +DETAIL +WHY\n/);
    assert.match(text, /^\d+ .* ann +admin.revoke +frank +has left$/m);
    assert.match(text, /server.suspend .* x+…$/m);
    const [row] = await ann.audit('--action', 'server.suspend');
    assert.equal(row.reason, 'x'.repeat(300));
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
    assert.deepEqual(await ann.audit('--since', '1h'), all);
    assert.deepEqual(await ann.audit('--until', '1h'), []);
    const at = all[3].at;
    assert.deepEqual(await ann.audit('--since', String(at)), those((row) => row.at >= at));
    assert.equal(await ann.says('audit', 'list', '--actor', 'nobody'),
      'nothing in the audit matches\n');
    await ann.fails(2, /limit/, 'audit', 'list', '--limit', '0');
    await ann.fails(2, /limit/, 'audit', 'list', '--limit', 'x');
    await ann.fails(2, /after/, 'audit', 'list', '--after', 'x');
    await ann.fails(2, /--since/, 'audit', 'list', '--since', 'soon');
  });

  it('reading leaves no row, but the tag key does', async () => {
    const before = (await ann.audit('--limit', '1'))[0].seq;
    for (const args of [['server', 'list'], ['ban', 'list'], ['event', 'list'], ['status'],
      ['admin', 'list'], ['audit', 'list'], ['audit', 'verify']]) await ann.says(...args);
    assert.deepEqual(await ann.audit('--after', String(before)), []);
    await ann.fails(3, /Nobody/, 'player', 'show', `license:${'d'.repeat(40)}`);
    await ann.assertAudited('tag_key.read', 'network');
  });

  it('game servers and the system stand in it too', async () => {
    const client = Client.fromDocument(await daemon.addServer('Two', { mode: 'review' }));
    const before = (await ann.audit('--limit', '1'))[0].seq;
    await client.hello();
    const target = fixtures.playerOf(client, fixtures.person());
    const [placed] = await client.results([fixtures.ban(target, { duration: 1 })]);
    const code = placed.ban?.code;
    await client.results([fixtures.ban(target, { duration: 1 })]); // stands already
    const rows = await waitForRows(before, 3);
    assert.deepEqual(
      rows.map((row) => [row.actor_kind, row.action, row.target]),
      [
        ['server', 'secret.in_use', client.serverId],
        ['server', 'ban.place', code],
        ['system', 'ban.expire', code],
      ]);
    assert.ok(rows.every(({ actor, actor_kind: kind }) =>
      actor === (kind === 'server' ? client.serverId : 'system')));
    client.close();
  });
});

it('what cannot be audited is not done, and the command says so', async () => {
  const client = Client.fromDocument(await daemon.addServer('Three', { mode: 'review' }));
  await client.hello();
  const target = fixtures.playerOf(client, fixtures.person());
  const [placed] = await client.results([fixtures.ban(target)]);
  const code = placed.ban?.code ?? '';
  const looks = async () => JSON.stringify([
    await ann.json('server', 'list'), await ann.json('ban', 'show', code),
    await ann.json('admin', 'list'), await ann.audit(),
  ]);
  const before = await looks();
  await alterDatabase(daemon.dir, 'CREATE TRIGGER in_the_way BEFORE INSERT ON audit ' +
    "BEGIN SELECT RAISE(ABORT, 'made up'); END;");
  for (const args of [
    ['ban', 'approve', code],
    ['ban', 'lift', code, '--reason', 'a mistake'],
    ['server', 'rotate', 'Three', '-o', 'json'],
    ['server', 'set-mode', 'Three', 'auto'],
    ['server', 'suspend', 'Three'],
    ['admin', 'add', 'eve'],
    ['admin', 'revoke', 'bob'],
    ['player', 'show', `license:${'d'.repeat(40)}`],
  ]) {
    await ann.fails(1, /cannot be written into the audit, so nothing was done/, ...args);
  }
  await alterDatabase(daemon.dir, 'DROP TRIGGER in_the_way;');
  assert.ok(await looks() === before, 'something was changed');
  assert.equal((await client.hello()).status, 200); // its secret works still
  await ann.says('ban', 'reject', code, '--reason', 'no clip');
  await ann.assertAudited('ban.reject', code);
  assert.equal((await ann.audit('--limit', '1'))[0].reason, 'no clip');
  client.close();
});

/**
 * Once so many entries have come.
 * @param {number} seq
 * @param {number} count
 * @returns {Promise<any[]>}
 */
async function waitForRows(seq, count) {
  for (let i = 0; i < 100; i++) {
    const rows = await ann.audit('--after', String(seq));
    if (rows.length >= count) return rows;
    await sleep(100);
  }
  throw new Error(`no ${count} entries after ${seq}`);
}

describe('audit verify', () => {
  it('says that the trail is whole, and shows the head that status shows', async () => {
    const text = await ann.says('audit', 'verify');
    const { entries, head } = (await ann.json('status')).audit;
    assert.equal(text, `the audit is whole: ${entries} entries\nhead  ${head}\n`);
    assert.match(await ann.says('status'), new RegExp(`^audit head +${head}$`, 'm'));
    assert.match(head, /^\d+:[0-9a-f]{64}$/);
    const answer = await ann.json('audit', 'verify', '--head', head);
    assert.deepEqual(answer, { verified: head, erased: 0, entries, complete: true, broken: null });
    await ann.json('server', 'suspend', 'One');
    await ann.says('audit', 'verify', '--head', head);
    await ann.fails(2, /head: expected SEQ:HEX/, 'audit', 'verify', '--head', '7');
  });

  it('names the first broken entry of a file that was altered', async () => {
    const { head } = (await ann.json('status')).audit;
    await daemon.stop();
    assert.ok(daemon.output.includes(`audit head=${head}\n`), 'the log does not note the head');
    await alterDatabase(daemon.dir, 'CREATE TABLE kept AS SELECT * FROM audit;' +
      'DROP TRIGGER audit_is_kept; DROP TRIGGER audit_stays;');
    /** @type {[string, RegExp, number][]} */
    const alterations = [
      ['UPDATE audit SET at = at - 60000 WHERE seq = 3', /entry 3 was altered/, 3],
      ["UPDATE audit SET action = 'server.add' WHERE seq = 5", /entry 5 was altered/, 5],
      ['UPDATE audit SET texts = (SELECT texts FROM audit WHERE seq = 2) WHERE seq = 4',
        /entry 4 has texts that cannot be opened/, 4],
      ['DELETE FROM audit WHERE seq = 4', /entry 4 is missing, though later ones/, 4],
      ['DELETE FROM audit WHERE seq > 6', /entry 7 is missing: the trail ends before/, 7],
    ];
    for (const [sql, sentence, seq] of alterations) {
      await alterDatabase(daemon.dir, `${sql};`);
      await daemon.start();
      await ann.fails(1, sentence, 'audit', 'verify', '--head', head);
      const ran = await ann.run(['audit', 'verify', '--head', head, '-o', 'json']);
      assert.equal(ran.code, 1);
      assert.equal(ran.json.broken.seq, seq);
      assert.equal(await daemon.stop(), 0);
      await alterDatabase(daemon.dir, 'DELETE FROM audit; INSERT INTO audit SELECT * FROM kept;');
    }
    await daemon.start();
    await ann.says('audit', 'verify', '--head', head);
  });
});
