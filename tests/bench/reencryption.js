// What a re-encryption costs: fills a daemon with events, then measures joins without and beside
// one, and how long it takes.
//
//   DRAWBRIDGE_BUILD_DIR=build/release node tests/bench/reencryption.js [EVENTS] [SECONDS]
'use strict';

const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { run } = require('../e2e/daemon.js');
const { startOurs } = require('./instances.js');
const { load } = require('./measure.js');

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const SECONDS = Number(process.argv[3] ?? 15);

/** @param {string} dir @param {...string} args */
async function ctl(dir, ...args) {
  const ran = await run('drawbridgectl', ['--data', dir, '-o', 'json', ...args]);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.json;
}

/** @param {string} dir */
async function ended(dir) {
  for (;;) {
    const { reencryption } = await ctl(dir, 'key', 'list');
    if (reencryption.state === 'done') return reencryption;
    await sleep(500);
  }
}

/** @param {string} what @param {import('./measure.js').Sample} sample */
function tell(what, { requests, p50, p99 }) {
  console.log(`${what}: ${requests.toFixed(0)} joins/s, p50 ${p50} ms, p99 ${p99} ms`);
}

/** @param {string} what @param {string} dir */
async function alone(what, dir) {
  await ctl(dir, 'key', 'reencrypt', '--no-wait');
  const { started_at: from, finished_at: to, rewritten } = await ended(dir);
  const seconds = (to - from) / 1000;
  console.log(`${what}: ${rewritten} cells in ${seconds.toFixed(1)} s, ` +
    `${(rewritten / seconds).toFixed(0)} cells/s`);
}

async function main() {
  const ours = await startOurs('ours');
  const dir = path.dirname(ours.database);
  const wish = { scenario: 'join', connections: 16, seconds: SECONDS, warmUp: 1 };
  await load(ours, { scenario: 'batch', connections: 16, events: EVENTS });
  const { events } = await ctl(dir, 'status');
  console.log(`${events.stored} events stored`);
  tell('without', await load(ours, wish));
  await ctl(dir, 'key', 'reencrypt', '--no-wait');
  tell('beside a re-encryption', await load(ours, wish));
  const { reencryption } = await ctl(dir, 'key', 'list');
  console.log(`after ${SECONDS + 1} s of load ${reencryption.state}, ${reencryption.percent} %`);
  await ended(dir);
  await alone('without load', dir);
  await ours.stop();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
