'use strict';

// Who is connecting or playing: a session for each, and the tags of their identifiers and tokens.
// Raw values are read from the natives, tagged and let go in one step; none is kept.
//
// Tagging may take a round trip in a later tag scheme, so it is asynchronous here: `open` calls
// back when the tags are there. Callbacks, not promises: in FXServer a resolved promise can take
// 50 ms to go on, and a connecting player would wait for each.

const { uuid7 } = require('./ids');

/**
 * @typedef {object} Player
 * @property {number} source FXServer's id; a temporary one until the player has joined
 * @property {string} session
 * @property {'connecting'|'in'} state
 * @property {number} since steady milliseconds, of opening or joining
 * @property {string} name
 * @property {Array<{type: string, tag: Buffer}>} tags
 * @property {Buffer[]} tokens
 * @property {boolean} reported a join was sent for this session
 * @property {Refusal|null} condemned to be dropped as soon as that is possible
 * @property {string} cleared code of a ban by tokens that the ingest's verdict has overruled
 */
/** @typedef {import('./screen').Refusal} Refusal */
/** @typedef {{tags: Array<{type: string, tag: string}>, tokens?: string[], name?: string}} Wire */
/** @typedef {import('./identity').TagKey} TagKey */

const MOST_TAGS = 16;
const MOST_TOKENS = 32;
const MOST_GONE = 500;
const NAME_LENGTH = 128;
const ABANDONED_MS = 180_000;

/** @param {string} name @returns {string} as docs/protocol.md §7 allows it */
function cleanName(name) {
  const visible = name.replace(/\p{C}/gu, '');
  return [...visible].slice(0, NAME_LENGTH).join('');
}

class Players {
  #fx;
  #core;
  #clock;
  /** @type {TagKey|null} */
  #key = null;
  /** @type {Map<number, Player>} */
  #here = new Map();
  /** @type {Map<number, Wire>} who left, latest last */
  #gone = new Map();
  /** @type {Array<() => void>} */
  #waiting = [];

  /**
   * @param {{fx: import('./fx').Fx, core: import('./core').Core,
   *   clock: import('./clock').Clock}} parts
   */
  constructor({ fx, core, clock }) {
    this.#fx = fx;
    this.#core = core;
    this.#clock = clock;
  }

  get keyVersion() { return this.#key?.version ?? 0; }
  /** @returns {Player[]} */
  all() { return [...this.#here.values()]; }
  /** @returns {Player[]} */
  playing() { return this.all().filter(({ state }) => state === 'in'); }
  /** @param {number} source */
  find(source) { return this.#here.get(source); }
  /** @param {number} source @returns {Wire|undefined} */
  findGone(source) { return this.#gone.get(source); }

  /** Tags made with another key are worth nothing: everybody here is tagged anew. */
  /** @param {TagKey} key */
  setKey(key) {
    const changed = this.#key !== null && !this.#key.key.equals(key.key);
    this.#key = key;
    if (changed) {
      this.#gone.clear();
      for (const player of this.all()) Object.assign(player, this.#tagsOf(player.source));
    }
    for (const run of this.#waiting.splice(0)) run();
  }

  /**
   * Opens a session. `done` is called at once when the tag key is known, else as soon as it is.
   * @param {number} source @param {'connecting'|'in'} state @param {(player: Player) => void} done
   */
  open(source, state, done) {
    const run = () => {
      const player = this.#here.get(source) ?? this.#create(source, state);
      done(player);
    };
    if (this.#key) run();
    else this.#waiting.push(() => (this.#fx.exists(source) ? run() : undefined));
  }

  /** The player has joined and got the final id. @param {number} oldId @param {number} source */
  promote(oldId, source) {
    const player = this.#here.get(oldId);
    if (!player) return undefined;
    this.#here.delete(oldId);
    player.source = source;
    player.state = 'in';
    player.since = this.#clock.steady();
    this.#here.set(source, player);
    return player;
  }

  /**
   * Ends a session; the tags are remembered for a while, so that one who has just left can still
   * be banned.
   * @param {Player} player @returns {number} seconds played
   */
  close(player) {
    this.#here.delete(player.source);
    this.#gone.delete(player.source);
    if (player.state !== 'in') return 0;
    this.#gone.set(player.source, this.wire(player));
    if (this.#gone.size > MOST_GONE) this.#gone.delete(this.#gone.keys().next().value ?? 0);
    return Math.round((this.#clock.steady() - player.since) / 1000);
  }

  /** Those who gave up connecting; FXServer has no event for it. @returns {Player[]} */
  abandoned() {
    const old = this.#clock.steady() - ABANDONED_MS;
    return this.all().filter(({ state, since, source }) =>
      state === 'connecting' && since < old && !this.#fx.exists(source));
  }

  /** @param {Player} player @returns {Wire} as docs/protocol.md §7 has it */
  wire({ tags, tokens, name }) {
    const text = (/** @type {Buffer} */ tag) => this.#core.tagText(tag);
    return {
      tags: tags.map(({ type, tag }) => ({ type, tag: text(tag) })),
      ...(tokens.length && { tokens: tokens.map(text) }),
      ...(name && { name }),
    };
  }

  /** @param {string} text `license:…`, as typed @returns {Wire | {error: string}} */
  tagTyped(text) {
    if (!this.#key) return { error: 'the tag key is not known yet: the ingest was never reached' };
    const tagged = this.#core.tagIdentifier(this.#key.key, text);
    if ('error' in tagged) return tagged;
    return { tags: [{ type: tagged.type, tag: this.#core.tagText(tagged.tag) }] };
  }

  /** @param {number} source @param {'connecting'|'in'} state */
  #create(source, state) {
    /** @type {Player} */
    const player = {
      source,
      session: uuid7(this.#clock.now()),
      state,
      since: this.#clock.steady(),
      name: cleanName(this.#fx.playerName(source)),
      ...this.#tagsOf(source),
      reported: false,
      condemned: null,
      cleared: '',
    };
    this.#here.set(source, player);
    return player;
  }

  /** @param {number} source */
  #tagsOf(source) {
    const { key, ownerId } = /** @type {TagKey} */ (this.#key);
    /** @type {Map<string, Buffer>} each type at most once */
    const byType = new Map();
    for (const raw of this.#fx.identifiers(source)) {
      const tagged = this.#core.tagIdentifier(key, raw);
      if ('tag' in tagged && !byType.has(tagged.type)) byType.set(tagged.type, tagged.tag);
    }
    /** @type {Map<string, Buffer>} distinct */
    const tokens = new Map();
    for (const raw of this.#fx.tokens(source)) {
      const tagged = this.#core.tagToken(key, ownerId, raw);
      if ('tag' in tagged) tokens.set(tagged.tag.toString('latin1'), tagged.tag);
    }
    return {
      tags: [...byType].slice(0, MOST_TAGS).map(([type, tag]) => ({ type, tag })),
      tokens: [...tokens.values()].slice(0, MOST_TOKENS),
    };
  }
}

module.exports = { Players };
