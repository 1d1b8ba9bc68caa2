'use strict';

// Console commands. The handler gets (source, args, raw); source 0 is the server console.

const { aceAllows } = require('./players');

/** @typedef {import('./host').Host} Host */

class Commands {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, { name: string, handler: Function, restricted: boolean }>} */
    this.byName = new Map();
  }

  install() {
    this.host.natives({
      RegisterCommand: (name, handler, restricted) => {
        const text = this.host.argument('RegisterCommand', 0, name);
        this.byName.set(text.toLowerCase(), {
          name: text, handler, restricted: Boolean(restricted),
        });
      },
      ExecuteCommand: (line) => {
        this.run(this.host.argument('ExecuteCommand', 0, line), 0, this.host.name);
      },
      GetRegisteredCommands: () => [...this.byName.values()].map(({ name }) => ({ name })),
    });
  }

  /**
   * @param {string} line
   * @param {number} source 0 for the console, else a player
   * @param {string | null} caller the resource that runs it
   * @returns {boolean} whether a handler ran
   */
  run(line, source, caller) {
    const [name, ...args] = tokenize(line);
    if (/^set[rs]?$/.test(name || '') && args.length === 2 && source === 0) {
      this.host.convars.set(args[0], args[1]);
      return true;
    }
    const command = this.byName.get((name || '').toLowerCase());
    if (!command) {
      this.host.console.print('log', `No such command ${name}.`);
      return false;
    }
    if (command.restricted && source !== 0 && !this.allowed(source, command.name)) {
      this.host.console.print('log', `Access denied for command ${command.name}.`);
      return false;
    }
    try {
      this.host.events.reference(command.handler, caller)(source, args, line);
    } catch {
      // reference() has printed and recorded it.
    }
    return true;
  }

  /** @param {number} source @param {string} command */
  allowed(source, command) {
    return aceAllows(this.host.players.require(source).aces, `command.${command}`);
  }
}

/** @param {string} line @returns {string[]} words; quotes group, a backslash escapes inside them */
function tokenize(line) {
  const words = [];
  for (const found of line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)) {
    words.push(found[1] === undefined ? found[2] : found[1].replace(/\\(.)/g, '$1'));
  }
  return words;
}

module.exports = { Commands };
