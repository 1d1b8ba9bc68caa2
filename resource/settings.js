'use strict';

// Settings by convar (`set drawbridge_… value` in server.cfg). A wrong value is named, with what
// was expected, and the default is used: a typing error must not leave a server unprotected.

/**
 * @typedef {object} Settings
 * @property {'allow'|'deny'} unknownPlayers what happens to a player nobody has judged
 * @property {number} verdictWaitMs how long a connecting player waits for the verdict
 * @property {number} maxListAgeMs beyond it nobody counts as known; 0: no limit
 * @property {import('./log').LogLevel} log
 * @property {string} appeal shown on the ban screen
 */

const DEFAULT_APPEAL = 'Contact the staff of this server and give them the ban code.';

/** @param {import('./fx').Fx} fx @param {import('./log').Log} log */
function reader(fx, log) {
  return {
    /** @template {string} T @param {string} name @param {T[]} values the first is the default */
    choice(name, values) {
      const given = fx.convar(name, values[0]).trim().toLowerCase();
      const found = values.find((value) => value === given);
      if (found) return found;
      log.warn(`${name} is "${given}": expected ${values.join(' or ')}; using ${values[0]}.`);
      return values[0];
    },
    /** @param {string} name @param {{fallback: number, most: number, unit: string}} range */
    number(name, { fallback, most, unit }) {
      const given = fx.convar(name, String(fallback)).trim();
      const value = Number(given);
      if (/^\d+$/.test(given) && value <= most) return value;
      log.warn(`${name} is "${given}": expected 0 to ${most} (${unit}); using ${fallback}.`);
      return fallback;
    },
  };
}

/** @param {import('./fx').Fx} fx @param {import('./log').Log} log @returns {Settings} */
function readSettings(fx, log) {
  const read = reader(fx, log);
  const hours = { fallback: 72, most: 8760, unit: 'hours, 0 for no limit' };
  return {
    unknownPlayers: read.choice('drawbridge_unknown_players', ['allow', 'deny']),
    verdictWaitMs: read.number('drawbridge_verdict_wait',
      { fallback: 1500, most: 10_000, unit: 'milliseconds, 0 for never' }),
    maxListAgeMs: read.number('drawbridge_max_list_age', hours) * 3_600_000,
    log: read.choice('drawbridge_log', ['normal', 'quiet', 'debug']),
    appeal: fx.convar('drawbridge_appeal', DEFAULT_APPEAL).slice(0, 300),
  };
}

module.exports = { readSettings };
