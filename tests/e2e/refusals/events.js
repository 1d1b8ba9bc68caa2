// Events that are refused by themselves, by the name of their row (docs/protocol.md §7).
'use strict';

const crypto = require('node:crypto');
const { uuid7 } = require('../../interop/encoding.js');
const fixtures = require('../../interop/fixtures.js');

/** @typedef {import('./shot.js').Context} Context */
/** @typedef {(context: Context) => unknown} Make */

const TAG = Buffer.alloc(32, 7).toString('base64url');
const HOUR = 3_600_000;

/** @param {number} n @param {string} [piece] */
const long = (n, piece = 'x') => piece.repeat(n);
const someTags = (/** @type {number} */ n) =>
  Array.from({ length: n }, () => crypto.randomBytes(32).toString('base64url'));

/**
 * A good event of the type with some members changed; undefined takes a member away.
 * @param {string} type
 * @param {Record<string, unknown> | ((context: Context) => Record<string, unknown>)} change
 * @returns {Make}
 */
const spoilt = (type, change) => (context) => {
  const good = fixtures.oneOfEach(context.clients.main).find((event) => event.type === type);
  const members = typeof change === 'function' ? change(context) : change;
  return JSON.parse(JSON.stringify({ ...good, ...members }));
};

/** @param {Record<string, unknown>} change to the player of a join @returns {Make} */
const joining = (change) =>
  spoilt('join', ({ clients }) => ({
    player: { ...fixtures.playerOf(clients.main, fixtures.person()), ...change },
  }));

/** @param {string} code @returns {Make} */
const unban = (code) => () => fixtures.event('unban', { code });

/** @type {Record<string, Make>} */
const attempts = {
  'no object': () => 'join',
  'no id': spoilt('error', { id: undefined }),
  'id of UUID version 4': spoilt('error', { id: '0b7c5c0e-6f0e-4f6a-9d5e-2f1c8f0a1b2c' }),
  'id in upper case': spoilt('error', { id: 'A'.repeat(8) + uuid7().slice(8) }),
  'id that is a number': spoilt('error', { id: 17 }),
  'id of 74 hours ago': spoilt('error', () => ({ id: uuid7(Date.now() - 74 * HOUR) })),
  'id of 10 minutes ahead': spoilt('error', () => ({ id: uuid7(Date.now() + HOUR / 6) })),
  'no type': spoilt('error', { type: undefined }),
  'unknown type': spoilt('error', { type: 'teleport' }),
  'type in upper case': spoilt('error', { type: 'ERROR' }),
  'no time': spoilt('error', { at: undefined }),
  'negative time': spoilt('error', { at: -1 }),
  'time that is text': spoilt('error', { at: '2025-11-21T02:37:00Z' }),
  'beyond 16,384 bytes': spoilt('error', { note: long(16_384) }),
  'unknown member': spoilt('error', { colour: 'red' }),
  'unknown member of the player': joining({ colour: 'red' }),
  'join without session': spoilt('join', { session: undefined }),
  'join with session of UUID version 4': spoilt('join', { session: crypto.randomUUID() }),
  'join without player': spoilt('join', { player: undefined }),
  'join whose player is text': spoilt('join', { player: 'Someone' }),
  'join without tags': joining({ tags: [] }),
  'join with an address alone': joining({ tags: [{ type: 'ip', tag: TAG }] }),
  'join with 17 tags': joining({ tags: someTags(17).map((tag) => ({ type: 'license', tag })) }),
  'join with tag of unknown type': joining({ tags: [{ type: 'epic', tag: TAG }] }),
  'join with tag type twice': joining({
    tags: someTags(2).map((tag) => ({ type: 'license', tag })),
  }),
  'join with raw identifier for a tag': joining({
    tags: [{ type: 'license', tag: long(40, 'a') }],
  }),
  'join with non-canonical tag': joining({
    tags: [{ type: 'license', tag: `${TAG.slice(0, 42)}d` }],
  }),
  'join with 33 tokens': joining({ tokens: someTags(33) }),
  'join with token twice': joining({ tokens: [TAG, TAG] }),
  'join with token of wrong form': joining({ tokens: [`2:${long(64, 'A')}`] }),
  'join with empty name': joining({ name: '' }),
  'join with name of 129 characters': joining({ name: long(129) }),
  'join with control character in the name': joining({ name: 'Some\u001bone' }),
  'leave without session': spoilt('leave', { session: undefined }),
  'leave with drop reason 100': spoilt('leave', { drop_reason: 100 }),
  'leave with negative seconds': spoilt('leave', { seconds: -1 }),
  'ban without target': spoilt('ban', { target: undefined }),
  'ban with unknown category': spoilt('ban', { category: 'rudeness' }),
  'ban without reason': spoilt('ban', { reason: undefined }),
  'ban with reason of 501 characters': spoilt('ban', { reason: long(501, 'ü') }),
  'ban with duration of a half second': spoilt('ban', { duration: 0.5 }),
  'ban with duration beyond ten years': spoilt('ban', { duration: 315_360_001 }),
  'ban with issuer of 65 characters': spoilt('ban', { issuer: long(65) }),
  'ban with evidence that is text': spoilt('ban', { evidence: 'clip 17' }),
  'ban with nine texts of evidence': spoilt('ban', { evidence: Array(9).fill('clip') }),
  'ban with empty evidence': spoilt('ban', { evidence: [''] }),
  'ban with a link that is not https': spoilt('ban', {
    evidence: ['clip 17', 'http://clips.example.org/17'],
  }),
  'ban with a link that holds a user name': spoilt('ban', {
    evidence: ['https://ann:x@clips.example.org/17'],
  }),
  'ban with a link of 301 characters': spoilt('ban', {
    evidence: [`https://clips.example.org/${long(275)}`],
  }),
  'unban with code of wrong form': unban('ABCD-EFG1'),
  'unban with unknown code': unban('AAAA-AAAB'),
  "unban of another owner's ban": ({ foreignCode }) => unban(foreignCode)(/** @type {any} */ ({})),
  'kick without target': spoilt('kick', { target: undefined }),
  'kick with empty reason': spoilt('kick', { reason: '' }),
  'warn whose reason is a number': spoilt('warn', { reason: 7 }),
  'heartbeat without lists': spoilt('heartbeat', { lists: undefined }),
  'heartbeat with cursor of wrong form': spoilt('heartbeat', {
    lists: { network: '1', owner: '0' },
  }),
  'heartbeat with negative uptime': spoilt('heartbeat', { uptime: -1 }),
  'heartbeat with outbox beyond its limit': spoilt('heartbeat', { outbox: 1_000_001 }),
  'heartbeat with negative drops': spoilt('heartbeat', { dropped: -1 }),
  'player count beyond 2,048': spoilt('player_count', { players: 2049 }),
  'player count without slots': spoilt('player_count', { max_players: undefined }),
  'report without text': spoilt('report', { text: undefined }),
  'report with text of 2,001 characters': spoilt('report', { text: long(2001) }),
  'report whose reporter has no tags': spoilt('report', { reporter: { tags: [] } }),
  'detection with confidence 101': spoilt('detection', { confidence: 101 }),
  'detection without detector': spoilt('detection', { detector: undefined }),
  'detection with null detail': spoilt('detection', { detail: null }),
  'error without where': spoilt('error', { where: undefined }),
  'error with trace of 4,001 characters': spoilt('error', { trace: long(4001) }),
};

module.exports = { attempts };
