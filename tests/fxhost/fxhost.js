#!/usr/bin/env node
'use strict';

// Command line of the host: runs one resource as one game server would, under the control of
// JSON lines on standard input. See README.md.

const fs = require('fs');
const path = require('path');

const HELP = `usage: node [--expose-internals] fxhost.js --resource PATH --kvp FILE [options]

  --resource PATH       folder with fxmanifest.lua
  --kvp FILE            key-value store of this server, outside the resource folder
  --name NAME           resource name (default: the folder's)
  --set CONVAR=VALUE    may be repeated
  --mount NAME=PATH     another resource's folder, readable; may be repeated
  --build NUMBER        announced server build (default 35245)
  --path-style STYLE    linux (default), windows or windows-slash: what GetResourcePath says
  --players FILE        JSON list of players who are already in
  --no-fsync            key-value writes do not wait for the disk
  --prompt-microtasks   continuations run at once instead of late
  --help

Late continuations, as on a real server, need node --expose-internals.
Exit codes: 0 stopped, 2 wrong usage, 3 not started, 70 server crash, 75 restart asked for.`;

const STYLES = ['linux', 'windows', 'windows-slash'];
const USAGE_ERROR = 2;

/** @param {string[]} args @returns {Record<string, string[]>} */
function readOptions(args) {
  /** @type {Record<string, string[]>} */
  const found = {};
  const flags = ['--help', '--no-fsync', '--prompt-microtasks'];
  const valued = ['--resource', '--kvp', '--name', '--set', '--mount', '--build', '--path-style',
    '--players'];
  for (let i = 0; i < args.length; i += 1) {
    const name = args[i];
    if (!flags.includes(name) && !valued.includes(name)) throw new Error(`unknown option ${name}`);
    if (valued.includes(name)) i += 1;
    if (args[i] === undefined) throw new Error(`${name} needs a value`);
    (found[name] = found[name] || []).push(args[i]);
  }
  return found;
}

/** @param {string[]} pairs @returns {Array<[string, string]>} */
function splitPairs(pairs) {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Error(`${pair}: expected NAME=VALUE`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** @param {Record<string, string[]>} given @returns {import('./host').Options} */
function toHostOptions(given) {
  const last = (/** @type {string} */ name, /** @type {string} */ fallback) =>
    (given[name] || [fallback])[(given[name] || [fallback]).length - 1];
  if (!given['--resource'] || !given['--kvp']) throw new Error('--resource and --kvp are needed');
  const resource = path.resolve(last('--resource', ''));
  if (!fs.existsSync(path.join(resource, 'fxmanifest.lua'))) {
    throw new Error(`${resource} has no fxmanifest.lua`);
  }
  const style = last('--path-style', 'linux');
  if (!STYLES.includes(style)) throw new Error(`unknown path style ${style}`);
  const players = last('--players', '');
  return {
    resource,
    name: last('--name', path.basename(resource)),
    kvp: path.resolve(last('--kvp', '')),
    convars: Object.fromEntries(splitPairs(given['--set'] || [])),
    build: Number(last('--build', '35245')),
    pathStyle: /** @type {import('./paths').PathStyle} */ (style),
    fsync: !given['--no-fsync'],
    lateMicrotasks: !given['--prompt-microtasks'],
    mounts: splitPairs(given['--mount'] || []).map(([name, root]) => ({ name, root })),
    players: players ? JSON.parse(fs.readFileSync(players, 'utf8')) : [],
  };
}

function main() {
  const { stdin, stdout, stderr } = process;
  let options;
  try {
    const given = readOptions(process.argv.slice(2));
    if (given['--help']) {
      stdout.write(`${HELP}\n`);
      return;
    }
    options = toHostOptions(given);
  } catch (error) {
    stderr.write(`fxhost: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  run(options, stdin);
}

/** @param {import('./host').Options} options @param {NodeJS.ReadStream} stdin */
function run(options, stdin) {
  const { Host, EXIT } = require('./host');
  const { Control, send } = require('./control');
  const host = new Host(options, send);
  // The resource sees an empty standard input; this one is the control line.
  Object.defineProperty(process, 'stdin', {
    configurable: true, value: require('stream').Readable.from([]),
  });
  let unmet;
  try {
    unmet = host.start();
  } catch (error) {
    unmet = [String(error)];
  }
  if (unmet.length > 0) {
    send({ event: 'not-started', unmet });
    process.exit(EXIT.notStarted);
  }
  new Control(host, stdin).listen();
  send({
    event: 'ready', name: host.name, pid: process.pid, node: process.version,
    microtasks: host.microtasks.late ? 'late' : 'prompt',
  });
}

main();
