'use strict';

// One game server with one resource: puts the parts together, loads the scripts the way FXServer
// does, ticks 20 times a second, stops. Everything runs on the one main thread.

const fs = require('fs');
const path = require('path');
const nodeTimers = require('timers');
const vm = require('vm');
const Module = require('module');
const { Commands } = require('./commands');
const { Convars } = require('./convars');
const { Events } = require('./events');
const { Hitches } = require('./hitches');
const { Invocation } = require('./invocation');
const { KvpNatives, KvpStore } = require('./kvp');
const { parseManifest, scriptsOf, unmetDependencies } = require('./manifest');
const { Microtasks } = require('./microtasks');
const { ResourceNatives } = require('./natives');
const { Paths } = require('./paths');
const { Players } = require('./players');
const { Reporter } = require('./rules');
const { Sandbox } = require('./sandbox');
const { ServerConsole } = require('./console');
const { TickTimers } = require('./timers');
const { cString } = require('./transfer');

/**
 * @typedef {{ resource: string, name: string, kvp: string, convars: Record<string, string>,
 *   build: number, pathStyle: import('./paths').PathStyle, fsync: boolean, lateMicrotasks: boolean,
 *   mounts: Array<{ name: string, root: string }>, players: any[] }} Options
 */

const TICK_MS = 50;
const EXIT = { stopped: 0, notStarted: 3, crashed: 70, restart: 75 };

class Host {
  /** @param {Options} options @param {(message: object) => void} send to whoever controls it */
  constructor(options, send) {
    this.options = options;
    this.send = send;
    this.name = options.name;
    this.state = 'starting';
    this.ticks = 0;
    this.tickPending = false;
    /** Events for the next tick. @type {Array<() => void>} */
    this.queued = [];
    // Taken before they are replaced.
    /** @type {(body: () => void, ms: number) => any} */
    this.setTimeout = /** @type {any} */ (nodeTimers.setTimeout);
    /** @type {(timer: any) => void} */
    this.clearTimeout = nodeTimers.clearTimeout;
    this.paths = new Paths({ name: options.name, root: options.resource }, options.mounts,
      options.pathStyle);
    this.reporter = new Reporter(this.paths.own.root);
    this.reporter.watchers.push((violation) => send({ event: 'violation', ...violation }));
    this.report = this.reporter.report.bind(this.reporter);
    this.console = new ServerConsole(`script:${this.name}`, (line) =>
      send({ event: 'console', ...line }));
    this.hitches = new Hitches((text) => this.console.print('error', text));
    this.calls = new Invocation(this.name, this.report);
    this.microtasks = new Microtasks(options.lateMicrotasks);
    this.events = new Events(this);
    this.players = new Players(this);
    this.players.restore(options.players);
    this.convars = new Convars(this, { ...defaultConvars(options.build), ...options.convars });
    this.commands = new Commands(this);
    this.store = new KvpStore(options.kvp, options.fsync);
    this.kvp = new KvpNatives(this, this.store);
    this.resources = new ResourceNatives(this);
    this.sandbox = new Sandbox(this);
    this.timers = new TickTimers((where, error) => this.printError(where, error));
    /** @type {import('./manifest').Metadata} */
    this.metadata = new Map();
  }

  /** @param {Record<string, any>} values */
  globals(values) {
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(globalThis, name, {
        value, writable: true, configurable: true, enumerable: true,
      });
    }
  }

  /** @param {Record<string, (...args: any[]) => any>} functions */
  natives(functions) {
    this.globals(functions);
  }

  /** A native that returns BOOL gives a script false or 1. @param {any} value */
  bool(value) {
    return value ? 1 : false;
  }

  /**
   * A string argument a native insists on.
   * @param {string} native
   * @param {number} index
   * @param {any} value
   * @returns {string}
   */
  argument(native, index, value) {
    const text = cString(value);
    if (text !== null) return text;
    this.report('native-null', `${native}: argument ${index} was ${value}`);
    throw new Error(`Argument at index ${index} was null.`);
  }

  /** The server dies on a deferral text that is none. @param {string} where @param {any} value */
  requireText(where, value) {
    if (typeof value === 'string') return value;
    this.report('deferral-not-text', `${where}(${value})`);
    return this.crash(`${where} got ${value}: type_error in the server`);
  }

  /** @param {string} where @param {any} error */
  printError(where, error) {
    this.console.print('error', `SCRIPT ERROR in ${where}: ${describe(error)}`);
    this.report(classify(error) || 'handler-error', `${where}: ${describe(error)}`, error);
  }

  /** @param {string} event @param {any} error */
  printRejection(event, error) {
    this.console.print('error', `Unhandled promise failure: ${describe(error)}`);
    this.report('handler-rejection', `${event}: ${describe(error)}`, error);
  }

  /**
   * Everything that enters the resource from outside a tick goes through here.
   * @template T
   * @param {string} what
   * @param {() => T} body
   * @returns {T}
   */
  handle(what, body) {
    try {
      return this.hitches.time(what, body);
    } finally {
      this.microtasks.hold();
    }
  }

  /** Later in the server's main loop, not in a tick. @param {() => void} body */
  soon(body) {
    nodeTimers.setImmediate(() => {
      body();
      this.microtasks.hold();
    });
  }

  /** @returns {string[]} unmet dependencies; empty: the resource is running */
  start() {
    this.metadata = parseManifest(
      fs.readFileSync(path.join(this.paths.own.root, 'fxmanifest.lua'), 'utf8'), this.report);
    const others = this.paths.mounts.slice(1).map(({ name }) => name);
    const unmet = unmetDependencies(this.metadata, this.options.build, others);
    if (unmet.length > 0) return unmet;
    this.installEnvironment();
    for (const script of scriptsOf(this.metadata)) this.loadScript(script);
    this.state = 'started';
    this.handle('onResourceStart', () => this.events.dispatch('onResourceStart', [this.name]));
    this.queued.push(() => this.events.dispatch('onServerResourceStart', [this.name]));
    this.clock = nodeTimers.setInterval(() => this.tick(), TICK_MS);
    return [];
  }

  installEnvironment() {
    process.on('uncaughtException', (error) =>
      this.report('uncaught-error', describe(error), error));
    process.on('unhandledRejection', (error) => {
      this.console.print('error', `SCRIPT ERROR in promise (unhandled rejection): ${
        describe(error)}`);
      this.report('unhandled-rejection', describe(error), error);
    });
    this.console.install();
    for (const part of [this.events, this.players, this.convars, this.commands, this.kvp,
      this.resources]) part.install();
    this.sandbox.install();
    this.timers.install(globalThis);
    const scope = /** @type {any} */ (globalThis);
    scope.global = globalThis;
    scope.require = Module.createRequire(path.join(this.paths.own.root, 'dummy.js'));
  }

  /** @param {string} name as in the manifest; @resource/file for another one's */
  loadScript(name) {
    const found = /^@([^/]+)\/(.*)$/.exec(name);
    const mount = found ? this.paths.find(found[1]) : this.paths.own;
    const relative = found ? found[2] : name;
    const filename = `@${found ? found[1] : this.name}/${relative}`;
    try {
      if (!mount) throw new Error(`no resource ${name}`);
      const { path: file, code } = this.paths.check(path.join(mount.root, relative), 'read');
      if (code) throw new Error(`${name} is refused: ${code}`);
      const script = new vm.Script(fs.readFileSync(file, 'utf8'), { filename });
      this.handle(filename, () => this.calls.run('load', null, () => script.runInThisContext()));
    } catch (error) {
      this.console.print('error', `Error loading script ${name} in resource ${this.name}: ${
        describe(error)}`);
      this.report(classify(error) || 'script-failed', `${name}: ${describe(error)}`, error);
    }
  }

  /** One server tick: queued events, then timers and tickers, then continuations. */
  tick() {
    this.tickPending = false;
    this.ticks += 1;
    this.hitches.onTick();
    this.hitches.time('tick', () => {
      const { queued } = this;
      this.queued = [];
      for (const event of queued) event();
      this.calls.run('tick', null, () => {
        this.timers.tick(Math.trunc(performance.now()));
        this.microtasks.flush();
      });
    });
    this.microtasks.hold();
  }

  /** ScheduleResourceTick: the next turn of the main loop ticks. */
  scheduleTick() {
    if (this.tickPending) return;
    this.tickPending = true;
    nodeTimers.setImmediate(() => { if (this.tickPending) this.tick(); });
  }

  /** Another resource starts or stops. @param {string} name @param {'start' | 'stop'} phase */
  resourceEvent(name, phase) {
    const word = phase === 'start' ? 'Start' : 'Stop';
    this.resources.states.set(name, phase === 'start' ? 'started' : 'stopped');
    if (phase === 'start') this.events.dispatch('onResourceStarting', [name]);
    this.events.dispatch(`onResource${word}`, [name]);
    this.queued.push(() => this.events.dispatch(`onServerResource${word}`, [name]));
  }

  /** Stops the resource; `done` is called when its runtime is gone. @param {() => void} done */
  stop(done) {
    this.state = 'stopping';
    this.handle('onResourceStop', () => this.events.dispatch('onResourceStop', [this.name]));
    const hanging = this.players.pendingDeferrals();
    for (const player of hanging) {
      this.report('deferral-left-pending', `${player.name} hangs at connecting`);
    }
    this.clearClock();
    this.timers.clearAll();
    this.state = 'stopped';
    // FXServer runs the resource's loop once more before it is torn down.
    nodeTimers.setImmediate(() => {
      this.sandbox.removeTmpdir();
      this.store.close();
      done();
    });
  }

  clearClock() {
    if (this.clock) nodeTimers.clearInterval(this.clock);
  }

  /** The server process dies. @param {string} reason @returns {never} */
  crash(reason) {
    this.send({ event: 'crash', reason });
    return process.exit(EXIT.crashed);
  }
}

/** @param {any} error @returns {string} */
function describe(error) {
  return error instanceof Error ? String(error) : `(no Error) ${String(error)}`;
}

/** @param {any} error @returns {string | null} the rule an error of a script points to */
function classify(error) {
  const text = String(error);
  if (/SyntaxError: Identifier '.*' has already been declared/.test(text)) {
    return 'duplicate-declaration';
  }
  if (/ReferenceError: (module|__dirname|__filename) is not defined/.test(text) ||
      /cannot set values on exports/.test(text)) return 'no-commonjs';
  const timers = '(set|clear)(Timeout|Interval|Immediate|Tick)';
  if (new RegExp(`TypeError: Cannot (redefine|assign to read only) property.*${timers}`)
    .test(text)) return 'timer-redefined';
  return null;
}

/** @param {number} build @returns {Record<string, string>} what a server has set by itself */
function defaultConvars(build) {
  return {
    version: `FXServer-master v1.0.0.${build} linux`,
    buildNumber: String(build),
    sv_maxClients: '30',
    sv_hostname: 'fxhost',
    gamename: 'gta5',
    onesync: 'on',
    // A made-up secret of the platform: a test can look for it on the wire.
    sv_licenseKeyToken: 'fxhost-licence-key-token-never-leaves-this-server',
  };
}

module.exports = { Host, EXIT };
