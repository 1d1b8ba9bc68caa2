// drawbridgectl ban …: every verb, and what it does to the lists game servers hold.
'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, it } = require('node:test');
const { Client } = require('../interop/client.js');
const fixtures = require('../interop/fixtures.js');
const { tagOf } = require('../interop/sealed.js');
const { run, startDaemon } = require('../e2e/daemon.js');
const { RecordingProxy } = require('../e2e/recording_proxy.js');
const { Staff } = require('./staff.js');

const BAN_FIELDS = [
  'code', 'state', 'category', 'reason', 'issuer', 'server', 'profile', 'tags', 'follows', 'superseded_by',
  'adopted', 'created_at', 'grace_until', 'expires_at', 'decided_at', 'decided_by', 'decision_note', 'orphaned',
];
const CODE = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/;
const WHY = ['--category', 'cheating', '--reason', 'Aimbot, seen twice'];

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;
/** @type {Client} in mode review */
let first;
/** @type {Client} of another owner */
let second;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
  first = Client.fromDocument(await daemon.addServer('First', { mode: 'review' }));
  second = Client.fromDocument(await daemon.addServer('Second', { mode: 'local' }));
  for (const client of [first, second]) await client.hello();
});

after(async () => {
  for (const client of [first, second]) client?.close();
  await daemon?.dispose();
});

const license = () => `license:${fixtures.person().identifiers.license}`;

/** Whether the network list of a game server holds an identifier. @param {Client} client @param {string} identifier */
async function holds(client, identifier) {
  await client.catchUp();
  const [type, value] = identifier.split(':');
  return client.network.match([tagOf(client.tagKey, type, value)], Date.now() / 1000).length > 0;
}

/** What a game server tells of its lists. @param {Client} client */
async function heartbeat(client) {
  await client.results([fixtures.event('heartbeat', {
    uptime: 60, players: 0, lists: { network: client.network.cursor, owner: client.owner.cursor },
    outbox: 0, dropped: 0, resource_version: '0.1.0',
  })]);
}

/** A proposal of the first server. */
async function proposal() {
  const { ban } = await first.event(
    fixtures.ban(fixtures.playerOf(first, fixtures.person()), { duration: 86_400 }));
  assert.equal(ban?.state, 'proposed');
  return ban?.code ?? '';
}

it('lists nothing at first', async () => {
  assert.equal(await ann.says('ban', 'list'), 'no bans yet\n');
  assert.equal(await ann.says('ban', 'list', '--state', 'active'), 'no bans match\n');
  assert.deepEqual(await ann.json('ban', 'list'), { bans: [], next: null });
});

describe('ban add', () => {
  it('travels to the list of every server, and ban show counts who has it', async () => {
    const target = license();
    const said = await ann.says('ban', 'add', target, ...WHY);
    assert.ok(!said.includes(target.slice(8)));
    const code = /^code +(\S+)$/m.exec(said)?.[1] ?? '';
    assert.match(code, CODE);
    assert.match(said, /^network list +1 entry, in force on 0 of 2 servers$/m);
    await ann.assertAudited('ban.add', code);
    const reach = async () => (await ann.json('ban', 'show', code)).lists;
    const names = async () => (await reach())[0].missing
      .map((/** @type {any} */ { name }) => name);
    assert.equal((await names()).length, 2);
    for (const [at, client] of [first, second].entries()) {
      assert.ok(await holds(client, target));
      if (at === 0) await heartbeat(client); else await client.poll();
      const [list] = await reach();
      assert.deepEqual(
        [list.list, list.entries, list.servers, list.applied], ['network', 1, 2, at + 1]);
      assert.equal(list.cursor, client.network.cursor);
      assert.ok(Date.now() - list.last_applied_at < 60_000);
    }
    assert.deepEqual(await names(), []);
    assert.match(await ann.says('ban', 'show', code),
      /in force on 2 of 2 servers, on the last one since just now/);
    await ann.says('ban', 'add', license(), ...WHY);
    assert.equal((await reach())[0].applied, 2, 'a later change of the list takes nothing away');
  });

  it('has stable fields, a term and the types banned', async () => {
    const person = fixtures.person().identifiers;
    const ban = await ann.json('ban', 'add', `license:${person.license}`,
      `discord:${person.discord}`, ...WHY, '--for', '2w');
    assert.deepEqual(Object.keys(ban), [...BAN_FIELDS, 'changes', 'followers', 'supersedes', 'evidence',
      'detections', 'appeals', 'lists', 'links']);
    assert.deepEqual(ban.tags.sort(), ['discord', 'license']);
    assert.equal(ban.expires_at - ban.created_at, 14 * 86_400_000);
    assert.deepEqual([ban.state, ban.adopted, ban.decided_by], ['active', true, 'ann']);
    assert.equal((await ann.json('ban', 'add', license(), ...WHY)).expires_at, null);
    const long = await ann.json('ban', 'add', license(), '--category', 'scam', '--reason',
      'Sold the same car again and again. '.repeat(10).trim());
    assert.match(await ann.says('ban', 'show', long.code), /^reason +Sold the same/m);
    await ann.says('ban', 'list');
  });

  it('- reads identifiers from standard input', async () => {
    const person = fixtures.person().identifiers;
    const input = `license:${person.license}\n  steam:${person.steam} \n\n`;
    const ban = await ann.jsonFrom(input, 'ban', 'add', '-', ...WHY);
    assert.deepEqual(ban.tags.sort(), ['license', 'steam']);
    assert.ok(await holds(first, `steam:${person.steam}`));
  });

  it('bad identifiers: exit 2, and never repeated', async () => {
    const hidden = 'zebra123';
    const known = license();
    for (const words of [
      [`license:${hidden}`], [`licence:${hidden}`], [hidden], [known, `discord:${hidden}`],
      [`steam:${hidden}${hidden}`], [`license:${hidden}${'a'.repeat(33)}`], [''], ['license:'],
    ]) {
      const count = words.length;
      const said = await ann.fails(2, new RegExp(`identifier ${count}: `), 'ban', 'add', ...words, ...WHY);
      assert.ok(!said.includes(hidden) && !said.includes(known.slice(8)), said);
      const piped = await ann.run(['ban', 'add', '-', ...WHY], words.join('\n'));
      assert.equal(piped.code, 2);
      assert.ok(!piped.stderr.includes(hidden), piped.stderr);
    }
    const mistyped = await ann.fails(2, /./, 'ban', 'add', known, ...WHY, '--fro', hidden);
    assert.ok(!mistyped.includes(known.slice(8)));
    await ann.fails(2, /no identifier given/, 'ban', 'add', '-', ...WHY);
    await ann.fails(2, /name an account/, 'ban', 'add', 'ip:192.0.2.7', ...WHY);
  });

  it('wrong usage: exit 2', async () => {
    const target = license();
    await ann.fails(2, /--category/, 'ban', 'add', target, '--reason', 'x');
    await ann.fails(2, /--category/, 'ban', 'add', target, '--reason', 'x', '--category', 'mood');
    await ann.fails(2, /--reason/, 'ban', 'add', target, '--category', 'scam');
    await ann.fails(2, /reason/, 'ban', 'add', target, '--category', 'scam', '--reason', '');
    for (const length of ['soon', '0d', '-1h', '7', '11000w', '1y']) {
      await ann.fails(2, /--for: expected/, 'ban', 'add', target, ...WHY, `--for=${length}`);
    }
    assert.equal(await holds(first, target), false);
  });

  it('the daemon is told tags, never an identifier', async (t) => {
    const proxy = await new RecordingProxy().listen(daemon.dir);
    t.after(() => proxy.close());
    proxy.daemon = { dataPort: daemon.adminPort, ca: daemon.ca };
    const target = license();
    const value = target.slice(8);
    const unknown = license();
    for (const args of [
      ['ban', 'add', target, ...WHY], ['player', 'show', unknown],
      ['event', 'list', '--player', unknown],
    ]) {
      const ran = await run('drawbridgectl', ['--url', `https://localhost:${proxy.port}`,
        '--token-file', ann.tokenFile, '--ca', `${daemon.dir}/ca.pem`, ...args]);
      assert.equal(ran.code, args[0] === 'ban' ? 0 : 3, ran.stderr);
    }
    const heard = Buffer.concat(proxy.toDaemon).toString('latin1');
    assert.match(heard, /POST \/admin\/v1\/bans /);
    const tag = tagOf(first.tagKey, 'license', value).toString('base64url');
    assert.ok(heard.includes(tag), 'the recording is readable');
    for (const raw of [value, unknown.slice(8)]) {
      assert.ok(!heard.toLowerCase().includes(raw));
      assert.ok(!heard.includes(Buffer.from(raw).toString('base64')));
      assert.ok(!daemon.output.includes(raw));
    }
  });
});

describe('moderation', () => {
  it('approve puts a proposal on the network', async () => {
    const code = await proposal();
    assert.match(await ann.says('ban', 'list', '--state', 'proposed'), new RegExp(`^${code}`, 'm'));
    assert.match(await ann.says('ban', 'show', code), /^network list +not on it$/m);
    const ban = await ann.json('ban', 'approve', code, '--note', 'clip seen');
    assert.deepEqual([ban.state, ban.decided_by, ban.decision_note], ['active', 'ann', 'clip seen']);
    assert.ok(ban.lists.some((/** @type {any} */ list) => list.list === 'network' && list.entries));
    await ann.assertAudited('ban.approve', code);
    await ann.fails(4, /state/, 'ban', 'approve', code);
    await ann.fails(4, /state/, 'ban', 'reject', code);
  });

  it('reject leaves it with its owner', async () => {
    const code = await proposal();
    assert.match(await ann.says('ban', 'reject', code), /^state +rejected$/m);
    await ann.assertAudited('ban.reject', code);
    const { lists } = await ann.json('ban', 'show', code);
    const entries = Object.fromEntries(
      lists.map((/** @type {any} */ list) => [list.list, list.entries]));
    assert.ok(!entries.network);
    assert.ok(entries.owner > 0);
  });

  it('escalate leaves it to others; the history tells who did what and why', async () => {
    const code = await proposal();
    const ban = await ann.json('ban', 'escalate', code, '--reason', 'two clips disagree');
    assert.equal(ban.state, 'escalated');
    await ann.assertAudited('ban.escalate', code);
    await ann.fails(4, /state/, 'ban', 'escalate', code);
    assert.match(await ann.says('ban', 'list', '--state', 'escalated'), new RegExp(`^${code}`, 'm'));
    const { changes } = await ann.json('ban', 'approve', code);
    assert.deepEqual(
      changes.map((/** @type {any} */ { from, to, actor, who, reason }) => [from, to, actor, who, reason]),
      [[null, 'proposed', 'server', first.serverId, null],
        ['proposed', 'escalated', 'admin', 'ann', 'two clips disagree'],
        ['escalated', 'active', 'admin', 'ann', null]]);
    assert.match(await ann.says('ban', 'show', code), /proposed +escalated +ann +two clips disagree$/m);
  });

  it('lift ends a ban everywhere, and needs a reason', async () => {
    const target = license();
    const { code } = await ann.json('ban', 'add', target, ...WHY);
    assert.ok(await holds(first, target));
    await ann.fails(2, /--reason/, 'ban', 'lift', code);
    assert.match(await ann.says('ban', 'lift', code, '--reason', 'wrong person'), /^state +lifted$/m);
    await ann.assertAudited('ban.lift', code);
    assert.equal(await holds(first, target), false);
    await ann.fails(4, /state/, 'ban', 'lift', code, '--reason', 'again');
  });

  it('unknown code: exit 3', async () => {
    for (const code of ['ABCD-EFGH', 'nonsense', '../../admins']) {
      await ann.fails(3, /No ban has this code/, 'ban', 'show', code);
      await ann.fails(3, /No ban has this code/, 'ban', 'approve', code, '-o', 'json');
      await ann.fails(3, /No ban has this code/, 'ban', 'lift', code, '--reason', 'x');
    }
  });
});

describe('ban evidence', () => {
  const CLIP = 'https://clips.example.org/watch/17';

  it('shows what the server gave and what its machines saw in the hour before', async () => {
    const [target, other] = [0, 1].map(() => fixtures.playerOf(first, fixtures.person()));
    for (const player of [target, other]) await first.event(fixtures.join(player));
    const seen = (/** @type {unknown} */ who, /** @type {string} */ detector) =>
      first.event(fixtures.event('detection',
        { target: who, detector, category: 'cheating', confidence: 80, detail: '14 hits' }));
    await seen(target, 'godmode');
    await seen(other, 'noclip');
    await second.event(fixtures.event('detection',
      { target, detector: 'elsewhere', category: 'cheating', confidence: 80 }));
    const banned = await first.event(fixtures.ban(target, { evidence: [CLIP, 'two witnesses'] }));
    const code = banned.ban?.code ?? '';
    const shown = await ann.json('ban', 'show', code);
    assert.deepEqual(shown.evidence, [CLIP, 'two witnesses'].map((text) =>
      ({ at: shown.created_at, actor: 'server', text })));
    const detections = shown.detections.map((/** @type {any} */ { event, at, ...what }) => {
      assert.ok(event > 0 && at <= shown.created_at);
      return what;
    });
    assert.deepEqual(detections,
      [{ detector: 'godmode', category: 'cheating', confidence: 80, detail: '14 hits' }]);
    const said = await ann.says('ban', 'show', code);
    assert.match(said, new RegExp(`^evidence +${CLIP}$`, 'm'));
    assert.match(said, /^detected +godmode, 80 %, just now: 14 hits \(event \d+\)$/m);
  });

  it('staff add links, with the ban or later, up to a limit', async () => {
    const { code, evidence } = await ann.json('ban', 'add', license(), ...WHY, '--evidence', CLIP);
    assert.deepEqual(evidence.map((/** @type {any} */ { actor, text }) => [actor, text]),
      [['admin', CLIP]]);
    const more = ['--add', `${CLIP}1`, '--add', `${CLIP}2`];
    const added = await ann.json('ban', 'evidence', code, ...more, '--reason', 'from the ticket');
    assert.deepEqual(added.evidence.map((/** @type {any} */ { text }) => text),
      [CLIP, `${CLIP}1`, `${CLIP}2`]);
    await ann.assertAudited('ban.evidence', code);
    assert.match(await ann.says('ban', 'show', code),
      new RegExp(`^evidence +${CLIP}2 \\(added by staff\\)$`, 'm'));
    for (const [link, why] of [
      ['http://clips.example.org', /https:/], ['https://ann@example.org', /user name/],
      ['two witnesses', /https:/], [`https://example.org/${'a'.repeat(300)}`, /300/],
    ]) {
      await ann.fails(2, /** @type {RegExp} */ (why), 'ban', 'evidence', code, '--add', String(link));
      await ann.fails(2, /** @type {RegExp} */ (why), 'ban', 'add', license(), ...WHY,
        '--evidence', String(link));
    }
    await ann.fails(2, /--add/, 'ban', 'evidence', code);
    await ann.fails(3, /No ban has this code/, 'ban', 'evidence', 'ABCD-EFGH', '--add', CLIP);
    const five = Array.from({ length: 5 }, () => ['--add', CLIP]).flat();
    for (let i = 0; i < 3; i += 1) await ann.json('ban', 'evidence', code, ...five);
    await ann.fails(4, /20 pieces/, 'ban', 'evidence', code, ...five);
    await ann.fails(2, /at most 5/, 'ban', 'evidence', code, ...five, '--add', CLIP);
    assert.equal((await ann.json('ban', 'show', code)).evidence.length, 18);
  });
});

describe('ban list', () => {
  it('filters and pages', async () => {
    const { bans } = await ann.json('ban', 'list', '--limit', '500');
    for (const ban of bans) assert.deepEqual(Object.keys(ban), BAN_FIELDS);
    /** @param {string[]} args */
    const codes = async (...args) =>
      (await ann.json('ban', 'list', ...args)).bans.map((/** @type {any} */ { code }) => code);
    /** @param {(ban: any) => boolean} wanted */
    const those = (wanted) => bans.filter(wanted).map((/** @type {any} */ { code }) => code);
    assert.ok(bans.length > 5);
    assert.deepEqual(await codes('--state', 'lifted'), those((ban) => ban.state === 'lifted'));
    assert.deepEqual(await codes('--category', 'scam'), those((ban) => ban.category === 'scam'));
    const ofFirst = those((ban) => ban.server?.name === 'First');
    assert.ok(ofFirst.length >= 2);
    assert.deepEqual(await codes('--server', 'First'), ofFirst);
    assert.deepEqual(await codes('--server', first.serverId), ofFirst);
    const page = await ann.json('ban', 'list', '--limit', '2');
    assert.equal(page.next, bans[1].code);
    assert.deepEqual(await codes('--after', page.next, '--limit', '2'), [bans[2].code, bans[3].code]);
    assert.match(await ann.says('ban', 'list', '--limit', '2'), new RegExp(`--after ${page.next}\n$`));
    await ann.fails(3, /No server/, 'ban', 'list', '--server', 'nobody');
    await ann.fails(2, /--state/, 'ban', 'list', '--state', 'odd');
    for (const limit of ['0', '501', 'all', '-1']) {
      await ann.fails(2, /limit/, 'ban', 'list', `--limit=${limit}`);
    }
  });
});
