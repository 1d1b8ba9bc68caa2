// Runs the load generator and the raw loop, and asks the kernel what the measured process took.
'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const bin = path.join(process.env.DRAWBRIDGE_BUILD_DIR || '', 'bin');
const call = promisify(execFile);
const TICKS_PER_SECOND = 100;

/** @typedef {import('./instances.js').Instance} Instance */

/**
 * @typedef {object} Wish
 * @property {string} scenario as in bench_load --help
 * @property {number} [connections]
 * @property {number} [seconds]
 * @property {number} [warmUp]
 * @property {number} [events]
 */

/**
 * @typedef {object} Sample
 * @property {number} requests a second
 * @property {number} events a second
 * @property {number} p50 ms
 * @property {number} p99 ms
 * @property {number} cpuMicros of the server, for each request, warm-up included
 * @property {number} acknowledged events in all
 */

/** CPU seconds of a process. @param {number} pid */
function cpuSeconds(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * @param {Instance} instance
 * @param {Wish} wish
 * @returns {Promise<Sample>}
 */
async function load(instance, { scenario, connections = 16, seconds = 600, warmUp = 0, events }) {
  const args = ['--dialect', instance.dialect, '--scenario', scenario, '--port', instance.port,
    '--ca', instance.ca, '--accounts', instance.accounts, '--ids', instance.ids,
    '--connections', connections, '--warm-up', warmUp, '--seconds', seconds];
  if (events !== undefined) args.push('--events', events);
  const before = cpuSeconds(instance.pid);
  const { stdout } = await call(path.join(bin, 'bench_load'), args.map(String));
  const cpu = cpuSeconds(instance.pid) - before;
  const report = JSON.parse(stdout);
  return {
    requests: report.requests / report.seconds,
    events: report.events / report.seconds,
    p50: report.p50_ms,
    p99: report.p99_ms,
    cpuMicros: (cpu * 1e6) / report.all_requests,
    acknowledged: report.all_events,
  };
}

/** The database holds exactly what was acknowledged, or this throws. @param {Instance} instance */
async function compare({ database, ids }) {
  await call(path.join(bin, 'bench_rows'), ['compare', database, ids]);
}

/**
 * A consistent copy beside a running server.
 * @param {Instance} instance
 * @param {string} file
 */
async function copyDatabase({ database }, file) {
  fs.rmSync(file, { force: true });
  await call(path.join(bin, 'bench_rows'), ['copy', database, file]);
}

/**
 * The rows between two copies, written again by SQLite alone.
 * @param {string} before
 * @param {string} after
 * @returns {Promise<{ events: number, rows: number }>} events a second, rows for each event
 */
async function rawLoop(before, after) {
  const out = `${after}.raw`;
  const { stdout } = await call(path.join(bin, 'bench_rows'), ['replay', before, after, out]);
  for (const end of ['', '-wal', '-shm']) fs.rmSync(out + end, { force: true });
  const { events, rows, seconds } = JSON.parse(stdout);
  return { events: events / seconds, rows: rows / events };
}

module.exports = { compare, copyDatabase, load, rawLoop };
