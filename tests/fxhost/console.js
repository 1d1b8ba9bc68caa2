'use strict';

// The server console: everything the resource prints, kept and passed on, the way every other
// resource of a server can read it. Standard output itself belongs to the control protocol.

const { Console } = require('console');
const { Writable } = require('stream');

/** @typedef {{ level: string, text: string }} Line */

const MAX_LINES = 20000;

class ServerConsole {
  /** @param {string} channel @param {(line: Line) => void} onLine */
  constructor(channel, onLine) {
    this.channel = channel;
    this.onLine = onLine;
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Array<(channel: string, text: string) => void>} */
    this.listeners = [];
  }

  install() {
    const out = this.stream('log');
    const err = this.stream('error');
    globalThis.console = new Console({ stdout: out, stderr: err, colorMode: false });
    for (const [name, stream] of [['stdout', out], ['stderr', err]]) {
      Object.defineProperty(process, String(name), { configurable: true, get: () => stream });
    }
  }

  /** @param {string} level */
  stream(level) {
    let rest = '';
    return new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        const parts = (rest + String(chunk)).split('\n');
        rest = parts.pop() || '';
        for (const text of parts) this.print(level, text);
        done();
      },
    });
  }

  /** @param {string} level @param {string} text */
  print(level, text) {
    const line = { level, text };
    this.lines.push(line);
    if (this.lines.length > MAX_LINES) this.lines.shift();
    this.onLine(line);
    for (const listener of this.listeners) listener(this.channel, text);
  }

  buffer() {
    return this.lines.map(({ text }) => `${text}\n`).join('');
  }
}

module.exports = { ServerConsole };
