'use strict';

// The only file that touches FXServer's natives and globals. Everything else gets this object, so
// that it runs outside FXServer with nothing faked but what stands here.
//
// FXServer swallows uncaught errors, so every callback handed to it goes through `guard`.

/** @typedef {ReturnType<typeof createFx>} Fx */
/** @typedef {(where: string, error: unknown) => void} FaultHandler */

/**
 * FXServer replaces setTimeout by one that runs on the resource tick (every 50 ms).
 * @param {any} host globalThis, or a stand-in
 * @param {(where: string, run: () => void) => void} guarded
 */
function timers(host, guarded) {
  return {
    /** @param {number} ms @param {() => void} run @returns {() => void} cancels */
    later(ms, run) {
      const handle = host.setTimeout(() => guarded('timer', run), ms);
      return () => host.clearTimeout(handle);
    },
    /** Runs on the next tick, and asks for that tick soon. @param {() => void} run */
    nextTick(run) {
      host.setTimeout(() => guarded('tick', run), 0);
      host.ScheduleResourceTick?.(host.GetCurrentResourceName());
    },
  };
}

/**
 * The server's key-value store; each resource sees its own keys only. Writes are buffered until
 * flush(), which waits for the disk.
 * @param {any} host
 */
function keyValueStore(host) {
  return {
    /** @param {string} key @returns {string|null} */
    get: (key) => host.GetResourceKvpString(key) ?? null,
    /** @param {string} key @param {string} value */
    put: (key, value) => void host.SetResourceKvpNoSync(key, value),
    /** @param {string} key */
    remove: (key) => void host.DeleteResourceKvpNoSync(key),
    flush: () => void host.FlushResourceKvp(),
    /** @param {string} prefix @returns {string[]} */
    keys(prefix) {
      /** @type {string[]} */
      const found = [];
      const handle = host.StartFindKvp(prefix);
      if (handle === -1) return found;
      for (let key = host.FindKvp(handle); key; key = host.FindKvp(handle)) found.push(key);
      host.EndFindKvp(handle);
      return found;
    },
  };
}

/** @param {any} host */
function playerNatives(host) {
  return {
    /** @returns {number[]} */
    players: () => host.getPlayers().map(Number),
    /** @param {number} source @returns {string[]} */
    identifiers: (source) => host.getPlayerIdentifiers(source) ?? [],
    /** @param {number} source @returns {string[]} */
    tokens: (source) => host.getPlayerTokens(source) ?? [],
    /** @param {number} source @returns {string} */
    playerName: (source) => host.GetPlayerName(source) ?? '',
    /** @param {number} source */
    exists: (source) => Boolean(host.DoesPlayerExist(source)),
    /** @param {number} source @param {string} reason */
    drop: (source, reason) => void host.DropPlayer(source, reason),
    /** @param {number} source @param {string} ace */
    allowed: (source, ace) => Boolean(host.IsPlayerAceAllowed(source, ace)),
    /**
     * The chat resource shows it; without one it is lost.
     * @param {number} source
     * @param {string} text
     */
    tell(source, text) {
      host.emitNet('chat:addMessage', source, { args: ['drawbridge', text] });
    },
  };
}

/**
 * What hello tells of this server; each member only where it is known and in range.
 * @param {any} host
 */
function serverFacts(host) {
  /** @type {{build?: number, max_players?: number, join_code?: string, platform?: string}} */
  const facts = {};
  const version = /v1\.0\.0\.(\d{1,6}) (win32|linux)/.exec(host.GetConvar('version', ''));
  if (version) {
    facts.build = Number(version[1]);
    facts.platform = version[2] === 'linux' ? 'linux' : 'windows';
  }
  const slots = Number(host.GetConvarInt('sv_maxClients', 30));
  if (slots >= 1 && slots <= 2048) facts.max_players = slots;
  const code = /-([a-z0-9]{1,16})\.users\.cfx\.re/.exec(host.GetConvar('web_baseUrl', ''));
  if (code) facts.join_code = code[1];
  return facts;
}

/** @param {any} host @param {(where: string, run: () => any) => any} guarded */
function hooks(host, guarded) {
  return {
    /**
     * The handler gets the source as its first argument, copied before anything can await.
     * @param {string} event @param {(source: number, ...args: any[]) => void} handler
     */
    on(event, handler) {
      host.on(event, (/** @type {any[]} */ ...args) => {
        const source = Number(host.source) || 0;
        return guarded(event, () => handler(source, ...args));
      });
    },
    /** @param {string} name @param {(source: number, args: string[]) => void} handler */
    command(name, handler) {
      const run = (/** @type {number} */ source, /** @type {string[]} */ args) =>
        guarded('command', () => handler(Number(source) || 0, args ?? []));
      host.RegisterCommand(name, run, false);
    },
    /** In a required module `exports` is CommonJS's; Cfx's stands on the global object. */
    /** @param {string} name @param {(...args: any[]) => any} run */
    publish: (name, run) => void host.exports(name, run),
  };
}

/**
 * @param {any} [host]
 */
function createFx(host = globalThis) {
  /** @type {FaultHandler} */
  let onFault = (where, error) => host.console.error(`${where}: ${error}`);
  const guarded = (/** @type {string} */ where, /** @type {() => any} */ run) => {
    try {
      return run();
    } catch (error) {
      onFault(where, error);
      return undefined;
    }
  };
  return {
    resource: /** @type {string} */ (host.GetCurrentResourceName()),
    guarded,
    /** @param {FaultHandler} handler */
    setFaultHandler: (handler) => void (onFault = handler),
    /** @returns {string} */
    folder: () => host.GetResourcePath(host.GetCurrentResourceName()),
    /** @returns {string} */
    version: () => host.GetResourceMetadata(host.GetCurrentResourceName(), 'version', 0) ?? '0',
    /** @param {string} name @param {string} fallback @returns {string} */
    convar: (name, fallback) => host.GetConvar(name, fallback),
    /** Only meaningful in the synchronous part of a handler. @returns {string|null} */
    invokingResource: () => host.GetInvokingResource() ?? null,
    /** @param {string} line */
    print: (line) => host.console.log(line),
    serverFacts: () => serverFacts(host),
    isLan: () => Number(host.GetConvarInt('sv_lan', 0)) !== 0,
    kvp: keyValueStore(host),
    ...timers(host, guarded),
    ...playerNatives(host),
    ...hooks(host, guarded),
  };
}

module.exports = { createFx };
