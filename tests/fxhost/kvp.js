'use strict';

// The server's key-value store: keys "res:RESOURCE:KEY", values are strings cut at NUL, 32-bit
// integers or floats. On disk a journal of JSON lines: {"k":key,"t":"s|i|f","v":value}, or
// {"k":key,"d":1} for a deletion; a torn last line is ignored, opening rewrites the file.
// NoSync writes stay in memory until the next synced write, flush or orderly stop, so that killing
// the host is a power cut.

const fs = require('fs');
const { cString } = require('./transfer');

/** @typedef {import('./host').Host} Host */
/** @typedef {{ t: 's' | 'i' | 'f', v: string | number }} Entry */

const HANDLES = 64;

class KvpStore {
  /** @param {string} file @param {boolean} fsync */
  constructor(file, fsync) {
    this.file = file;
    this.fsync = fsync;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.unsynced = '';
    this.writes = 0;
    this.syncs = 0;
    this.load();
    this.fd = fs.openSync(file, 'a', 0o600);
  }

  load() {
    if (fs.existsSync(this.file)) {
      for (const line of fs.readFileSync(this.file, 'utf8').split('\n')) this.replay(line);
    }
    const lines = [...this.entries].map(([k, entry]) => `${JSON.stringify({ k, ...entry })}\n`);
    fs.writeFileSync(`${this.file}.new`, lines.join(''), { mode: 0o600 });
    fs.renameSync(`${this.file}.new`, this.file);
  }

  /** @param {string} line */
  replay(line) {
    if (!line.endsWith('}')) return;
    const { k, d, t, v } = JSON.parse(line);
    if (d) this.entries.delete(k);
    else this.entries.set(k, { t, v });
  }

  /** @param {string} key @param {Entry} entry @param {boolean} sync */
  put(key, entry, sync) {
    this.entries.set(key, entry);
    this.append({ k: key, ...entry }, sync);
  }

  /** @param {string} key @param {boolean} sync */
  remove(key, sync) {
    this.entries.delete(key);
    this.append({ k: key, d: 1 }, sync);
  }

  /** @param {object} record @param {boolean} sync */
  append(record, sync) {
    this.writes += 1;
    this.unsynced += `${JSON.stringify(record)}\n`;
    if (sync) this.flush();
  }

  flush() {
    if (this.unsynced !== '') fs.writeSync(this.fd, this.unsynced);
    this.unsynced = '';
    this.syncs += 1;
    if (this.fsync) fs.fdatasyncSync(this.fd);
  }

  close() {
    this.flush();
    fs.closeSync(this.fd);
  }
}

class KvpNatives {
  /** @param {Host} host @param {KvpStore} store */
  constructor(host, store) {
    this.host = host;
    this.store = store;
    this.prefix = `res:${host.name}:`;
    /** @type {Array<string[] | null>} the keys left to a find, a snapshot taken at its start */
    this.finds = new Array(HANDLES).fill(null);
  }

  install() {
    const text = (/** @type {any} */ value) => ({
      t: /** @type {'s'} */ ('s'), v: this.text('SetResourceKvp', 1, value),
    });
    const int = (/** @type {any} */ value) => ({ t: /** @type {'i'} */ ('i'), v: value | 0 });
    const float = (/** @type {any} */ value) => ({
      t: /** @type {'f'} */ ('f'), v: Math.fround(Number(value)),
    });
    this.host.natives({
      SetResourceKvp: (key, value) => this.set(key, text(value), true),
      SetResourceKvpNoSync: (key, value) => this.set(key, text(value), false),
      SetResourceKvpInt: (key, value) => this.set(key, int(value), true),
      SetResourceKvpIntNoSync: (key, value) => this.set(key, int(value), false),
      SetResourceKvpFloat: (key, value) => this.set(key, float(value), true),
      SetResourceKvpFloatNoSync: (key, value) => this.set(key, float(value), false),
      DeleteResourceKvp: (key) => this.store.remove(this.key(key), true),
      DeleteResourceKvpNoSync: (key) => this.store.remove(this.key(key), false),
      FlushResourceKvp: () => this.store.flush(),
      GetResourceKvpString: (key) => this.get(key, ['s'], null),
      GetResourceKvpInt: (key) => this.get(key, ['i'], 0),
      GetResourceKvpFloat: (key) => this.get(key, ['f', 'i'], 0),
      StartFindKvp: (prefix) => this.startFind(prefix),
      FindKvp: (handle) => this.findNext(handle),
      EndFindKvp: (handle) => { if (handle >= 0 && handle < HANDLES) this.finds[handle] = null; },
    });
  }

  /** @param {string} native @param {number} index @param {any} value @returns {string} */
  text(native, index, value) {
    const result = this.host.argument(native, index, value);
    if (String(value).includes('\0')) this.host.report('kvp-nul', 'text was cut at its first NUL');
    return result;
  }

  /** @param {any} key @returns {string} */
  key(key) {
    const own = this.text('a KVP native', 0, key);
    if (/^res:[^:]*:/.test(own)) {
      this.host.report('kvp-foreign', `${own} names another resource, and is an own key instead`);
    }
    return this.prefix + own;
  }

  /** @param {any} key @param {Entry} entry @param {boolean} sync */
  set(key, entry, sync) {
    this.store.put(this.key(key), entry, sync);
  }

  /** @param {any} key @param {string[]} types @param {any} missing */
  get(key, types, missing) {
    const entry = this.store.entries.get(this.key(key));
    if (!entry) return missing;
    if (!types.includes(entry.t)) throw new Error('std::bad_cast');
    return entry.v;
  }

  /** @param {any} prefix */
  startFind(prefix) {
    const wanted = this.prefix + (cString(prefix) || '');
    const handle = this.finds.indexOf(null);
    if (handle < 0) {
      this.host.report('kvp-handles', 'StartFindKvp returned -1: EndFindKvp was not called');
      return -1;
    }
    this.finds[handle] = [...this.store.entries.keys()]
      .filter((key) => key.startsWith(wanted))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .map((key) => key.slice(this.prefix.length));
    return handle;
  }

  /** @param {any} handle */
  findNext(handle) {
    const keys = this.finds[handle];
    return (keys && keys.shift()) || null;
  }

  /** @returns {Record<string, string | number>} what this resource stored */
  dump() {
    return Object.fromEntries([...this.store.entries]
      .filter(([key]) => key.startsWith(this.prefix))
      .map(([key, entry]) => [key.slice(this.prefix.length), entry.v]));
  }
}

module.exports = { KvpStore, KvpNatives };
