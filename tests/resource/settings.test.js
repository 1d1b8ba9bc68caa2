'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { createFx } = require('../../resource/fx');
const { createLog } = require('../../resource/log');
const { readSettings } = require('../../resource/settings');
const { Natives } = require('./support/natives');

/** @param {Record<string, string>} convars */
function read(convars) {
  const natives = new Natives(convars);
  const fx = createFx(natives);
  return { settings: readSettings(fx, createLog(fx.print)), lines: natives.lines };
}

test('defaults let strangers in, wait 1.5 s and trust a list for three days', () => {
  const { settings, lines } = read({});
  assert.strictEqual(settings.unknownPlayers, 'allow');
  assert.strictEqual(settings.verdictWaitMs, 1500);
  assert.strictEqual(settings.maxListAgeMs, 72 * 3_600_000);
  assert.strictEqual(settings.log, 'normal');
  assert.deepStrictEqual(lines, []);
});

test('given values are taken', () => {
  const { settings, lines } = read({
    drawbridge_unknown_players: ' Deny ',
    drawbridge_verdict_wait: '0',
    drawbridge_max_list_age: '1',
    drawbridge_log: 'debug',
    drawbridge_appeal: 'discord.example/appeal',
  });
  assert.deepStrictEqual(settings, {
    unknownPlayers: 'deny', verdictWaitMs: 0, maxListAgeMs: 3_600_000, log: 'debug',
    appeal: 'discord.example/appeal',
  });
  assert.deepStrictEqual(lines, []);
});

test('each wrong value is named with what was expected, and the default is used', () => {
  const { settings, lines } = read({
    drawbridge_unknown_players: 'maybe',
    drawbridge_verdict_wait: '-5',
    drawbridge_max_list_age: '9999999',
  });
  assert.strictEqual(settings.unknownPlayers, 'allow');
  assert.strictEqual(settings.verdictWaitMs, 1500);
  assert.strictEqual(settings.maxListAgeMs, 72 * 3_600_000);
  assert.strictEqual(lines.length, 3);
  assert.match(lines[0], /drawbridge_unknown_players is "maybe": expected allow or deny/);
  assert.match(lines[1], /drawbridge_verdict_wait is "-5": expected 0 to 10000 \(milliseconds/);
  assert.match(lines[2], /drawbridge_max_list_age is "9999999": expected 0 to 8760 \(hours/);
});
