'use strict';

// Every rule has a script under violations/ that breaks it; the host must report that rule's code
// and nothing else. The README must list the same rules.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { startServer } = require('./driver');
const { RULES } = require('./rules');

/** @typedef {import('./driver').Server} Server */

const FOLDER = path.join(__dirname, 'violations');
const MANIFEST = `fx_version 'cerulean'
game 'common'
server_only 'yes'
shared_script 'shared.js'
server_script 'main.js'
`;
const CRASH_CODE = 70;

/** @param {string} code @returns {Promise<Server>} */
function startViolation(code) {
  const manifest = path.join(FOLDER, `${code}.lua`);
  const script = path.join(FOLDER, `${code}.js`);
  return startServer({
    name: 'violator',
    extraFiles: {
      'fxmanifest.lua': fs.existsSync(manifest) ? fs.readFileSync(manifest) : MANIFEST,
      'shared.js': 'const sharedName = 1;\n',
      'main.js': fs.existsSync(script) ? fs.readFileSync(script) : '',
      'blob.bin': Buffer.from([0, 255, 254]),
    },
  });
}

/** What the server has to do for the script to go wrong; most do it while loading. */
/** @type {Record<string, (server: Server) => Promise<any>>} */
const ACTIONS = {
  'late-defer': async (server) => {
    assert.strictEqual((await server.connect({ name: 'a' })).allowed, true);
  },
  'deferral-before-defer': async (server) => {
    const { allowed, reason } = await server.connect({ name: 'a' });
    assert.deepStrictEqual({ allowed, reason }, { allowed: false, reason: 'no' });
  },
  'deferral-no-tick': (server) => server.connect({ name: 'a' }),
  'deferral-not-text': async (server) => {
    await assert.rejects(server.connect({ name: 'a' }), /type_error in the server/);
    assert.strictEqual((await server.exited).code, CRASH_CODE);
  },
  'deferral-after-done': async (server) => {
    const result = await server.connect({ name: 'a' });
    assert.strictEqual(result.allowed, true);
    await server.ticks(4);
    assert.deepStrictEqual(result.updates, []);
  },
  'deferral-left-pending': async (server) => {
    const hanging = assert.rejects(server.connect({ name: 'a' }), /the server ended with 0/);
    await server.ticks(1);
    const status = await server.stop();
    assert.strictEqual(status.pendingDeferrals, 1);
    await hanging;
  },
  'drop-while-connecting': async (server) => {
    const { allowed, source } = await server.connect({ name: 'a' });
    assert.strictEqual(allowed, true);
    assert.strictEqual(await server.join(source), 1);
  },
  'late-source': async (server) => {
    await server.enter({ name: 'a' });
    assert.ok(await server.waitForLine('joined: null'));
  },
  'late-invoking-resource': async (server) => {
    await server.emit('anything', [], 'monitor');
    assert.ok(await server.waitForLine('from: null'));
  },
  'native-null': (server) => server.command('whoami'),
  'handler-error': async (server) => {
    await server.emit('anything');
    assert.ok(await server.waitForLine('the next handler ran'));
  },
  'handler-rejection': (server) => server.emit('anything'),
  'net-unregistered': async (server) => {
    await server.netEvent('anything', [], 1);
    assert.ok(await server.waitForLine('was not safe for net'));
    assert.ok(!server.console.some(({ text }) => text === 'reached'));
  },
  'fs-write-outside': async () => {
    assert.ok(!fs.existsSync('/tmp/fxhost-must-not-exist'));
  },
  'listening-socket': async (server) => {
    assert.strictEqual((await server.status()).listening.length, 1);
  },
  'fs-symlink': async (server) => {
    assert.ok(!fs.existsSync(path.join(server.root, 'etc')));
  },
};

describe('rules', { concurrency: 2 }, () => {
  for (const { number, code, text } of RULES) {
    it(`${number} ${code}: ${text}`, async () => {
      const server = await startViolation(code);
      try {
        const act = ACTIONS[code];
        if (act) await act(server);
        const isHitch = code.startsWith('hitch');
        if (!isHitch) await server.waitFor(() => server.violations.length > 0, `rule ${code}`);
        if (isHitch) {
          const loading = (await server.status()).hitches
            .filter((/** @type {any} */ { what }) => what === '@violator/main.js');
          assert.deepStrictEqual(loading.map((/** @type {any} */ hitch) => hitch.code), [code]);
        }
        const seen = [...new Set(server.violations.map((violation) => violation.code))];
        assert.deepStrictEqual(seen, isHitch ? [] : [code]);
        for (const violation of server.violations) assert.strictEqual(violation.rule, number);
      } finally {
        await server.kill();
        server.dispose();
      }
    });
  }

  it('a warned hitch stands on the console', async () => {
    const server = await startViolation('hitch-warning');
    assert.ok(await server.waitForLine(/^server thread hitch warning: timer interval of \d+/));
    await server.stop();
  });

  it('README.md lists them', () => {
    const readme = fs.readFileSync(path.join(__dirname, 'README.md'), 'utf8');
    const listed = [...readme.matchAll(/^\| (\d+) \| `([\w-]+)` \| (.*) \|$/gm)]
      .map(([, number, code, text]) => ({ number: Number(number), code, text }));
    assert.deepStrictEqual(listed, RULES);
  });

  it('violations/ holds a script for each and nothing else', () => {
    const scripts = fs.readdirSync(FOLDER).map((name) => path.parse(name).name).sort();
    assert.deepStrictEqual(scripts, RULES.map(({ code }) => code).sort());
  });
});
