'use strict';

// Events and exports as FXServer's script runtime handles them: arguments are copies, a handler's
// error is printed and the next handler runs, net events reach registered names only, and `source`
// is reset to null when any event of this runtime ends — also one emitted inside a handler.

const { copy } = require('./transfer');

/** @typedef {import('./host').Host} Host */
/** @typedef {{ source?: number, fromClient?: boolean, as?: string | null }} Origin */

const NET_SAFE = ['playerDropped', 'playerConnecting'];

class Events {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, Function[]>} */
    this.listeners = new Map();
    this.netSafe = new Set(NET_SAFE);
    /** Names the resource opened to clients itself. @type {string[]} */
    this.netRegistered = [];
    /** @type {Map<string, (args: any[]) => void>} what other resources listen to */
    this.foreign = new Map();
    /** @type {Array<{ name: string, target: any, args: any[] }>} */
    this.sentToClients = [];
    /** @type {boolean[]} one entry per event being dispatched */
    this.canceled = [];
    this.lastCanceled = false;
  }

  install() {
    const { host } = this;
    /** @type {(name: string, fn: Function, netSafe?: boolean) => void} */
    const on = (name, fn, netSafe = false) => {
      if (netSafe) this.openToClients(name);
      this.add(name, fn);
    };
    /** @type {(name: string, fn: Function) => void} */
    const onNet = (name, fn) => on(name, fn, true);
    /** @type {(name: string, fn: Function) => void} */
    const off = (name, fn) => this.remove(name, fn);
    /** @type {(name: string, ...args: any[]) => void} */
    const emit = (name, ...args) => void this.emitLocal(name, args, host.name);
    /** @type {(name: string, target: any, ...args: any[]) => void} */
    const emitNet = (name, target, ...args) => {
      this.sentToClients.push({ name, target, args: JSON.parse(JSON.stringify(args)) });
    };
    host.globals({
      on, addEventListener: on, AddEventHandler: on,
      onNet, addNetEventListener: onNet,
      RegisterNetEvent: (/** @type {string} */ name) => this.openToClients(name),
      RegisterServerEvent: (/** @type {string} */ name) => this.openToClients(name),
      removeEventListener: off, RemoveEventHandler: off,
      emit, TriggerEvent: emit, emitNet, TriggerClientEvent: emitNet,
      TriggerLatentClientEvent: (/** @type {string} */ name, /** @type {any} */ target,
        /** @type {number} */ bps, /** @type {any[]} */ ...args) => emitNet(name, target, ...args),
      CancelEvent: () => this.cancel(),
      WasEventCanceled: () => host.bool(this.lastCanceled),
      exports: this.exportsProxy(),
    });
    host.calls.installSource(globalThis);
  }

  /** @param {string} name */
  openToClients(name) {
    this.netSafe.add(name);
    if (!this.netRegistered.includes(name)) this.netRegistered.push(name);
  }

  /** @param {string} name @param {Function} fn */
  add(name, fn) {
    if (typeof fn !== 'function') throw new TypeError('listener must be a function');
    this.listeners.set(name, [...(this.listeners.get(name) || []), fn]);
  }

  /** @param {string} name @param {Function} fn */
  remove(name, fn) {
    const list = this.listeners.get(name) || [];
    const at = list.indexOf(fn);
    if (at >= 0) this.listeners.set(name, [...list.slice(0, at), ...list.slice(at + 1)]);
  }

  cancel() {
    if (this.canceled.length > 0) this.canceled[this.canceled.length - 1] = true;
  }

  /**
   * @param {string} name
   * @param {any[]} args
   * @param {string} as the emitting resource
   * @returns {boolean} false when a handler canceled it
   */
  emitLocal(name, args, as) {
    const listener = this.foreign.get(name);
    if (listener) listener(copy(args, (fn) => this.reference(fn, 'host')));
    return this.dispatch(name, args, { as });
  }

  /**
   * Runs the handlers of this resource. origin.source: the player for net and player events;
   * origin.as: the emitting resource, absent for events of the server itself.
   * @param {string} name
   * @param {any[]} args
   * @param {Origin} [origin]
   * @returns {boolean} false when a handler canceled it
   */
  dispatch(name, args, origin = {}) {
    this.canceled.push(false);
    this.host.calls.run('event', origin.as || null, () => {
      const from = origin.source;
      this.host.calls.source = from === undefined ? '' : from;
      if (this.admitted(name, origin)) this.runListeners(name, args);
      this.host.calls.source = null;
    });
    this.lastCanceled = Boolean(this.canceled.pop());
    return !this.lastCanceled;
  }

  /** @param {string} name @param {Origin} origin */
  admitted(name, origin) {
    if (!origin.fromClient || !this.listeners.has(name) || this.netSafe.has(name)) return true;
    this.host.console.print('error', `Event ${name} was not safe for net`);
    this.host.report('net-unregistered', `a client sent ${name}, which has no onNet`);
    return false;
  }

  /** @param {string} name @param {any[]} args */
  runListeners(name, args) {
    for (const listener of this.listeners.get(name) || []) {
      try {
        const result = listener(...copy(args, (fn) => fn));
        if (result instanceof Promise) {
          result.catch((error) => this.host.printRejection(name, error));
        }
      } catch (error) {
        this.host.printError(`event \`${name}'`, error);
      }
    }
  }

  /**
   * A function of this resource as others hold it: arguments and result are copies, an error is
   * printed here and the caller gets another one.
   * @param {Function} fn
   * @param {string | null} caller null: the server itself, from its console
   * @returns {Function}
   */
  reference(fn, caller) {
    return (/** @type {any[]} */ ...args) => {
      let result;
      try {
        result = this.host.calls.run('reference', caller, () =>
          fn(...args.map((arg) => copy(arg, (inner) => inner))));
      } catch (error) {
        this.host.printError('call ref', error);
        throw new Error('Error in nested ref call.');
      }
      const wrap = (/** @type {Function} */ inner) => this.reference(inner, caller);
      if (!(result instanceof Promise)) return copy(result, wrap);
      return result.then((value) => copy(value, wrap));
    };
  }

  /** @param {string} resource @param {string} name */
  exportEvent(resource, name) {
    return `__cfx_export_${resource === 'txAdmin' ? 'monitor' : resource}_${name}`;
  }

  /** @param {string} resource @param {string} name @param {Function} fn an export of another one */
  addForeignExport(resource, name, fn) {
    this.foreign.set(this.exportEvent(resource, name), ([setCallback]) => setCallback(fn));
  }

  /** @param {string} name @param {string} as @returns {Function} an export of this resource */
  findExport(name, as) {
    /** @type {Function | null} */
    let found = null;
    this.emitLocal(this.exportEvent(this.host.name, name), [
      (/** @type {Function} */ fn) => { found = fn; },
    ], as);
    if (!found) throw new Error(`No such export ${name} in resource ${this.host.name}`);
    return this.reference(found, as);
  }

  exportsProxy() {
    const publish = (/** @type {any[]} */ ...args) => {
      if (args.length !== 2) throw new Error('this needs 2 arguments');
      const [name, fn] = args;
      this.add(this.exportEvent(this.host.name, name), (/** @type {Function} */ set) => set(fn));
    };
    return new Proxy(publish, {
      get: (_, resource) => this.resourceExports(String(resource)),
      set: () => { throw new Error('cannot set values on exports'); },
    });
  }

  /** @param {string} resource */
  resourceExports(resource) {
    return new Proxy({}, {
      get: (_, name) => {
        /** @type {Function | null} */
        let found = null;
        this.emitLocal(this.exportEvent(resource, String(name)), [
          (/** @type {Function} */ fn) => { found = fn; },
        ], this.host.name);
        if (!found) throw new Error(`No such export ${String(name)} in resource ${resource}`);
        return found;
      },
      set: () => { throw new Error('cannot set values on an export resource'); },
    });
  }
}

module.exports = { Events };
