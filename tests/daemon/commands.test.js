'use strict';

// drawbridged as people meet it: exit codes, and one clear sentence for each ordinary mistake.

const assert = require('node:assert');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');

const { initData, run, startDaemon, temporaryFolder } = require('../e2e/daemon.js');

/** @param {...string} args */
const drawbridged = (...args) => run('drawbridged', args);

/**
 * As a client sees it that names its server, or none.
 * @param {import('../e2e/daemon.js').Daemon} daemon
 * @param {number} port
 * @param {string} [servername]
 */
function certificateOf(daemon, port, servername) {
  return new Promise((resolve, reject) => {
    const request = https.get(
      { host: '127.0.0.1', servername, port, path: '/', ca: daemon.ca, agent: false },
      (answer) => {
        const socket = /** @type {import('node:tls').TLSSocket} */ (answer.socket);
        resolve(socket.getPeerCertificate().fingerprint256);
        answer.resume();
      }
    );
    request.on('error', reject);
  });
}

/** Of both planes, with and without a name. @param {import('../e2e/daemon.js').Daemon} daemon */
async function certificatesOf(daemon) {
  const ports = [daemon.dataPort, daemon.adminPort];
  const names = [undefined, 'localhost'];
  return Promise.all(
    ports.flatMap((port) => names.map((name) => certificateOf(daemon, port, name))));
}

test('wrong usage exits 2, help and version 0', async () => {
  for (const args of [
    [], ['nonsense'], ['serve'], ['init'], ['serve', '--data'], ['serve', '--data', 'x', 'y'],
    ['serve', '--data', 'x', '--listen', 'localhost:1'], ['certs', '--data', 'x', '--host', 'y'],
  ]) {
    const ran = await drawbridged(...args);
    assert.strictEqual(ran.code, 2, args.join(' '));
    assert.match(ran.stderr, /--help/, args.join(' '));
  }
  for (const args of [['--help'], ['init', '--help'], ['serve', '--help'], ['check', '--help']]) {
    const ran = await drawbridged(...args);
    assert.strictEqual(ran.code, 0, args.join(' '));
    assert.match(ran.stdout, /drawbridged (init|serve|check) --data/, args.join(' '));
  }
  assert.match((await drawbridged('--version')).stdout, /^drawbridged \d+\.\d+\.\d+\n$/);
});

test('a folder that is missing or empty says how to make an instance', async () => {
  const folder = temporaryFolder();
  for (const data of [folder, path.join(folder, 'none')]) {
    const ran = await drawbridged('serve', '--data', data);
    assert.strictEqual(ran.code, 1);
    assert.match(ran.stderr, /^drawbridged: .*drawbridged init --data [^\n]+\n$/);
  }
});

test('init refuses a folder in use, check passes it', async () => {
  const data = await initData();
  const again = await drawbridged('init', '--data', data);
  assert.strictEqual(again.code, 1);
  assert.match(again.stderr, /already holds an instance/);
  const check = await drawbridged('check', '--data', data);
  assert.strictEqual(check.code, 0, check.stderr);
});

test('check names every problem and exits 1', async () => {
  const data = await initData();
  fs.chmodSync(path.join(data, 'master.key'), 0o644);
  fs.appendFileSync(path.join(data, 'drawbridge.toml'), '[colours]\n');
  const ran = await drawbridged('check', '--data', data);
  assert.strictEqual(ran.code, 1);
  assert.match(ran.stderr, /problem: .*master\.key can be read by others/);
  assert.match(ran.stderr, /problem: drawbridge\.toml:\d+: colours: no such key/);
});

test('a running daemon: ready line, runtime file, a second daemon, ports in use', async (t) => {
  const daemon = await startDaemon();
  t.after(() => daemon.dispose());
  const runtime = JSON.parse(fs.readFileSync(path.join(daemon.dir, 'runtime.json'), 'utf8'));
  assert.deepStrictEqual(runtime, {
    admin: `127.0.0.1:${daemon.adminPort}`,
    data: `127.0.0.1:${daemon.dataPort}`,
    pid: daemon.child?.pid,
  });

  const second = await drawbridged('serve', '--data', daemon.dir);
  assert.strictEqual(second.code, 1);
  assert.match(second.stderr, new RegExp(`in use by another drawbridged \\(pid ${runtime.pid}\\)`));
  assert.strictEqual((await drawbridged('check', '--data', daemon.dir)).code, 0);

  const other = await initData();
  for (const [option, free, port] of [
    ['--listen', '--admin', daemon.dataPort], ['--admin', '--listen', daemon.adminPort],
  ]) {
    const ran = await drawbridged(
      'serve', '--data', other, `${option}`, `127.0.0.1:${port}`, `${free}`, '127.0.0.1:0'
    );
    assert.strictEqual(ran.code, 1);
    assert.match(ran.stderr, new RegExp(`cannot listen on 127.0.0.1:${port}: .*${option}`));
  }

  assert.strictEqual(await daemon.stop(), 0);
  assert.ok(!fs.existsSync(path.join(daemon.dir, 'runtime.json')));
});

test('a renewed certificate is taken on SIGHUP by both planes, under the same CA', async (t) => {
  const daemon = await startDaemon();
  t.after(() => daemon.dispose());
  const before = await certificatesOf(daemon);
  assert.strictEqual(new Set(before).size, 1);
  const renewed = await drawbridged('certs', '--data', daemon.dir, '--renew', '--host', '::5');
  assert.strictEqual(renewed.code, 0, renewed.stderr);
  assert.match(renewed.stdout, /localhost, ::5, 127\.0\.0\.1, ::1/);
  assert.deepStrictEqual(await certificatesOf(daemon), before);
  await reload(daemon);
  const after = await certificatesOf(daemon);
  assert.strictEqual(new Set(after).size, 1);
  assert.notStrictEqual(after[0], before[0]);
  assert.ok(renewed.stdout.includes(String(after[0])));
  assert.strictEqual((await daemon.ctl('status')).code, 0);

  fs.writeFileSync(path.join(daemon.dir, 'server.key'), 'no key');
  await reload(daemon);
  assert.match(daemon.output, /certificate of the admin plane stays the old one: .*server\.key/);
  assert.deepStrictEqual(await certificatesOf(daemon), after);
});

/** SIGHUP, and the daemon has acted on it. @param {import('../e2e/daemon.js').Daemon} daemon */
async function reload(daemon) {
  const told = () => daemon.output.split('certificate of the admin plane').length;
  const before = told();
  daemon.child?.kill('SIGHUP');
  for (let i = 0; i < 250 && told() === before; ++i) await sleep(20);
  assert.notStrictEqual(told(), before, 'no reload');
}

test('what keeps a daemon from starting is one sentence', async () => {
  const data = await initData();
  const key = path.join(data, 'master.key');
  const original = fs.readFileSync(key);
  const serve = async () => {
    const ran = await drawbridged(
      'serve', '--data', data, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'
    );
    assert.strictEqual(ran.code, 1);
    assert.strictEqual(ran.stdout, '');
    return ran.stderr;
  };
  fs.chmodSync(key, 0o604);
  assert.match(await serve(), /^drawbridged: .*chmod 600 [^\n]*\n$/);
  fs.chmodSync(key, 0o600);
  fs.writeFileSync(key, Buffer.alloc(32));
  assert.match(await serve(), /^drawbridged: master\.key is not the key of this database[^\n]*\n$/);
  fs.writeFileSync(key, original);
  const toml = path.join(data, 'drawbridge.toml');
  const text = fs.readFileSync(toml, 'utf8');
  fs.writeFileSync(toml, `${text}\nqueue = 1\n`);
  assert.match(await serve(), /^drawbridged: drawbridge\.toml:\d+: log\.queue: no such key[^\n]*\n$/);
  fs.writeFileSync(toml, text);
  fs.renameSync(path.join(data, 'drawbridge.db'), path.join(data, 'kept.db'));
  assert.match(await serve(), /^drawbridged: .*drawbridge\.db is missing[^\n]*\n$/);
  fs.writeFileSync(path.join(data, 'drawbridge.db'), 'x'.repeat(8192), { mode: 0o600 });
  assert.match(await serve(), /^drawbridged: .*is not a Drawbridge database[^\n]*\n$/);
});

/** Contents of the files that hold data, by name. @param {string} data */
function contents(data) {
  const names = fs.readdirSync(data).filter((name) => !/^traces$|^backups$|lock$|-shm$/.test(name));
  const files = names.map((name) => path.join(data, name));
  const backups = path.join(data, 'backups');
  files.push(...fs.readdirSync(backups).map((name) => path.join(backups, name)));
  return new Map(files.map((file) => [file, fs.readFileSync(file)]));
}

test('a wrong master key is found before anything is touched', async () => {
  const daemon = await startDaemon();
  await daemon.addServer('made up');
  await daemon.ctlJson('backup', 'create'); // so that none is in the making
  await daemon.kill9(); // so that the write-ahead log still holds what was committed
  const data = daemon.dir;
  assert.ok(fs.statSync(path.join(data, 'drawbridge.db-wal')).size > 0);
  const key = path.join(data, 'master.key');
  const original = fs.readFileSync(key);
  fs.writeFileSync(key, Buffer.alloc(32, 1));
  const before = contents(data);
  const ran = await drawbridged(
    'serve', '--data', data, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'
  );
  assert.match(ran.stderr, /^drawbridged: master\.key is not the key of this database[^\n]*\n$/);
  assert.deepStrictEqual(contents(data), before);
  fs.writeFileSync(key, original);
  await daemon.start();
  assert.strictEqual((await daemon.ctl('server', 'show', 'made up')).code, 0);
  await daemon.dispose();
});
