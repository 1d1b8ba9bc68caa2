'use strict';

const assert = require('node:assert');
const { it } = require('node:test');
const { isServerOnly, parseManifest, scriptsOf, unmetDependencies } = require('./manifest');

/** @param {string} text */
function parse(text) {
  /** @type {string[]} */
  const reports = [];
  const metadata = parseManifest(text, (code, detail) => reports.push(`${code} ${detail}`));
  return { metadata, reports };
}

it('reads strings, tables, calls, comments and long strings', () => {
  const { metadata, reports } = parse(`
    -- line comment with 'quotes'
    fx_version 'cerulean'; game "gta5"
    --[[ block
         comment ]]
    description [[two
lines]]
    version('1.0.0')
    author 'it\\'s me\\n'
    server_only 'yes'
    server_scripts { 'a.js', "b.js", }
    server_script 'c.js'
    shared_scripts { 'z.js' }
    convar_category 'Category' { 'text', { { 'label', '$name', key = 'v', ['x'] = 1 } } }
  `);
  assert.deepStrictEqual(reports, []);
  assert.deepStrictEqual(scriptsOf(metadata), ['z.js', 'a.js', 'b.js', 'c.js']);
  assert.deepStrictEqual(metadata.get('description'), ['two\nlines']);
  assert.deepStrictEqual(metadata.get('author'), ['it\'s me\n']);
  assert.deepStrictEqual(metadata.get('version'), ['1.0.0']);
  assert.strictEqual(isServerOnly(metadata), true);
});

it('names the line it does not understand', () => {
  assert.throws(() => parse('game \'gta5\'\nversion = 1'), /line 2: =: expected a value/);
  assert.throws(() => parse('a \'1\'\n\nb @'), /line 3: not understood/);
  assert.throws(() => parse('files {'), /end of file: expected a value/);
});

it('reports unknown keys, unread plurals and what is sent to players', () => {
  const { reports } = parse('nonsense \'x\'\nserver_scripts \'a.js\'\nfiles { \'b.js\' }');
  assert.deepStrictEqual(reports.map((report) => report.split(' ')[0]),
    ['manifest-unknown-key', 'manifest-plural', 'manifest-sent-to-players']);
});

it('a plural with one string is not run', () => {
  assert.deepStrictEqual(scriptsOf(parse('server_scripts \'a.js\'').metadata), []);
});

it('checks the announced build and resource dependencies', () => {
  const { metadata } = parse('dependencies { \'/server:12913\', \'/onesync\', \'oxmysql\' }');
  assert.deepStrictEqual(unmetDependencies(metadata, 12913, ['oxmysql']), []);
  assert.deepStrictEqual(unmetDependencies(metadata, 12912, []), ['/server:12913', 'oxmysql']);
});
