// Made-up players: no value here belongs to anybody.
'use strict';

const crypto = require('node:crypto');

const hex = (/** @type {string} */ seed, /** @type {number} */ length) =>
  crypto.createHash('sha256').update(`drawbridge demo ${seed}`).digest('hex').slice(0, length);
const digits = (/** @type {string} */ seed, /** @type {number} */ length) =>
  `1${BigInt(`0x${hex(seed, 24)}`).toString().padStart(30, '7').slice(0, length - 1)}`;

/** @param {string} name */
function person(name) {
  return {
    name,
    identifiers: [
      `license:${hex(`${name} license`, 40)}`,
      `license2:${hex(`${name} license2`, 40)}`,
      `discord:${digits(`${name} discord`, 18)}`,
      `fivem:${digits(`${name} fivem`, 7)}`,
      'ip:192.0.2.15',
    ],
    tokens: [2, 3, 4, 5, 6].map((kind) => `${kind}:${hex(`${name} token ${kind}`, 64)}`),
    endpoint: '192.0.2.15',
  };
}

/** A person's new accounts on the machine of before. @param {ReturnType<typeof person>} of */
function withNewAccounts(of) {
  return { ...person(`${of.name} again`), tokens: of.tokens };
}

/** All raw values of a person, as they must never be found. @param {ReturnType<typeof person>} of */
function rawValues(of) {
  return [...of.identifiers.filter((text) => !text.startsWith('ip:')), ...of.tokens].map((text) =>
    text.slice(text.indexOf(':') + 1));
}

module.exports = { person, rawValues, withNewAccounts };
