// The benchmarks of scripts/bench.sh: ours, the peer and the raw loop in turn, several rounds,
// medians; then each database is held against what was acknowledged.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { temporaryFolder } = require('../e2e/daemon.js');
const { SERVERS, startOurs, startPeer } = require('./instances.js');
const { compare, copyDatabase, load, rawLoop } = require('./measure.js');

/** @typedef {import('./instances.js').Instance} Instance */
/** @typedef {import('./measure.js').Sample} Sample */
/** @typedef {import('./measure.js').Wish} Wish */
/** @typedef {{ id: string, what: string, unit: string, value: number, against: string,
 *   base: number, target: number | null, detail: object }} Line */

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    against: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    stored: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const seconds = Number(options.seconds ?? (options.quick ? 2 : 5));
const stored = Number(options.stored ?? (options.quick ? 100_000 : 1_000_000));
const warmUp = Math.min(1, seconds / 2);

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {Sample[]} samples @returns {Sample} */
function medians(samples) {
  const names = /** @type {Array<keyof Sample>} */ (Object.keys(samples[0]));
  const entries = names.map((name) => [name, median(samples.map((sample) => sample[name]))]);
  return Object.fromEntries(entries);
}

/**
 * A B A B …; the medians of each, in the order of the instances.
 * @param {Instance[]} instances
 * @param {Wish} wish
 */
async function inTurn(instances, wish) {
  /** @type {Sample[][]} */
  const samples = instances.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, instance] of instances.entries()) {
      samples[i].push(await load(instance, { seconds, warmUp, ...wish }));
    }
  }
  return samples.map(medians);
}

/** The players who come back, so that their profiles are there. @param {Instance} instance */
async function introduce(instance) {
  if (instance.dialect === 'drawbridge') await load(instance, { scenario: 'regulars' });
  return instance;
}

/** @param {Instance[]} instances */
async function finish(...instances) {
  for (const instance of instances) await compare(instance);
  for (const instance of [...instances].reverse()) await instance.stop();
}

/** @type {Line[]} */
const lines = [];

/** @param {Omit<Line, 'detail'> & { detail?: object }} line */
function report(line) {
  lines.push({ detail: {}, ...line });
  const { id, what, unit, value, against, base, target } = line;
  const ratio = value / base;
  const verdict = target === null ? '' : ratio >= target ? `≥ ${target}` : `MISSED, ≥ ${target}`;
  console.log([id.padEnd(5), what.padEnd(44), `${Math.round(value)} ${unit}`.padStart(16),
    `${against} ${Math.round(base)}`.padStart(22), ratio.toFixed(2).padStart(7), verdict].join('  '));
}

async function joins() {
  const ours = await introduce(await startOurs('ours'));
  const peer = await startPeer(ours);
  const cases = [['join', 16, 'one join, 600 bytes'], ['join', 256, 'one join, 600 bytes'],
    ['big_join', 16, 'one join of 16 values, 1.1 kB']];
  for (const [scenario, connections, what] of /** @type {Array<[string, number, string]>} */ (cases)) {
    const [a, b] = await inTurn([ours, peer], { scenario, connections });
    report({ id: 'P1', what: `${what}, ${connections} connections`, unit: 'requests/s',
      value: a.requests, against: 'peer', base: b.requests,
      target: scenario === 'join' ? 8 : null, detail: { ours: a, peer: b } });
  }
  await finish(ours, peer);
}

async function batches() {
  const ours = await introduce(await startOurs('ours'));
  const peer = await startPeer(ours);
  const folder = temporaryFolder('copies');
  const [before, after] = [path.join(folder, 'before.db'), path.join(folder, 'after.db')];
  const wish = { scenario: 'batch', connections: 16, seconds, warmUp };
  /** @type {Sample[]} */
  const mine = [];
  /** @type {Sample[]} */
  const theirs = [];
  const raw = [];
  for (let round = 0; round < rounds; round++) {
    await copyDatabase(ours, before);
    mine.push(await load(ours, wish));
    await copyDatabase(ours, after);
    theirs.push(await load(peer, wish));
    raw.push(await rawLoop(before, after));
  }
  const [a, b] = [medians(mine), medians(theirs)];
  const line = { id: 'P2', what: '100 events a request, 16 connections', unit: 'events/s',
    value: a.events, detail: { ours: a, peer: b, raw } };
  report({ ...line, against: 'peer', base: b.events, target: 4 });
  report({ ...line, against: 'raw loop', base: median(raw.map(({ events }) => events)), target: 0.8 });
  await finish(ours, peer);
}

/** Throughput with many events stored, against an empty database. */
async function filled() {
  const full = await introduce(await startOurs('filled'));
  await load(full, { scenario: 'batch', connections: 16, events: stored });
  const empty = await introduce(await startOurs('empty'));
  for (const scenario of ['join', 'batch']) {
    const [a, b] = await inTurn([full, empty], { scenario });
    report({ id: 'P6', what: `${scenario}, ${stored} events stored`, unit: 'events/s',
      value: a.events, against: 'empty', base: b.events, target: 0.8, detail: { full: a, empty: b } });
  }
  await finish(full, empty);
}

async function polls() {
  const ours = await startOurs('ours');
  const [a] = await inTurn([ours], { scenario: 'poll', connections: 64 });
  report({ id: 'P7', what: 'unchanged ban poll, 64 connections', unit: 'requests/s',
    value: a.requests, against: 'wanted', base: 10_000, target: 1, detail: { ours: a } });
  await finish(ours);
}

/** @param {string} build the folder of another build of ours */
async function anotherBuild(build) {
  const ours = await introduce(await startOurs('ours'));
  const other = await introduce(await startOurs('other', path.resolve(build)));
  for (const [scenario, connections] of /** @type {Array<[string, number]>} */ (
    [['join', 16], ['join', 256], ['batch', 16], ['poll', 64]])) {
    const [a, b] = await inTurn([ours, other], { scenario, connections });
    report({ id: 'build', what: `${scenario}, ${connections} connections`, unit: 'requests/s',
      value: a.requests, against: 'other build', base: b.requests, target: 0.8,
      detail: { ours: a, other: b } });
  }
  await finish(ours, other);
}

function machine() {
  return {
    cpu: os.cpus()[0].model,
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    kernel: os.release(),
    node: process.version,
    load: os.loadavg()[0],
    started: new Date().toISOString(),
  };
}

async function main() {
  const about = machine();
  console.log(`${about.cpu}, ${about.cores} cores, ${about.memoryGiB} GiB, load ${about.load}; ` +
    `${rounds} rounds of ${seconds} s, ${SERVERS} game servers, rate limit raised`);
  /** @type {Record<string, () => Promise<void>>} */
  const parts = { p1: joins, p2: batches, p6: filled, p7: polls };
  const wanted = options.only?.split(',') ?? (options.against ? [] : Object.keys(parts));
  for (const name of wanted) await parts[name]();
  if (options.against) await anotherBuild(options.against);
  console.log('every database holds exactly the events that were acknowledged');
  if (!options.json) return;
  const document = { machine: about, rounds, seconds, stored, lines };
  fs.writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);  // and with it whatever was started
});
