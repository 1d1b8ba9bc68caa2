'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { startScript, withServer } = require('./inline');

const SCRIPT = `
  exports('set', (key, value) => SetResourceKvp(key, value));
  exports('setNoSync', (key, value) => SetResourceKvpNoSync(key, value));
  exports('flush', () => FlushResourceKvp());
  exports('remove', (key) => DeleteResourceKvp(key));
  exports('get', (key) => GetResourceKvpString(key));
  exports('numbers', () => {
    SetResourceKvpInt('int', 7);
    SetResourceKvpFloat('float', 0.5);
    return [GetResourceKvpInt('int'), GetResourceKvpFloat('float'), GetResourceKvpInt('none'),
      GetResourceKvpFloat('none'), GetResourceKvpString('none')];
  });
  exports('wrongType', () => GetResourceKvpInt('text'));
  exports('find', (prefix) => {
    const handle = StartFindKvp(prefix);
    const found = [];
    for (let key = FindKvp(handle); key !== null; key = FindKvp(handle)) {
      found.push(key);
      DeleteResourceKvp('b2');
    }
    EndFindKvp(handle);
    return found;
  });
  exports('handles', () => {
    const all = Array.from({ length: 64 }, () => StartFindKvp(''));
    EndFindKvp(10);
    const again = StartFindKvp('');
    all.forEach(EndFindKvp);
    return [Math.max(...all), again];
  });
`;

describe('key-value store', { concurrency: 2 }, () => {
  it('keeps strings and numbers, and tells a wrong type', () =>
    withServer(startScript(SCRIPT), async (server) => {
      assert.deepStrictEqual(await server.export('numbers'), [7, 0.5, 0, 0, null]);
      const text = 'gr\u00fc\u00df\u2603';
      await server.export('set', ['text', text]);
      assert.strictEqual(await server.export('get', ['text']), text);
      await assert.rejects(server.export('wrongType'), /Error in nested ref call/);
      assert.deepStrictEqual(await server.kvp(), { int: 7, float: 0.5, text });
    }));

  it('replaces a lone surrogate, as UTF-8 has none', () =>
    withServer(startScript(`SetResourceKvp('k', 'a\\ud800b');`), async (server) => {
      assert.deepStrictEqual(await server.kvp(), { k: 'a\ufffdb' });
    }));

  it('finds keys in byte order from a snapshot, with 64 handles', () =>
    withServer(startScript(SCRIPT), async (server) => {
      for (const key of ['b2', 'a', 'b1', 'b\u00e9', 'B']) await server.export('set', [key, 'x']);
      assert.deepStrictEqual(await server.export('find', ['b']), ['b1', 'b2', 'b\u00e9']);
      assert.deepStrictEqual(await server.export('find', ['']), ['B', 'a', 'b1', 'b\u00e9']);
      assert.deepStrictEqual(await server.export('handles'), [63, 10]);
    }));

  it('loses at a power cut what was not synced, and nothing else', () =>
    withServer(startScript(SCRIPT), async (server) => {
      await server.export('set', ['synced', '1']);
      await server.export('setNoSync', ['flushed', '2']);
      await server.export('flush');
      await server.export('setNoSync', ['lost', '3']);
      assert.strictEqual(await server.export('get', ['lost']), '3');
      await server.kill();
      await server.revive();
      assert.deepStrictEqual(await server.kvp(), { synced: '1', flushed: '2' });
    }));

  it('keeps unsynced writes over an orderly restart, and forgets deleted keys', () =>
    withServer(startScript(SCRIPT), async (server) => {
      await server.export('setNoSync', ['kept', '1']);
      await server.export('set', ['gone', '2']);
      await server.export('remove', ['gone']);
      await server.restart();
      assert.deepStrictEqual(await server.kvp(), { kept: '1' });
    }));

  it('belongs to the resource name, and survives a torn last line', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fxhost-kvp-'));
    const kvpFile = path.join(folder, 'kvp.jsonl');
    const line = (/** @type {string} */ k, /** @type {string} */ v) =>
      `${JSON.stringify({ k, t: 's', v })}\n`;
    fs.writeFileSync(kvpFile, `${line('res:other:secret', 'theirs')}${line('res:inline:own', 'mine')
    }{"k":"res:inline:torn","t":"s","v":"hal`);
    await withServer(startScript(SCRIPT, { kvpFile }), async (server) => {
      assert.deepStrictEqual(await server.export('find', ['']), ['own']);
      assert.strictEqual(await server.export('get', ['secret']), null);
      await server.export('set', ['own', 'new']);
      await server.stop();
    });
    assert.ok(fs.readFileSync(kvpFile, 'utf8').includes(line('res:other:secret', 'theirs')));
    fs.rmSync(folder, { recursive: true });
  });
});
