'use strict';

// Starts game servers for tests and talks to them. The resource is copied to a folder of its own,
// so that a test may add files and look at what the resource wrote.

const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const readline = require('readline');

/**
 * @typedef {{ resourceRoot?: string, name?: string, kvpFile?: string,
 *   convars?: Record<string, string>, extraFiles?: Record<string, string | Buffer>,
 *   mounts?: Record<string, string>, build?: number, pathStyle?: string, node?: string,
 *   fsync?: boolean, promptMicrotasks?: boolean, copy?: boolean, keep?: boolean,
 *   env?: Record<string, string>, timeoutMs?: number }} ServerOptions
 * @typedef {{ name?: string, identifiers?: string[], tokens?: string[], endpoint?: string,
 *   aces?: string[] }} Player
 * @typedef {{ code: number | null, signal: string | null }} Exit
 */

// FXServer's type definitions, loaded beside Node's, give the global timers another shape.
/** @type {(body: () => void, ms: number) => any} */
const startTimer = /** @type {any} */ (setTimeout);

const NOT_COPIED = ['.git', 'node_modules', 'build'];
const RESTART_CODE = 75;
const TIMEOUT_MS = 15000;

/** @type {Set<import('child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class Server {
  /** @param {ServerOptions} options @param {string} tempDir */
  constructor(options, tempDir) {
    this.options = options;
    this.tempDir = tempDir;
    this.name = options.name || path.basename(options.resourceRoot || 'resource');
    this.root = options.copy === false && options.resourceRoot
      ? options.resourceRoot : path.join(tempDir, 'resources', this.name);
    this.kvpFile = options.kvpFile || path.join(tempDir, 'kvp.jsonl');
    this.timeoutMs = options.timeoutMs || TIMEOUT_MS;
    /** @type {Array<{ level: string, text: string }>} */
    this.console = [];
    /** @type {any[]} */
    this.violations = [];
    /** @type {any[]} */
    this.dropped = [];
    /** @type {string | null} */
    this.crashReason = null;
    this.stderr = '';
    this.nextId = 0;
    /** @type {Map<number, { resolve: Function, reject: Function, timer: any }>} */
    this.waiting = new Map();
    /** @type {Set<() => void>} */
    this.watchers = new Set();
    /** @type {import('child_process').ChildProcess | null} */
    this.child = null;
    /** @type {Promise<Exit>} */
    this.exited = Promise.resolve({ code: null, signal: null });
  }

  prepareFolder() {
    const { resourceRoot } = this.options;
    if (resourceRoot && this.root !== resourceRoot) {
      fs.cpSync(resourceRoot, this.root, {
        recursive: true,
        dereference: true,
        filter: (source) => !NOT_COPIED.includes(path.basename(source)),
      });
    }
    for (const [name, content] of Object.entries(this.options.extraFiles || {})) {
      const file = path.join(this.root, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
    }
  }

  /** @param {any[]} players who are in already @returns {Promise<any>} the ready message */
  async launch(players) {
    const { options } = this;
    const list = path.join(this.tempDir, 'players.json');
    fs.writeFileSync(list, JSON.stringify(players));
    const args = [
      ...(options.promptMicrotasks ? [] : ['--expose-internals']),
      path.join(__dirname, 'fxhost.js'),
      '--resource', this.root, '--name', this.name, '--kvp', this.kvpFile, '--players', list,
      ...(options.build ? ['--build', String(options.build)] : []),
      ...(options.pathStyle ? ['--path-style', options.pathStyle] : []),
      ...(options.fsync === false ? ['--no-fsync'] : []),
      ...(options.promptMicrotasks ? ['--prompt-microtasks'] : []),
      ...Object.entries(options.convars || {}).flatMap(([k, v]) => ['--set', `${k}=${v}`]),
      ...Object.entries(options.mounts || {}).flatMap(([k, v]) => ['--mount', `${k}=${v}`]),
    ];
    const child = spawn(options.node || process.execPath, args, {
      stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...options.env },
    });
    this.child = child;
    running.add(child);
    this.exited = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        running.delete(child);
        this.onExit({ code, signal });
        resolve({ code, signal });
      });
    });
    child.stderr.on('data', (chunk) => { this.stderr += chunk; });
    child.stdin.on('error', () => { /* The exit tells more than a broken pipe. */ });
    return this.awaitReady(child);
  }

  /** @param {import('child_process').ChildProcess} child */
  awaitReady(child) {
    const ready = this.expect('ready');
    readline.createInterface({ input: /** @type {any} */ (child.stdout) })
      .on('line', (line) => this.onLine(line));
    return ready;
  }

  /** @param {string} what @returns {Promise<any>} settled by settle() with the id 0 or the next */
  expect(what) {
    const id = what === 'ready' ? 0 : (this.nextId += 1);
    return new Promise((resolve, reject) => {
      const timer = startTimer(() => {
        this.waiting.delete(id);
        reject(new Error(`${what}: no answer in ${this.timeoutMs} ms\n${this.tail()}`));
      }, this.timeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
    });
  }

  /** @param {number} id @param {(waiting: any) => void} how */
  settle(id, how) {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    clearTimeout(waiting.timer);
    how(waiting);
  }

  /** @param {string} line */
  onLine(line) {
    const message = JSON.parse(line);
    if (message.event) this.onEvent(message);
    else if (message.ok) this.settle(message.id, ({ resolve }) => resolve(message.result));
    else this.settle(message.id, ({ reject }) => reject(new Error(message.error)));
    for (const watcher of [...this.watchers]) watcher();
  }

  /** @param {any} message */
  onEvent({ event, ...rest }) {
    if (event === 'console') this.console.push(rest);
    else if (event === 'violation') this.violations.push(rest);
    else if (event === 'dropped') this.dropped.push(rest);
    else if (event === 'crash') this.crashReason = rest.reason;
    else if (event === 'ready') this.settle(0, ({ resolve }) => resolve(rest));
    else if (event === 'not-started') {
      this.settle(0, ({ reject }) => reject(new Error(`not started: ${rest.unmet.join(', ')}`)));
    }
  }

  /** @param {Exit} exit */
  onExit({ code, signal }) {
    const why = `the server ended with ${signal || code}: ${this.crashReason || ''}`;
    for (const id of [...this.waiting.keys()]) {
      this.settle(id, ({ reject }) => reject(new Error(`${why}\n${this.tail()}`)));
    }
    for (const watcher of [...this.watchers]) watcher();
  }

  tail() {
    return [...this.console.slice(-20).map(({ text }) => text), this.stderr].join('\n');
  }

  /** @param {string} op @param {object} [fields] @returns {Promise<any>} */
  request(op, fields = {}) {
    if (!this.child || this.child.exitCode !== null) {
      return Promise.reject(new Error(`${op}: the server is not running`));
    }
    const answer = this.expect(op);
    /** @type {any} */ (this.child.stdin).write(
      `${JSON.stringify({ id: this.nextId, op, ...fields })}\n`);
    return answer;
  }

  /** @param {Player} player @param {number} [waitMs] */
  connect(player, waitMs) { return this.request('connect', { player, waitMs }); }

  /** @param {number} source */
  async join(source) { return (await this.request('join', { source })).source; }

  /** Connects and joins; the player must be let in. @param {Player} player */
  async enter(player) {
    const result = await this.connect(player);
    if (!result.allowed) throw new Error(`${player.name} was refused: ${result.reason}`);
    return this.join(result.source);
  }

  /** @param {number} source @param {string} [reason] @param {number} [code] */
  drop(source, reason, code) { return this.request('drop', { source, reason, code }); }

  async players() { return (await this.request('players')).players; }

  /** @param {string} line @param {number} [source] a player, or the console */
  async command(line, source) { return (await this.request('command', { line, source })).ran; }

  /** @param {string} name @param {any[]} [args] @param {string} [as] the emitting resource */
  emit(name, args, as) { return this.request('emit', { name, args, as }); }

  /** @param {string} name @param {any[]} args @param {number} source */
  netEvent(name, args, source) { return this.request('netEvent', { name, args, source }); }

  /** @param {string} name @param {any[]} [args] @param {string} [as] the calling resource */
  async export(name, args, as) {
    const { value, error } = await this.request('export', { name, args, as });
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** @param {string} resource @param {Record<string, any>} values its exports return these */
  foreign(resource, values) { return this.request('foreign', { resource, exports: values }); }

  /** @param {string} name @param {string} [value] sets it */
  async convar(name, value) { return (await this.request('convar', { name, value })).value; }

  async kvp() { return (await this.request('kvp')).entries; }

  status() { return this.request('status'); }

  /** @param {number} [count] */
  ticks(count) { return this.request('ticks', { count }); }

  /**
   * @param {() => any} condition over console, violations, dropped
   * @param {string} what
   * @param {number} [timeoutMs]
   * @returns {Promise<any>} its first true value
   */
  waitFor(condition, what, timeoutMs = this.timeoutMs) {
    return new Promise((resolve, reject) => {
      const finish = (/** @type {() => void} */ how) => {
        clearTimeout(timer);
        this.watchers.delete(check);
        how();
      };
      const timer = startTimer(() =>
        finish(() => reject(new Error(`waited for ${what}\n${this.tail()}`))), timeoutMs);
      const check = () => {
        const value = condition();
        if (value) finish(() => resolve(value));
      };
      this.watchers.add(check);
      check();
    });
  }

  /** @param {string | RegExp} wanted @param {number} [timeoutMs] */
  waitForLine(wanted, timeoutMs) {
    const matches = (/** @type {string} */ text) =>
      (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
    return this.waitFor(() => this.console.find(({ text }) => matches(text)),
      `console line ${wanted}`, timeoutMs);
  }

  /** Stops the resource. @returns {Promise<any>} the last status */
  async stop() {
    const status = await this.request('stop');
    await this.exited;
    this.dispose();
    return status;
  }

  /** Stops the resource and starts it again; key-value store and players stay. */
  async restart() {
    const status = await this.request('restart');
    const { code } = await this.exited;
    if (code !== RESTART_CODE) throw new Error(`restart ended with ${code}\n${this.tail()}`);
    await this.launch(status.joined);
    return status;
  }

  /** Ends the process at once, as a crash or power cut does. @returns {Promise<Exit>} */
  async kill() {
    if (this.child) this.child.kill('SIGKILL');
    return this.exited;
  }

  /** After kill(): starts again with the same key-value store and nobody in. */
  revive() { return this.launch([]); }

  dispose() {
    if (!this.options.keep) fs.rmSync(this.tempDir, { recursive: true, force: true });
  }
}

/** @param {ServerOptions} options @returns {Promise<Server>} when the resource is running */
async function startServer(options) {
  const tempDir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fxhost-')));
  const server = new Server(options, tempDir);
  try {
    server.prepareFolder();
    await server.launch([]);
  } catch (error) {
    await server.kill();
    server.dispose();
    throw error;
  }
  return server;
}

module.exports = { startServer, Server };
