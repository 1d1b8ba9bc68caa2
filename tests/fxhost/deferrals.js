'use strict';

// The deferral object of one connecting player. Its state is per resource in FXServer; the host
// runs one resource, so one state decides.

/** @typedef {import('./host').Host} Host */
/** @typedef {import('./players').Player} Player */
/** @typedef {{ allowed: boolean, reason: string | null }} Verdict */

class Deferral {
  /**
   * @param {Host} host
   * @param {Player} player
   * @param {(verdict: Verdict) => void} settle called once, also synchronously
   */
  constructor(host, player, settle) {
    this.host = host;
    this.player = player;
    this.settle = settle;
    this.inHandler = true;
    this.deferred = false;
    this.completed = false;
    this.expired = false;
    this.lastTick = -1;
    /** @type {string[]} */
    this.updates = [];
    /** @type {any[]} */
    this.cards = [];
    /** @type {Record<string, any>} */
    this.handoverData = {};
    /** @type {Function | null} */
    this.cardCallback = null;
  }

  /** What the handler gets. */
  callbacks() {
    return {
      defer: () => this.defer(),
      update: (/** @type {any[]} */ ...args) => this.call('update', args),
      presentCard: (/** @type {any[]} */ ...args) => this.call('presentCard', args),
      done: (/** @type {any[]} */ ...args) => this.call('done', args),
      handover: (/** @type {any} */ data) => {
        if (!this.expired && !this.completed) Object.assign(this.handoverData, data);
      },
    };
  }

  /** The handler's synchronous part is over. @returns {boolean} whether the player waits */
  endOfHandler() {
    this.inHandler = false;
    if (!this.deferred && !this.completed) this.expired = true;
    return this.deferred && !this.completed;
  }

  defer() {
    if (!this.inHandler) {
      this.host.report('late-defer', `defer() for ${this.player.name} came too late: ignored`);
      return;
    }
    this.deferred = true;
    this.lastTick = this.host.ticks;
  }

  /** @param {'update' | 'presentCard' | 'done'} name @param {any[]} args */
  call(name, args) {
    if (this.completed) {
      this.host.report('deferral-after-done', `${name}() after done(): ignored`);
      return;
    }
    if (!this.deferred) {
      this.host.report('deferral-before-defer', `${name}() without defer()`);
    } else if (this.lastTick === this.host.ticks) {
      this.host.report('deferral-no-tick', `${name}() in the tick of the call before it`);
    }
    this.lastTick = this.host.ticks;
    if (this.expired) return;
    if (name === 'update') this.update(args);
    else if (name === 'presentCard') this.presentCard(args);
    else this.done(args);
  }

  /** @param {any[]} args */
  update(args) {
    if (args.length !== 1) return;
    this.updates.push(this.text('update', args[0]));
  }

  /** @param {any[]} args */
  presentCard([card, callback]) {
    this.cards.push(typeof card === 'string' ? JSON.parse(card) : card);
    if (typeof callback === 'function') this.cardCallback = callback;
  }

  /** @param {any[]} args */
  done(args) {
    const reason = args.length === 1 ? this.text('done', args[0]) : null;
    this.finish({ allowed: reason === null, reason });
  }

  /** @param {Verdict} verdict */
  finish(verdict) {
    if (this.completed) return;
    this.completed = true;
    this.settle(verdict);
  }

  /** The player went away while waiting. @param {string} reason */
  abandon(reason) {
    if (this.completed) return;
    this.expired = true;
    this.settle({ allowed: false, reason });
  }

  /** @param {any} data what the player submitted */
  submitCard(data) {
    const callback = this.cardCallback;
    if (!callback) throw new Error('no card with a callback is shown');
    this.host.events.reference(callback, 'host')(data, JSON.stringify(data));
  }

  /** @param {string} where @param {any} value @returns {string} */
  text(where, value) {
    return this.host.requireText(`deferrals.${where}`, value);
  }
}

module.exports = { Deferral };
