'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { redact } = require('../../resource/redact');

const LICENSE = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0';
const TOKEN = `2:${'AB12'.repeat(16)}`;
const SECRET = `dbs1_${'Zz09-_abcd'.repeat(4)}xyz_0a1b2c3d`;

/** What goes in and must not come out. */
const HOSTILE = [
  ['an identifier', `no player with license:${LICENSE} here`, LICENSE],
  ['an identifier in brackets', `(steam:110000112345678)`, '110000112345678'],
  ['a bare licence', `lookup of ${LICENSE} failed`, LICENSE],
  ['a Discord id', 'id 123456789012345678', '123456789012345678'],
  ['a short Cfx id', 'fivem:12345', '12345'],
  ['a token', `token ${TOKEN}`, 'AB12AB12'],
  ['a secret', `bad secret ${SECRET}`, 'Zz09'],
  ['an enrolment', 'dbe1_aHR0cHM6.srv_abcdefgh2345.AAAA._00112233', 'aHR0cHM6'],
  ['an address', 'connect ECONNREFUSED 203.0.113.7:30120', '203.0.113.7'],
  ['an address of version 6', 'from 2001:db8:0:1::17', '2001:db8'],
  ['a tag', `tag ${'x_-Y'.repeat(11).slice(0, 43)} twice`, 'x_-Yx_-Y'],
  ['a path', 'ENOENT /home/alice/server-data/resources/drawbridge/x.json', 'alice'],
  ['a Windows path', 'at C:\\Users\\alice\\FXServer\\index.js:3:1', 'alice'],
  ['what JSON.parse quotes', 'Unexpected token, "Some Name" is not valid JSON', 'Some Name'],
];

for (const [what, text, raw] of HOSTILE) {
  test(`${what} is taken out`, () => {
    const clean = redact(text, 500);
    assert.ok(!clean.includes(raw), clean);
    assert.ok(clean.length > 0);
  });
}

test('where in our own code it happened stays readable', () => {
  const stack = 'TypeError: x is not a function\n'
    + '    at Gate.connecting (/srv/fx/resources/drawbridge/resource/gate.js:61:7)\n'
    + '    at C:\\fx\\resources\\drawbridge\\resource\\fx.js:12:3';
  const clean = redact(stack, 500);
  assert.match(clean, /TypeError: x is not a function/);
  assert.match(clean, /at Gate\.connecting \(gate\.js:61:7\)/);
  assert.match(clean, /at fx\.js:12:3/);
});

test('control characters go, and the length is counted in characters', () => {
  assert.strictEqual(redact('a\u0000b\u001bc', 10), 'a b c');
  assert.strictEqual(redact('🌉'.repeat(9), 4), '🌉'.repeat(4));
});
