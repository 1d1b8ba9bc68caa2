'use strict';

// Stands in for FXServer's globals, with a clock that only moves when the test says so. What the
// natives do is as docs of FXServer have it; the whole resource runs in tests/fxhost instead.

/** @typedef {{identifiers?: string[], tokens?: string[], name?: string}} FakePlayer */

const TICK_MS = 50;

class Natives {
  now = 0;
  source = 0;
  /** @type {string[]} */
  lines = [];
  /** @type {Map<string, string>} */
  kvp = new Map();
  flushes = 0;
  /** @type {Map<number, FakePlayer>} */
  players = new Map();
  /** @type {Array<{source: number, reason: string}>} */
  dropped = [];
  /** @type {Record<string, string>} */
  convars;
  folder = '/nowhere';
  aces = new Set();
  /** @type {Array<{source: number, text: string}>} */
  told = [];
  /** @type {string|null} */
  invoking = null;
  /** @type {Map<string, Function>} */
  handlers = new Map();
  /** @type {Map<string, Function>} */
  commands = new Map();
  /** @type {Map<string, Function>} */
  published = new Map();
  #timers = new Map();
  #nextTimer = 1;
  #finds = new Map();
  console = {
    log: (/** @type {string} */ line) => void this.lines.push(line),
    error: (/** @type {string} */ line) => void this.lines.push(line),
  };
  exports = (/** @type {string} */ name, /** @type {Function} */ run) =>
    void this.published.set(name, run);
  getPlayers = () => [...this.players.keys()].map(String);
  getPlayerIdentifiers = (/** @type {number} */ source) =>
    this.players.get(source)?.identifiers ?? [];
  getPlayerTokens = (/** @type {number} */ source) => this.players.get(source)?.tokens ?? [];
  on = (/** @type {string} */ event, /** @type {Function} */ run) =>
    void this.handlers.set(event, run);
  emitNet = (/** @type {any} */ _event, /** @type {number} */ source, /** @type {any} */ said) =>
    void this.told.push({ source, text: said.args[1] });
  setTimeout = (/** @type {() => void} */ run, /** @type {number} */ ms) => {
    // As in FXServer, on the first tick that comes after it.
    const at = (Math.floor((this.now + ms) / TICK_MS) + 1) * TICK_MS;
    this.#timers.set(this.#nextTimer, { at, run });
    return this.#nextTimer++;
  };
  clearTimeout = (/** @type {number} */ handle) => void this.#timers.delete(handle);

  /** @param {Record<string, string>} [convars] */
  constructor(convars = {}) {
    this.convars = convars;
  }

  /** Lets time pass; timers run in order of their time. @param {number} ms */
  advance(ms) {
    const until = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.now = Math.max(this.now, due[1].at);
      due[1].run();
    }
    this.now = until;
  }

  get text() { return this.lines.join('\n'); }

  GetCurrentResourceName() { return 'drawbridge'; }
  GetResourcePath() { return this.folder; }
  GetResourceMetadata() { return '0.1.0'; }
  GetInvokingResource() { return this.invoking; }
  /** @param {string} name @param {string} fallback */
  GetConvar(name, fallback) { return this.convars[name] ?? fallback; }
  /** @param {string} name @param {number} fallback */
  GetConvarInt(name, fallback) { return Number(this.convars[name] ?? fallback); }
  /** @param {string} key */
  GetResourceKvpString(key) { return this.kvp.get(key) ?? null; }
  /** @param {string} key @param {string} value */
  SetResourceKvpNoSync(key, value) { this.kvp.set(key, value); }
  /** @param {string} key */
  DeleteResourceKvpNoSync(key) { this.kvp.delete(key); }
  FlushResourceKvp() { this.flushes += 1; }
  /** @param {string} prefix */
  StartFindKvp(prefix) {
    const found = [...this.kvp.keys()].filter((key) => key.startsWith(prefix));
    this.#finds.set(this.#finds.size, found);
    return this.#finds.size - 1;
  }
  /** @param {number} handle */
  FindKvp(handle) { return this.#finds.get(handle).shift() ?? null; }
  EndFindKvp() {}
  /** @param {number} source */
  GetPlayerName(source) { return this.players.get(source)?.name ?? null; }
  /** @param {number} source */
  DoesPlayerExist(source) { return this.players.has(source); }
  /** @param {number} source @param {string} reason */
  DropPlayer(source, reason) { this.dropped.push({ source, reason }); }
  /** @param {number} source @param {string} ace */
  IsPlayerAceAllowed(source, ace) { return this.aces.has(`${source} ${ace}`); }
  /** @param {string} name @param {Function} run */
  RegisterCommand(name, run) { this.commands.set(name, run); }
}

module.exports = { Natives };
