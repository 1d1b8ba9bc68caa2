'use strict';

// What a server without the means to run Drawbridge says, and that it runs on without it.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync, spawnSync } = require('node:child_process');
const { test } = require('node:test');
const { startServer } = require('../fxhost/driver');
const { ingestFor, gameServer, person, consoleOf, folder } = require('./support/server');
const { WASM } = require('./support/core');

/** @param {any} server */
async function staysOutOfTheWay(server) {
  assert.strictEqual((await server.connect(person(1))).allowed, true);
  const status = await server.stop();
  assert.deepStrictEqual(status.violations, []);
  assert.deepStrictEqual(status.listening, []);
}

/**
 * A copy of the resource that the test may break.
 * @param {import('node:test').TestContext} t @param {(folder: string) => void} breakIt
 */
function broken(t, breakIt) {
  const copy = fs.mkdtempSync(path.join(path.dirname(folder), 'broken-'));
  t.after(() => fs.rmSync(copy, { recursive: true, force: true }));
  fs.cpSync(folder, copy, { recursive: true });
  breakIt(copy);
  return startServer({ resourceRoot: copy, name: 'drawbridge', fsync: false });
}

test('bridge.wasm missing: use the zip or build it', async (t) => {
  const server = await broken(t, (copy) => fs.rmSync(path.join(copy, 'resource', 'bridge.wasm')));
  await server.waitForLine(/not active: resource\/bridge\.wasm is missing: this is a source/);
  assert.match(consoleOf(server), /drawbridge\.zip .* --target resource/);
  await staysOutOfTheWay(server);
});

test('bridge.wasm damaged, or another module', async (t) => {
  const half = await broken(t, (copy) => {
    const file = path.join(copy, 'resource', 'bridge.wasm');
    fs.truncateSync(file, 5_000);
  });
  await half.waitForLine(/not active: bridge\.wasm is damaged; copy the resource again/);
  await staysOutOfTheWay(half);
  const other = await broken(t, (copy) => fs.writeFileSync(
    path.join(copy, 'resource', 'bridge.wasm'), Buffer.from('0061736d01000000', 'hex')));
  await other.waitForLine(/not active: bridge\.wasm is of another version than the scripts/);
  await staysOutOfTheWay(other);
});

test('no WebAssembly: says so', async (t) => {
  const server = await gameServer(t, undefined, { env: { NODE_OPTIONS: '--jitless' } });
  await server.waitForLine(/not active: this FXServer runs scripts without WebAssembly/);
  await staysOutOfTheWay(server);
});

test('a limit on virtual memory: says so, and lives', (t) => {
  const app = JSON.stringify(path.join(folder, 'resource', 'app.js'));
  const stubs = 'const n = () => null; Object.assign(globalThis, { GetCurrentResourceName: () => '
    + '"drawbridge", GetConvar: (k, d) => d, GetConvarInt: (k, d) => d, GetResourceMetadata: n });';
  const script = `${stubs} require(${app}).run();`;
  const limited = spawnSync('sh', ['-c', `ulimit -v 4000000; exec "$0" -e '${script}'`,
    process.execPath], { encoding: 'utf8' });
  assert.match(limited.stdout, /no room in the address space for WebAssembly.*\(ulimit -v/);
  assert.strictEqual(limited.status, 0, limited.stderr);
});

test('sv_lan: refuses to report', async (t) => {
  const ingest = await ingestFor(t);
  const server = await gameServer(t, ingest.document(), { convars: { sv_lan: '1' } });
  await server.waitForLine(/not active: sv_lan is on/);
  await staysOutOfTheWay(server);
  assert.deepStrictEqual(ingest.requests, []);
});

test('the manifest ships nothing to players, and names one script', () => {
  const manifest = fs.readFileSync(path.join(folder, 'fxmanifest.lua'), 'utf8');
  assert.ok(!/^\s*(files?|client_scripts?|shared_scripts?|ui_page|loadscreen)\b/m.test(manifest));
  assert.ok(!manifest.includes('*'));
  assert.match(manifest, /server_only 'yes'/);
  const scripts = manifest.match(/^server_script.*$/gm);
  assert.deepStrictEqual(scripts, ['server_script \'resource/main.js\'']);
});

test('no script of the resource needs a package, and main.js leaks no name', () => {
  const scripts = fs.readdirSync(path.join(folder, 'resource'))
    .filter((name) => /\.js$/.test(name));
  for (const name of scripts) {
    const text = fs.readFileSync(path.join(folder, 'resource', name), 'utf8');
    for (const [, wanted] of text.matchAll(/require\('([^']+)'\)/g)) {
      assert.match(wanted, /^(\.\/|node:)/, `${name} requires ${wanted}`);
    }
  }
  const main = JSON.stringify(path.join(folder, 'resource', 'main.js'));
  const names = execFileSync(process.execPath, ['-e', `const before = Object.keys(globalThis);
    const script = require('fs').readFileSync(${main}, 'utf8');
    const { runInThisContext } = require('vm');
    globalThis.require = () => ({ run() {} });
    runInThisContext(script);
    runInThisContext(script); // a second const of the same name would throw
    console.log(Object.keys(globalThis).filter((key) => !before.includes(key)).join());`],
  { encoding: 'utf8' });
  assert.strictEqual(names.trim(), '');
  assert.ok(fs.existsSync(WASM));
});
