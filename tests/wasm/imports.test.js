'use strict';

// bridge.wasm gets nothing from its host but bytes: no import, so it cannot read a clock, a file
// or the network. And it is a function of the sources alone: built in another folder it is the
// same file to the byte.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const root = path.resolve(__dirname, '..', '..');
const built = path.join(root, 'resource', 'bridge.wasm');

test('bridge.wasm has no imports', async () => {
  const module = await WebAssembly.compile(fs.readFileSync(built));
  assert.deepStrictEqual(WebAssembly.Module.imports(module), []);
});

test('bridge.wasm exports its memory and starts', async () => {
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(built), {});
  const { memory, _initialize: initialize } = instance.exports;
  assert.ok(memory instanceof WebAssembly.Memory);
  assert.ok(typeof initialize === 'function');
  initialize();
});

test('a build in another folder gives the same bytes', (t) => {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'drawbridge-wasm-'));
  t.after(() => fs.rmSync(copy, { recursive: true, force: true }));
  for (const part of ['shared', path.join('scripts', 'cmake'), path.join('build', 'libsodium-src')]) {
    fs.cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  const run = (/** @type {string[]} */ args) =>
    execFileSync('cmake', args, { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] });
  run([
    '-S', 'shared/wasm', '-B', 'out', '-G', 'Ninja',
    '--toolchain', path.join(copy, 'scripts', 'cmake', 'wasm_toolchain.cmake'),
  ]);
  run(['--build', 'out']);
  const again = fs.readFileSync(path.join(copy, 'out', 'bridge.wasm'));
  assert.ok(again.equals(fs.readFileSync(built)));
});
