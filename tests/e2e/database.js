// Looks into the database of a daemon from outside, read-only, through Python's sqlite3 (Node has
// a SQLite of its own from version 22 on only).
'use strict';

const { execFile, spawn } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');

class DatabaseReader {
  /** @param {string} dir the daemon's data folder */
  constructor(dir) {
    const script = path.join(__dirname, 'read_database.py');
    const file = path.join(dir, 'drawbridge.db');
    this.child = spawn('python3', [script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** @param {'tables' | 'events' | 'integrity'} question */
  async ask(question) {
    this.child.stdin.write(`${question}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the database could not be read: ${question}`);
    return JSON.parse(value);
  }

  /**
   * A sum over all rows of each table.
   * @returns {Promise<Record<string, string>>}
   */
  tables() {
    return this.ask('tables');
  }

  /**
   * The ids of all events stored, one for each row.
   * @returns {Promise<string[]>} as UUIDs
   */
  async eventIds() {
    /** @type {string[]} */
    const ids = await this.ask('events');
    return ids.map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
  }

  /** Throws what SQLite's integrity_check found. */
  async requireSound() {
    const lines = await this.ask('integrity');
    if (lines.join() !== 'ok') throw new Error(`the database is damaged: ${lines.join('; ')}`);
  }

  close() {
    this.child.stdin.end();
  }
}

// Closing would write the log into the file, without the checksums of its pages.
const ALTER = `
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=10)
database.executescript("PRAGMA wal_autocheckpoint=0; PRAGMA ignore_check_constraints=ON;" + sys.argv[2])
os._exit(0)
`;

/**
 * Changes the database as somebody would who holds the file, and no key.
 * @param {string} dir the daemon's data folder
 * @param {string} sql
 * @returns {Promise<void>}
 */
function alterDatabase(dir, sql) {
  const file = path.join(dir, 'drawbridge.db');
  return new Promise((resolve, reject) => {
    execFile('python3', ['-c', ALTER, file, sql], (error, _stdout, stderr) => {
      error ? reject(new Error(stderr)) : resolve();
    });
  });
}

module.exports = { DatabaseReader, alterDatabase };
