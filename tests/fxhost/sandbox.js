'use strict';

// What a resource may require, and what the modules it gets let it do. Installed in Node's module
// loader, so it holds for globalThis.require and for every module loaded through it. It catches
// mistakes, not attacks: a resource that tampers with the loader gets out.

const childProcess = require('child_process');
const cluster = require('cluster');
const dgram = require('dgram');
const fs = require('fs');
const Module = require('module');
const net = require('net');
const os = require('os');
const path = require('path');
const workerThreads = require('worker_threads');
const { SandboxFs } = require('./sandbox_fs');

/** @typedef {import('./host').Host} Host */

const NO_GLOBAL = ['console', 'process', 'module'];

class Sandbox {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    this.realRequire = Module.createRequire(__filename);
    this.tempDir = path.join(host.paths.own.root, '.tmp');
    /** @type {Array<{ kind: string, address: string }>} */
    this.listening = [];
    /** @type {Map<string, () => any>} what replaces a built-in module */
    this.guards = new Map();
    /** @type {Map<string, any>} */
    this.built = new Map();
    this.defineGuards();
  }

  defineGuards() {
    const deny = this.deny.bind(this);
    this.guards.set('fs', () => new SandboxFs(this.host.paths, deny).build());
    this.guards.set('fs/promises', () => this.builtin('fs').promises);
    this.guards.set('child_process', () => this.denyAll(childProcess, 'child-process',
      'ChildProcess'));
    this.guards.set('worker_threads', () => ({
      ...workerThreads, Worker: this.denyClass('worker-threads', 'WorkerThreads'),
    }));
    this.guards.set('wasi', () => ({ WASI: this.denyClass('wasi', 'WASI') }));
    this.guards.set('cluster', () => this.withFork());
    this.guards.set('os', () => ({ ...os, tmpdir: () => this.tmpdir() }));
    for (const name of ['inspector', 'inspector/promises']) {
      this.guards.set(name, () => {
        this.host.report('inspector', 'require of the inspector');
        throw Object.assign(new Error('Inspector is not available'),
          { code: 'ERR_INSPECTOR_NOT_AVAILABLE' });
      });
    }
  }

  install() {
    const loader = /** @type {any} */ (Module);
    const load = loader._load;
    loader._load = (/** @type {string} */ request, /** @type {any[]} */ ...rest) => {
      const name = request.replace(/^node:/, '');
      if (this.guards.has(name)) return this.builtin(name);
      if (name.startsWith('internal/')) throw notFound(request);
      return load.call(Module, request, ...rest);
    };
    const resolve = loader._resolveFilename;
    loader._resolveFilename = (/** @type {string} */ request, /** @type {any[]} */ ...rest) => {
      const given = /^[A-Za-z]:[\\/]/.test(request) ? this.host.paths.toReal(request) : request;
      const file = resolve.call(Module, given, ...rest);
      return path.isAbsolute(file) ? this.checkModule(file) : file;
    };
    const process_ = /** @type {any} */ (process);
    process_.dlopen = () => { throw this.deny('native-addon', 'Addons', 'process.dlopen'); };
    if (process_.getBuiltinModule) {
      const get = process_.getBuiltinModule.bind(process);
      process_.getBuiltinModule = (/** @type {string} */ id) => {
        const name = String(id).replace(/^node:/, '');
        return this.guards.has(name) ? this.builtin(name) : get(id);
      };
    }
    this.watchListeners();
    this.installGlobals();
  }

  /** FXServer exposes the built-in modules as globals. */
  installGlobals() {
    for (const name of Module.builtinModules) {
      if (/^_|[/:]/.test(name) || NO_GLOBAL.includes(name)) continue;
      Object.defineProperty(globalThis, name, {
        configurable: true,
        enumerable: false,
        get: () => this.builtin(name),
        set: (value) => Object.defineProperty(globalThis, name, {
          value, writable: true, configurable: true, enumerable: true,
        }),
      });
    }
  }

  /** @param {string} name @returns {any} */
  builtin(name) {
    const guard = this.guards.get(name);
    if (!guard) return this.realRequire(name);
    if (!this.built.has(name)) this.built.set(name, guard());
    return this.built.get(name);
  }

  /** @param {string} file @returns {string} */
  checkModule(file) {
    const { code } = this.host.paths.check(file, 'read');
    if (code) throw this.deny(code, 'FileSystemRead', file);
    if (file.endsWith('.node')) throw this.deny('native-addon', 'Addons', file);
    return file;
  }

  /**
   * @param {string} code
   * @param {string} permission
   * @param {string} detail
   * @returns {Error}
   */
  deny(code, permission, detail) {
    this.host.report(code, `${permission}: ${detail}`);
    return Object.assign(new Error('Access to this API has been restricted'), {
      code: 'ERR_ACCESS_DENIED', permission, resource: detail,
    });
  }

  /** @param {any} real @param {string} code @param {string} permission */
  denyAll(real, code, permission) {
    const result = { ...real };
    for (const [name, value] of Object.entries(real)) {
      if (typeof value !== 'function' || /^[A-Z_]/.test(name)) continue;
      result[name] = () => { throw this.deny(code, permission, name); };
    }
    return result;
  }

  /** @param {string} code @param {string} permission @returns {any} */
  denyClass(code, permission) {
    const deny = () => this.deny(code, permission, 'new');
    return class {
      constructor() { throw deny(); }
    };
  }

  withFork() {
    const wrapped = Object.create(cluster);
    wrapped.fork = () => { throw this.deny('child-process', 'ChildProcess', 'cluster.fork'); };
    return wrapped;
  }

  tmpdir() {
    fs.mkdirSync(this.tempDir, { recursive: true });
    return this.tempDir;
  }

  removeTmpdir() {
    fs.rmSync(this.tempDir, { recursive: true, force: true });
  }

  /** Listening works, as in FXServer, and is written down. */
  watchListeners() {
    const note = (/** @type {string} */ kind, /** @type {any[]} */ args) => {
      const address = args.filter((arg) => typeof arg !== 'function')
        .map((arg) => (typeof arg === 'object' ? JSON.stringify(arg) : String(arg))).join(' ');
      this.listening.push({ kind, address });
      this.host.report('listening-socket', `${kind} ${address}`);
    };
    const server = /** @type {any} */ (net.Server.prototype);
    const listen = server.listen;
    server.listen = function listenNoted(/** @type {any[]} */ ...args) {
      note('tcp', args);
      return listen.apply(this, args);
    };
    const socket = /** @type {any} */ (dgram.Socket.prototype);
    const bind = socket.bind;
    socket.bind = function bindNoted(/** @type {any[]} */ ...args) {
      note('udp', args);
      return bind.apply(this, args);
    };
  }
}

/** @param {string} request */
function notFound(request) {
  return Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
}

module.exports = { Sandbox };
