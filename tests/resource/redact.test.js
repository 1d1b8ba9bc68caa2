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

/** Every kind of value that names a person or a machine, made up. */
const VALUES = {
  license: LICENSE,
  steam: '110000112345678',
  'steam in decimals': '76561197960287930',
  'steam, old form': 'STEAM_0:1:12345678',
  'steam, new form': '[U:1:22202]',
  discord: '123456789012345678',
  fivem: '54321',
  xbl: '2533274812345678',
  live: '985154412345678',
  'IPv4': '203.0.113.77',
  'IPv4 with a port': '203.0.113.77:30120',
  'IPv6': '2001:db8:85a3:8d3:1319:8a2e:370:7348',
  'IPv6, short': '2001:db8::17',
  'IPv6 with a zone': 'fe80::1ff:fe23:4567:890a%eth0',
  'IPv6 with a port': '[2001:db8::1]:30120',
  'IPv4 in IPv6': '::ffff:203.0.113.9',
  token: TOKEN,
  'e-mail': 'some.one@example.org',
};

/** Where a value may stand. @type {Array<(value: string) => string>} */
const PLACES = [
  (v) => v, (v) => `x ${v} y`, (v) => `'${v}'`, (v) => `"${v}"`, (v) => `(${v})`, (v) => `id=${v}&b`,
  (v) => `https://h/${v}?a=${v}`, (v) => `{"a":"${v}"}`, (v) => v.toUpperCase(),
  (v) => `foo_${v}_bar`, (v) => `x${v}`, (v) => `${v}.`, (v) => `${v}:`, (v) => `player/${v}`,
  (v) => `\u00e4${v}`, (v) => encodeURIComponent(v), (v) => `license:${v}`, (v) => `IP:${v}`,
  (v) => `steam:${v},discord`, (v) => v.split('').join('\u200b'), (v) => `${v} ${v}`,
];

/** The value, or six characters of it in a row, in whatever case. @param {string} text @param {string} value */
function leftOf(text, value) {
  const left = text.toLowerCase();
  const sought = value.toLowerCase().replace(/^\d:/, '').replace(/[[\]]/g, '');
  const parts = [...sought].slice(0, Math.max(1, sought.length - 5)).map((_, i) => sought.slice(i, i + 6));
  return parts.find((part) => left.includes(part) && !part.startsWith('example'));
}

for (const [what, value] of Object.entries(VALUES)) {
  test(`${what}, wherever it stands`, () => {
    for (const place of PLACES) {
      const text = place(value);
      assert.strictEqual(leftOf(redact(text, 500), value), undefined, `${text} -> ${redact(text, 500)}`);
    }
  });
}

test('what is quoted may be a name', () => {
  for (const [open, close] of ['""', "''", '``', '“”', '„“', '«»']) {
    assert.ok(!redact(`no player ${open}Some Name${close} here`, 500).includes('Some'), open);
  }
});

test('a value that is cut in two at the end goes whole', () => {
  assert.strictEqual(redact(`${'a b '.repeat(995)}${LICENSE}`, 5_000).includes('a1b2'), false);
  for (let room = 3_970; room < 4_000; room += 1) {
    const clean = redact(`${'discord:1 '.repeat(room / 10)}${'-'.repeat(room % 10)} ${LICENSE}`, 900);
    assert.ok(!clean.includes('a1b'), clean.slice(-60));
  }
});

test('hostile texts cost no time', () => {
  const texts = ['abc:', '1:', 'a@', '/a', 'a/', 'f', 'a.', '"', '::', '%2f'];
  const began = performance.now();
  for (const text of texts) redact(text.repeat(100_000), 4000);
  assert.ok(performance.now() - began < 2_000);
});

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
