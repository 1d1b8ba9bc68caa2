'use strict';

// The numbered rules the host enforces, and the list of what broke them. The table is the single
// source: README.md lists the same numbers and codes, violations/CODE/ holds a script per rule.

const path = require('path');

/** @typedef {{ number: number, code: string, text: string }} Rule */
/**
 * @typedef {{ rule: number, code: string, detail: string, where: string, at: number }} Violation
 */

/** @type {Array<[string, string]>} */
const TABLE = [
  ['late-defer', 'defer() outside the synchronous part of playerConnecting is ignored'],
  ['deferral-before-defer', 'update, presentCard and done need a defer() first'],
  ['deferral-no-tick', 'at least one tick between two deferral calls'],
  ['deferral-not-text', 'update, done or setKickReason with one non-string crashes the server'],
  ['deferral-after-done', 'deferral calls after done() are ignored'],
  ['deferral-left-pending', 'a stop with a pending deferral leaves the player hanging'],
  ['drop-while-connecting', 'DropPlayer does nothing to a player who is still connecting'],
  ['late-source', 'source is only set in the synchronous part of an event handler'],
  ['late-invoking-resource', 'GetInvokingResource() only works in the synchronous part'],
  ['native-null', 'a native got null, undefined or 0 where it needs a string, and throws'],
  ['handler-error', 'an error in a handler, command, timer or callback is printed, no more'],
  ['handler-rejection', 'a rejected async event handler is printed, no more'],
  ['unhandled-rejection', 'a rejection nobody handles is printed, no more'],
  ['uncaught-error', 'an uncaught error vanishes'],
  ['no-commonjs', 'module, exports.x =, __dirname and __filename do not exist in a script'],
  ['duplicate-declaration', 'scripts share one scope: a top-level name is declared once'],
  ['script-failed', 'a script that cannot be read, parsed or run is skipped'],
  ['timer-redefined', 'the replaced timers cannot be redefined'],
  ['fs-read-outside', 'reads stay inside mounted resource folders'],
  ['fs-write-outside', 'writes stay inside the own resource folder'],
  ['fs-dotdot', 'a path with .. is refused'],
  ['fs-symlink', 'symbolic links are refused'],
  ['child-process', 'no child processes'],
  ['worker-threads', 'no worker threads'],
  ['wasi', 'no node:wasi'],
  ['inspector', 'no inspector'],
  ['native-addon', 'no native addons'],
  ['save-foreign', 'SaveResourceFile writes to the own resource only'],
  ['load-binary', 'LoadResourceFile returns UTF-8 text and corrupts binary files'],
  ['kvp-foreign', 'a resource sees its own keys only'],
  ['kvp-nul', 'a key or value ends at its first NUL'],
  ['kvp-handles', 'there are 64 find handles'],
  ['net-unregistered', 'a client reaches only events registered with onNet'],
  ['http-handler', 'outbound only: no SetHttpHandler'],
  ['listening-socket', 'outbound only: no listening socket'],
  ['manifest-unknown-key', 'the manifest holds a key the host does not know'],
  ['manifest-plural', 'a plural manifest key with a plain string is not the singular key'],
  ['manifest-sent-to-players', 'the manifest sends files to players'],
  ['hitch', 'a synchronous block over 50 ms (listed apart, under hitches)'],
  ['hitch-warning', 'a block over 150 ms: server thread hitch warning (under hitches)'],
];

/** @type {Rule[]} */
const RULES = TABLE.map(([code, text], index) => ({ number: index + 1, code, text }));
const BY_CODE = new Map(RULES.map((rule) => [rule.code, rule]));
const MAX_KEPT = 1000;

class Reporter {
  /** @param {string} resourceRoot shortens file names in reports */
  constructor(resourceRoot) {
    this.resourceRoot = resourceRoot;
    /** @type {Violation[]} */
    this.violations = [];
    /** @type {Array<(violation: Violation) => void>} */
    this.watchers = [];
  }

  /**
   * @param {string} code
   * @param {string} detail
   * @param {unknown} [error] where the stack is taken from, instead of the caller
   */
  report(code, detail, error) {
    const violation = this.describe(code, detail, error);
    if (this.violations.length < MAX_KEPT) this.violations.push(violation);
    for (const watcher of this.watchers) watcher(violation);
  }

  /**
   * @param {string} code
   * @param {string} detail
   * @param {unknown} [error]
   * @returns {Violation}
   */
  describe(code, detail, error) {
    const rule = BY_CODE.get(code);
    if (!rule) throw new Error(`no rule has the code ${code}`);
    const stack = error instanceof Error ? error.stack : new Error().stack;
    return { rule: rule.number, code, detail, where: this.place(stack || ''), at: Date.now() };
  }

  /** @param {string} stack @returns {string} the first frame that belongs to the resource */
  place(stack) {
    for (const line of stack.split('\n').slice(1)) {
      const found = /((?:\/|@)[^()\s]*):(\d+):\d+\)?$/.exec(line);
      if (!found) continue;
      if (found[1].startsWith('@')) return `${found[1]}:${found[2]}`;
      const inside = path.relative(this.resourceRoot, found[1]);
      if (!inside.startsWith('..')) return `${inside}:${found[2]}`;
    }
    return '';
  }
}

module.exports = { RULES, Reporter };
