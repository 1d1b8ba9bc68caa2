// What removing a server costs: fills one server's part of the store, then measures the joins of the
// others without and beside its removal, and how long that takes.
//
//   DRAWBRIDGE_BUILD_DIR=build/release node tests/bench/removal.js [EVENTS] [SECONDS]
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { run } = require('../e2e/daemon.js');
const { startOurs } = require('./instances.js');
const { load } = require('./measure.js');

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const SECONDS = Number(process.argv[3] ?? 10);

/** @param {string} dir @param {...string} args */
async function ctl(dir, ...args) {
  const timeout = 20 * 60_000;
  const ran = await run('drawbridgectl', ['--data', dir, '-o', 'json', ...args], { timeout });
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.json;
}

/**
 * The same daemon, for the load of these accounts only.
 * @param {import('./instances.js').Instance} ours
 * @param {string} name
 * @param {string[]} lines
 */
function only(ours, name, lines) {
  const accounts = `${ours.accounts}.${name}`;
  fs.writeFileSync(accounts, `${lines.join('\n')}\n`, { mode: 0o600 });
  return { ...ours, accounts };
}

/** @param {string} what @param {import('./measure.js').Sample} sample */
function tell(what, { requests, p50, p99 }) {
  console.log(`${what}: ${requests.toFixed(0)} joins/s, p50 ${p50} ms, p99 ${p99} ms`);
}

/** Seconds until all is deleted. @param {string} dir */
async function remove(dir) {
  const from = Date.now();
  await ctl(dir, 'server', 'remove', 'Server 1', '--reason', 'left', '--yes');
  return (Date.now() - from) / 1000;
}

async function main() {
  const ours = await startOurs('ours');
  const dir = path.dirname(ours.database);
  const [first, ...rest] = fs.readFileSync(ours.accounts, 'utf8').trim().split('\n');
  const others = only(ours, 'others', rest);
  const wish = { scenario: 'join', connections: 16, seconds: SECONDS, warmUp: 1 };
  await load(only(ours, 'one', [first]), { scenario: 'batch', connections: 16, events: EVENTS });
  const { events } = await ctl(dir, 'status');
  console.log(`${events.stored} events stored`);
  tell('without', await load(others, wish));
  const removing = remove(dir);
  tell('beside a removal', await load(others, wish));
  console.log(`removed in ${(await removing).toFixed(1)} s`);
  await ours.stop();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
