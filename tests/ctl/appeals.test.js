// drawbridgectl appeal …: what a banned player says by the code of the ban, until a person decides.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { setTimeout: delay } = require('node:timers/promises');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('../e2e/daemon.js');
const { alterDatabase } = require('../e2e/database.js');
const { restored } = require('../e2e/restore.js');
const { Staff, assertFailed, assertFits } = require('./staff.js');

const WHY = ['--category', 'cheating', '--reason', 'Aimbot, seen twice'];
const DAY_MS = 86_400_000;
const STANDING = ['appeal', 'state', 'opened_at', 'due_at', 'overdue', 'decided_at'];
const LISTED = [
  ...STANDING, 'ban', 'ban_state', 'category', 'server', 'follows', 'contact', 'last_at', 'last_by', 'with',
  'decided_by', 'reason',
];

/** @param {Staff} staff @returns {Promise<string>} the code of a ban by staff */
async function banned(staff) {
  const target = `license:${fixtures.person().identifiers.license}`;
  return (await staff.json('ban', 'add', target, ...WHY)).code;
}

/** The last change of a ban. @param {any} ban */
const lastChange = (ban) => ban.changes.at(-1);

describe('one network', () => {
  /** @type {import('../e2e/daemon.js').Daemon} */
  let daemon;
  /** @type {Staff} */
  let ann;
  /** @type {Staff} */
  let ben;
  /** @type {Client} */
  let a;
  /** @type {Client} of another owner */
  let b;

  before(async () => {
    daemon = await startDaemon({ grace: '0s' });
    ann = await Staff.join(daemon, 'ann');
    ben = await Staff.join(daemon, 'ben');
    a = Client.fromDocument(await daemon.addServer('A', { mode: 'auto' }));
    b = Client.fromDocument(await daemon.addServer('B', { mode: 'auto' }));
    for (const client of [a, b]) await client.hello();
  });

  after(async () => {
    for (const client of [a, b]) client?.close();
    await daemon?.dispose();
  });

  it('lists nothing at first', async () => {
    assert.equal(await ann.says('appeal', 'list'), 'no appeal is open\n');
    assert.equal(await ann.says('appeal', 'list', '--all'), 'no appeals\n');
    assert.deepEqual(await ann.json('appeal', 'list'), { appeals: [], next: null });
  });

  it('is opened by code, against a ban that stands, once', async () => {
    await ann.fails(3, /No ban has this code/, 'appeal', 'open', 'ABCD-EFGH');
    await ann.fails(3, /No ban has this code/, 'appeal', 'open', 'nonsense');
    await ann.fails(2, /CODE/, 'appeal', 'open');
    const code = await banned(ann);
    const appeal = await ann.json('appeal', 'open', code, '--text', 'It was my brother',
      '--contact', 'vis@example.org');
    assert.deepEqual(Object.keys(appeal), [...LISTED, 'messages', 'about']);
    assert.deepEqual([appeal.state, appeal.ban, appeal.contact, appeal.with, appeal.overdue],
      ['open', code, 'vis@example.org', 'ann', false]);
    assert.equal(appeal.due_at - appeal.opened_at, 14 * DAY_MS);
    assert.deepEqual(appeal.messages, [
      { at: appeal.opened_at, from: 'player', who: 'ann', text: 'It was my brother' },
    ]);
    assert.equal(appeal.about.code, code);
    await ann.assertAudited('appeal.open', code);
    await ben.fails(4, /An appeal against this ban is open/, 'appeal', 'open', code);
    const shown = await ann.says('ban', 'show', code);
    assert.match(shown, new RegExp(`^appeal ${appeal.appeal} +open, opened just now, due in 14 d$`, 'm'));

    const over = await banned(ann);
    await ann.json('ban', 'lift', over, '--reason', 'pardoned');
    await ann.fails(4, /This ban is over/, 'appeal', 'open', over);
    await ann.fails(3, /none is about this ban/, 'appeal', 'show', over);
    await ann.fails(3, /No appeal has this number/, 'appeal', 'show', '4711');
    await ann.fails(3, /No appeal has this number/, 'appeal', 'reply', '4711', '--text', 'x');
  });

  it('keeps the correspondence, who wrote it and when', async () => {
    const code = await banned(ann);
    const { appeal } = await ann.json('appeal', 'open', code);
    const id = String(appeal);
    await ben.json('appeal', 'reply', id, '--text', 'Do you have the clip?');
    await ben.assertAudited('appeal.reply', code);
    const long = 'It shows that '.concat('nothing happened and '.repeat(40)).trim();
    const said = await ann.jsonFrom(`${long}\nVis\n`, 'appeal', 'reply', code, '--from', 'player',
      '--text', '-');
    const words = said.messages.map((/** @type {any} */ { from, who, text }) => [from, who, text]);
    assert.deepEqual(words, [
      ['player', 'ann', ''],
      ['staff', 'ben', 'Do you have the clip?'],
      ['player', 'ann', `${long}\nVis`],
    ]);
    await ann.fails(2, /--text/, 'appeal', 'reply', id);
    await ann.fails(2, /--from/, 'appeal', 'reply', id, '--from', 'mother', '--text', 'x');
    assertFailed(await ann.run(['appeal', 'reply', id, '--text', '-'], ''), 2, /text: expected 1 to/);
    const [listed] = (await ann.json('appeal', 'list')).appeals.slice(-1);
    assert.deepEqual(Object.keys(listed), LISTED);
    assert.deepEqual([listed.last_by, listed.with], ['player', 'ann']);
    const shown = await ann.says('appeal', 'show', id);
    assert.match(shown, /^player, just now \(ann\) +\(no words\)$/m);
    assert.match(shown, /^staff, just now \(ben\) +Do you have the clip\?$/m);
    assert.match(shown, /^category +cheating$/m);
    assert.match(shown, /^WHEN +FROM +TO +WHO +WHY$/m);
  });

  it('is upheld by a person with a reason, and the ban stays', async () => {
    const code = await banned(ann);
    const { appeal } = await ann.json('appeal', 'open', code);
    await ben.fails(2, /--reason/, 'appeal', 'uphold', String(appeal));
    const upheld = await ben.json('appeal', 'uphold', String(appeal), '--reason', 'The clip shows it');
    await ben.assertAudited('appeal.uphold', code);
    assert.deepEqual([upheld.state, upheld.decided_by, upheld.reason, upheld.ban_state],
      ['upheld', 'ben', 'The clip shows it', 'active']);
    assert.ok(upheld.decided_at >= upheld.opened_at);
    for (const verb of ['uphold', 'lift']) {
      await ann.fails(4, /This appeal is closed/, 'appeal', verb, String(appeal), '--reason', 'x');
    }
    await ann.fails(4, /closed/, 'appeal', 'reply', String(appeal), '--text', 'x');
    assert.match(await ann.says('ban', 'show', code),
      new RegExp(`^appeal ${appeal} +upheld just now$`, 'm'));
    assert.match(await ann.says('appeal', 'list', '--all'),
      new RegExp(`^${appeal} +${code} +upheld +just now +closed just now +ben +decision, just now +staff$`, 'm'));
    const again = await ann.json('appeal', 'open', code);
    assert.ok(again.appeal > appeal);
    assert.equal((await ann.json('appeal', 'show', code)).appeal, again.appeal);
  });

  it('lifts the ban and what followed from it, everywhere at once', async () => {
    /** @param {Client} client @param {fixtures.Person} someone */
    const decision = async (client, someone) =>
      (await client.event(fixtures.join(fixtures.playerOf(client, someone)))).verdict?.decision;
    const tokens = [...fixtures.person().tokens, fixtures.person().tokens[0]];
    const [one, other] = [0, 1].map(() => {
      const { license } = fixtures.person().identifiers;
      return { ...fixtures.person(), identifiers: { license }, tokens };
    });
    await decision(a, one);
    const code = (await a.event(fixtures.ban(fixtures.playerOf(a, one)))).ban?.code ?? '';
    assert.equal(await decision(a, other), 'ban', 'the same machine');
    assert.equal(await decision(b, { ...other, tokens: [] }), 'ban');
    const [{ code: follower }] = (await ann.json('ban', 'show', code)).followers;
    await b.catchUp();
    const entries = b.network.entries.size;

    const { appeal } = await ann.json('appeal', 'open', code, '--text', 'Not me');
    const ofFollower = await ann.json('appeal', 'open', follower);
    assert.match(await ann.says('appeal', 'show', follower),
      new RegExp(`^note +this ban follows from ${code}; lifting it alone leaves that one in force$`, 'm'));
    const lifted = await ben.json('appeal', 'lift', String(appeal), '--reason', 'Another player');
    const actions = (await ann.audit('--limit', '3')).map((/** @type {any} */ row) =>
      [row.actor, row.action, row.target]);
    assert.deepEqual(actions, [['ben', 'appeal.lift', code], ['ben', 'ban.overturn', code],
      ['ben', 'ban.lift.following', follower]]);
    assert.deepEqual([lifted.state, lifted.ban_state, lifted.decided_by, lifted.reason],
      ['lifted', 'lifted', 'ben', 'Another player']);
    for (const ended of [code, follower]) {
      const ban = await ann.json('ban', 'show', ended);
      const { action, from, to, who, reason } = lastChange(ban);
      assert.deepEqual([action, from, to, who, reason],
        ['overturn', 'active', 'lifted', 'ben', 'Another player']);
      assert.match(await ann.says('ban', 'show', ended),
        /^\S+ \S+ UTC +active +lifted \(overturned\) +ben +Another player$/m);
    }
    assert.equal((await ann.json('appeal', 'show', String(ofFollower.appeal))).state, 'moot');
    await b.catchUp();
    assert.equal(b.network.entries.size, entries - 2);
    for (const client of [a, b]) {
      for (const someone of [one, other]) assert.equal(await decision(client, someone), 'allow');
    }
  });

  it('is moot when the ban ends otherwise; a pardon is no overturning', async () => {
    const pardoned = await banned(ann);
    const target = fixtures.playerOf(a, fixtures.person());
    const unbanned = (await a.event(fixtures.ban(target))).ban?.code ?? '';
    const short = fixtures.ban(fixtures.playerOf(a, fixtures.person()), { duration: 2 });
    const expiring = (await a.event(short)).ban?.code ?? '';
    for (const code of [pardoned, expiring, unbanned]) await ann.json('appeal', 'open', code);
    await ann.json('ban', 'lift', pardoned, '--reason', 'served long enough');
    await a.event(fixtures.event('unban', { code: unbanned }));
    /** @type {any} */
    let appeal;
    for (const code of [pardoned, unbanned, expiring]) {
      for (let tries = 0; tries < 100; tries += 1) {
        appeal = await ann.json('appeal', 'show', code);
        if (appeal.state !== 'open') break;
        await delay(100);
      }
      assert.deepEqual([appeal.state, appeal.decided_by], ['moot', null], code);
      assert.ok(appeal.decided_at);
      await ann.fails(4, /closed/, 'appeal', 'lift', code, '--reason', 'x');
    }
    assert.equal(lastChange(await ann.json('ban', 'show', pardoned)).action, 'lift');
    assert.equal(lastChange(await ann.json('ban', 'show', unbanned)).action, 'unban');
    assert.doesNotMatch(await ann.says('ban', 'show', pardoned), /overturned/);
  });

  it('pages through what is open, oldest first', async () => {
    const all = (await ann.json('appeal', 'list')).appeals;
    const ages = all.map((/** @type {any} */ { opened_at: at }) => at);
    assert.deepEqual(ages, [...ages].sort());
    const first = await ann.json('appeal', 'list', '--limit', '1');
    assert.deepEqual([first.appeals.length, first.next], [1, all[0].appeal]);
    const next = await ann.json('appeal', 'list', '--limit', '1', '--after', String(first.next));
    assert.equal(next.appeals[0].appeal, all[1].appeal);
    assert.match(await ann.says('appeal', 'list', '--limit', '1'), /^more: add --after \d+$/m);
  });

  it('is marked when it is overdue, in the list and in the status', async () => {
    const code = await banned(ann);
    const { appeal } = await ann.json('appeal', 'open', code);
    const { open } = (await ann.json('status')).appeals;
    await daemon.stop();
    const late = Date.now() - 2 * DAY_MS;
    await alterDatabase(daemon.dir, `UPDATE appeals SET due_at = ${late} WHERE id = ${appeal}`);
    await daemon.start();
    assert.equal((await ann.json('appeal', 'show', code)).overdue, true);
    assert.match(await ann.says('appeal', 'list'),
      new RegExp(`^${appeal} +${code} +open +just now +OVERDUE, 2 d ago +ann +`, 'm'));
    assert.deepEqual((await ann.json('status')).appeals, { open, overdue: 1 });
    assert.match(await ann.says('status'), new RegExp(`^appeals +${open} open, 1 OVERDUE$`, 'm'));
    assertFits(await ann.says('ban', 'show', code));
  });
});

describe('an older backup', () => {
  it('leaves lifted what an appeal has lifted, and tells it from a pardon', async () => {
    const daemon = await startDaemon();
    const ann = await Staff.join(daemon, 'ann');
    const codes = [await banned(ann), await banned(ann)];
    for (const code of codes) await ann.json('appeal', 'open', code);
    const { backup } = await ann.json('backup', 'create');
    await ann.json('appeal', 'lift', codes[0], '--reason', 'Another player');
    await ann.json('ban', 'lift', codes[1], '--reason', 'pardoned');
    await daemon.stop();
    await restored(daemon.dir, backup.name, '--to', daemon.dir, '--force');
    await daemon.start();
    const [overturned, pardoned] =
      await Promise.all(codes.map((code) => daemon.ctlJson('ban', 'show', code)));
    assert.deepEqual([overturned.state, lastChange(overturned).action], ['lifted', 'overturn']);
    assert.deepEqual([pardoned.state, lastChange(pardoned).action], ['lifted', 'lift']);
    for (const { appeals } of [overturned, pardoned]) {
      assert.deepEqual(Object.keys(appeals[0]), STANDING);
      assert.equal(appeals[0].state, 'moot', 'by whom it was decided is not in this backup');
    }
    await daemon.dispose();
  });
});

describe('where two have to agree', () => {
  it('nobody upholds a ban of their own while somebody else could; anyone may lift it', async () => {
    const daemon = await startDaemon({ secondPerson: true });
    const [ann, ben, cid] =
      await Promise.all(['ann', 'ben', 'cid'].map((name) => Staff.join(daemon, name)));
    const codes = [await banned(ann), await banned(ann)];
    for (const code of codes) {
      await ben.json('ban', 'confirm', code);
      await ann.json('appeal', 'open', code);
    }
    for (const staff of [ann, ben]) {
      await staff.fails(4, /somebody else has to uphold it/, 'appeal', 'uphold', codes[0],
        '--reason', 'mine');
    }
    assert.equal((await ann.json('appeal', 'show', codes[0])).state, 'open');
    const upheld = await cid.json('appeal', 'uphold', codes[0], '--reason', 'The clip shows it');
    assert.deepEqual([upheld.state, upheld.decided_by], ['upheld', 'cid']);
    assert.equal((await ann.json('appeal', 'lift', codes[1], '--reason', 'My error')).state, 'lifted');

    const last = await banned(ann);
    await ann.json('appeal', 'open', last);
    for (const name of ['admin', 'ben', 'cid']) await ann.json('admin', 'revoke', name);
    assert.equal((await ann.json('appeal', 'uphold', last, '--reason', 'Nobody else is here')).state,
      'upheld');
    await daemon.dispose();
  });
});
