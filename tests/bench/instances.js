// What is measured: a daemon of ours, of this build or another, and the peer. Each with a data
// folder of its own, on loopback ports, known to the load generator by a file of accounts.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Client } = require('../interop/client.js');

const SERVERS = 32;
// Far above what is sent: the limit is not what is measured.
const LIMITS = { requests_per_second: 100_000, connections_per_address: 20_000 };

/**
 * @typedef {object} Instance
 * @property {string} name
 * @property {'drawbridge' | 'peer'} dialect
 * @property {number} pid
 * @property {number} port
 * @property {string} ca file
 * @property {string} accounts file
 * @property {string} database file
 * @property {string} ids file of the events acknowledged
 * @property {() => Promise<unknown>} stop
 */

/**
 * One account a line: key id, secret, and the cursors of both lists.
 * @param {import('../e2e/daemon.js').Daemon} daemon
 */
async function writeAccounts(daemon) {
  const lines = [];
  for (let i = 1; i <= SERVERS; i++) {
    const server = await daemon.addServer(`Server ${i}`);
    const client = Client.fromDocument(server);
    const { json } = await client.hello();
    client.close();
    lines.push([server.key_id, server.secret, json.lists.network, json.lists.owner].join(' '));
  }
  const file = path.join(daemon.dir, 'accounts');
  fs.writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/**
 * @param {string} name
 * @param {string} [build] the folder of another build than DRAWBRIDGE_BUILD_DIR
 * @returns {Promise<Instance>}
 */
async function startOurs(name, build) {
  const daemon = await startDaemon({ breaker: {}, limits: LIMITS, logLevel: 'warning', build });
  const ban = await daemon.ctl('ban', 'add', `license:${'ab'.repeat(20)}`, '--category', 'cheating',
    '--reason', 'So that the lists are not empty');
  if (ban.code !== 0) throw new Error(ban.stderr);
  return {
    name,
    dialect: 'drawbridge',
    pid: daemon.child?.pid ?? 0,
    port: daemon.dataPort,
    ca: path.join(daemon.dir, 'ca.pem'),
    accounts: await writeAccounts(daemon),
    database: path.join(daemon.dir, 'drawbridge.db'),
    ids: path.join(daemon.dir, 'acknowledged'),
    stop: () => daemon.dispose(),
  };
}

/**
 * The peer on the certificate and the accounts of one of ours.
 * @param {Instance} ours
 * @returns {Promise<Instance>}
 */
async function startPeer(ours) {
  const folder = temporaryFolder('peer');
  const database = path.join(folder, 'peer.db');
  const dir = path.dirname(ours.database);
  const child = spawn(process.execPath, [path.join(__dirname, 'peer/server.js'), database,
    path.join(dir, 'server.pem'), path.join(dir, 'server.key'), ours.accounts],
  { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const port = await new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the peer ended with ${code}`)));
    child.stdout.once('data', (chunk) => resolve(Number(/^ready (\d+)/.exec(chunk)?.[1])));
  });
  return {
    name: 'peer',
    dialect: 'peer',
    pid: child.pid ?? 0,
    port,
    ca: ours.ca,
    accounts: ours.accounts,
    database,
    ids: path.join(folder, 'acknowledged'),
    stop: async () => {
      const ended = new Promise((resolve) => { child.on('close', resolve); });
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

module.exports = { SERVERS, startOurs, startPeer };
