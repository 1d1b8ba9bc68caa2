'use strict';

// fxmanifest.lua: the subset of Lua that manifests are written in (key 'value', key { … },
// key(…), comments), read the way FXServer's manifest loader stores it: a table loses one
// trailing "s" of its key, a plain string does not.

/** @typedef {{ kind: string, value: string, line: number }} Token */
/** @typedef {Map<string, string[]>} Metadata */

const KNOWN_KEYS = new Set([
  'fx_version', 'game', 'name', 'author', 'description', 'version', 'repository', 'url', 'license',
  'client_script', 'server_script', 'shared_script', 'file', 'ui_page', 'data_file', 'loadscreen',
  'server_only', 'node_version', 'lua54', 'dependency', 'provide', 'export', 'server_export',
  'convar_category', 'escrow_ignore', 'use_experimental_fxv2_oal', 'this_is_a_map', 'is_cfxv2',
  'clr_disable_task_scheduler', 'loadscreen_manual_shutdown', 'resource_type', 'map',
]);
const SENT_TO_PLAYERS = ['client_script', 'shared_script', 'file', 'ui_page', 'loadscreen', 'map'];
const LISTS = ['client_script', 'server_script', 'shared_script', 'file', 'export',
  'server_export', 'game', 'provide'];
const PLURALS = [...LISTS.map((key) => `${key}s`), 'dependencies'];

const TOKEN = new RegExp([
  /--\[\[[\s\S]*?\]\]|--[^\n]*/,
  /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|\[\[[\s\S]*?\]\]/,
  /[A-Za-z_]\w*/,
  /-?\d+(?:\.\d+)?/,
  /[{}(),;=[\]]/,
  /\s+/,
].map((part) => `(${part.source})`).join('|'), 'y');
const KINDS = ['comment', 'string', 'name', 'number', 'mark', 'space'];

/** @type {Record<string, string>} */
const ESCAPES = { n: '\n', t: '\t', r: '\r' };

/** @param {string} text @returns {string} the value of a Lua string literal */
function unquote(text) {
  if (text.startsWith('[[')) return text.slice(2, -2).replace(/^\r?\n/, '');
  return text.slice(1, -1).replace(/\\([\s\S])/g, (_, c) => ESCAPES[c] || c);
}

/** @param {string} text @returns {Token[]} */
function tokenize(text) {
  const tokens = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) throw new Error(`fxmanifest.lua line ${line}: not understood`);
    const kind = KINDS[found.slice(1).findIndex((group) => group !== undefined)];
    if (kind === 'string') tokens.push({ kind, value: unquote(found[0]), line });
    else if (kind !== 'comment' && kind !== 'space') tokens.push({ kind, value: found[0], line });
    line += found[0].split('\n').length - 1;
  }
  return tokens;
}

/** One pass over the tokens; position is shared by the methods. */
class Parser {
  /** @param {Token[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
  }

  /** @param {string} value */
  peek(value) {
    const token = this.tokens[this.at];
    return token !== undefined && token.kind === 'mark' && token.value === value;
  }

  /** @param {string} value @returns {boolean} */
  accept(value) {
    if (!this.peek(value)) return false;
    this.at += 1;
    return true;
  }

  /** @param {string} wanted @returns {never} */
  fail(wanted) {
    const token = this.tokens[this.at];
    const place = token ? `line ${token.line}: ${token.value}` : 'end of file';
    throw new Error(`fxmanifest.lua ${place}: expected ${wanted}`);
  }

  /** @returns {string | any[]} a string, or a table as the list of its positional values */
  value() {
    const token = this.tokens[this.at];
    if (!token) this.fail('a value');
    if (this.accept('{')) return this.table();
    if (token.kind === 'mark') this.fail('a value');
    this.at += 1;
    return token.value;
  }

  /** @returns {any[]} */
  table() {
    const values = [];
    while (!this.accept('}')) {
      const next = this.tokens[this.at + 1];
      const named = next && next.kind === 'mark' && next.value === '=';
      if (named) this.at += 2;
      else if (this.accept('[')) this.bracketKey();
      const value = this.value();
      if (!named) values.push(value);
      if (!this.accept(',')) this.accept(';');
    }
    return values;
  }

  bracketKey() {
    this.value();
    if (!this.accept(']') || !this.accept('=')) this.fail('] =');
  }

  /** @returns {Array<{ key: string, value: string | any[], line: number }>} */
  statements() {
    const found = [];
    while (this.at < this.tokens.length) {
      if (this.accept(';')) continue;
      const token = this.tokens[this.at];
      if (token.kind !== 'name') this.fail('a key');
      this.at += 1;
      const call = this.accept('(');
      const value = this.value();
      if (call && !this.accept(')')) this.fail(')');
      // A second table is extra data of the entry (key 'value' { … }).
      if (this.accept('{')) this.table();
      found.push({ key: token.value, value, line: token.line });
    }
    return found;
  }
}

/**
 * @param {string} text
 * @param {(code: string, detail: string) => void} report
 * @returns {Metadata}
 */
function parseManifest(text, report) {
  /** @type {Metadata} */
  const metadata = new Map();
  for (const { key, value, line } of new Parser(tokenize(text)).statements()) {
    const isTable = Array.isArray(value);
    if (!isTable && PLURALS.includes(key)) {
      report('manifest-plural', `line ${line}: ${key} with a plain string is not read`);
    }
    const stored = isTable ? singular(key) : key;
    const known = KNOWN_KEYS.has(stored) || PLURALS.includes(key);
    if (!known) report('manifest-unknown-key', `line ${line}: ${key}`);
    const list = metadata.get(stored) || [];
    const values = isTable ? value : [value];
    metadata.set(stored, [...list, ...values.filter((item) => typeof item === 'string')]);
  }
  reportSentFiles(metadata, report);
  return metadata;
}

/** @param {string} key @returns {string} */
function singular(key) {
  if (key === 'dependencies') return 'dependency';
  return key.endsWith('s') ? key.slice(0, -1) : key;
}

/** @param {Metadata} metadata @param {(code: string, detail: string) => void} report */
function reportSentFiles(metadata, report) {
  if (isServerOnly(metadata)) return;
  const sent = SENT_TO_PLAYERS.flatMap((key) => metadata.get(key) || []);
  if (sent.length > 0) report('manifest-sent-to-players', sent.join(', '));
}

/** @param {Metadata} metadata @returns {boolean} */
function isServerOnly(metadata) {
  return ['yes', 'true', '1'].includes((metadata.get('server_only') || [''])[0]);
}

/**
 * @param {Metadata} metadata
 * @param {number} build
 * @param {string[]} resources names that are present on this server
 * @returns {string[]} the dependencies that are not met
 */
function unmetDependencies(metadata, build, resources) {
  return (metadata.get('dependency') || []).filter((entry) => {
    const server = /^\/server:(\d+)$/.exec(entry);
    if (server) return build < Number(server[1]);
    // The other constraints are about the game and the platform, which the host does not have.
    return !entry.startsWith('/') && !resources.includes(entry);
  });
}

/** @param {Metadata} metadata @returns {string[]} scripts in the order FXServer runs them */
function scriptsOf(metadata) {
  return [...(metadata.get('shared_script') || []), ...(metadata.get('server_script') || [])];
}

module.exports = { parseManifest, unmetDependencies, scriptsOf, isServerOnly };
