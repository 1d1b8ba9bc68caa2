'use strict';

// What may leave the server or reach the console in the text of an error: no identifier, token,
// secret, address or path. Rather too much is taken out than too little.

/** In this order: a later pattern would cut an earlier one's match apart. */
/** @type {Array<[RegExp, string]>} */
const PATTERNS = [
  [/\bdb[se]1_[\w.-]*/gi, '<secret>'],
  [/\b(license2?|steam|discord|fivem|xbl|live|ip):[^\s"',;)\]}]+/gi, '$1:<redacted>'],
  [/\bsrv_[a-z2-7]+(:\d+)?/g, '<server>'],
  // Our own files keep their name and line; every other path goes.
  [/(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:[^\s:()"']+[\\/])*resource[\\/]([\w-]+\.js)/g, '$1'],
  [/(?:file:\/\/)?(?:\b[A-Za-z]:)?[\\/](?:[^\s:()"'\\/]+[\\/])+[^\s:()"'\\/]*/g, '<path>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '<address>'],
  [/(?<!\w)\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(?=$|[\s,;)\]])/gi, '<address>'],
  [/\b[0-9A-Fa-f]{1,2}:[0-9A-Fa-f]{16,}/g, '<token>'],
  [/[A-Za-z0-9+/_-]{32,}={0,2}/g, '<redacted>'],
  [/\b[0-9a-f]{12,}\b/gi, '<redacted>'],
  [/\d{6,}/g, '<number>'],
  // Messages of JSON.parse and the like quote what they were given.
  [/"[^"\n]{3,}"/g, '"<text>"'],
];

/** @param {string} text @param {number} most length of the result, in characters */
function redact(text, most) {
  const clean = PATTERNS.reduce((rest, [pattern, by]) => rest.replace(pattern, by), text)
    .replace(/[^\P{C}\n\t]/gu, ' ');
  return [...clean].slice(0, most).join('');
}

module.exports = { redact };
