'use strict';

// Convars: names ignore letter case, values are strings.

/** @typedef {import('./host').Host} Host */
/** @typedef {{ cookie: number, filter: string | null, callback: Function }} Listener */

class Convars {
  /** @param {Host} host @param {Record<string, string>} initial */
  constructor(host, initial) {
    this.host = host;
    /** @type {Map<string, { name: string, value: string }>} */
    this.values = new Map();
    /** @type {Listener[]} */
    this.listeners = [];
    this.cookies = 0;
    for (const [name, value] of Object.entries(initial)) this.set(name, value);
  }

  /** @param {string} name @returns {string | undefined} */
  get(name) {
    const entry = this.values.get(name.toLowerCase());
    return entry && entry.value;
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.values.set(name.toLowerCase(), { name, value });
    for (const { filter, callback } of this.listeners) {
      if (!matches(filter, name)) continue;
      try {
        this.host.events.reference(callback, 'host')(name, null);
      } catch {
        // reference() has printed and recorded it.
      }
    }
  }

  install() {
    const { host } = this;
    const set = (/** @type {any} */ name, /** @type {any} */ value) =>
      this.set(host.argument('SetConvar', 0, name), host.argument('SetConvar', 1, value));
    host.natives({
      GetConvar: (name, fallback) => {
        const text = host.argument('GetConvar', 1, fallback);
        return this.read(name, (value) => value, text);
      },
      GetConvarInt: (name, fallback) => this.read(name, toInt, fallback | 0),
      GetConvarFloat: (name, fallback) =>
        this.read(name, (value) => Math.fround(parseFloat(value) || 0), fallback),
      GetConvarBool: (name, fallback) =>
        host.bool(this.read(name, (value) => value === 'true' || toInt(value) !== 0, fallback)),
      SetConvar: set,
      SetConvarReplicated: set,
      SetConvarServerInfo: set,
      AddConvarChangeListener: (filter, callback) => {
        this.cookies += 1;
        this.listeners.push({ cookie: this.cookies, filter, callback });
        return this.cookies;
      },
      RemoveConvarChangeListener: (cookie) => {
        this.listeners = this.listeners.filter((listener) => listener.cookie !== cookie);
      },
    });
  }

  /** @param {any} name @param {(value: string) => any} convert @param {any} fallback */
  read(name, convert, fallback) {
    const value = this.get(this.host.argument('GetConvar', 0, name));
    return value === undefined ? fallback : convert(value);
  }
}

/** @param {string} value */
function toInt(value) {
  return value === 'true' ? 1 : parseInt(value, 10) | 0;
}

/** @param {string | null} filter @param {string} name */
function matches(filter, name) {
  if (!filter || filter === '*') return true;
  const lower = filter.toLowerCase();
  if (lower.endsWith('*')) return name.toLowerCase().startsWith(lower.slice(0, -1));
  return lower === name.toLowerCase();
}

module.exports = { Convars };
