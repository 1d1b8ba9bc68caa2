// Starts a real drawbridged in a temporary folder and runs drawbridgectl against it. Used by every
// test that needs a daemon. What is started here dies with the test process; the folder goes too,
// unless DRAWBRIDGE_KEEP is set.
'use strict';

const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const buildDir = process.env.DRAWBRIDGE_BUILD_DIR || path.join(__dirname, '../../build/dev');
const READY = /^ready data=(.+):(\d+) admin=(.+):(\d+)$/m;
const READY_WITHIN_MS = 20_000;
const EXIT_WITHIN_MS = 15_000;

/** @type {Set<Daemon>} */
const alive = new Set();
/** @type {Set<string>} */
const folders = new Set();

process.on('exit', () => {
  for (const daemon of alive) daemon.killNow();
  if (process.env.DRAWBRIDGE_KEEP) return;
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/**
 * A new temporary folder, removed when the process ends.
 * @param {string} [purpose]
 */
function temporaryFolder(purpose = 'test') {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `drawbridge-${purpose}-`));
  folders.add(folder);
  return folder;
}

/**
 * @param {string} name drawbridged or drawbridgectl
 * @param {string} [build] the folder of another build than the one under test
 */
function program(name, build = buildDir) {
  return path.join(build, 'bin', name);
}

/**
 * @typedef {object} Ran
 * @property {number} code exit code; -1 when a signal or the time limit ended it
 * @property {string} stdout
 * @property {string} stderr
 * @property {any} json the document on stdout, or undefined when it is none
 */

/**
 * Runs one of our programs to its end.
 * @param {string} name
 * @param {string[]} args
 * @param {{ input?: string, timeout?: number, build?: string }} [options]
 * @returns {Promise<Ran>}
 */
function run(name, args, { input = '', timeout = 30_000, build } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(program(name, build), args, { timeout }, (error, stdout, stderr) => {
      if (error && error.code === 'ENOENT') return reject(error);
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, stdout, stderr, json: parseOrUndefined(stdout) });
    });
    child.stdin?.on('error', () => {}); // it may end without reading its input
    child.stdin?.end(input);
  });
}

/**
 * @param {number} ms
 * @param {() => void} action
 * @returns {() => void} calls it off
 */
function after(ms, action) {
  const off = new AbortController();
  sleep(ms, undefined, { signal: off.signal }).then(action, () => {}); // called off
  return () => off.abort();
}

/** @param {string} text */
function parseOrUndefined(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What `server add` and `server rotate` hand out.
 * @typedef {object} Enrolment
 * @property {string} url
 * @property {string} server_id
 * @property {string} key_id
 * @property {string} secret
 * @property {string} ca PEM
 * @property {string} enrol the line for the console, `drawbridge enrol dbe1_…`
 */

/**
 * @typedef {object} Settings
 * @property {string} [grace] before a ban of a server in mode auto binds the network
 * @property {boolean} [secondPerson] two of the staff have to agree
 * @property {Record<string, number>} [breaker] the [breaker] of the configuration
 * @property {Record<string, number>} [owners] the [owners] of the configuration
 * @property {Record<string, number>} [limits] the [limits] of the configuration
 * @property {Record<string, string | string[]>} [root] further top-level keys, like public_url
 * @property {string} [logLevel]
 * @property {string} [build] the folder of another build than the one under test
 */

// Tests ban more in a second than a server does in a day; the breaker's own set its limits.
const NO_BREAKER = { burst: 1e6, quiet_burst: 1e6, day: 1e6, owner_day: 1e6 };

/** @param {Settings} settings */
function configText({
  grace = '10m', secondPerson = false, breaker = NO_BREAKER, owners = {}, limits = {}, root = {}, logLevel = 'info',
}) {
  // What keeps to the default is left out, so that an older build can be started as well.
  /** @param {string} name @param {Record<string, unknown>} table */
  const section = (name, table) => (Object.keys(table).length > 0 ? [`[${name}]`, ...lines(table)] : []);
  /** @param {Record<string, unknown>} table */
  const lines = (table) =>
    Object.entries(table).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [
    ...lines({ name: 'Test network', host: 'localhost', ...root }),
    ...section('bans', { grace, ...(secondPerson && { second_person: true }) }),
    ...section('breaker', breaker),
    ...section('owners', owners),
    ...section('limits', limits),
    ...section('log', { level: logLevel }),
    '',
  ].join('\n');
}

class Daemon {
  /**
   * @param {string} dir its data folder
   * @param {string} [build] as in Settings
   */
  constructor(dir, build) {
    this.dir = dir;
    this.build = build;
    this.dataPort = 0;
    this.adminPort = 0;
    this.ca = fs.readFileSync(path.join(dir, 'ca.pem'), 'utf8');
    /** A command, with arguments, that runs the program; nothing: it is run directly. @type {string[]} */
    this.launcher = [];
    /** All it printed since the last start. */
    this.output = '';
    /** Further options of `serve`. @type {string[]} */
    this.options = [];
    /** Environment variables beside the test's own. @type {Record<string, string>} */
    this.env = {};
    /** @type {import('node:child_process').ChildProcess | null} */
    this.child = null;
    /** @type {Promise<{ code: number | null, signal: string | null }>} */
    this.exited = Promise.resolve({ code: null, signal: null });
  }

  /** The `Host` a client sends. */
  get authority() {
    return `localhost:${this.dataPort}`;
  }

  /** Ports stay the same over restarts, so that a captured request still fits. */
  async start() {
    const args = ['serve', '--data', this.dir];
    args.push('--listen', `127.0.0.1:${this.dataPort}`, '--admin', `127.0.0.1:${this.adminPort}`);
    args.push(...this.options);
    const [command, ...before] = [...this.launcher, program('drawbridged', this.build)];
    const env = { ...process.env, ...this.env };
    const child = spawn(command, [...before, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.child = child;
    this.output = '';
    alive.add(this);
    this.exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => {
        alive.delete(this);
        resolve({ code, signal });
      });
    });
    const [, , dataPort, , adminPort] = await this.readyLine(child);
    this.dataPort = Number(dataPort);
    this.adminPort = Number(adminPort);
    return this;
  }

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @returns {Promise<RegExpExecArray>}
   */
  readyLine(child) {
    return new Promise((resolve, reject) => {
      let stdout = '';
      const fail = (/** @type {string} */ why) =>
        reject(new Error(`drawbridged ${why}; it printed:\n${this.output}`));
      const callOff = after(READY_WITHIN_MS, () => {
        child.kill('SIGKILL');
        fail(`was not ready within ${READY_WITHIN_MS} ms`);
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        callOff();
        fail(`ended with ${code} before it was ready`);
      });
      child.stderr?.on('data', (chunk) => (this.output += chunk));
      child.stdout?.on('data', (chunk) => {
        this.output += chunk;
        stdout += chunk;
        const found = READY.exec(stdout);
        if (!found) return;
        callOff();
        resolve(found);
      });
    });
  }

  /**
   * drawbridgectl on this data folder.
   * @param {...string} args
   */
  ctl(...args) {
    return run('drawbridgectl', ['--data', this.dir, ...args], { build: this.build });
  }

  /**
   * The same with `-o json`; throws when it fails.
   * @param {...string} args
   */
  async ctlJson(...args) {
    const ran = await this.ctl('-o', 'json', ...args);
    if (ran.code !== 0 || ran.json === undefined) {
      const printed = ran.stdout + ran.stderr;
      throw new Error(`drawbridgectl ${args.join(' ')}: exit ${ran.code}\n${printed}`);
    }
    return ran.json;
  }

  /**
   * Adds a game server: the document of drawbridge.json, with `enrol` beside it.
   * @param {string} name
   * @param {{ mode?: 'local' | 'review' | 'auto', owner?: string }} [options]
   * @returns {Promise<Enrolment>}
   */
  addServer(name, { mode = 'auto', owner } = {}) {
    const more = owner === undefined ? [] : ['--owner', owner];
    return this.ctlJson('server', 'add', name, '--mode', mode, ...more);
  }

  /** Without warning, as a power cut would; returns when it is gone. */
  async kill9() {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /**
   * SIGTERM, and its exit code; -1 when it had to be killed.
   * @returns {Promise<number>}
   */
  async stop() {
    const child = this.child;
    if (!child) return -1;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? -1;
    child.kill('SIGTERM');
    const callOff = after(EXIT_WITHIN_MS, () => child.kill('SIGKILL'));
    const { code } = await this.exited;
    callOff();
    return code ?? -1;
  }

  /** Stops it if it runs and starts it again on the same data and ports. */
  async restart() {
    await this.stop();
    return this.start();
  }

  /** For the exit handler, where nothing can be awaited. */
  killNow() {
    this.child?.kill('SIGKILL');
  }

  /** Stops it and removes its folder. */
  async dispose() {
    await this.stop();
    if (process.env.DRAWBRIDGE_KEEP) return;
    folders.delete(path.dirname(this.dir));
    fs.rmSync(path.dirname(this.dir), { recursive: true, force: true });
  }
}

/**
 * A data folder as `init` leaves it, with the configuration asked for.
 * @param {Settings} [settings]
 * @returns {Promise<string>} its path
 */
async function initData(settings = {}) {
  const dir = path.join(temporaryFolder('daemon'), 'data');
  const ran = await run('drawbridged', ['init', '--data', dir, '--host', 'localhost'],
    { build: settings.build });
  if (ran.code !== 0) throw new Error(`init: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  fs.writeFileSync(path.join(dir, 'drawbridge.toml'), configText(settings));
  return dir;
}

/**
 * A daemon, ready. Call `dispose()` when done with it.
 * @param {Settings} [settings]
 */
async function startDaemon(settings = {}) {
  return new Daemon(await initData(settings), settings.build).start();
}

module.exports = { Daemon, configText, initData, program, run, startDaemon, temporaryFolder };
