// The demonstration behind scripts/demo.sh. Everything in it is the real thing: the daemon, the
// control program, the resource's folder as operators get it; only FXServer itself is stood in for,
// by tests/fxhost.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');

const { startDaemon, temporaryFolder } = require('../../tests/e2e/daemon');
const { startServer } = require('../../tests/fxhost/driver');
const { person, rawValues, withNewAccounts } = require('./people');
const { expect, readable, say, screen, step, stopwatch } = require('./tell');

const keep = process.argv.includes('--keep');
if (keep) process.env.DRAWBRIDGE_KEEP = '1'; // its data folder stays
const buildDir = /** @type {string} */ (process.env.DRAWBRIDGE_BUILD_DIR);
const resourceRoot = path.join(buildDir, 'drawbridge');

/** @typedef {Awaited<ReturnType<typeof startServer>>} GameServer */
/** @typedef {Awaited<ReturnType<typeof startDaemon>>} Daemon */

/** @type {Record<string, string>} what the summary repeats */
const figures = {};

/** @param {string} name @param {string} folder @param {Record<string, string>} [extraFiles] */
async function startGameServer(name, folder, extraFiles = {}) {
  const kvpFile = path.join(folder, `${name.replace(/\W+/g, '-')}.kvp`);
  return startServer({ resourceRoot, name: 'drawbridge', kvpFile, extraFiles });
}

/** Waits until the resource says it is connected. @param {GameServer} server */
async function connected(server) {
  await server.waitForLine(/Connected to/);
}

/**
 * Tries until the answer is the wanted one; gives the last try.
 * @param {GameServer} server @param {ReturnType<typeof person>} who @param {boolean} allowed
 */
async function untilConnect(server, who, allowed) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const result = await server.connect(who);
    if (result.allowed === allowed) return result;
    expect(Date.now() < deadline, `${who.name} to be ${allowed ? 'let in' : 'refused'} in time: ${readable(result.reason ?? '')}`);
  }
}

/** The ban code in a line the console printed after `from`. @param {GameServer} server @param {number} from */
async function codePrinted(server, from) {
  /** @type {string | undefined} */
  let code;
  await server.waitFor(() => {
    const lines = server.console.slice(from).map(({ text }) => text).join('\n');
    code = /\b[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}\b/.exec(lines)?.[0];
    return code !== undefined;
  }, 'a ban code on the console');
  return /** @type {string} */ (code);
}

/** @param {Daemon} daemon */
async function enrolBoth(daemon) {
  const folder = temporaryFolder('demo');
  const first = await daemon.addServer('Los Santos One', { mode: 'auto', owner: 'Vespucci' });
  const second = await daemon.addServer('Paleto Bay RP', { mode: 'review', owner: 'Chumash' });
  const { enrol, ...json } = first;
  expect(enrol.startsWith('drawbridge enrol dbe1_'), 'a line for the console');
  const a = await startGameServer('Los Santos One', folder, {
    'drawbridge.json': JSON.stringify(json, null, 2),
  });
  await connected(a);
  say('A, Los Santos One (mode auto): put drawbridge.json into the folder; connected.');
  const b = await startGameServer('Paleto Bay RP', folder);
  await b.command(second.enrol);
  await connected(b);
  say('B, Paleto Bay RP (mode review): typed the line into its console; connected.');
  const left = JSON.parse(fs.readFileSync(path.join(a.root, 'drawbridge.json'), 'utf8'));
  expect(left.secret === '', 'the secret to be gone from the file');
  say('The secret has left A\'s file for the server\'s own key-value store.');
  return { a, b, folder, first };
}

/** @param {GameServer} a @param {GameServer} b @param {ReturnType<typeof person>[]} people */
async function everybodyIn(a, b, [cheater, ...others]) {
  const entered = await a.enter(cheater);
  for (const other of others) await a.enter(other);
  await b.enter(cheater);
  say(`${others.length + 1} players on A; ${cheater.name} plays on B as well.`);
  return entered;
}

/** @param {GameServer} a @param {GameServer} b @param {number} id @param {ReturnType<typeof person>} cheater */
async function banTravels(a, b, id, cheater) {
  const printed = a.console.length;
  const line = `drawbridge ban ${id} perm cheating aimbot in three rounds`;
  screen(`A> ${line}`);
  const since = stopwatch();
  await a.command(line);
  await b.waitFor(() => b.dropped.length > 0, 'the player to be dropped from B');
  figures['ban on A to drop from B'] = `${since()} ms`;
  const refused = await untilConnect(b, cheater, false);
  figures['ban on A to refusal on B'] = `${since()} ms`;
  const code = await codePrinted(a, printed);
  say(`Dropped from B after ${figures['ban on A to drop from B']}; back at B's door, refused after ${
    figures['ban on A to refusal on B']}. What ${cheater.name} reads:`);
  screen(readable(refused.reason));
  expect(refused.reason.includes(code), 'the ban code on the screen');
  return code;
}

/** @param {Daemon} daemon @param {GameServer} b @param {string} code @param {ReturnType<typeof person>} player */
async function liftTravels(daemon, b, code, player) {
  const since = stopwatch();
  await daemon.ctlJson('ban', 'lift', code, '--reason', 'the recording shows somebody else');
  await untilConnect(b, player, true);
  figures['lift to entering B'] = `${since()} ms`;
  say(`drawbridgectl ban lift ${code}: in again on B after ${figures['lift to entering B']}.`);
}

/**
 * Banned on A, back on A with new accounts on the same machine, then on B, which never saw it.
 * @param {Daemon} daemon @param {GameServer} a @param {GameServer} b @param {ReturnType<typeof person>} evader
 */
async function evasion(daemon, a, b, evader) {
  const printed = a.console.length;
  await a.command(`drawbridge ban ${await a.enter(evader)} perm cheating wallhack`);
  await untilConnect(a, evader, false);
  const code = await codePrinted(a, printed);
  const again = withNewAccounts(evader);
  say(`${evader.name} is banned (${code}) and comes back to A: every account new, the machine the same.`);
  const refused = await untilConnect(a, again, false);
  screen(readable(refused.reason));
  const { followers } = await daemon.ctlJson('ban', 'show', code);
  const followed = await daemon.ctlJson('ban', 'show', followers[0].code);
  const [link] = followed.profile ? (await daemon.ctlJson('player', 'show', String(followed.profile))).links : [];
  say(`Why, as staff see it: ${link.relation}, ${link.score} bits: ${link.evidence}; follows from ${code}.`);
  await untilConnect(b, { ...again, tokens: [] }, false);
  say('B, which never saw the machine, refuses the new licence.');
  return code;
}

/** @param {Daemon} daemon @param {GameServer[]} servers @param {string} code @param {ReturnType<typeof person>} evader */
async function appeal(daemon, servers, code, evader) {
  const text = 'That was my brother; ask the moderator who was there';
  const { appeal: number } = await daemon.ctlJson('appeal', 'open', code, '--text', text);
  const since = stopwatch();
  await daemon.ctlJson('appeal', 'lift', String(number), '--reason', 'the moderator confirms it');
  for (const server of servers) {
    for (const who of [evader, withNewAccounts(evader)]) await untilConnect(server, who, true);
  }
  figures['appeal lifted to all in'] = `${since()} ms`;
  say(`drawbridgectl appeal lift ${number}: both accounts are in again on A and on B after ${
    figures['appeal lifted to all in']}.`);
}

/** @param {Daemon} daemon @param {GameServer} b @param {ReturnType<typeof person>} cheater @param {ReturnType<typeof person>} honest */
async function outage(daemon, b, cheater, honest) {
  await daemon.kill9();
  say('drawbridged was killed (kill -9), then game server B restarted.');
  await b.restart();
  const refused = await b.connect(cheater);
  expect(!refused.allowed, 'B to refuse from its saved list');
  const allowed = await b.connect(honest);
  expect(allowed.allowed, 'B to let an honest player in');
  say(`B refuses ${cheater.name} from its saved list, and lets ${honest.name} in.`);
  const since = stopwatch();
  await daemon.start();
  await b.waitForLine(/reachable again|Connected to/);
  figures['daemon back to B connected'] = `${since()} ms`;
  say(`drawbridged is back; B opened a new epoch by itself after ${
    figures['daemon back to B connected']} and sends what it had kept.`);
}

/** @param {Daemon} daemon @param {GameServer} a */
async function rotate(daemon, a) {
  const line = (await daemon.ctlJson('server', 'rotate', 'Los Santos One')).enrol;
  await a.waitForLine(/secret of srv_\w+ was refused/);
  say('drawbridgectl server rotate: the old secret is dead; A says so on its console.');
  const printed = a.console.length;
  const since = stopwatch();
  await a.command(line);
  await a.waitFor(() => a.console.slice(printed).some(({ text }) => /Connected to/.test(text)),
    'A to be connected with its new secret');
  figures['new secret enrolled'] = `${since()} ms`;
  say(`The new line in A's console: connected with the new secret after ${
    figures['new secret enrolled']}.`);
}

/** Every raw value, in every file of the daemon and of the key-value stores. @param {string[]} folders @param {string[]} raw */
function searchDisk(folders, raw) {
  let files = 0;
  for (const folder of folders) {
    for (const name of fs.readdirSync(folder, { recursive: true })) {
      const file = path.join(folder, String(name));
      if (!fs.statSync(file).isFile()) continue;
      files += 1;
      const bytes = fs.readFileSync(file).toString('latin1').toLowerCase();
      for (const value of raw) {
        expect(!bytes.includes(value.toLowerCase()), `no raw identifier in ${path.basename(file)}`);
      }
    }
  }
  return files;
}

/** @param {Daemon} daemon @param {GameServer[]} servers */
async function atEnd(daemon, servers) {
  for (const server of servers) {
    const last = await server.stop();
    expect(last.violations.length === 0, `no fault on a game server: ${JSON.stringify(last.violations)}`);
  }
  if (keep) await leaveUp(daemon);
  else await daemon.dispose();
}

/** Starts the daemon again on its own, to outlive this process. @param {Daemon} daemon */
async function leaveUp(daemon) {
  await daemon.stop();
  const log = path.join(daemon.dir, 'drawbridged.log');
  const output = fs.openSync(log, 'a', 0o600);
  const child = spawn(path.join(buildDir, 'bin', 'drawbridged'), ['serve', '--data', daemon.dir,
    '--listen', `127.0.0.1:${daemon.dataPort}`, '--admin', `127.0.0.1:${daemon.adminPort}`],
  { detached: true, stdio: ['ignore', output, output] });
  child.unref();
  const ready = () => fs.readFileSync(log, 'utf8').includes('ready data=');
  for (let tries = 0; tries < 100 && !ready(); tries += 1) await delay(50);
  expect(ready(), 'drawbridged to be ready again');
  say(`The ingest server stays up (pid ${child.pid}, log in ${log}). Try:`);
  screen(`${path.join(buildDir, 'bin', 'drawbridgectl')} --data ${daemon.dir} event list`);
  screen(`kill ${child.pid} && rm -r ${path.dirname(daemon.dir)}     # when done`);
}

async function main() {
  const total = stopwatch();
  const [cheater, honest, third, evader] = ['Rook', 'Wren', 'Finch', 'Magpie'].map(person);

  step('An ingest server: own CA, own database, nothing else');
  const daemon = await startDaemon({ grace: '0s' });
  say(`drawbridged init && drawbridged serve: ready on https://localhost:${daemon.dataPort}`);

  step('Two game servers of two owners enrol');
  const { a, b, folder } = await enrolBoth(daemon);

  step('Players join');
  const id = await everybodyIn(a, b, [cheater, honest, third]);

  step('A\'s operator bans a cheater; everybody\'s bridge goes up');
  const code = await banTravels(a, b, id, cheater);

  step('It was the wrong one: staff lift the ban everywhere');
  await liftTravels(daemon, b, code, cheater);

  step('A banned player comes back with new accounts on the same machine');
  const evaded = await evasion(daemon, a, b, evader);

  step('An appeal by ban code: both accounts are let in everywhere');
  await appeal(daemon, [a, b], evaded, evader);

  step('Banned again; then the ingest server dies and B restarts');
  await a.enter(cheater).catch(() => undefined);
  await a.command(`drawbridge ban ${cheater.identifiers[0]} 7d cheating this time with a recording`);
  await untilConnect(b, cheater, false);
  await outage(daemon, b, cheater, honest);

  step('A secret is rotated');
  await rotate(daemon, a);

  step('What was left on disk');
  const raw = [cheater, honest, third, evader, withNewAccounts(evader)].flatMap(rawValues);
  const files = searchDisk([daemon.dir, folder], raw);
  say(`${raw.length} raw identifiers and tokens searched for in ${files} files: none found.`);

  const events = await daemon.ctlJson('event', 'list', '--limit', '500');
  figures['events stored'] = String((events.events ?? events).length);
  step('Summary');
  for (const [what, figure] of Object.entries(figures)) say(`${what.padEnd(28)} ${figure}`);
  await atEnd(daemon, [a, b]);
  say(`Done in ${Math.round(total() / 1000)} s.`);
}

main().then(() => {
  process.exitCode = 0;
  if (keep) process.exit(0);
}, (error) => {
  console.error(`\nThe demonstration failed: ${error.stack}`);
  process.exit(1);
});
