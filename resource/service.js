'use strict';

// Everything that runs while this server is enrolled, for one identity: built, wired, started and
// stopped together. Order of a start: saved lists and tag key, hello, then poll and outbox.

const { Actions } = require('./actions');
const { BanLists, NAMES } = require('./banlists');
const { BanSync } = require('./bansync');
const { Explain } = require('./explain');
const { Gate } = require('./gate');
const { Heartbeat } = require('./heartbeat');
const { Hello } = require('./hello');
const { Known } = require('./known');
const { ListCopy } = require('./listcopy');
const { Outbox } = require('./outbox');
const { OwnBans } = require('./ownbans');
const { Players } = require('./players');
const { Sender } = require('./sender');
const { Uplink } = require('./uplink');
const { createTransport } = require('./transport');
const keys = require('./keys');

/**
 * @typedef {object} Base what lives as long as the resource
 * @property {import('./fx').Fx} fx
 * @property {import('./core').Core} core
 * @property {import('./log').Log} log
 * @property {import('./clock').Clock} clock
 * @property {import('./epochs').Epochs} epochs
 * @property {import('./faults').Faults} faults
 * @property {import('./settings').Settings} settings
 * @property {import('./identity').IdentityStore} store
 * @property {string} userAgent
 */
/** @typedef {import('./identity').Identity} Identity */

const LAST_SERVER_KEY = 'served';

/** @param {Base} base @param {Identity} identity */
function build(base, identity) {
  const { fx, core, log, clock } = base;
  const { later } = fx;
  const transport = createTransport(identity, base.userAgent, later);
  const uplink = new Uplink({ ...base, transport }, identity);
  const players = new Players({ fx, core, clock });
  const outbox = new Outbox({ fx, clock, log });
  const lists = new BanLists({ core, clock, fx, keyVersion: () => players.keyVersion });
  const copy = new ListCopy(fx, identity.serverId);
  const sync = new BanSync({ lists, copy, uplink, clock, fx, log });
  const sender = new Sender({ outbox, uplink, later, log });
  const ownBans = new OwnBans({ clock, later, core, lists });
  const known = new Known(fx);
  const explain = new Explain({ uplink, players, later });
  return { uplink, players, outbox, lists, copy, sync, sender, ownBans, known, explain };
}

class Service {
  #base;
  #identity;
  #parts;
  #gate;
  #hello;
  #heartbeat;

  /** @param {Base} base @param {Identity} identity */
  constructor(base, identity) {
    this.#base = base;
    this.#identity = identity;
    this.#parts = build(base, identity);
    this.#gate = new Gate({ ...base, ...this.#parts });
    this.#loadKept();
    this.actions = new Actions({ ...base, ...this.#parts, gate: this.#gate });
    this.#hello = new Hello({
      ...base,
      ...this.#parts,
      onKey: (key) => this.#useKey(key),
      onTerms: (terms) => this.#begin(terms),
    });
    this.#heartbeat = new Heartbeat({ ...base, ...this.#parts, onBeat: () => this.#everyMinute() });
  }

  get gate() { return this.#gate; }

  start() {
    const { store, fx, faults } = this.#base;
    const { players, sync, uplink, lists, outbox } = this.#parts;
    faults.sendWith((fields) => outbox.add('error', fields));
    const kept = store.loadTagKey(this.#identity.serverId);
    if (kept) players.setKey(kept);
    lists.onChange(() => this.#listsChanged());
    uplink.onBoot(() => this.#hello.ask());
    sync.restore(() => this.#hello.ask());
    for (const source of fx.players()) this.#gate.adopt(source);
  }

  stop() {
    const { sync, sender, outbox, known, uplink } = this.#parts;
    this.#base.faults.sendWith(null);
    this.#gate.stop();
    this.#heartbeat.stop();
    this.#hello.stop();
    sync.stop();
    sender.stop();
    known.save();
    outbox.flush();
    uplink.close();
  }

  /** @param {(said: keys.Said) => void} done */
  rotate(done) {
    keys.rotate({ ...this.#base, ...this.#parts, hello: this.#hello }, done);
  }

  /** @returns {string[]} for the console; nobody is named in it */
  status() {
    const { uplink, lists, outbox, players } = this.#parts;
    const { clock, settings, fx } = this.#base;
    const { state, keyId, lastSignedAt } = uplink.status();
    const ago = (/** @type {number} */ at) =>
      (at ? `${Math.max(0, Math.round((clock.now() - at) / 1000))} s ago` : 'never');
    const held = NAMES.map((name) => `${name} ${lists.info(name).size} entries (${
      (lists.memoryBytes(name) / 1e6).toFixed(1)} MB) at ${lists.info(name).cursor}`);
    return [
      `Drawbridge ${fx.version()}, key ${keyId}, mode ${
        this.#hello.server?.mode ?? 'not known yet'}`,
      `ingest ${uplink.url}: ${state}, last signed answer ${ago(lastSignedAt)}`,
      `ban lists: ${held.join(', ')}; confirmed ${ago(lists.confirmedAt)}`,
      `outbox: ${outbox.size} waiting, ${outbox.dropped} given up; players in: ${
        players.playing().length}`,
      `clock corrected by ${Math.round(clock.offset() / 1000)} s; unknown players: ${
        settings.unknownPlayers}; verdict wait ${settings.verdictWaitMs} ms`,
    ];
  }

  /** What the last run left, unless it was enrolled as another server. */
  #loadKept() {
    const { fx, log } = this.#base;
    const { outbox, known } = this.#parts;
    const last = fx.kvp.get(LAST_SERVER_KEY);
    outbox.load();
    if (last !== null && last !== this.#identity.serverId) {
      if (outbox.size) {
        log.warn(`${outbox.size} events of ${last} were given up: this is another server now.`);
      }
      outbox.clear();
      known.clear();
    }
    fx.kvp.put(LAST_SERVER_KEY, this.#identity.serverId);
  }

  /** @param {import('./identity').TagKey} key */
  #useKey(key) {
    const { players, known, lists } = this.#parts;
    const changed = players.keyVersion !== 0 && players.keyVersion !== key.version;
    players.setKey(key);
    if (changed) known.clear();
    lists.changed();
  }

  /** @param {import('./hello').Terms} terms */
  #begin({ pollSeconds, limits }) {
    const { sync, sender } = this.#parts;
    const first = !this.#begun;
    this.#begun = true;
    sender.start(limits);
    sync.start(pollSeconds);
    if (first) this.#heartbeat.start();
  }
  #begun = false;

  #listsChanged() {
    const { lists, ownBans } = this.#parts;
    if (lists.needsKey()) this.#askedForKey();
    ownBans.listsChanged();
    this.#gate.recheck();
  }

  /** A list is made with another tag key than ours: hello brings it. */
  #askedForKey() {
    const { lists } = this.#parts;
    const wanted = NAMES.map((name) => lists.info(name).tagVersion).join();
    // Once per version: hello answers with the key it has, be it the same again.
    if (wanted === this.#wantedVersions) return;
    this.#wantedVersions = wanted;
    this.#hello.ask();
  }
  #wantedVersions = '';

  #everyMinute() {
    this.#gate.sweep();
    this.#hello.askDaily();
  }
}

module.exports = { Service };
