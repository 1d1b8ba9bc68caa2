// Everything in the data folder of a populated instance, searched for what it holds sealed: names,
// reasons, reports, evidence, contacts, secrets, tokens and tags, in every spelling. What a thief of
// the database, its log and its backups would have.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Client } = require('../interop/client.js');
const { parseEnrolment, parseSecret } = require('../interop/encoding.js');
const fixtures = require('../interop/fixtures.js');
const { startDaemon } = require('./daemon.js');

/** Typed in by people, or told by game servers. */
const TEXTS = {
  server: 'Nightfall Harbour Roleplay',
  owner: 'Marigold Quennell',
  contact: 'marigold.quennell@example.org',
  admin: 'thaddeus.wexcombe',
  player: 'xX_Gravelboots_Xx',
  issuer: 'Moderator Pettigrass',
  reason: 'spinbot in the casino vault',
  evidence: 'https://clips.example.org/watch/quokka-4471',
  report: 'He followed me through Paleto and would not stop',
  detail: 'godmode: 12 bullets, no scratch',
  decision: 'apologised at length, second chance',
  appeal: 'my cousin borrowed the machine that evening',
  appellant: 'gravelboots@example.net',
  answer: 'which cousin would that have been',
  error: 'cannot read property bananarama of undefined',
};

/** @type {import('./daemon.js').Daemon} */
let daemon;
/** What must not be found, by what it is. @type {Map<string, Buffer>} */
const sought = new Map(Object.entries(TEXTS).map(([what, text]) => [what, Buffer.from(text)]));

/** @param {Client} client */
async function play(client) {
  const someone = { ...fixtures.person(), name: TEXTS.player };
  const target = fixtures.playerOf(client, someone);
  for (const [i, tag] of fixtures.tagBytes(target).entries()) sought.set(`tag ${i}`, tag);
  const results = await client.results([
    fixtures.join(target),
    fixtures.ban(target, { reason: TEXTS.reason, issuer: TEXTS.issuer, evidence: [TEXTS.evidence] }),
    fixtures.event('kick', { target, reason: TEXTS.reason, issuer: TEXTS.issuer }),
    fixtures.event('report', {
      target, reporter: fixtures.licensePlayer(client), category: 'harassment', text: TEXTS.report,
    }),
    fixtures.event('detection', {
      target, detector: 'godmode', category: 'cheating', confidence: 80, detail: TEXTS.detail,
    }),
    fixtures.event('error', { where: 'outbox', message: TEXTS.error, trace: TEXTS.error }),
  ]);
  for (const result of results) assert.equal(result.status, 'stored', JSON.stringify(result));
  return /** @type {{ code: string }} */ (results[1].ban).code;
}

before(async () => {
  daemon = await startDaemon({ grace: '0s' });
  const issued = await daemon.addServer(TEXTS.server, { owner: TEXTS.owner });
  await daemon.ctlJson('server', 'contact', TEXTS.server, TEXTS.contact);
  const { token } = await daemon.ctlJson('admin', 'add', TEXTS.admin);
  sought.set('admin token', Buffer.from(token));
  const admin = fs.readFileSync(path.join(daemon.dir, 'admin.token'), 'utf8').trim();
  sought.set('first admin token', Buffer.from(admin));
  sought.set('secret', parseSecret(issued.secret));
  sought.set('secret as printed', Buffer.from(issued.secret));
  sought.set('enrolment code', parseEnrolment(issued.enrol).code);
  const client = Client.fromDocument(issued);
  await client.hello();
  sought.set('tag key', client.tagKey);
  const first = await play(client);
  const second = await play(client);
  await daemon.ctlJson('appeal', 'open', second, '--text', TEXTS.appeal, '--contact', TEXTS.appellant);
  await daemon.ctlJson('appeal', 'reply', second, '--text', TEXTS.answer);
  await daemon.ctlJson('ban', 'lift', first, '--reason', TEXTS.decision);
  await daemon.ctlJson('backup', 'create');
  client.close();
});

after(() => daemon?.dispose());

/** A value in the forms that a file could hold it in. @param {Buffer} value */
function spellings(value) {
  const inBase64 = [0, 1, 2].flatMap((shift) => {
    // Whatever stands before it, its middle is the same.
    const text = Buffer.concat([Buffer.alloc(shift), value]).toString('base64');
    const middle = text.slice(shift === 0 ? 0 : 4, text.length - 4);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = value.toString('hex');
  const utf16 = Buffer.from(value.toString('latin1'), 'utf16le');
  return [value, utf16, ...[hex, hex.toUpperCase(), ...inBase64].map((text) => Buffer.from(text))];
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? filesIn(name) : [name];
  });
}

/** @param {Buffer} bytes @returns {string[]} */
function found(bytes) {
  return [...sought].flatMap(([what, value]) =>
    spellings(value).some((form) => bytes.includes(form)) ? [what] : []);
}

describe('the data folder of a populated instance', () => {
  /** Besides these the folder holds nothing in clear: what they are for is to be the secret. */
  const OWN_SECRETS = /(^|\/)(admin\.token|master\.key|ca\.key|server\.key)$/;

  function checkFolder() {
    const files = filesIn(daemon.dir).filter((file) => !OWN_SECRETS.test(file));
    const held = files.flatMap((file) =>
      found(fs.readFileSync(file)).map((what) => `${path.relative(daemon.dir, file)} holds the ${what}`));
    assert.deepEqual(held, []);
    return files.map((file) => path.relative(daemon.dir, file));
  }

  it('holds nothing of it while it runs, in the log nor in a backup', () => {
    const names = checkFolder();
    assert.ok(names.includes('drawbridge.db-wal'), names.join());
    assert.ok(fs.statSync(path.join(daemon.dir, 'drawbridge.db-wal')).size > 100_000);
    assert.ok(names.some((name) => name.endsWith('.backup')), names.join());
  });

  it('holds nothing of it once the log has gone into the file', async () => {
    assert.equal(await daemon.stop(), 0);
    checkFolder();
    await daemon.start();
  });

  it('and prints nothing of it', () => assert.deepEqual(found(Buffer.from(daemon.output)), []));

  it('yet all of it is there, for whoever has the key', async () => {
    const { servers } = await daemon.ctlJson('server', 'list');
    assert.ok(servers.some((/** @type {any} */ { name }) => name === TEXTS.server));
    const { events } = await daemon.ctlJson('event', 'list', '--type', 'report');
    assert.ok(JSON.stringify(events).includes(TEXTS.report));
  });
});

it('the search finds what it looks for', () => {
  const reason = Buffer.from(TEXTS.reason);
  for (const disguise of [
    reason, Buffer.from(reason.toString('hex')), Buffer.from(`xy${TEXTS.reason}z`).toString('base64'),
    Buffer.from(TEXTS.reason, 'utf16le'),
  ]) {
    assert.deepEqual(found(Buffer.concat([Buffer.from('..'), Buffer.from(disguise)])), ['reason']);
  }
});
