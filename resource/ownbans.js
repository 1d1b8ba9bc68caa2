'use strict';

// Bans made on this server that have not come back in a list yet: in force from the moment they
// are made, also while the ingest is away. Once a list has one it is the list's, and ends with it.

/** @typedef {import('./outbox').Result} Result */
/** @typedef {import('./screen').Refusal} Refusal */
/**
 * @typedef {object} OwnBan
 * @property {Set<string>} tags account tags, as text
 * @property {Buffer[]} accounts the same as bytes
 * @property {string} category
 * @property {string} reason
 * @property {number} expiresAt Unix milliseconds; 0: never
 * @property {string} code empty until the ingest has answered
 */

// By then a list has had it, or the ingest has reasons of its own why not.
const KEPT_AFTER_ANSWER_MS = 60_000;

class OwnBans {
  #clock;
  #later;
  #tagText;
  #lists;
  /** @type {Set<OwnBan>} */
  #bans = new Set();

  /**
   * @param {{clock: import('./clock').Clock, later: import('./fx').Fx['later'],
   *   core: Pick<import('./core').Core, 'tagText'>,
   *   lists: Pick<import('./banlists').BanLists, 'holds'>}} parts
   */
  constructor({ clock, later, core, lists }) {
    this.#clock = clock;
    this.#later = later;
    this.#tagText = core.tagText;
    this.#lists = lists;
  }

  /** @param {Record<string, any>} fields of a `ban` event @returns {OwnBan} */
  add(fields) {
    const at = fields.at ?? this.#clock.now();
    /** @type {string[]} */
    const tags = fields.target.tags.filter((/** @type {any} */ tag) => tag.type !== 'ip')
      .map((/** @type {any} */ tag) => tag.tag);
    const ban = {
      tags: new Set(tags),
      accounts: tags.map((tag) => Buffer.from(tag, 'base64url')),
      category: fields.category,
      reason: fields.reason,
      expiresAt: fields.duration ? at + fields.duration * 1000 : 0,
      code: '',
    };
    this.#bans.add(ban);
    return ban;
  }

  /** @param {OwnBan} ban @param {Result} result */
  settle(ban, result) {
    if (result.status === 'rejected') {
      this.#bans.delete(ban);
      return;
    }
    ban.code = result.ban?.code ?? '';
    this.#dropListed(ban);
    this.#later(KEPT_AFTER_ANSWER_MS, () => this.#bans.delete(ban));
  }

  /** A list has changed. */
  listsChanged() {
    for (const ban of this.#bans) this.#dropListed(ban);
  }

  /** @param {OwnBan} ban */
  #dropListed(ban) {
    if (ban.code && this.#lists.holds(ban.code, ban.accounts)) this.#bans.delete(ban);
  }

  /** @param {string} code */
  lift(code) {
    for (const ban of this.#bans) if (ban.code === code) this.#bans.delete(ban);
  }

  /** @param {Pick<import('./players').Player, 'tags'>} player @returns {Refusal|null} */
  match({ tags }) {
    if (!this.#bans.size) return null;
    const texts = tags.map(({ tag }) => this.#tagText(tag));
    for (const { tags: banned, accounts: _, ...ban } of this.#bans) {
      if (ban.expiresAt && ban.expiresAt <= this.#clock.now()) continue;
      if (texts.some((text) => banned.has(text))) return { scope: 'owner', ...ban };
    }
    return null;
  }
}

module.exports = { OwnBans };
