// The command line itself: help, unknown words, and what is never repeated.
'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { run } = require('../e2e/daemon.js');
const { assertFailed, assertFits } = require('./staff.js');

const VERBS = {
  server: ['add', 'list', 'show', 'set-mode', 'set-evidence', 'contact', 'rotate', 'suspend', 'resume',
    'revoke-actions', 'remove'],
  owner: ['list', 'show', 'set-trust'],
  ban: ['add', 'list', 'show', 'evidence', 'approve', 'confirm', 'reject', 'escalate', 'lift', 'keep',
    'supersede'],
  review: ['list', 'show', 'approve', 'reject', 'escalate'],
  appeal: ['open', 'list', 'show', 'reply', 'uphold', 'lift'],
  event: ['list'],
  player: ['show', 'link', 'merge', 'unlink', 'split', 'detach', 'undo', 'history'],
  audit: ['list', 'verify'],
  admin: ['add', 'list', 'revoke'],
  backup: ['create', 'list', 'verify', 'restore'],
  request: ['list'],
  breach: ['begin', 'status'],
  key: ['list', 'rotate', 'reencrypt'],
};
const NOUNS = [
  'server', 'owner', 'ban', 'review', 'appeal', 'event', 'player', 'status', 'metrics', 'audit', 'admin',
  'backup', 'request', 'breach', 'key',
];

/** @param {string[]} args */
const ctl = (...args) => run('drawbridgectl', args);

it('help of every command fits the console and holds an example', async () => {
  const commands = [[], ['status'], ['metrics'], ...Object.entries(VERBS).flatMap(
    ([noun, verbs]) => [[noun], ...verbs.map((verb) => [noun, verb])])];
  for (const command of commands) {
    const ran = await ctl(...command, '--help');
    assert.equal(ran.code, 0, command.join(' '));
    assert.match(ran.stdout, /^Examples:\n {2}drawbridgectl --/m);
    assertFits(ran.stdout.replace(/ +$/gm, ''));
  }
  assert.match((await ctl('--version')).stdout, /^drawbridgectl \d+\.\d+\.\d+\n$/);
});

it('an unknown noun or verb is named, with those there are', async () => {
  assertFailed(await ctl(), 2, new RegExp(`say what to do: ${NOUNS.join(', ')}\n.*--help`));
  assertFailed(await ctl('fly'), 2, new RegExp(`there is no "fly"; say ${NOUNS.join(', ')}\n`));
  for (const [noun, verbs] of Object.entries(VERBS)) {
    const all = `${noun} ${verbs.join(', ')}`;
    assertFailed(await ctl('--data', 'x', noun), 2, new RegExp(`say what to do: ${all}\n`));
    assertFailed(await ctl('--data', 'x', noun, 'fly', 'high'), 2,
      new RegExp(`there is no "${noun} fly"; say ${all}\n`));
  }
});

it('an unknown option is named, an argument too many is not', async () => {
  assertFailed(await ctl('status', '--loud'), 2, /there is no option --loud here/);
  for (const args of [['status', 'zebra1'], ['server', 'list', '--since=zebra1'], ['status', '-z1']]) {
    const said = assertFailed(await ctl(...args), 2, /an argument too many, or an option that is none/);
    assert.ok(!said.includes('zebra'));
  }
});

it('what may be an identifier is never repeated', async () => {
  for (const args of [['license:zebra'], ['ban', 'license:zebra'], ['ban', '112233445566778899'],
    ['player', 'zebra@example.org'], ['player', 'show', '1', 'license:zebra'],
    ['ban', 'show', 'A', 'license:zebra', '112233445566778899']]) {
    const said = assertFailed(await ctl('--data', 'x', ...args), 2, /--help/);
    assert.ok(!/zebra|112233/.test(said), said);
  }
});
