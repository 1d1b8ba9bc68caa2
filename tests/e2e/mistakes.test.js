// Ordinary mistakes, and the sentence each is answered with: it names what is wrong and what to do
// next. Programs end with 1 when they failed, 2 for wrong usage, 3 not found, 4 refused.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { initData, run, startDaemon, temporaryFolder } = require('./daemon.js');

const ANYWHERE = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

/**
 * `serve` that must not start: its only line on stderr, and nothing on stdout.
 * @param {string} dir
 * @param {string[]} [where]
 */
async function failToServe(dir, where = ANYWHERE) {
  const ran = await run('drawbridged', ['serve', '--data', dir, ...where], { timeout: 10_000 });
  assert.equal(ran.code, 1, `exit ${ran.code}: ${ran.stdout}${ran.stderr}`);
  assert.equal(ran.stdout, '');
  return ran.stderr;
}

/** @param {string} dir @param {string} from @param {string} to */
function editConfig(dir, from, to) {
  const file = path.join(dir, 'drawbridge.toml');
  const text = fs.readFileSync(file, 'utf8');
  assert.ok(text.includes(from));
  fs.writeFileSync(file, text.replace(from, to));
}

/** A port that is taken. */
async function takenPort() {
  const holder = net.createServer();
  await new Promise((resolve) => holder.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (holder.address());
  return { holder, port };
}

/** Puts a certificate of yesterday in the place of the server's. @param {string} dir */
function expireCertificate(dir) {
  const work = temporaryFolder('certificate');
  const at = (/** @type {string} */ name) => path.join(dir, name);
  const request = path.join(work, 'request.pem');
  const names = path.join(work, 'names');
  fs.writeFileSync(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const openssl = (/** @type {string[]} */ ...args) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  openssl('req', '-new', '-key', at('server.key'), '-subj', '/CN=localhost', '-out', request);
  const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')];
  const times = ['-days', '-1', '-extfile', names];
  openssl('x509', '-req', '-in', request, ...ca, ...times, '-out', at('server.pem'));
}

describe('drawbridged', () => {
  it('data folder missing: says how to make one', async () => {
    const dir = path.join(temporaryFolder(), 'nowhere');
    const said = await failToServe(dir);
    assert.match(said, /does not exist/);
    assert.match(said, /drawbridged init --data/);
  });

  it('data folder of something else: is left alone', async () => {
    const dir = temporaryFolder();
    fs.writeFileSync(path.join(dir, 'letter.txt'), 'Dear Ann');
    fs.chmodSync(dir, 0o755);
    assert.match(await failToServe(dir), /holds no Drawbridge instance.*drawbridged init/);
    const init = await run('drawbridged', ['init', '--data', dir]);
    assert.equal(init.code, 1, init.stdout);
    assert.match(init.stderr, /not empty/);
    assert.deepEqual(fs.readdirSync(dir), ['letter.txt']);
    assert.equal(fs.statSync(dir).mode & 0o777, 0o755);
    const file = await run('drawbridged', ['init', '--data', path.join(dir, 'letter.txt')]);
    assert.equal(file.code, 1);
    assert.match(file.stderr, /is not a folder/);
  });

  it('init where an instance is: changes nothing', async () => {
    const dir = await initData();
    const key = fs.readFileSync(path.join(dir, 'master.key'));
    const init = await run('drawbridged', ['init', '--data', dir]);
    assert.equal(init.code, 1);
    assert.match(init.stderr, /already holds an instance/);
    assert.deepEqual(fs.readFileSync(path.join(dir, 'master.key')), key);
  });

  it('port in use: names it', async () => {
    const dir = await initData();
    const { holder, port } = await takenPort();
    const free = '127.0.0.1:0';
    const taken = `127.0.0.1:${port}`;
    const sentence = new RegExp(`cannot listen on ${taken}.*in use`, 'i');
    assert.match(await failToServe(dir, ['--listen', taken, '--admin', free]), sentence);
    assert.match(await failToServe(dir, ['--listen', free, '--admin', taken]), sentence);
    holder.close();
  });

  it('certificate expired: says since when and how to renew, check too', async () => {
    const dir = await initData();
    expireCertificate(dir);
    const said = await failToServe(dir);
    assert.match(said, /server\.pem.*expired.*renew/);
    const check = await run('drawbridged', ['check', '--data', dir]);
    assert.equal(check.code, 1);
    assert.match(check.stderr, /server\.pem.*expired/);
    const renew = await run('drawbridged', ['certs', '--data', dir, '--renew']);
    assert.equal(renew.code, 0, renew.stderr);
    assert.equal((await run('drawbridged', ['check', '--data', dir])).code, 0);
  });

  it('certificate gone, or not of its key: says so', async () => {
    const dir = await initData();
    const certificate = path.join(dir, 'server.pem');
    fs.renameSync(certificate, `${certificate}.away`);
    assert.match(await failToServe(dir), /server\.pem/);
    fs.copyFileSync(path.join(dir, 'ca.pem'), certificate);
    assert.match(await failToServe(dir), /server\.key is not the key of .*server\.pem/);
  });

  it('master key readable by others: says the command', async () => {
    const dir = await initData();
    fs.chmodSync(path.join(dir, 'master.key'), 0o644);
    const said = await failToServe(dir);
    assert.match(said, /master\.key can be read by others/);
    assert.match(said, /chmod 600/);
  });

  it('master key missing, cut short, or another one: says to put it back', async () => {
    const dir = await initData();
    const file = path.join(dir, 'master.key');
    const key = fs.readFileSync(file);
    fs.writeFileSync(file, Buffer.alloc(32, 7));
    assert.match(await failToServe(dir), /not the key of this database: put back/);
    fs.writeFileSync(file, key.subarray(1));
    assert.match(await failToServe(dir), /must hold 32 bytes but holds 31: put back/);
    fs.unlinkSync(file);
    assert.match(await failToServe(dir), /master\.key.*put back/);
  });

  it('wrong key in the configuration: file, line, key and the right ones', async () => {
    const dir = await initData();
    editConfig(dir, 'grace = ', 'grase = ');
    const said = await failToServe(dir);
    assert.match(said, /drawbridge\.toml:\d+: bans\.grase: no such key; known here: grace/);
    const check = await run('drawbridged', ['check', '--data', dir]);
    assert.equal(check.code, 1);
    assert.match(check.stderr, /bans\.grase/);
  });

  it('wrong value in the configuration: what was expected', async () => {
    const dir = await initData();
    editConfig(dir, 'grace = "10m"', 'grace = "soon"');
    assert.match(await failToServe(dir), /drawbridge\.toml:\d+: bans\.grace: expected a duration/);
    editConfig(dir, 'grace = "soon"', 'grace = "10m');
    assert.match(await failToServe(dir), /drawbridge\.toml:\d+: /);
  });

  it('wrong usage: exit code 2', async () => {
    for (const args of [[], ['fly'], ['serve'], ['serve', '--data', 'x', '--listen', 'localhost']]) {
      const ran = await run('drawbridged', args);
      assert.equal(ran.code, 2, args.join(' '));
      assert.match(ran.stderr, /--help/);
    }
  });
});

describe('drawbridgectl without a daemon', () => {
  it('daemon not running: says how to start it', async () => {
    const dir = await initData();
    const ran = await run('drawbridgectl', ['--data', dir, 'server', 'list']);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /no daemon is running on .*drawbridged serve --data/);
  });

  it('data folder missing: says how to make one', async () => {
    const dir = path.join(temporaryFolder(), 'nowhere');
    const ran = await run('drawbridgectl', ['--data', dir, 'server', 'list']);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /no folder .*drawbridged init --data/);
  });

  it('wrong usage: exit code 2', async () => {
    for (const args of [[], ['server', 'list'], ['--data', 'x', 'fly'], ['--data', 'x', 'server']]) {
      const ran = await run('drawbridgectl', args);
      assert.equal(ran.code, 2, args.join(' '));
      assert.notEqual(ran.stderr, '');
    }
  });
});

describe('drawbridgectl beside a daemon', () => {
  /** @type {import('./daemon.js').Daemon} */
  let daemon;

  before(async () => {
    daemon = await startDaemon();
    await daemon.addServer('One');
  });

  after(() => daemon?.dispose());

  /** @param {number} code @param {RegExp} said @param {string[]} args */
  async function fails(code, said, ...args) {
    const ran = await daemon.ctl(...args);
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
    assert.match(ran.stderr, said);
    assert.equal(ran.stdout, '');
  }

  it('unknown server or ban: exit code 3', async () => {
    const file = path.join(temporaryFolder(), 'drawbridge.json');
    await fails(3, /No server has this name or id/, 'server', 'show', 'nobody');
    await fails(3, /No server has this/, 'server', 'rotate', 'nobody', '--out', file);
    await fails(3, /No server has this/, '-o', 'json', 'server', 'suspend', 'nobody');
    await fails(3, /No ban has this code/, 'ban', 'show', 'ABCD-EFGH');
    assert.ok(!fs.existsSync(file));
  });

  it('name taken, or file in the way: exit code 4, and nothing is overwritten', async () => {
    const file = path.join(temporaryFolder(), 'drawbridge.json');
    fs.writeFileSync(file, 'precious');
    await fails(4, /there already/, 'server', 'add', 'One', '--out', `${file}.new`);
    await fails(4, /is there already.*--force/, 'server', 'add', 'Two', '--out', file);
    assert.equal(fs.readFileSync(file, 'utf8'), 'precious');
    await fails(3, /No server/, 'server', 'show', 'Two');
  });

  it('wrong usage: exit code 2, and no identifier is repeated', async () => {
    await fails(2, /--mode/, 'server', 'add', 'Two', '--mode', 'wild');
    const raw = `license:${'z'.repeat(40)}`;
    const ban = ['ban', 'add', raw, '--category', 'cheating', '--reason', 'x'];
    await fails(2, /identifier 1/, ...ban);
    const ran = await daemon.ctl(...ban);
    assert.ok(!ran.stderr.includes('zzzz'));
  });

  it('token of another daemon: exit code 4', async () => {
    const file = path.join(temporaryFolder(), 'admin.token');
    fs.copyFileSync(path.join(await initData(), 'admin.token'), file);
    fs.chmodSync(file, 0o600);
    await fails(4, /token is not accepted/, '--token-file', file, 'server', 'list');
  });
});
