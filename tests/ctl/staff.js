// What every drawbridgectl test asks of a command: an exit code, lines that fit the console, one
// JSON document, and a row of the audit for what was done.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { run, temporaryFolder } = require('../e2e/daemon.js');

const CONSOLE_WIDTH = 100;

/** @typedef {import('../e2e/daemon.js').Daemon} Daemon */
/** @typedef {import('../e2e/daemon.js').Ran} Ran */

/**
 * The one line that may be longer must be copied in one piece.
 * @param {string} text
 */
function assertFits(text) {
  assert.ok(text.endsWith('\n'), `no line end: ${text}`);
  for (const line of text.split('\n')) {
    if (/^ {2}drawbridge enrol dbe1_\S+$/.test(line)) continue;
    assert.ok([...line].length <= CONSOLE_WIDTH, `${[...line].length} columns: ${line}`);
    assert.equal(line.trimEnd(), line, 'blanks at the end of a line');
  }
}

/** One administrator at one daemon, with a token of their own. */
class Staff {
  /** @param {Daemon} daemon @param {string} name @param {string} tokenFile */
  constructor(daemon, name, tokenFile) {
    this.daemon = daemon;
    this.name = name;
    this.tokenFile = tokenFile;
  }

  /** Added by the first administrator. @param {Daemon} daemon @param {string} name */
  static async join(daemon, name) {
    const file = path.join(temporaryFolder('staff'), `${name}.token`);
    await daemon.ctlJson('admin', 'add', name, '--out', file);
    return new Staff(daemon, name, file);
  }

  /**
   * @param {string[]} args
   * @param {string} [input] standard input
   */
  run(args, input = '') {
    const where = ['--data', this.daemon.dir, '--token-file', this.tokenFile];
    return run('drawbridgectl', [...where, ...args], { input });
  }

  /** Human output of what must succeed. @param {string[]} args */
  async says(...args) {
    const ran = await this.run(args);
    assert.equal(ran.code, 0, `${args.join(' ')}: ${ran.stderr}`);
    assert.equal(ran.stderr, '');
    assertFits(ran.stdout);
    return ran.stdout;
  }

  /** The document of what must succeed; the option stands behind the verb. @param {string[]} args */
  async json(...args) {
    return this.jsonFrom('', ...args);
  }

  /** The same, with something on standard input. @param {string} input @param {string[]} args */
  async jsonFrom(input, ...args) {
    const ran = await this.run([...args, '-o', 'json'], input);
    assert.equal(ran.code, 0, `${args.join(' ')}: ${ran.stderr}`);
    assert.equal(ran.stderr, '');
    assert.notEqual(ran.json, undefined, `no JSON document: ${ran.stdout}`);
    return ran.json;
  }

  /**
   * What must fail: nothing on stdout, one sentence on stderr.
   * @param {number} code
   * @param {RegExp} sentence
   * @param {string[]} args
   */
  async fails(code, sentence, ...args) {
    return assertFailed(await this.run(args), code, sentence);
  }

  /** The newest audit rows, oldest first. @param {string[]} filters */
  async audit(...filters) {
    return (await this.json('audit', 'list', ...filters)).audit;
  }

  /** The last thing done was this, by this administrator. @param {string} action @param {string} target */
  async assertAudited(action, target) {
    const row = (await this.audit('--limit', '1'))[0];
    assert.deepEqual([row.actor, row.action, row.target], [this.name, action, target]);
  }
}

/** @param {Ran} ran @param {number} code @param {RegExp} sentence */
function assertFailed(ran, code, sentence) {
  assert.equal(ran.code, code, `exit ${ran.code}: ${ran.stdout}${ran.stderr}`);
  assert.equal(ran.stdout, '');
  assert.match(ran.stderr, sentence);
  assert.match(ran.stderr, /^drawbridgectl: /);
  return ran.stderr;
}

/** A file only its owner reads. @param {string} file */
function assertPrivate(file) {
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
}

module.exports = { Staff, assertFailed, assertFits, assertPrivate };
