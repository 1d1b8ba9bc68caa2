'use strict';

// What may leave the server or reach the console in the text of an error: no identifier, token,
// secret, address, name or path. Rather too much is taken out than too little.

/** In this order: a later pattern would cut an earlier one's match apart. */
/** @type {Array<[RegExp, string]>} */
const PATTERNS = [
  [/\bdb[se]1_[\w.-]*/gi, '<secret>'],
  [/\bhttps?:\/\/[^\s"']+/gi, '<url>'],
  [/(license2?|steam|discord|fivem|xbl|live|ip):[^\s"',;)}]+/gi, '$1:<redacted>'],
  [/[^\s"'<>()@,;=&/\\]+@[^\s"'<>()@,;=&/\\]+/g, '<e-mail>'],
  [/STEAM_\d:\d:\d+|\[?[a-z]:\d:\d{3,}\]?/gi, '<redacted>'],
  [/\bsrv_[a-z2-7]+(:\d+)?/g, '<server>'],
  // Our own files keep their name and line; every other path goes.
  [/(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s:()"']+[\\/])*resource[\\/]([\w-]+\.js)/g, '$1'],
  [/(?:file:\/\/)?(?:\b[A-Za-z]:)?[\\/](?:[^\s:()"'\\/]+[\\/])+[^\s:()"'\\/]*/g, '<path>'],
  // IPv6: two colons in a row, or three groups; a line and column have two colons at most.
  [/\[?(?<![0-9a-f:])(?=[0-9a-f]{0,4}(?::[0-9a-f]{1,4}){0,6}(?:::|(?::[0-9a-f]{1,4}){3}))[0-9a-f:.]+(?:%\w+)?\]?(?::\d+)?/gi,
    '<address>'],
  [/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?/g, '<address>'],
  [/\b[0-9A-Fa-f]{1,2}:[0-9A-Fa-f]{16,}/g, '<token>'],
  [/[A-Za-z0-9+/_-]{32,}={0,2}/g, '<redacted>'],
  [/[0-9a-f]{12,}/gi, '<redacted>'],
  [/\d{5,}/g, '<number>'],
  // Messages of JSON.parse and the like quote what they were given.
  [/"[^"\n]{3,}"/g, '"<text>"'],
  [/'[^'\n]{3,}'/g, "'<text>'"],
  [/`[^`\n]{3,}`/g, '`<text>`'],
  [/[“„«][^”“»\n]{3,}[”“»]/g, '"<text>"'],
];

/** The most that is looked at. @param {number} most that is let out */
const room = (most) => Math.max(4 * most, 4_000);

/** Spellings that would hide a value from the patterns. @param {string} text */
function plain(text) {
  return text.replace(/\p{Cf}/gu, '')
    .replace(/%([2-7][0-9a-f])/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
}

/** @param {string} text @param {number} most @returns {string} without a word that was cut in two */
function cut(text, most) {
  return text.length <= most ? text : text.slice(0, most).replace(/\S*$/, '');
}

/** @param {string} text @param {number} most length of the result, in characters */
function redact(text, most) {
  const clean = PATTERNS
    .reduce((rest, [pattern, by]) => rest.replace(pattern, by), plain(cut(text, room(most))))
    .replace(/[^\P{C}\n\t]/gu, ' ');
  return [...clean].slice(0, most).join('');
}

module.exports = { redact };
