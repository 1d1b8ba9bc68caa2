'use strict';

// Players whom the ingest has judged clean before: with the ingest away, they are no strangers.
// Kept as the first 8 bytes of an account tag, in the key-value store under `known`.

/** @typedef {import('./players').Player} Player */

const MOST = 5_000;
const SAVE_MS = 60_000;
const BYTES = 8;

/** @param {Player} player @returns {string} empty: no account at all */
function prefixOf({ tags }) {
  const account = tags.find(({ type }) => type === 'license')
    ?? tags.find(({ type }) => type !== 'ip');
  return account ? account.tag.toString('latin1', 0, BYTES) : '';
}

class Known {
  #fx;
  /** @type {Set<string>} latest last */
  #prefixes = new Set();
  /** @type {(() => void)|null} */
  #cancelSave = null;

  /** @param {Pick<import('./fx').Fx, 'kvp'|'later'>} fx */
  constructor(fx) {
    this.#fx = fx;
    const kept = Buffer.from(fx.kvp.get('known') ?? '', 'base64').toString('latin1');
    for (let at = 0; at + BYTES <= kept.length; at += BYTES) {
      this.#prefixes.add(kept.slice(at, at + BYTES));
    }
  }

  /** @param {Player} player */
  has(player) { return this.#prefixes.has(prefixOf(player)); }

  /** @param {Player} player */
  add(player) { this.#change(prefixOf(player), true); }

  /** Banned since. @param {Player} player */
  remove(player) { this.#change(prefixOf(player), false); }

  /** The tag key has changed. */
  clear() {
    this.#prefixes.clear();
    this.save();
  }

  save() {
    this.#cancelSave?.();
    this.#cancelSave = null;
    const bytes = Buffer.from([...this.#prefixes].join(''), 'latin1');
    this.#fx.kvp.put('known', bytes.toString('base64'));
  }

  /** @param {string} prefix @param {boolean} clean */
  #change(prefix, clean) {
    if (!prefix) return;
    this.#prefixes.delete(prefix);
    if (clean) this.#prefixes.add(prefix);
    const [oldest] = this.#prefixes;
    if (this.#prefixes.size > MOST) this.#prefixes.delete(oldest);
    this.#cancelSave ??= this.#fx.later(SAVE_MS, () => this.save());
  }
}

module.exports = { Known };
