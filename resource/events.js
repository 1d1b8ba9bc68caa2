'use strict';

// Builds what operators and other resources report, in the form of docs/protocol.md §7. Each
// argument is checked here, so that the caller learns at once which one is wrong.

/** @typedef {import('./players').Wire} Wire */
/** @typedef {{fields: Record<string, any>} | {error: string}} Built */

const CATEGORIES = ['cheating', 'evasion', 'harassment', 'exploiting', 'scam', 'raid', 'fraud',
  'other'];
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const MOST_SECONDS = 315_360_000;
const CODE = /^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/;

class ArgumentError extends Error {}

/** Other resources hand in anything; an object has no text. @param {unknown} value */
const asText = (value) =>
  (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** @param {string} text */
const fail = (text) => {
  throw new ArgumentError(text);
};

/**
 * @param {string} name @param {unknown} value @param {number} most in characters
 * @returns {string} without the control characters the protocol refuses
 */
function text(name, value, most) {
  if (typeof value !== 'string') return fail(`${name}: expected text`);
  const clean = value.replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '').trim();
  const { length } = [...clean];
  if (length < 1) return fail(`${name}: must not be empty`);
  if (length > most) return fail(`${name}: at most ${most} characters, got ${length}`);
  return clean;
}

/** @param {unknown} value */
function category(value) {
  const found = CATEGORIES.find((known) => known === asText(value).toLowerCase());
  return found ?? fail(`category: expected one of ${CATEGORIES.join(', ')}`);
}

/** @param {unknown} value `30m`, `12h`, `7d`, `2w`, `perm`, or seconds @returns {number} */
function duration(value) {
  const expected = 'duration: expected a number with m, h, d or w behind it (30m, 12h, 7d, 2w), '
    + 'or perm';
  const given = asText(value).toLowerCase();
  if (given === 'perm' || given === 'permanent') return 0;
  const parts = /^(\d{1,9})([smhdw]?)$/.exec(given);
  // A bare number is seconds, from other resources; on the console it is a forgotten unit.
  if (!parts || (!parts[2] && typeof value !== 'number')) return fail(expected);
  const unit = /** @type {keyof UNIT_SECONDS} */ (parts[2] || 's');
  const seconds = Number(parts[1]) * UNIT_SECONDS[unit];
  if (seconds === 0 && typeof value !== 'number') return fail(expected);
  return seconds <= MOST_SECONDS ? seconds : fail('duration: at most 3650 days, or perm');
}

/** @param {Wire} target */
function banTarget(target) {
  const known = target.tags.some(({ type }) => type !== 'ip');
  return known ? target : fail('player: FXServer gives no identifier for them but the address');
}

/** Only a join and a ban tell the display name. @param {Wire} player @returns {Wire} */
function nameless({ tags, tokens }) {
  return { tags, ...(tokens && { tokens }) };
}

/** @param {unknown} value @param {number} most */
function integer(value, most) {
  const number = asText(value) === '' ? NaN : Number(value);
  return Number.isInteger(number) && number >= 0 && number <= most
    ? number : fail(`confidence: expected a whole number from 0 to ${most}`);
}

// As the daemon takes them: what begins like a link has to be https, without a user name.
const LINK = /^https:\/\/[A-Za-z0-9.:[\]-]+(?:[/?#][!-~]*)?$/;

/** @param {string} item */
function linkOrNote(item) {
  if (!/^[A-Za-z0-9+.-]+:\/\//.test(item)) return item;
  return LINK.test(item) && item.length <= 300 ? item
    : fail('evidence: expected links that begin with https://, without blanks and user names, of at most 300 characters');
}

/** @param {unknown} value */
function evidence(value) {
  if (!Array.isArray(value) || value.length > 8) return fail('evidence: expected up to 8 texts');
  return value.map((item) => linkOrNote(text('evidence', item, 500)));
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} most
 * @returns {Record<string, string>}
 */
const optional = (name, value, most) => {
  if (value === undefined || value === null || value === '') return {};
  return { [name]: text(name, value, most) };
};

/** @param {() => Record<string, any>} build @returns {Built} */
function checked(build) {
  try {
    return { fields: build() };
  } catch (error) {
    if (error instanceof ArgumentError) return { error: error.message };
    throw error;
  }
}

/** @param {Wire} target @param {Record<string, any>} given @returns {Built} */
const ban = (target, given) => checked(() => ({
  target: banTarget(target),
  category: category(given.category),
  reason: text('reason', given.reason, 500),
  duration: duration(given.duration),
  ...optional('issuer', given.issuer, 64),
  ...(given.evidence !== undefined && given.evidence !== null
    && { evidence: evidence(given.evidence) }),
}));

/** @param {Record<string, any>} given @returns {Built} */
const unban = (given) => checked(() => {
  const code = asText(given.code).toUpperCase();
  const dashed = code.includes('-') ? code : `${code.slice(0, 4)}-${code.slice(4)}`;
  if (!CODE.test(dashed)) fail('code: expected a ban code like ABCD-EFGH');
  return {
    code: dashed,
    ...optional('reason', given.reason, 500),
    ...optional('issuer', given.issuer, 64),
  };
});

/**
 * @param {Wire} target
 * @param {Wire|null} reporter
 * @param {Record<string, any>} given
 * @returns {Built}
 */
const report = (target, reporter, given) => checked(() => ({
  target: nameless(banTarget(target)),
  ...(reporter && { reporter: nameless(reporter) }),
  category: category(given.category),
  text: text('text', given.text, 2000),
}));

/** @param {Wire} target @param {Record<string, any>} given @returns {Built} */
const detection = (target, given) => checked(() => ({
  target: nameless(banTarget(target)),
  detector: text('detector', given.detector, 64),
  category: category(given.category),
  confidence: integer(given.confidence, 100),
  ...optional('detail', given.detail, 2000),
}));

module.exports = { CATEGORIES, asText, ban, unban, report, detection };
