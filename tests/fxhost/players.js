'use strict';

// The players of this game server and the natives about them. A connecting player has a temporary
// id of 0x10000 or more; joining gives the final one.

const { Deferral } = require('./deferrals');

/** @typedef {import('./host').Host} Host */
/**
 * @typedef {{ name: string, identifiers: string[], tokens: string[], endpoint: string,
 *   aces: string[] }} PlayerFacts
 * @typedef {PlayerFacts & { id: number, guid: string, connecting: boolean, dropping: boolean,
 *   since: number, deferral: Deferral | null }} Player
 * @typedef {{ allowed: boolean, reason: string | null, source: number, updates: string[],
 *   cards: any[], ms: number, pending?: boolean }} ConnectResult
 */

const TEMPORARY = 0x10000;
const DROPPED_BY_RESOURCE = 1;

class Players {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<number, Player>} */
    this.byId = new Map();
    this.connections = 0;
    this.nextId = 1;
    /** @type {Array<{ source: number, name: string, reason: string, resource: string }>} */
    this.drops = [];
  }

  /** @param {Partial<PlayerFacts>} facts @param {number} id @returns {Player} */
  add(facts, id) {
    const player = {
      name: facts.name || 'player',
      identifiers: facts.identifiers || [],
      tokens: facts.tokens || [],
      endpoint: facts.endpoint || '127.0.0.1',
      aces: facts.aces || [],
      id,
      guid: `guid-${this.connections}-${id}`,
      connecting: id >= TEMPORARY,
      dropping: false,
      since: Date.now(),
      deferral: null,
    };
    this.byId.set(id, player);
    return player;
  }

  /** Players who were already in when the resource started. @param {Array<any>} list */
  restore(list) {
    for (const facts of list) {
      this.add(facts, facts.source);
      this.nextId = Math.max(this.nextId, facts.source + 1);
    }
  }

  /**
   * @param {Partial<PlayerFacts>} facts
   * @param {(result: ConnectResult) => void} answer
   * @param {number} waitMs then the answer says pending
   */
  connect(facts, answer, waitMs) {
    const player = this.add(facts, TEMPORARY + this.connections);
    this.connections += 1;
    const started = performance.now();
    let answered = false;
    let kickReason = 'Resource prevented connection.';
    const reply = (/** @type {any} */ verdict) => {
      if (answered) return;
      answered = true;
      this.host.clearTimeout(timer);
      answer({
        ...verdict,
        source: player.id,
        updates: deferral.updates,
        cards: deferral.cards,
        ms: Math.round((performance.now() - started) * 10) / 10,
      });
    };
    const deferral = new Deferral(this.host, player, (verdict) => {
      if (!verdict.allowed) this.byId.delete(player.id);
      reply(verdict);
    });
    player.deferral = deferral;
    const timer = this.host.setTimeout(() =>
      reply({ allowed: false, reason: null, pending: true }), waitMs);
    const setKickReason = (/** @type {any[]} */ ...args) => {
      if (args.length === 1) kickReason = this.host.requireText('setKickReason', args[0]);
    };
    const admitted = this.host.handle('playerConnecting', () =>
      this.host.events.dispatch('playerConnecting',
        [player.name, setKickReason, deferral.callbacks()], { source: player.id }));
    const waiting = deferral.endOfHandler();
    if (!admitted) deferral.finish({ allowed: false, reason: kickReason });
    else if (!waiting && !deferral.completed) reply({ allowed: true, reason: null });
  }

  /** @param {number} temporaryId @returns {number} the final id */
  join(temporaryId) {
    const player = this.require(temporaryId);
    if (!player.connecting) throw new Error(`player ${temporaryId} has joined already`);
    if (player.deferral && player.deferral.deferred && !player.deferral.completed) {
      throw new Error(`player ${temporaryId} is still deferred`);
    }
    this.byId.delete(temporaryId);
    player.id = this.nextId;
    this.nextId += 1;
    player.connecting = false;
    player.deferral = null;
    this.byId.set(player.id, player);
    this.host.handle('playerJoining', () =>
      this.host.events.dispatch('playerJoining', [String(temporaryId)], { source: player.id }));
    return player.id;
  }

  /**
   * @param {number} id
   * @param {string} reason
   * @param {string} resource who dropped, empty for the client itself
   * @param {number} dropReason FXServer's clientDropReason
   */
  drop(id, reason, resource, dropReason) {
    const player = this.require(id);
    if (player.connecting) {
      if (player.deferral) player.deferral.abandon(reason);
    } else {
      this.host.handle('playerDropped', () => this.host.events.dispatch('playerDropped',
        [reason, resource, dropReason], { source: id }));
    }
    this.byId.delete(id);
  }

  /** Connecting players who wait for a done(). */
  pendingDeferrals() {
    return [...this.byId.values()].filter(({ deferral }) =>
      deferral !== null && deferral.deferred && !deferral.completed && !deferral.expired);
  }

  /** @param {number} id @returns {Player} */
  require(id) {
    const player = this.byId.get(id);
    if (!player) throw new Error(`no player ${id}`);
    return player;
  }

  list() {
    return [...this.byId.values()].map((player) => ({
      source: player.id,
      name: player.name,
      identifiers: player.identifiers,
      tokens: player.tokens,
      endpoint: player.endpoint,
      aces: player.aces,
      connecting: player.connecting,
    }));
  }

  joined() {
    return [...this.byId.values()].filter((player) => !player.connecting);
  }

  install() {
    const { host } = this;
    const bool = (/** @type {any} */ value) => host.bool(value);
    host.natives({
      GetNumPlayerIndices: () => this.joined().length,
      GetPlayerFromIndex: (i) => (this.joined()[i] ? String(this.joined()[i].id) : null),
      GetPlayerName: (src) => this.read(src, (player) => player.name, null),
      GetPlayerGuid: (src) => this.read(src, (player) => player.guid, null),
      GetPlayerEndpoint: (src) => this.read(src, (player) => player.endpoint, null),
      GetPlayerPing: (src) => this.read(src, (player) => (player.connecting ? -1 : 30), 0),
      GetPlayerTimeOnline: (src) =>
        this.read(src, (player) => Math.trunc((Date.now() - player.since) / 1000), 0),
      GetNumPlayerIdentifiers: (src) => this.read(src, (player) => player.identifiers.length, 0),
      GetPlayerIdentifier: (src, i) =>
        this.read(src, (player) => player.identifiers[i] || null, null),
      GetPlayerIdentifierByType: (src, type) => {
        const wanted = host.argument('GetPlayerIdentifierByType', 1, type);
        return this.read(src, (player) =>
          player.identifiers.find((entry) => entry.startsWith(wanted)) || null, null);
      },
      GetNumPlayerTokens: (src) => this.read(src, (player) => player.tokens.length, 0),
      GetPlayerToken: (src, i) => this.read(src, (player) => player.tokens[i] || null, null),
      DoesPlayerExist: (src) => bool(this.read(src, () => true, false)),
      GetHostId: () => (this.joined()[0] ? String(this.joined()[0].id) : null),
      IsPlayerAceAllowed: (src, object) => {
        const wanted = host.argument('IsPlayerAceAllowed', 1, object);
        return bool(this.read(src, (player) => aceAllows(player.aces, wanted), false));
      },
      DropPlayer: (src, reason) => this.dropNative(src, reason),
    });
    this.installHelpers();
  }

  installHelpers() {
    const natives = /** @type {any} */ (globalThis);
    const collect = (/** @type {number} */ count, /** @type {(i: number) => any} */ get) =>
      Array.from({ length: count }, (_, i) => get(i));
    this.host.globals({
      getPlayers: () => collect(natives.GetNumPlayerIndices(), natives.GetPlayerFromIndex),
      getPlayerIdentifiers: (/** @type {any} */ src) => collect(
        natives.GetNumPlayerIdentifiers(src), (i) => natives.GetPlayerIdentifier(src, i)),
      getPlayerTokens: (/** @type {any} */ src) => collect(
        natives.GetNumPlayerTokens(src), (i) => natives.GetPlayerToken(src, i)),
    });
  }

  /**
   * @template T
   * @param {any} src
   * @param {(player: Player) => T} get
   * @param {T} missing
   * @returns {T}
   */
  read(src, get, missing) {
    const player = this.byId.get(parseInt(this.host.argument('a player native', 0, src), 10));
    return player ? get(player) : missing;
  }

  /** @param {any} src @param {any} reason */
  dropNative(src, reason) {
    const text = this.host.argument('DropPlayer', 1, reason);
    this.read(src, (player) => {
      if (player.connecting) {
        this.host.report('drop-while-connecting', `DropPlayer(${player.id}) did nothing`);
        return;
      }
      if (player.dropping) return;
      player.dropping = true;
      const drop = { source: player.id, name: player.name, reason: text, resource: this.host.name };
      this.drops.push(drop);
      // The server drops from its main loop, not inside the native.
      this.host.soon(() => {
        this.drop(player.id, text, this.host.name, DROPPED_BY_RESOURCE);
        this.host.send({ event: 'dropped', ...drop });
      });
    }, undefined);
  }
}

/** @param {string[]} aces @param {string} object @returns {boolean} `command` covers `command.x` */
function aceAllows(aces, object) {
  return aces.some((ace) => object === ace || object.startsWith(`${ace}.`));
}

module.exports = { Players, aceAllows };
