// What the demonstration prints: numbered steps, what happened, how long it took.
'use strict';

const { performance } = require('node:perf_hooks');

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (/** @type {string} */ code, /** @type {string} */ text) =>
  colour ? `\u001b[${code}m${text}\u001b[0m` : text;

let steps = 0;

/** @param {string} title */
function step(title) {
  steps += 1;
  console.log(`\n${paint('1', `${steps}. ${title}`)}`);
}

/** @param {string} text */
function say(text) {
  console.log(`   ${text}`);
}

/** A player's or operator's own screen, set apart. @param {string} text */
function screen(text) {
  for (const line of text.split('\n')) console.log(`   ${paint('36', '│')} ${line}`);
}

/** Fails the demonstration in plain words. @param {unknown} holds @param {string} what */
function expect(holds, what) {
  if (!holds) throw new Error(`expected: ${what}`);
}

/** @returns {() => number} milliseconds since now, one decimal */
function stopwatch() {
  const start = performance.now();
  return () => Math.round((performance.now() - start) * 10) / 10;
}

/** The text of the ban screen as a player reads it. @param {string} html */
function readable(html) {
  const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': '\'' };
  return html
    .replace(/<br\s*\/?>|<\/p>|<\/div>|<\/h\d>|<\/li>/gi, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (found) => entities[/** @type {'&amp;'} */ (found)])
    .replace(/\n{2,}/g, '\n')
    .trim();
}

module.exports = { expect, readable, say, screen, step, stopwatch };
