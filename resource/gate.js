'use strict';

// The drawbridge itself: who may come in. A player banned by account is refused from the local
// list, whatever the ingest says; for everybody else its verdict is waited for, for a limited
// time, and without one the operator's policy decides. Whoever is in is checked again when a list
// changes.

const { Deferral } = require('./deferral');
const { banScreen, banText, unknownScreen } = require('./screen');
const { inSlices } = require('./slices');

/** @typedef {import('./players').Player} Player */
/** @typedef {import('./screen').Refusal} Refusal */
/**
 * @typedef {object} Pending a connection that is being decided
 * @property {Deferral} deferral
 * @property {Player|null} player null until the tags are known
 * @property {Refusal|null} certain banned by account: refused, only the text may still get better
 * @property {Refusal|null} suspected banned by tokens alone
 * @property {() => void} cancel its timer
 */
/**
 * @typedef {object} Parts
 * @property {import('./fx').Fx} fx
 * @property {import('./players').Players} players
 * @property {import('./banlists').BanLists} lists
 * @property {import('./bansync').BanSync} sync
 * @property {import('./ownbans').OwnBans} ownBans
 * @property {import('./known').Known} known
 * @property {import('./outbox').Outbox} outbox
 * @property {import('./explain').Explain} explain
 * @property {import('./clock').Clock} clock
 * @property {import('./settings').Settings} settings
 * @property {import('./log').Log} log
 */

const TEXT_WAIT_MS = 400;
// For the tags and the saved list, at a start; by then there is a verdict or there will be none.
const READY_WAIT_MS = 1_500;
const DROPPED_BY_RESOURCE = 1;

/** @param {any} verdict a `ban` verdict @returns {Refusal} */
function refusalOf({ scope, code, category, reason, expires_at: expiresAt }) {
  return { scope, code, category, reason, expiresAt: expiresAt ?? 0 };
}

class Gate {
  #parts;
  /** @type {Set<Pending>} */
  #pending = new Set();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** playerConnecting. @param {number} source @param {any} deferrals */
  connecting(source, deferrals) {
    const { fx, players, sync, settings } = this.#parts;
    const deferral = new Deferral(deferrals, fx.nextTick);
    deferral.update('Checking the ban list…');
    /** @type {Pending} */
    const pending = { deferral, player: null, certain: null, suspected: null, cancel: () => {} };
    this.#pending.add(pending);
    const patience = Math.max(settings.verdictWaitMs, READY_WAIT_MS);
    pending.cancel = fx.later(patience, () => this.#decideAlone(pending));
    fx.nextTick(() => players.open(source, 'connecting',
      (player) => sync.whenReady(() => this.#judge(pending, player))));
  }

  /**
   * playerJoining: from here on a player can be dropped.
   * @param {number} source
   * @param {number} oldId
   */
  joining(source, oldId) {
    const player = this.#parts.players.promote(oldId, source);
    if (!player) {
      this.adopt(source);
      return;
    }
    if (player.condemned) this.#drop(player, player.condemned);
    else this.#check(player);
  }

  /**
   * One who is in without having come past us: this resource was restarted.
   * @param {number} source
   */
  adopt(source) {
    const { players, sync } = this.#parts;
    players.open(source, 'in', (player) => sync.whenReady(() => {
      this.#report(player, (verdict) => this.#late(player, verdict));
      this.#check(player);
    }));
  }

  /** playerDropped. @param {number} source @param {number} reason FXServer's number for it */
  dropped(source, reason) {
    const player = this.#parts.players.find(source);
    if (player) this.#close(player, reason);
  }

  /** A list or the own bans have changed. */
  recheck() {
    const playing = this.#parts.players.playing();
    const step = () => {
      const player = playing.pop();
      if (player) this.#check(player);
      return playing.length > 0;
    };
    inSlices(this.#parts.fx.nextTick, step, () => {});
  }

  /** Ends the sessions of those who gave up connecting. */
  sweep() {
    for (const player of this.#parts.players.abandoned()) this.#close(player, 0);
  }

  /** The resource stops: nobody may be left hanging, and every session gets its end. */
  stop() {
    for (const pending of [...this.#pending]) {
      pending.cancel();
      pending.deferral.finishNow(this.#textAlone(pending));
    }
    this.#pending.clear();
    for (const player of this.#parts.players.all()) this.#close(player, 0);
  }

  /** @param {Pending} pending @param {Player} player */
  #judge(pending, player) {
    const { lists, ownBans, settings, fx } = this.#parts;
    const { byAccount, byToken } = lists.match(player);
    pending.player = player;
    pending.certain = ownBans.match(player) ?? byAccount;
    pending.suspected = byToken;
    this.#report(player, (verdict) => this.#verdict(pending, verdict));
    if (pending.deferral.over) {
      if (pending.certain) this.#condemn(player, pending.certain);
      return;
    }
    pending.cancel();
    const wait = pending.certain ? TEXT_WAIT_MS : settings.verdictWaitMs;
    if (wait === 0) this.#decideAlone(pending);
    else pending.cancel = fx.later(wait, () => this.#decideAlone(pending));
  }

  /**
   * @param {Player} player
   * @param {(verdict: any) => void} done null: could not be delivered now; the true verdict follows
   */
  #report(player, done) {
    const { players, outbox } = this.#parts;
    if (player.reported || !player.tags.length) {
      done(null);
      return;
    }
    const fields = { session: player.session, player: players.wire(player) };
    player.reported = outbox.add('join', fields, {
      onResult: (result) => done(result.verdict ?? null),
      onAttempt: () => done(null),
    });
  }

  /** @param {Pending} pending @param {any} verdict */
  #verdict(pending, verdict) {
    const { player, deferral, certain, suspected } = pending;
    if (!player) return;
    if (deferral.over) {
      this.#late(player, verdict);
      return;
    }
    if (verdict?.decision === 'ban') this.#refuse(pending, refusalOf(verdict));
    else if (certain || !verdict) this.#decideAlone(pending);
    else if (verdict.decision === 'none' && suspected) this.#refuse(pending, suspected);
    else this.#pass(pending, verdict.decision);
  }

  /** A verdict on one who has been let in already. @param {Player} player @param {any} verdict */
  #late(player, verdict) {
    const { players, known } = this.#parts;
    if (verdict?.decision === 'allow') known.add(player);
    if (verdict?.decision === 'watch') this.#sayWatched(player);
    if (verdict?.decision === 'ban' && players.find(player.source) === player) {
      this.#condemn(player, refusalOf(verdict));
    }
  }

  /** No verdict in time. @param {Pending} pending */
  #decideAlone(pending) {
    if (pending.deferral.over) return;
    const text = this.#textAlone(pending);
    const refusal = pending.certain ?? pending.suspected;
    if (text === null) this.#pass(pending, '');
    else if (refusal) this.#refuse(pending, refusal);
    else this.#turnAway(pending, text);
  }

  /**
   * What a player is told who is decided without a verdict; null: may pass.
   * @param {Pending} pending
   */
  #textAlone({ certain, suspected, player }) {
    const { settings } = this.#parts;
    if (certain) return banScreen(certain, settings.appeal);
    if (settings.unknownPlayers === 'allow') return null;
    if (suspected) return banScreen(suspected, settings.appeal);
    return player && this.#isKnown(player) ? null : unknownScreen(settings.appeal);
  }

  /** @param {Player} player */
  #isKnown(player) {
    const { lists, clock, settings, known } = this.#parts;
    const age = clock.now() - lists.confirmedAt;
    const fresh = settings.maxListAgeMs === 0 || age <= settings.maxListAgeMs;
    return fresh && known.has(player);
  }

  /** @param {Pending} pending @param {string} decision of the verdict; empty: there was none */
  #pass(pending, decision) {
    const { player, suspected } = pending;
    this.#end(pending, null);
    if (!player) return;
    player.cleared = decision && suspected ? suspected.code : '';
    if (decision === 'allow') this.#parts.known.add(player);
    if (decision === 'watch') this.#sayWatched(player);
    if (!decision && suspected) {
      this.#parts.log.info(`Player ${player.source} is let in unasked, although their hardware `
        + `matches ban ${suspected.code} (drawbridge_unknown_players is allow).`);
    }
  }

  /** @param {Pending} pending @param {Refusal} refusal */
  #refuse(pending, refusal) {
    const { settings, log, known } = this.#parts;
    const { player } = pending;
    this.#end(pending, banScreen(refusal, settings.appeal));
    log.info(`A connecting player was refused: ban ${refusal.code || '(new)'}, ${
      refusal.scope === 'network' ? 'of the network' : 'of this server'}.`);
    if (!player) return;
    known.remove(player);
    this.#close(player, DROPPED_BY_RESOURCE);
  }

  /** A stranger, and the policy is `deny`. @param {Pending} pending @param {string} text */
  #turnAway(pending, text) {
    this.#end(pending, text);
    this.#parts.log.info('A connecting player was turned away: the ingest cannot be asked about '
      + 'them (drawbridge_unknown_players is deny).');
    if (pending.player) this.#close(pending.player, DROPPED_BY_RESOURCE);
  }

  /** @param {Pending} pending @param {string|null} text */
  #end(pending, text) {
    pending.cancel();
    this.#pending.delete(pending);
    pending.deferral.finish(text);
  }

  /** @param {Player} player */
  #check(player) {
    const { lists, ownBans, settings } = this.#parts;
    const { byAccount, byToken } = lists.match(player);
    const certain = ownBans.match(player) ?? byAccount;
    const suspected = settings.unknownPlayers === 'deny' && byToken?.code !== player.cleared;
    const refusal = certain ?? (suspected ? byToken : null);
    if (refusal) this.#condemn(player, refusal);
  }

  /** @param {Player} player @param {Refusal} refusal */
  #condemn(player, refusal) {
    if (player.condemned) return;
    player.condemned = refusal;
    if (player.state !== 'in') return;
    if (refusal.reason || !refusal.code || !player.reported) this.#drop(player, refusal);
    else this.#parts.explain.ask(player, refusal, TEXT_WAIT_MS, (full) => this.#drop(player, full));
  }

  /** @param {Player} player @param {Refusal} refusal */
  #drop(player, refusal) {
    const { fx, players, settings, log, known } = this.#parts;
    if (players.find(player.source) !== player) return;
    known.remove(player);
    log.info(`Player ${player.source} is dropped: ban ${refusal.code || '(new)'}, ${
      refusal.scope === 'network' ? 'of the network' : 'of this server'}.`);
    fx.drop(player.source, banText(refusal, settings.appeal));
  }

  /** @param {Player} player @param {number} reason */
  #close(player, reason) {
    const { players, outbox } = this.#parts;
    const seconds = players.close(player);
    if (!player.reported) return;
    const { session } = player;
    outbox.add('leave', { session, drop_reason: reason, seconds });
  }

  /** @param {Player} player */
  #sayWatched(player) {
    this.#parts.log.info(`Player ${player.source} is on the network's watch list.`);
  }
}

module.exports = { Gate };
