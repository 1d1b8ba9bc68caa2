// Restores of backups into data folders, for the tests of them.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { run } = require('./daemon.js');

const DUMP = `
import json, sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
print(json.dumps({name: sorted(repr(row) for row in database.execute(f'SELECT * FROM "{name}"'))
                  for name in names}))
`;

/** Every row of every table, as text. @param {string} file @returns {Record<string, string[]>} */
function allRows(file) {
  const options = { maxBuffer: 1 << 28, encoding: /** @type {const} */ ('utf8') };
  return JSON.parse(execFileSync('python3', ['-c', DUMP, file], options));
}

/** @param {string} dir */
const databaseOf = (dir) => path.join(dir, 'drawbridge.db');

/** @param {string} dir */
const journalOf = (dir) => path.join(dir, 'drawbridge.journal');

/** @param {string} file */
function checksum(file) {
  return crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
}

/** @param {string} dir */
function removeDatabase(dir) {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(databaseOf(dir) + suffix, { force: true });
}

/** @param {string} dir @param {string[]} args */
function restore(dir, ...args) {
  return run('drawbridgectl', ['--data', dir, '-o', 'json', 'backup', 'restore', ...args],
    { timeout: 60_000 });
}

/** @param {string} dir @param {string[]} args */
async function restored(dir, ...args) {
  const ran = await restore(dir, ...args);
  assert.equal(ran.code, 0, ran.stderr);
  return ran.json;
}

module.exports = { allRows, checksum, databaseOf, journalOf, removeDatabase, restore, restored };
