'use strict';

// What the resource costs the game server's main thread: a join with 16 identifiers and tokens, and
// a full ban list coming in. Prints a table and, with --json FILE, writes it.
//
//   node tests/bench/resource.js [--entries 1000000] [--rounds 5] [--json FILE]
//
// Wall time of one thread: run it on a quiet machine. Making the list takes most of the time.

const crypto = require('node:crypto');
const fs = require('node:fs');
const { BanLists, cut } = require('../../resource/banlists');
const { createClock } = require('../../resource/clock');
const { createFx } = require('../../resource/fx');
const { createLog } = require('../../resource/log');
const { Outbox } = require('../../resource/outbox');
const { Players } = require('../../resource/players');
const { core } = require('../resource/support/core');
const { Natives } = require('../resource/support/natives');
const { sectionOf } = require('../resource/support/sections');

const JOINS = 4_000;

/** @param {string} name @param {string} fallback */
function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
}

/** @param {number[]} values @param {number} share */
const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

/** 6 identifiers and 10 tokens, made up. */
function person() {
  const hex = (/** @type {number} */ bytes) => crypto.randomBytes(bytes).toString('hex');
  return {
    name: 'Somebody',
    identifiers: [`license:${hex(20)}`, `license2:${hex(20)}`, `steam:1100001${hex(4)}`,
      'discord:123456789012345678', 'fivem:1234567', 'ip:192.0.2.1'],
    tokens: Array.from({ length: 10 }, (_, i) => `${i % 6}:${hex(32)}`),
  };
}

function open() {
  const natives = new Natives();
  const fx = createFx(natives);
  const log = createLog(() => {});
  const clock = createClock(log);
  clock.learn(Date.now());
  const players = new Players({ fx, core, clock });
  players.setKey({ version: 1, key: crypto.randomBytes(32), ownerId: 'own_abcdefgh2345' });
  /** @type {Array<() => void>} */
  const ticks = [];
  const nextTick = (/** @type {() => void} */ run) => void ticks.push(run);
  const lists = new BanLists({ core, clock, fx: { ...fx, nextTick }, keyVersion: () => 1 });
  return { natives, players, lists, ticks, outbox: new Outbox({ fx, clock, log }) };
}

/** @param {Buffer} section */
function load(section) {
  const bench = open();
  /** @type {number[]} */
  const blocks = [];
  const timed = (/** @type {() => void} */ run) => {
    const start = performance.now();
    run();
    blocks.push(performance.now() - start);
  };
  timed(() => bench.lists.load('network', cut(section), (error) => {
    if (error) throw new Error(error);
  }));
  for (let run = bench.ticks.shift(); run; run = bench.ticks.shift()) timed(run);
  return { bench, total: blocks.reduce((sum, ms) => sum + ms), longest: Math.max(...blocks) };
}

/** @param {ReturnType<typeof open>} bench the same steps as Gate.connecting, without the waiting */
function joins({ natives, players, lists, outbox }) {
  for (let source = 1; source <= JOINS; source += 1) natives.players.set(source, person());
  return Array.from({ length: JOINS }, (_, i) => {
    const start = performance.now();
    players.open(i + 1, 'connecting', (player) => {
      lists.match(player);
      outbox.add('join', { session: player.session, player: players.wire(player) });
    });
    return performance.now() - start;
  });
}

function main() {
  const count = Number(option('entries', '1000000'));
  const entries = Array.from({ length: count }, (_, i) =>
    ({ number: i + 1, tag: crypto.randomBytes(8) }));
  const section = sectionOf(
    { list: 1, lineage: '00000000000000a1', from: 0, to: 1, entries, live: entries });
  entries.length = 0;
  const rounds = Array.from({ length: Number(option('rounds', '5')) }, () => {
    const { bench, total, longest } = load(section);
    const times = joins(bench);
    return {
      'list: whole load, ms': total,
      'list: longest block, ms': longest,
      'list: memory, MB': bench.lists.memoryBytes('network') / 1e6,
      'join: median, ms': quantile(times, 0.5),
      'join: p99, ms': quantile(times, 0.99),
    };
  });
  const names = /** @type {Array<keyof typeof rounds[0]>} */ (Object.keys(rounds[0]));
  const medians = names.map((name) => [name, quantile(rounds.map((round) => round[name]), 0.5)]);
  console.log(`${count} entries, ${JOINS} joins of 16 values, median of ${rounds.length} rounds`);
  for (const [name, value] of medians) console.log(`${name}\t${Number(value).toFixed(3)}`);
  const file = option('json', '');
  if (file) fs.writeFileSync(file, `${JSON.stringify(Object.fromEntries(medians), null, 2)}\n`);
}

main();
