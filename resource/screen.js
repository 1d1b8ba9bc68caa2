'use strict';

// What a refused player reads. FXServer shows HTML while connecting, so whatever came over the
// network is escaped; and it adds a help text of its own to anything that names Steam.

/**
 * @typedef {object} Refusal
 * @property {'network'|'owner'} scope
 * @property {string} code may be empty: not known yet
 * @property {number} expiresAt Unix milliseconds; 0: never
 * @property {string} [category]
 * @property {string} [reason]
 */

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };

/** @param {string} text */
function html(text) {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign])
    .replace(/steam/gi, (word) => `${word[0]}&#${word.charCodeAt(1)};${word.slice(2)}`)
    .replace(/\n/g, '<br>');
}

/**
 * For DropPlayer, shown as text or as HTML depending on where the player is.
 * @param {string} text
 */
function plain(text) {
  return text.replace(/[&<>"']/g, ' ')
    .replace(/steam/gi, (word) => `${word.slice(0, 2)}\u200B${word.slice(2)}`);
}

/** @param {number} expiresAt */
function until(expiresAt) {
  if (!expiresAt) return 'permanent';
  const time = new Date(expiresAt).toISOString();
  return `until ${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

/** @param {Refusal} refusal @param {string} appeal @returns {Array<[string, string]>} */
function lines({ scope, code, expiresAt, category, reason }, appeal) {
  return [
    ['Banned by', scope === 'network' ? 'the Drawbridge network' : 'this server'],
    ...(category ? [/** @type {[string, string]} */ (['Category', category])] : []),
    ...(reason ? [/** @type {[string, string]} */ (['Reason', reason])] : []),
    ['Duration', until(expiresAt)],
    ...(code ? [/** @type {[string, string]} */ (['Ban code', code])] : []),
    ['Appeal', appeal],
  ];
}

/** @param {Refusal} refusal @param {string} appeal */
function banScreen(refusal, appeal) {
  const rows = lines(refusal, appeal).map(([name, value]) => `<b>${name}:</b> ${html(value)}`);
  return `<b>You are banned and cannot join.</b><br><br>${rows.join('<br>')}`;
}

/** @param {Refusal} refusal @param {string} appeal */
function banText(refusal, appeal) {
  const rows = lines(refusal, appeal).map(([name, value]) => `${name}: ${plain(value)}`);
  return `You are banned.\n${rows.join('\n')}`;
}

/** @param {string} appeal */
function unknownScreen(appeal) {
  return '<b>You cannot join right now.</b><br><br>The ban network cannot be asked about you at '
    + 'the moment, and this server lets nobody in unasked. Try again in a few minutes.<br>'
    + html(appeal);
}

module.exports = { banScreen, banText, unknownScreen };
