'use strict';

// drawbridge.json, the file `drawbridgectl server add` writes and the operator drops beside the
// manifest: url, server_id, key_id, secret, ca. Every other resource can read it, so its secret
// is moved into the key-value store at the first start and blanked here.

const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');

/**
 * @typedef {object} Config
 * @property {string} url `https://host[:port]`, lower case, without a path
 * @property {string} serverId
 * @property {string} keyId empty when the file's secret is blank
 * @property {Buffer|null} secret null when the file's secret is blank
 * @property {string} ca PEM; empty: the public roots
 */

const FILE = 'drawbridge.json';

/** @param {unknown} value @returns {string|null} what is wrong, or null */
function urlProblem(value) {
  const expected = 'expected https://HOST or https://HOST:PORT, nothing behind it';
  if (typeof value !== 'string') return expected;
  let url;
  try {
    url = new URL(value);
  } catch {
    return expected;
  }
  if (url.protocol === 'http:') return 'expected https:// (there is no unencrypted connection)';
  const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !url.password;
  return url.protocol === 'https:' && bare ? null : expected;
}

/** @param {unknown} value @returns {string|null} */
function caProblem(value) {
  if (value === undefined || value === '' || value === null) return null;
  const expected = 'expected a certificate in PEM form (-----BEGIN CERTIFICATE-----), '
    + 'or no such field for a public certificate';
  if (typeof value !== 'string' || !value.includes('-----BEGIN CERTIFICATE-----')) return expected;
  try {
    return new crypto.X509Certificate(value) && null;
  } catch {
    return expected;
  }
}

/** @param {unknown} value @param {RegExp} form @param {string} expected @returns {string|null} */
function textProblem(value, form, expected) {
  return typeof value === 'string' && form.test(value) ? null : `expected ${expected}`;
}

/**
 * @param {Record<string, unknown>} fields
 * @param {Buffer|null|undefined} secret undefined: it is there but wrong
 * @returns {string[]} one line per wrong field, never with its value
 */
function problemsOf(fields, secret) {
  const { url, server_id: serverId, key_id: keyId, ca } = fields;
  /** @type {Array<[string, string|null]>} */
  const checks = [
    ['url', urlProblem(url)],
    ['server_id', textProblem(serverId, /^srv_[a-z2-7]{12}$/, 'srv_ and 12 of a-z2-7')],
    ['ca', caProblem(ca)],
  ];
  if (secret === undefined) {
    checks.push(['secret', 'expected dbs1_ and 52 more characters, copied whole; '
      + 'its checksum does not fit, so a character is missing or wrong']);
  }
  if (secret !== null) {
    const fits = typeof keyId === 'string' && /^[1-9]\d{0,15}$/.test(keyId.split(':')[1] ?? '')
      && keyId.split(':').length === 2 && keyId.split(':')[0] === serverId;
    checks.push(['key_id', fits ? null : 'expected the server_id, a colon and a number from 1']);
  }
  return checks.filter(([, problem]) => problem)
    .map(([field, problem]) => `"${field}": ${problem}`);
}

/**
 * JSON.parse quotes its input in some messages, and that input holds the secret: only the place
 * is taken from them.
 * @param {string} text @param {unknown} error
 */
function whereInJson(text, error) {
  const position = /position (\d+)/.exec(String(error));
  if (!position) return '';
  const before = text.slice(0, Number(position[1])).split('\n');
  return ` (line ${before.length}, column ${before[before.length - 1].length + 1})`;
}

/**
 * @param {string} text
 * @param {Pick<import('./core').Core, 'parseSecret'>} core
 * @returns {{config: Config} | {problems: string[]}}
 */
function parseConfig(text, core) {
  let fields;
  try {
    // Windows editors put a byte order mark in front.
    fields = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { problems: [`not valid JSON${whereInJson(text, error)}: copy the file again`] };
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return { problems: ['expected an object { "url": …, "server_id": …, … }'] };
  }
  /** @type {Buffer|null|undefined} */
  let secret = null;
  if (fields.secret !== '' && fields.secret !== undefined) {
    const parsed = core.parseSecret(String(fields.secret));
    secret = 'secret' in parsed ? parsed.secret : undefined;
  }
  const problems = problemsOf(fields, secret);
  if (problems.length) return { problems };
  const url = `https://${new URL(fields.url).host}`;
  const { server_id: serverId, key_id: keyId, ca } = fields;
  return {
    config: { url, serverId, keyId: secret ? keyId : '', secret: secret ?? null, ca: ca ?? '' },
  };
}

/**
 * @param {string} folder the resource's
 * @param {Pick<import('./core').Core, 'parseSecret'>} core
 * @returns {{config: Config} | {problems: string[]} | {absent: true}}
 */
function readConfig(folder, core) {
  let text;
  try {
    text = fs.readFileSync(path.join(folder, FILE), 'utf8');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT') return { absent: true };
    return { problems: [`cannot be read (${code})`] };
  }
  return parseConfig(text, core);
}

/**
 * Blanks the secret and the one-time enrolment in the file. The old text stays until the new one
 * is complete: written beside it, then renamed over it.
 * @param {string} folder
 */
function blankSecret(folder) {
  const file = path.join(folder, FILE);
  const fields = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  fields.secret = '';
  delete fields.enrol;
  const beside = `${file}.new`;
  fs.writeFileSync(beside, `${JSON.stringify(fields, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(beside, file);
}

module.exports = { FILE, readConfig, parseConfig, blankSecret };
