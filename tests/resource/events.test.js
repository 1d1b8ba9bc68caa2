'use strict';

const assert = require('node:assert');
const test = require('node:test');
const events = require('../../resource/events');

const TARGET = { tags: [{ type: 'license', tag: 'A'.repeat(43) }] };
const GOOD = { category: 'cheating', reason: 'aimbot', duration: '7d' };

/** @param {import('../../resource/events').Built} built @returns {Record<string, any>} */
function fieldsOf(built) {
  assert.ok('fields' in built, 'error' in built ? built.error : '');
  return built.fields;
}

/** @param {import('../../resource/events').Built} built @param {RegExp} expected */
function refused(built, expected) {
  assert.ok('error' in built);
  assert.match(built.error, expected);
}

test('a ban has the members of the protocol and no other', () => {
  assert.deepStrictEqual(fieldsOf(events.ban(TARGET, { ...GOOD, issuer: 'console', more: 1 })), {
    target: TARGET, category: 'cheating', reason: 'aimbot', duration: 604_800, issuer: 'console',
  });
});

test('durations', () => {
  const seconds = (/** @type {unknown} */ duration) =>
    fieldsOf(events.ban(TARGET, { ...GOOD, duration })).duration;
  assert.strictEqual(seconds('30m'), 1_800);
  assert.strictEqual(seconds('12h'), 43_200);
  assert.strictEqual(seconds('2W'), 1_209_600);
  assert.strictEqual(seconds('perm'), 0);
  assert.strictEqual(seconds('permanent'), 0);
  assert.strictEqual(seconds(90), 90);
  assert.strictEqual(seconds(0), 0);
  for (const wrong of ['7', '7y', '', '-3d', '0d', '1.5h', undefined, null]) {
    refused(events.ban(TARGET, { ...GOOD, duration: wrong }), /^duration: expected/);
  }
  refused(events.ban(TARGET, { ...GOOD, duration: '999w' }), /^duration: at most/);
});

test('each wrong argument is named', () => {
  refused(events.ban(TARGET, { ...GOOD, category: 'hax' }), /^category: expected one of cheating/);
  refused(events.ban(TARGET, { ...GOOD, reason: '  ' }), /^reason: must not be empty/);
  refused(events.ban(TARGET, { ...GOOD, reason: 'x'.repeat(501) }), /^reason: at most 500 .*501/);
  refused(events.ban(TARGET, { ...GOOD, evidence: 'x' }), /^evidence: expected/);
  for (const link of ['http://example.org/17', 'https://ann@example.org', 'https://', 'https://a b',
    `https://example.org/${'a'.repeat(281)}`]) {
    refused(events.ban(TARGET, { ...GOOD, evidence: ['clip 17', link] }), /^evidence: expected links/);
  }
  const evidence = ['clip 17', 'see https://example.org', 'https://example.org/17?t=3#a'];
  assert.deepStrictEqual(fieldsOf(events.ban(TARGET, { ...GOOD, evidence })).evidence, evidence);
  refused(events.ban({ tags: [{ type: 'ip', tag: 'A' }] }, GOOD), /^player: .*but the address/);
  refused(events.unban({ code: 'ABCD-EFG' }), /^code: expected/);
  refused(events.unban({ code: 'ABCD-EFG0' }), /^code: expected/);
  refused(events.detection(TARGET, { detector: 'x', category: 'raid', confidence: 101 }),
    /^confidence: expected a whole number from 0 to 100/);
  refused(events.report(TARGET, null, { category: 'scam' }), /^text: expected text/);
});

test('lengths are counted in characters, and control characters are taken out', () => {
  const given = ` a\u0000\u0007b\nc${'🌉'.repeat(490)} `;
  const { reason } = fieldsOf(events.ban(TARGET, { ...GOOD, reason: given }));
  assert.strictEqual(reason, `ab\nc${'🌉'.repeat(490)}`);
});

test('a ban code is taken as people type it', () => {
  assert.strictEqual(fieldsOf(events.unban({ code: 'abcd-efgh' })).code, 'ABCD-EFGH');
  assert.strictEqual(fieldsOf(events.unban({ code: 'abcdefgh' })).code, 'ABCD-EFGH');
});
