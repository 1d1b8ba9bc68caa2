// Made-up players, and an event of every type of docs/protocol.md §7.
'use strict';

const crypto = require('node:crypto');
const { uuid7 } = require('./encoding.js');
const { tagOf, tokenTag } = require('./sealed.js');

/** @param {number} length */
function hex(length) {
  return crypto.randomBytes(Math.ceil(length / 2)).toString('hex').slice(0, length);
}

/** @param {number} length */
function digits(length) {
  let text = String(crypto.randomInt(1, 10));
  while (text.length < length) text += crypto.randomInt(0, 10);
  return text;
}

/** Normalised values of a person who does not exist. */
function person() {
  return {
    identifiers: /** @type {Record<string, string>} */ ({
      license: hex(40),
      license2: hex(40),
      steam: `1100001${hex(8)}`,
      discord: digits(18),
      fivem: digits(7),
      ip: `192.0.2.${crypto.randomInt(1, 255)}`,
    }),
    tokens: [`2:${hex(64).toUpperCase()}`, `4:${hex(64).toUpperCase()}`],
    name: 'Someone',
  };
}

/** @typedef {ReturnType<typeof person>} Person */
/** @typedef {{ tagKey: Buffer, ownerId: string }} Keys what `hello` tells */

/**
 * The *player* of §7.
 * @param {Keys} keys
 * @param {Person} someone
 */
function playerOf({ tagKey, ownerId }, someone) {
  return {
    tags: Object.entries(someone.identifiers).map(([type, value]) => ({
      type,
      tag: tagOf(tagKey, type, value).toString('base64url'),
    })),
    tokens: someone.tokens.map((value) => tokenTag(tagKey, ownerId, value).toString('base64url')),
    name: someone.name,
  };
}

/**
 * A player known by the license alone.
 * @param {Keys} keys
 * @param {Person} [someone]
 */
function licensePlayer({ tagKey }, someone = person()) {
  const tag = tagOf(tagKey, 'license', someone.identifiers.license).toString('base64url');
  return { tags: [{ type: 'license', tag }] };
}

/**
 * All tags of a *player* as bytes.
 * @param {{ tags: { tag: string }[], tokens?: string[] }} player
 */
function tagBytes({ tags, tokens = [] }) {
  return [...tags.map(({ tag }) => tag), ...tokens].map((tag) => Buffer.from(tag, 'base64url'));
}

/**
 * @param {string} type
 * @param {Record<string, unknown>} members
 * @param {number} [at]
 */
function event(type, members, at = Date.now()) {
  return { id: uuid7(at), type, at, ...members };
}

/** @param {unknown} player @param {string} [session] */
function join(player, session = uuid7()) {
  return event('join', { session, player });
}

/** @param {unknown} target @param {Record<string, unknown>} [more] */
function ban(target, more = {}) {
  return event('ban', {
    target,
    category: 'cheating',
    reason: 'Aimbot, seen twice',
    duration: 0,
    issuer: 'Admin Ann',
    ...more,
  });
}

/**
 * One valid event of each type, `unban` apart: it needs a code.
 * @param {Keys} keys
 */
function oneOfEach(keys) {
  const target = playerOf(keys, person());
  const session = uuid7();
  return [
    join(target, session),
    event('leave', { session, drop_reason: 1, seconds: 3600 }),
    ban(playerOf(keys, person()), { evidence: ['clip 17', 'two witnesses'], duration: 86_400 }),
    event('kick', { target, reason: 'Blocking the road', issuer: 'Admin Ann' }),
    event('warn', { target, reason: 'Language' }),
    event('heartbeat', {
      uptime: 60,
      players: 12,
      lists: { network: '0', owner: '0' },
      outbox: 0,
      dropped: 0,
      resource_version: '0.1.0',
    }),
    event('player_count', { players: 12, max_players: 64 }),
    event('report', {
      target,
      reporter: licensePlayer(keys),
      category: 'harassment',
      text: 'Followed me around\nfor an hour',
    }),
    event('detection', {
      target,
      detector: 'godmode',
      category: 'cheating',
      confidence: 80,
      detail: 'health stayed at 200 through 12 hits',
    }),
    event('error', { where: 'outbox', message: 'disk full', trace: 'at flush (outbox.js:10)' }),
  ];
}

module.exports = { ban, event, join, licensePlayer, oneOfEach, person, playerOf, tagBytes };
