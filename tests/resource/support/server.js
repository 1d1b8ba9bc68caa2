'use strict';

// A game server with the whole resource, beside an ingest that the test can make misbehave.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { startServer } = require('../../fxhost/driver');
const { Authority } = require('./certs');
const { Ingest } = require('./ingest');
const { until } = require('./timers');

const root = path.resolve(__dirname, '..', '..', '..');

/** What an operator gets: manifest and resource/, nothing else. */
function assemble() {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'drawbridge-')), 'drawbridge');
  fs.mkdirSync(folder);
  fs.cpSync(path.join(root, 'fxmanifest.lua'), path.join(folder, 'fxmanifest.lua'));
  fs.cpSync(path.join(root, 'resource'), path.join(folder, 'resource'), { recursive: true });
  return folder;
}

const authority = new Authority();
const folder = assemble();
process.on('exit', () => {
  authority.remove();
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
});

/** @param {number} seed @returns {string} 40 hex digits, made up */
const hex40 = (seed) => seed.toString(16).padStart(40, 'a');
/** @param {number} seed */
const token = (seed) => `2:${seed.toString(16).toUpperCase().padStart(64, 'B')}`;

/**
 * A made-up player.
 * @param {number} seed
 */
const person = (seed) => ({
  name: `Person ${seed}`,
  identifiers: [`license:${hex40(seed)}`, `discord:${10 ** 17 + seed}`, 'ip:192.0.2.1'],
  tokens: [token(seed), token(seed + 1000)],
});

/**
 * @param {import('node:test').TestContext} t
 * @param {{names?: string, expired?: boolean}} [how]
 */
async function ingestFor(t, how) {
  const ingest = await new Ingest(authority, how).start();
  t.after(() => ingest.stop());
  return ingest;
}

/**
 * @param {import('node:test').TestContext} t
 * @param {object} [document] drawbridge.json
 * @param {import('../../fxhost/driver').ServerOptions} [options]
 */
async function gameServer(t, document, options = {}) {
  const { extraFiles = {}, ...rest } = options;
  const server = await startServer({
    resourceRoot: folder,
    name: 'drawbridge',
    fsync: false,
    extraFiles: {
      ...(document && { 'drawbridge.json': JSON.stringify(document, null, 2) }), ...extraFiles,
    },
    ...rest,
  });
  t.after(() => server.stop().catch(() => {}));
  return server;
}

/**
 * Both, connected, with the lists fetched.
 * @param {import('node:test').TestContext} t
 * @param {import('../../fxhost/driver').ServerOptions} [options]
 * @param {(ingest: Ingest) => void} [prepare]
 */
async function connected(t, options, prepare = () => {}) {
  const ingest = await ingestFor(t);
  prepare(ingest);
  const server = await gameServer(t, ingest.document(), options);
  await server.waitForLine(/Connected to https:/);
  await until(() => polls(ingest).some((target) => !/=0&/.test(target)), 'a poll with cursors');
  return { ingest, server };
}

/** @param {Ingest} ingest */
const polls = (ingest) => ingest.requests.map(({ target }) => target)
  .filter((target) => target.startsWith('/v1/bans?'));

/** @param {any} server @returns {string} */
const consoleOf = (server) => server.console.map((/** @type {any} */ line) => line.text).join('\n');

module.exports = {
  ingestFor, gameServer, connected, person, consoleOf, polls, authority, hex40, token, folder,
};
