'use strict';

// The control protocol: one JSON object a line. A request on standard input carries id and op, its
// answer carries the same id with ok and result or error; lines with "event" come unasked.

const fs = require('fs');
const { EXIT } = require('./host');

/** @typedef {import('./host').Host} Host */
/** @typedef {Record<string, any>} Request */

const CONNECT_WAIT_MS = 10000;

/** @param {object} message written at once, so that nothing is lost when the process ends */
function send(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      const { code } = /** @type {any} */ (error);
      if (code === 'EPIPE') process.exit(EXIT.stopped);
      if (code !== 'EAGAIN') throw error;
    }
  }
}

class Control {
  /** @param {Host} host @param {NodeJS.ReadStream} input */
  constructor(host, input) {
    this.host = host;
    this.input = input;
    this.rest = '';
    this.stopping = false;
    /** @type {Record<string, (request: Request, answer: (result: any) => void) => void>} */
    this.operations = { ...this.playerOperations(), ...this.resourceOperations() };
  }

  listen() {
    this.input.setEncoding('utf8');
    this.input.on('data', (chunk) => {
      const lines = (this.rest + chunk).split('\n');
      this.rest = lines.pop() || '';
      for (const line of lines) if (line.trim() !== '') this.onLine(line);
      this.host.microtasks.hold();
    });
    this.input.on('end', () => this.finish('stopped', () => {}));
  }

  /** @param {string} line */
  onLine(line) {
    /** @type {any} */
    let id = null;
    try {
      const request = JSON.parse(line);
      id = request.id;
      const operation = this.operations[request.op];
      if (!operation) throw new Error(`unknown op ${request.op}`);
      operation(request, (result) => send({ id, ok: true, result: result || {} }));
    } catch (error) {
      send({ id, ok: false, error: String(error) });
    }
  }

  /** @returns {Control['operations']} */
  playerOperations() {
    const { host } = this;
    return {
      connect: ({ player, waitMs }, answer) =>
        host.players.connect(player || {}, answer, waitMs || CONNECT_WAIT_MS),
      submitCard: ({ source, data }, answer) => {
        const { deferral } = host.players.require(source);
        if (!deferral) throw new Error(`player ${source} is not connecting`);
        host.handle('card', () => deferral.submitCard(data));
        answer({});
      },
      join: ({ source }, answer) => answer({ source: host.players.join(source) }),
      drop: ({ source, reason, code }, answer) => {
        host.players.drop(source, reason || 'Exiting', '', code || 2);
        answer({});
      },
      players: (_, answer) => answer({ players: host.players.list() }),
      command: ({ line, source }, answer) => answer({
        ran: host.handle('command', () => host.commands.run(line, source || 0, null)),
      }),
      netEvent: ({ name, args, source }, answer) => answer({
        admitted: host.handle(name, () => host.events.dispatch(name, args || [],
          { source, fromClient: true })),
      }),
    };
  }

  /** @returns {Control['operations']} */
  resourceOperations() {
    const { host } = this;
    return {
      emit: ({ name, args, as }, answer) => answer({
        canceled: !host.handle(name, () =>
          host.events.dispatch(name, args || [], { as: as || null })),
      }),
      export: (request, answer) => this.callExport(request, answer),
      foreign: ({ resource, state, exports: values }, answer) => {
        host.resources.states.set(resource, state || 'started');
        for (const [name, value] of Object.entries(values || {})) {
          host.events.addForeignExport(resource, name, () => value);
        }
        answer({});
      },
      resourceEvent: ({ name, phase }, answer) => {
        host.handle('resource event', () => host.resourceEvent(name, phase));
        answer({});
      },
      convar: ({ name, value }, answer) => {
        if (value !== undefined) {
          host.handle('convar', () => host.convars.set(name, String(value)));
        }
        answer({ value: host.convars.get(name) });
      },
      kvp: (_, answer) => answer({ entries: host.kvp.dump() }),
      console: (_, answer) => answer({ lines: host.console.lines }),
      ticks: ({ count }, answer) => this.afterTicks(host.ticks + (count || 1), answer),
      status: (_, answer) => answer(this.status()),
      stop: (_, answer) => this.finish('stopped', answer),
      restart: (_, answer) => this.finish('restart', answer),
    };
  }

  /** @param {Request} request @param {(result: any) => void} answer */
  callExport({ name, args, as }, answer) {
    const call = () => {
      try {
        const result = this.host.events.findExport(name, as || 'host')(...(args || []));
        return { result };
      } catch (error) {
        return { error: String(error) };
      }
    };
    const { result, error } = this.host.handle(`export ${name}`, call);
    if (error !== undefined) answer({ error });
    else if (!(result instanceof Promise)) answer({ value: result });
    else {
      result.then((value) => answer({ value }),
        (/** @type {any} */ rejected) => answer({ error: String(rejected) }));
    }
  }

  /** @param {number} wanted @param {(result: any) => void} answer */
  afterTicks(wanted, answer) {
    if (this.host.ticks >= wanted) {
      answer({ ticks: this.host.ticks });
      return;
    }
    this.host.setTimeout(() => {
      this.afterTicks(wanted, answer);
      this.host.microtasks.hold();
    }, 10);
  }

  status() {
    const { host } = this;
    const { violations } = host.reporter;
    return {
      state: host.state,
      ticks: host.ticks,
      microtasks: host.microtasks.late ? 'late' : 'prompt',
      violations,
      hitches: host.hitches.list,
      longestBlockMs: host.hitches.longestMs,
      longestBlock: host.hitches.longestWhat,
      players: host.players.joined().length,
      pendingDeferrals: host.players.pendingDeferrals().length,
      drops: host.players.drops,
      netEvents: host.events.netRegistered,
      sentToClients: host.events.sentToClients,
      listening: host.sandbox.listening,
      kvp: { writes: host.store.writes, syncs: host.store.syncs },
      cpuMs: Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1000),
      rssBytes: process.memoryUsage.rss(),
    };
  }

  /** @param {'stopped' | 'restart'} how @param {(result: any) => void} answer */
  finish(how, answer) {
    if (this.stopping) return;
    this.stopping = true;
    this.host.stop(() => {
      const joined = this.host.players.list().filter(({ connecting }) => !connecting);
      answer({ ...this.status(), joined });
      process.exit(EXIT[how]);
    });
  }
}

module.exports = { Control, send };
