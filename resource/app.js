'use strict';

// Starts the resource: what it needs (WebAssembly, bridge.wasm), who it is, the events it listens
// to. Whatever is missing is said in words, and the server runs on as if Drawbridge were not there.

const fs = require('node:fs');
const path = require('node:path');
const { publishApi } = require('./api');
const { createClock } = require('./clock');
const { registerConsole } = require('./console');
const { loadCore } = require('./core');
const { createEpochs } = require('./epochs');
const { createFaults } = require('./faults');
const { createFx } = require('./fx');
const { createIdentityStore, establishIdentity } = require('./identity');
const { enrol } = require('./keys');
const { createLog } = require('./log');
const { Service } = require('./service');
const { readSettings } = require('./settings');

/** @typedef {import('./service').Base} Base */

const WASM = path.join(__dirname, 'bridge.wasm');

/** @param {unknown} error @returns {string} */
function whyNoCore(error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'ENOENT') {
    return 'resource/bridge.wasm is missing: this is a source checkout. Use the drawbridge.zip '
      + 'of a release, or build it: cmake --preset release && cmake --build --preset release '
      + '--target resource';
  }
  if (code) return `resource/bridge.wasm cannot be read (${code})`;
  if (/virtual memory|allocate/i.test(message)) {
    return 'there is no room in the address space for WebAssembly: a limit on virtual memory '
      + '(ulimit -v, or your host\'s) must be raised to 64 GB or removed';
  }
  return message;
}

/** @returns {{core: import('./core').Core} | {problem: string}} */
function startCore() {
  if (typeof WebAssembly !== 'object') {
    return {
      problem: 'this FXServer runs scripts without WebAssembly: use build 12913 or newer, and '
        + 'start it without --jitless',
    };
  }
  try {
    const core = loadCore(fs.readFileSync(WASM));
    // Each list has an address space of its own: find out now whether there is room for them.
    core.createBanList(1);
    return { core };
  } catch (error) {
    return { problem: whyNoCore(error) };
  }
}

/** FXServer swallows what nobody catches. @param {import('./faults').Faults} faults */
function catchStrays(faults) {
  process.on('uncaughtException', (error) => faults.report('uncaught', error));
  process.on('unhandledRejection', (reason) => faults.report('unhandled', reason));
}

class App {
  #base;
  /** @type {Service|null} */
  #service = null;

  /** @param {Base} base */
  constructor(base) {
    this.#base = base;
  }

  service() { return this.#service; }

  start() {
    this.#listen();
    registerConsole(this.#base.fx, {
      service: () => this.#service,
      enrol: (line, done) => this.#enrol(line, done),
    });
    publishApi(this.#base.fx, () => this.#service);
    const identity = establishIdentity(this.#base);
    if (identity) this.#run(identity);
  }

  /** Another resource can emit the players' events too, but not as a player. */
  #listen() {
    const { fx } = this.#base;
    fx.on('playerConnecting', (source, _name, _kick, deferrals) => {
      if (source) this.#service?.gate.connecting(source, deferrals);
    });
    fx.on('playerJoining', (source, oldId) => {
      if (source) this.#service?.gate.joining(source, Number(oldId));
    });
    fx.on('playerDropped', (source, _reason, _resource, code) => {
      const reason = Number.isInteger(code) && code >= 0 && code <= 99 ? code : 0;
      if (source) this.#service?.gate.dropped(source, reason);
    });
    fx.on('onResourceStop', (_source, name) => {
      if (name === fx.resource) this.#service?.stop();
    });
  }

  /** @param {import('./identity').Identity} identity */
  #run(identity) {
    this.#service?.stop();
    this.#service = new Service(this.#base, identity);
    this.#service.start();
  }

  /** @param {string} line @param {(said: import('./keys').Said) => void} done */
  #enrol(line, done) {
    const { store } = this.#base;
    enrol(this.#base, line, (result) => {
      if ('error' in result) {
        done({ ok: false, error: result.error });
        return;
      }
      store.dropNext();
      store.save(result.identity);
      done({ ok: true, text: `this server is enrolled as ${result.identity.serverId}` });
      this.#run(result.identity);
    });
  }
}

function run() {
  const fx = createFx();
  const log = createLog(fx.print);
  const clock = createClock(log);
  const faults = createFaults(log, clock.steady);
  fx.setFaultHandler(faults.report);
  catchStrays(faults);
  const settings = readSettings(fx, log);
  log.setLevel(settings.log);
  const started = startCore();
  if ('problem' in started) {
    log.warn(`Drawbridge is not active: ${started.problem}.`);
    return;
  }
  if (fx.isLan()) {
    log.warn('Drawbridge is not active: sv_lan is on, so FXServer does not check who a player is. '
      + 'Take sv_lan out of server.cfg.');
    return;
  }
  const { core } = started;
  const store = createIdentityStore(fx.kvp);
  const epochs = createEpochs(fx.kvp, clock);
  const userAgent = `drawbridge-resource/${fx.version().replace(/[^\w.-]/g, '')}`;
  new App({ fx, core, log, clock, epochs, faults, settings, store, userAgent }).start();
}

module.exports = { run };
