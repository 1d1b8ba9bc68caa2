'use strict';

// The command line and the line protocol themselves, without the driver.

const assert = require('node:assert');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { after, describe, it } = require('node:test');
const { startScript, withServer } = require('./inline');

const PROGRAM = path.join(__dirname, 'fxhost.js');
const SAMPLE = path.join(__dirname, 'sample');
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'fxhost-control-'));
after(() => fs.rmSync(FOLDER, { recursive: true, force: true }));

/** @param {string[]} args @param {string} [input] */
function run(args, input = '') {
  return spawnSync(process.execPath, [PROGRAM, ...args],
    { encoding: 'utf8', input, timeout: 20000 });
}

/** @param {string} text @returns {any[]} */
function messages(text) {
  return text.trim().split('\n').map((line) => JSON.parse(line));
}

describe('command line', () => {
  it('explains itself', () => {
    const { status, stdout } = run(['--help']);
    assert.strictEqual(status, 0);
    assert.match(stdout, /usage: .*--resource PATH --kvp FILE/);
  });

  it('refuses wrong usage with 2', () => {
    for (const args of [[], ['--nonsense'], ['--resource'], ['--resource', FOLDER, '--kvp', 'x'],
      ['--resource', SAMPLE, '--kvp', 'x', '--set', 'novalue'],
      ['--resource', SAMPLE, '--kvp', 'x', '--path-style', 'mac']]) {
      const { status, stderr } = run(args);
      assert.strictEqual(status, 2, args.join(' '));
      assert.match(stderr, /^fxhost: /);
    }
  });

  it('stops in order when standard input ends', () => {
    const { status, stdout } = run(['--resource', SAMPLE, '--kvp', path.join(FOLDER, 'a')]);
    assert.strictEqual(status, 0);
    const ready = messages(stdout).find(({ event }) => event === 'ready');
    assert.deepStrictEqual([ready.name, ready.microtasks], ['sample', 'prompt']);
  });

  it('says why a resource does not start, with 3', () => {
    const broken = path.join(FOLDER, 'broken');
    fs.mkdirSync(broken);
    fs.writeFileSync(path.join(broken, 'fxmanifest.lua'), 'game = 1 +');
    for (const [root, args, why] of /** @type {Array<[string, string[], RegExp]>} */ ([
      [SAMPLE, ['--build', '1'], /\/server:12913/],
      [broken, [], /fxmanifest\.lua line 1/],
    ])) {
      const kvp = path.join(FOLDER, 'b');
      const { status, stdout } = run(['--resource', root, '--kvp', kvp, ...args]);
      assert.strictEqual(status, 3);
      assert.match(messages(stdout)[0].unmet.join(), why);
    }
  });
});

describe('line protocol', () => {
  it('answers each line with its id, also a wrong one', async () => {
    const child = spawn(process.execPath, ['--expose-internals', PROGRAM, '--resource', SAMPLE,
      '--kvp', path.join(FOLDER, 'c'), '--set', 'my_number=3'],
    { stdio: ['pipe', 'pipe', 'inherit'] });
    /** @type {any[]} */
    const seen = [];
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      seen.push(JSON.parse(line));
    });
    child.stdin.write('{"id":1,"op":"convar","name":"my_number"}\n');
    child.stdin.write('{"id":2,"op":"dance"}\nnot JSON\n');
    child.stdin.write('{"id":3,"op":"join","source":9}\n{"id":4,"op":"con');
    child.stdin.write('sole"}\n{"id":5,"op":"stop"}\n');
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.strictEqual(code, 0);
    const answer = (/** @type {any} */ id) => seen.find((message) => message.id === id);
    assert.deepStrictEqual(answer(1), { id: 1, ok: true, result: { value: '3' } });
    assert.deepStrictEqual(answer(2), { id: 2, ok: false, error: 'Error: unknown op dance' });
    assert.strictEqual(answer(null).ok, false);
    assert.deepStrictEqual(answer(3), { id: 3, ok: false, error: 'Error: no player 9' });
    assert.deepStrictEqual(answer(4).result.lines,
      [{ level: 'log', text: 'second script sees sample' }]);
    assert.strictEqual(answer(5).result.state, 'stopped');
  });
});

describe('driver', { concurrency: 2 }, () => {
  it('times out with the console in the message', () => withServer(startScript(`
    on('stall', () => {
      console.log('stalling');
      const until = performance.now() + 1500;
      while (performance.now() < until);
    });
  `, { timeoutMs: 1000 }), async (server) => {
    await assert.rejects(server.emit('stall'), /emit: no answer in 1000 ms\nstalling/);
  }));

  it('rejects what is open when the server dies', () => withServer(startScript(`
    on('die', () => process.exit(9));
  `), async (server) => {
    await assert.rejects(server.emit('die'), /the server ended with 9/);
    await assert.rejects(server.status(), /the server is not running/);
  }));

  it('leaves no folder and no process behind', async () => {
    const server = await startScript('');
    const pid = server.child && server.child.pid;
    await server.stop();
    assert.ok(!fs.existsSync(server.tempDir));
    assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
  });
});
