'use strict';

// The `drawbridge` command. From the server console everything; a player needs the ACE
// `drawbridge.<command>`, and never gets near a secret.

const { CATEGORIES } = require('./events');

/** @typedef {(line: string) => void} Reply */
/**
 * @typedef {object} App what the command works on
 * @property {() => import('./service').Service|null} service
 * @property {(line: string, done: (said: import('./keys').Said) => void) => void} enrol
 */

const USAGE = {
  status: 'drawbridge status',
  ban: 'drawbridge ban <player id | license:…> <30m|12h|7d|2w|perm> <category> <reason…>',
  unban: 'drawbridge unban <ban code> [reason…]',
  enrol: 'drawbridge enrol dbe1_…   (server console only)',
  rotate: 'drawbridge rotate   (server console only)',
  help: 'drawbridge help',
};
const CONSOLE_ONLY = new Set(['enrol', 'rotate']);
const NOT_ACTIVE = 'Drawbridge is not active: this server is not enrolled, or could not start. '
  + 'The reason was printed when the resource started.';

/** @param {Reply} reply */
function help(reply) {
  for (const line of Object.values(USAGE)) reply(line);
  reply(`categories: ${CATEGORIES.join(', ')}`);
}

/**
 * @param {Reply} reply @param {string} done what it says when it is done
 * @returns {import('./actions').Done}
 */
function sayResult(reply, done) {
  return (result) => {
    if (!result.ok) reply(`Not done. ${result.error}.`);
    else if (result.queued) {
      reply('The ingest has not answered yet. This is kept, and sent as soon as it is reachable.');
    } else reply(`${done}: ban code ${result.code} (${result.state}).`);
  };
}

/**
 * @param {import('./service').Service} service
 * @param {string[]} args
 * @param {Reply} reply
 * @param {string} issuer
 */
function ban(service, args, reply, issuer) {
  if (args.length < 4) {
    const missing = ['player', 'duration', 'category', 'reason'][args.length];
    reply(`Missing: ${missing}. Usage: ${USAGE.ban}`);
    return;
  }
  const [who, duration, category, ...reason] = args;
  const name = /^\d+$/.test(who) ? `player ${who}` : 'that account';
  service.actions.ban(who, { duration, category, reason: reason.join(' '), issuer },
    sayResult(reply, `Banned ${name}`));
}

/**
 * @param {import('./service').Service} service
 * @param {string[]} args
 * @param {Reply} reply
 * @param {string} issuer
 */
function unban(service, args, reply, issuer) {
  const [code, ...reason] = args;
  if (!code) {
    reply(`Missing: ban code. Usage: ${USAGE.unban}`);
    return;
  }
  service.actions.unban({ code, reason: reason.join(' '), issuer }, sayResult(reply, 'Lifted'));
}

/** @param {import('./keys').Said} said @param {Reply} reply */
function say(said, reply) {
  reply(said.ok ? `Done: ${said.text}.` : `Not done: ${said.error}.`);
}

/**
 * @param {App} app
 * @param {string} verb
 * @param {string[]} args
 * @param {{reply: Reply, issuer: string}} who
 */
function run(app, verb, args, { reply, issuer }) {
  if (verb === 'help') {
    help(reply);
    return;
  }
  if (verb === 'enrol') {
    if (args.length === 1) app.enrol(args[0], (said) => say(said, reply));
    else reply(`Missing: the line you were given. Usage: ${USAGE.enrol}`);
    return;
  }
  const service = app.service();
  if (!service) reply(NOT_ACTIVE);
  else if (verb === 'status') service.status().forEach(reply);
  else if (verb === 'ban') ban(service, args, reply, issuer);
  else if (verb === 'unban') unban(service, args, reply, issuer);
  else service.rotate((said) => say(said, reply));
}

/** @param {import('./fx').Fx} fx @param {App} app */
function registerConsole(fx, app) {
  fx.command('drawbridge', (source, args) => {
    const [verb = 'help', ...rest] = args;
    const reply = source === 0 ? fx.print : (/** @type {string} */ line) => fx.tell(source, line);
    if (!Object.hasOwn(USAGE, verb)) {
      reply(`There is no "${verb.replace(/[^\w-]/g, '').slice(0, 20)}".`);
      help(reply);
      return;
    }
    if (source !== 0 && (CONSOLE_ONLY.has(verb) || !fx.allowed(source, `drawbridge.${verb}`))) {
      reply(`You may not do that (it needs drawbridge.${verb}).`);
      return;
    }
    // Another resource could run it as the console, to send our bans and joins elsewhere.
    if (CONSOLE_ONLY.has(verb) && fx.invokingResource()) {
      reply(`Only typed into the server console, not run by a resource: ${USAGE[
        /** @type {keyof USAGE} */ (verb)]}`);
      return;
    }
    run(app, verb, rest, { reply, issuer: source === 0 ? 'console' : `player ${source}` });
  });
}

module.exports = { registerConsole };
