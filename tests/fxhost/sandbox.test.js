'use strict';

// What the file system and the module loader let a resource do.

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, it } = require('node:test');
const { startScript, withServer } = require('./inline');

/** Writes what each attempt gave: its result, or the code of its error. */
const ATTEMPTS = `
  const fs_ = require('fs');
  const path_ = require('path');
  const base = GetResourcePath(GetCurrentResourceName());
  const outcome = async (body) => {
    try {
      return String(await body());
    } catch (error) {
      return error.code || String(error);
    }
  };
`;

describe('sandbox', { concurrency: 2 }, () => {
  it('holds in synchronous, callback, promise and stream calls', () => withServer(startScript(`
    ${ATTEMPTS}
    exports('try', async (file) => [
      await outcome(() => fs_.readFileSync(file, 'utf8')),
      await outcome(() => new Promise((resolve, reject) => fs_.readFile(file, 'utf8',
        (error, text) => (error ? reject(error) : resolve(text))))),
      await outcome(() => fs_.promises.readFile(file, 'utf8')),
      await outcome(() => require('node:fs/promises').readFile(file, 'utf8')),
      await outcome(() => fs_.createReadStream(file).close()),
      await outcome(() => new fs_.ReadStream(file).close()),
      await outcome(() => fs_.closeSync(fs_.openSync(file))),
      await outcome(() => fs_.closeSync(fs_.openSync(file, 'a'))),
      String(fs_.existsSync(file)),
    ]);
  `, { extraFiles: { 'own.txt': 'mine' } }), async (server) => {
    const denied = 'ERR_ACCESS_DENIED';
    assert.deepStrictEqual(await server.export('try', ['/etc/hostname']),
      [denied, denied, denied, denied, denied, denied, denied, denied, 'false']);
    assert.deepStrictEqual(await server.export('try', [path.join(server.root, 'own.txt')]), [
      'mine', 'mine', 'mine', 'mine', 'undefined', 'undefined', 'undefined', 'undefined', 'true',
    ]);
  }));

  it('reads other resources and writes only to the own one', async () => {
    const other = fs.mkdtempSync(path.join(os.tmpdir(), 'fxhost-other-'));
    fs.writeFileSync(path.join(other, 'note.txt'), 'theirs');
    await withServer(startScript(`
      ${ATTEMPTS}
      exports('try', async () => {
        const theirs = path_.join(GetResourcePath('neighbour'), 'note.txt');
        return [
          await outcome(() => fs_.readFileSync(theirs, 'utf8')),
          LoadResourceFile('neighbour', 'note.txt'),
          await outcome(() => fs_.writeFileSync(theirs, 'x')),
          await outcome(() => fs_.copyFileSync(theirs, path_.join(base, 'copy.txt'))),
          await outcome(() => fs_.renameSync(path_.join(base, 'copy.txt'), theirs)),
          SaveResourceFile('inline', 'saved.txt', 'grün', -1),
          SaveResourceFile('inline', 'cut.bin', new Uint8Array([1, 2, 3]), 2),
          LoadResourceFile('inline', 'saved.txt'), LoadResourceFile('inline', 'none'),
          LoadResourceFile('inline', '../' + path_.basename(base) + '/saved.txt'),
        ];
      });
    `, { mounts: { neighbour: other } }), async (server) => {
      const denied = 'ERR_ACCESS_DENIED';
      assert.deepStrictEqual(await server.export('try'), ['theirs', 'theirs', denied, 'undefined',
        denied, 1, 1, 'gr\u00fcn', null, null]);
      assert.deepStrictEqual([...fs.readFileSync(path.join(server.root, 'cut.bin'))], [1, 2]);
      assert.strictEqual(fs.readFileSync(path.join(other, 'note.txt'), 'utf8'), 'theirs');
    });
    fs.rmSync(other, { recursive: true });
  });

  it('refuses to follow symbolic links', () => withServer(startScript(`
    ${ATTEMPTS}
    exports('try', async () => [
      await outcome(() => fs_.readFileSync(path_.join(base, 'link'), 'utf8')),
      await outcome(() => fs_.readdirSync(path_.join(base, 'folder'))),
      await outcome(() => require('./folder/code.js')),
    ]);
  `), async (server) => {
    fs.mkdirSync(path.join(server.tempDir, 'real'));
    fs.writeFileSync(path.join(server.tempDir, 'real', 'code.js'), '');
    fs.symlinkSync('/etc/hostname', path.join(server.root, 'link'));
    fs.symlinkSync(path.join(server.tempDir, 'real'), path.join(server.root, 'folder'));
    const denied = 'ERR_ACCESS_DENIED';
    assert.deepStrictEqual(await server.export('try'), [denied, denied, denied]);
  }));

  for (const [style, shown] of [
    ['windows', 'C:\\FXServer\\server-data\\resources\\inline'],
    ['windows-slash', 'C:/FXServer/server-data/resources//inline'],
  ]) {
    it(`maps ${style} paths to the real folder`, () => withServer(startScript(`
      ${ATTEMPTS}
      exports('try', async () => [
        base,
        await outcome(() => fs_.readFileSync(base + '/own.txt', 'utf8')),
        await outcome(() => fs_.readFileSync(base + '\\\\own.txt', 'utf8')),
        await outcome(() => fs_.readFileSync(path_.join(base, 'own.txt'), 'utf8')),
        await outcome(() => fs_.readFileSync(path_.resolve(base, 'own.txt'), 'utf8')),
        await outcome(() => fs_.writeFileSync(base + '/new.txt', 'new')),
        await outcome(() => require(base + '/module.js')),
        await outcome(() => fs_.readFileSync('C:/Windows/win.ini')),
        await outcome(() => fs_.readFileSync(base + '-other/own.txt')),
      ]);
    `, {
      pathStyle: style,
      extraFiles: { 'own.txt': 'mine', 'module.js': 'module.exports = "loaded";' },
    }), async (server) => {
      assert.deepStrictEqual(await server.export('try'), [shown, 'mine', 'mine', 'mine', 'mine',
        'undefined', 'loaded', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED']);
      assert.strictEqual(fs.readFileSync(path.join(server.root, 'new.txt'), 'utf8'), 'new');
    }));
  }

  it('keeps modules outside and Node\'s internals away', () => withServer(startScript(`
    ${ATTEMPTS}
    exports('try', async (outside) => [
      await outcome(() => require(outside)),
      await outcome(() => require('internal/test/binding')),
      await outcome(() => require('child_process').spawn('true')),
      await outcome(() => require('cluster').fork()),
      await outcome(() => (process.getBuiltinModule ? process.getBuiltinModule('fs') : fs)
        .readFileSync('/etc/hostname')),
      await outcome(() => fs.readFileSync('/etc/hostname')),
      typeof https.request, typeof crypto.createHmac, crypto === require('crypto'),
    ]);
  `), async (server) => {
    const outside = path.join(server.tempDir, 'outside.js');
    fs.writeFileSync(outside, 'module.exports = "escaped";');
    const denied = 'ERR_ACCESS_DENIED';
    assert.deepStrictEqual(await server.export('try', [outside]), [denied, 'MODULE_NOT_FOUND',
      denied, denied, denied, denied, 'function', 'function', true]);
  }));

  it('gives a temporary folder inside the resource and removes it at the stop', () =>
    withServer(startScript(`
      exports('try', () => {
        const file = require('path').join(require('os').tmpdir(), 'note');
        require('fs').writeFileSync(file, 'x');
        return file;
      });
    `, { keep: true }), async (server) => {
      const file = await server.export('try');
      assert.strictEqual(file, path.join(server.root, '.tmp', 'note'));
      assert.ok(fs.existsSync(file));
      await server.stop();
      assert.ok(!fs.existsSync(path.dirname(file)));
      fs.rmSync(server.tempDir, { recursive: true });
    }));
});
