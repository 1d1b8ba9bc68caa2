// How drawbridgectl finds the daemon, and what it says when it does not: each sentence names the
// next step.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { initData, run, startDaemon, temporaryFolder } = require('../e2e/daemon.js');
const { Staff, assertFailed } = require('./staff.js');

/** @type {import('../e2e/daemon.js').Daemon} */
let daemon;
/** @type {Staff} */
let ann;

before(async () => {
  daemon = await startDaemon();
  ann = await Staff.join(daemon, 'ann');
});

after(() => daemon?.dispose());

const url = () => `https://localhost:${daemon.adminPort}`;
const ca = () => path.join(daemon.dir, 'ca.pem');

/** @param {string[]} args */
const ctl = (...args) => run('drawbridgectl', args);

describe('--url', () => {
  it('--url --token-file --ca works, before the verb and behind it', async () => {
    const where = ['--url', url(), '--token-file', ann.tokenFile, '--ca', ca()];
    const before = await ctl(...where, '-o', 'json', 'server', 'list');
    assert.equal(before.code, 0, before.stderr);
    const behind = await ctl('server', 'list', ...where, '--output', 'json');
    assert.deepEqual(behind.json, before.json);
    const between = await ctl('server', '-o', 'json', ...where, 'list');
    assert.deepEqual(between.json, before.json);
    const rest = where.slice(2);
    const slash = await ctl('--url', `${url()}/`, ...rest, 'status', '-o', 'json');
    assert.equal(slash.code, 0, slash.stderr);
    assert.equal(slash.json.url, `https://localhost:${daemon.dataPort}`);
    const byAddress = ['--url', `https://127.0.0.1:${daemon.adminPort}`];
    const address = await ctl(...byAddress, ...rest, 'status');
    assert.equal(address.code, 0, address.stderr);
  });

  it('wrong CA: says which to give', async () => {
    const other = path.join(await initData(), 'ca.pem');
    const where = ['--url', url(), '--token-file', ann.tokenFile];
    assertFailed(await ctl(...where, '--ca', other, 'status'), 1,
      /certificate at localhost:\d+ does not go with .*ca\.pem.*--ca/);
    assertFailed(await ctl(...where, 'status'), 1, /does not go with the machine's roots.*--ca/);
    assertFailed(await ctl(...where, '--ca', '/nowhere/ca.pem', 'status'), 1, /no CA file/);
    const text = path.join(temporaryFolder('ctl'), 'ca.pem');
    fs.writeFileSync(text, 'nothing of the kind');
    const ran = await ctl(...where, '--ca', text, 'status');
    assertFailed(ran, 1, /ca\.pem/);
  });

  it('a name the certificate is not for: is refused', async () => {
    const elsewhere = ['--url', `https://127.0.0.2:${daemon.adminPort}`];
    const ran = await ctl(...elsewhere, '--token-file', ann.tokenFile, '--ca', ca(), 'status');
    assertFailed(ran, 1, /nobody answers at|not for this host/);
  });

  it('nobody there, or no daemon: says what to check', async () => {
    const token = ['--token-file', ann.tokenFile, '--ca', ca()];
    const server = net.createServer((socket) => {
      socket.on('error', () => {}).end('hello\r\n').resume();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    const there = `https://127.0.0.1:${port}`;
    assertFailed(await ctl('--url', there, ...token, 'status'), 1, /no TLS at 127\.0\.0\.1/);
    await new Promise((resolve) => server.close(resolve));
    assertFailed(await ctl('--url', there, ...token, 'status'), 1,
      /nobody answers at https:.*drawbridged serve --admin/);
    const dataPlane = `https://localhost:${daemon.dataPort}`;
    assertFailed(await ctl('--url', dataPlane, ...token, 'status'), 3, /No such route/);
  });

  it('wrong usage: exit 2', async () => {
    const token = ['--token-file', ann.tokenFile];
    assertFailed(await ctl('status'), 2, /--data DIR, or --url URL --token-file FILE/);
    assertFailed(await ctl('--data', daemon.dir, '--url', url(), ...token, 'status'), 2, /either/);
    assertFailed(await ctl('--url', url(), 'status'), 2, /needs --token-file/);
    assertFailed(await ctl('--url', 'http://localhost', ...token, 'status'), 2, /https:\/\//);
    for (const odd of ['https://', 'https://a:b', 'https://a:1/x', 'https://[::1']) {
      assertFailed(await ctl('--url', odd, ...token, 'status'), 2, /HOST:PORT/);
    }
    assertFailed(await ctl('--data', daemon.dir, 'status', '-o', 'xml'), 2, /human,json/);
  });
});

describe('token', () => {
  it('of another daemon, cut short or empty: says it is not accepted', async () => {
    const file = path.join(temporaryFolder('ctl'), 'other.token');
    const own = fs.readFileSync(ann.tokenFile, 'utf8');
    const others = fs.readFileSync(path.join(await initData(), 'admin.token'), 'utf8');
    for (const content of [others, own.slice(0, 30), '', 'x\r\nEvil: header']) {
      fs.writeFileSync(file, content, { mode: 0o600 });
      const ran = await ctl('--data', daemon.dir, '--token-file', file, 'server', 'list');
      const said = assertFailed(ran, 4, /token is not accepted: it was revoked, or belongs to another/);
      assert.ok(!said.includes('dba1_'));
    }
    await ann.json('server', 'list');
  });

  it('readable by others: says the command', async () => {
    const file = path.join(temporaryFolder('ctl'), 'open.token');
    fs.copyFileSync(ann.tokenFile, file);
    fs.chmodSync(file, 0o640);
    const ran = await ctl('--data', daemon.dir, '--token-file', file, 'server', 'list');
    assertFailed(ran, 1, /readable by others.*chmod 600/);
  });

  it('missing: names the file', async () => {
    const ran = await ctl('--data', daemon.dir, '--token-file', '/nowhere/token', 'server', 'list');
    assertFailed(ran, 1, /\/nowhere\/token/);
  });
});

describe('daemon not running', () => {
  it('never started, stopped or killed: says how to start it', async () => {
    const sentence = /no daemon is running on .*drawbridged serve --data/;
    const dir = await initData();
    assertFailed(await ctl('--data', dir, 'status'), 1, sentence);
    const other = await startDaemon();
    await other.stop();
    assertFailed(await other.ctl('status'), 1, sentence);
    await other.start();
    assert.equal((await other.ctl('status')).code, 0);
    await other.kill9();
    assertFailed(await other.ctl('status'), 1, sentence);
    assertFailed(await other.ctl('server', 'add', 'x', '-o', 'json'), 1, sentence);
    await other.dispose();
  });

  it('folder missing: says how to make one', async () => {
    const dir = path.join(temporaryFolder('ctl'), 'none');
    assertFailed(await ctl('--data', dir, 'status'), 1, /there is no folder .*drawbridged init/);
  });
});
