'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { banScreen, banText, unknownScreen } = require('../../resource/screen');

const BAN = /** @type {const} */ ({
  scope: 'network', code: 'ABCD-EFGH', category: 'cheating', reason: 'aimbot',
  expiresAt: Date.UTC(2026, 0, 2, 3, 4),
});

test('says who bans, why, until when, the code and how to appeal', () => {
  const screen = banScreen(BAN, 'discord.example/appeals');
  for (const part of ['the Drawbridge network', 'cheating', 'aimbot', 'until 2026-01-02 03:04 UTC',
    'ABCD-EFGH', 'discord.example/appeals']) {
    assert.ok(screen.includes(part), part);
  }
  assert.ok(banScreen({ ...BAN, scope: 'owner', expiresAt: 0 }, '').includes('this server'));
  assert.ok(banScreen({ ...BAN, expiresAt: 0 }, '').includes('permanent'));
});

test('what came over the network cannot become HTML', () => {
  const reason = '<script>alert("1")</script>&\'<img src=x onerror=y>';
  const screen = banScreen({ ...BAN, reason, category: '<b>' }, '<i>');
  assert.ok(!/<(?!\/?b>|br>)/.test(screen), screen);
  const text = banText({ ...BAN, reason, category: '<b>' }, '<i>');
  assert.ok(!/[<>&"]/.test(text), text);
});

test('Steam is never named, or FXServer adds a help text', () => {
  const refusal = { ...BAN, reason: 'stolen STEAM account, steam id' };
  const texts = [banScreen(refusal, 'steam'), banText(refusal, 'Steam'), unknownScreen('steam')];
  for (const text of texts) {
    assert.ok(!/steam/i.test(text), text);
  }
  assert.ok(banScreen(refusal, '').includes('S&#84;EAM'));
});

test('without a code or a reason the lines are left out', () => {
  const screen = banScreen({ scope: 'owner', code: '', expiresAt: 0 }, 'x');
  assert.ok(!screen.includes('Ban code'));
  assert.ok(!screen.includes('Reason'));
  assert.ok(!screen.includes('undefined'));
});
