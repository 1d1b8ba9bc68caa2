'use strict';

// resource/core.js as a whole: what it refuses, what it leaves in memory, lists that grow, loads
// that are cut, left or wrong.

const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const path = require('node:path');
const test = require('node:test');

const { loadCore, splitSections } = require('../../resource/core');
const { compile, Instance } = require('../../resource/wasm');
const { vectors, hex, ok, errorOf, wasmBytes, newCore } = require('./vectors');

/** @param {(string|number)[]} args @returns {Buffer} */
function randomList(...args) {
  return execFileSync('python3', [path.join(__dirname, 'random_list.py'), ...args.map(String)], {
    maxBuffer: 64 << 20,
  });
}

const request = {
  secret: crypto.randomBytes(32), keyId: 'srv_k3m7aq2wz5xe:1', method: 'POST',
  authority: 'bans.example.org', target: '/v1/hello', contentType: 'application/json',
  body: Buffer.from('{}'), created: 1763690000, epoch: 1763690000000, counter: 1,
};
const license = 'license:5d0c1f7a93be2846d1709e3fc8a5b26417f0e3d9';

test('a file that is not ours says so', () => {
  assert.throws(() => loadCore(Buffer.from('not wasm')), /damaged/);
  assert.throws(() => loadCore(wasmBytes.subarray(0, wasmBytes.length / 2)), /damaged/);
  // (module) with one import, and (module) with nothing in it.
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const type = [1, 4, 1, 0x60, 0, 0];
  const oneImport = [2, 7, 1, 1, 0x61, 1, 0x62, 0, 0];
  assert.throws(() => loadCore(Buffer.from([...header, ...type, ...oneImport])), /not the one/);
  assert.throws(() => loadCore(Buffer.from(header)), /another version/);
});

test('without WebAssembly it says what to do', () => {
  const { WebAssembly: held } = globalThis;
  try {
    Object.assign(globalThis, { WebAssembly: undefined });
    assert.throws(() => loadCore(wasmBytes), /update the FXServer artifact/);
  } finally {
    Object.assign(globalThis, { WebAssembly: held });
  }
});

test('arguments of the wrong shape throw, and the core goes on', () => {
  const core = newCore();
  assert.throws(() => core.tagIdentifier(Buffer.alloc(31), license), TypeError);
  assert.throws(() => core.tagText(Buffer.alloc(33)), TypeError);
  assert.throws(() => core.banCode(-1), TypeError);
  assert.throws(() => core.banCode(2 ** 40), RangeError);
  assert.throws(() => core.createBanList(3), TypeError);
  for (const wrong of [
    { secret: Buffer.alloc(0) }, { created: -1 }, { created: 1.5 }, { counter: NaN },
    { counter: 0 }, { authority: 'a b' }, { keyId: 'a"b' }, { target: `/${'a'.repeat(9000)}` },
  ]) {
    assert.throws(() => core.signRequest({ ...request, ...wrong }), JSON.stringify(wrong));
  }
  assert.strictEqual(core.openTagKey(/** @type {any} */ (
    { secret: request.secret, serverId: 'srv_k3m7aq2wz5xe', version: '1', sealed: undefined })), null);
  assert.ok(core.signRequest(request).headers.signature);
});

test('text of any length and content is refused, not a fault', () => {
  const core = newCore();
  for (const text of ['', ':', 'a'.repeat(40_000), 'ip:' + ':'.repeat(30_000), '\ud800', '\0', 'é:é']) {
    assert.ok(errorOf(core.parseIdentifier(text)));
    assert.ok(errorOf(core.parseSecret(text)));
    assert.ok(errorOf(core.parseEnrolment(text)));
    assert.ok(errorOf(core.tagToken(request.secret, 'own_b4n6tr2cq7da', text)));
    assert.strictEqual(core.openEnrolledSecret({ code: request.secret, keyId: text, sealed: text }), null);
  }
});

test('an answer is taken from headers of any shape', () => {
  const core = newCore();
  const { context } = core.signRequest(request);
  const body = Buffer.alloc(0);
  for (const headers of [
    {}, { signature: ['a', 'b'] }, { signature: 'sig1=:AA==:', 'signature-input': 'sig1=()' },
    { 'signature-input': 'x'.repeat(40_000), signature: 'x' },
  ]) {
    const { secret, keyId } = request;
    assert.ok(errorOf(core.verifyAnswer({ secret, keyId, context, status: 200, headers, body })));
  }
});

test('a digest computed while the body came in serves as well as the body', () => {
  const core = newCore();
  const [row] = vectors('answers').good;
  const answer = {
    secret: hex(row.secret),
    keyId: row.key_id,
    context: { method: row.method, target: row.target, label: row.label, mac: hex(row.mac) },
    status: row.status,
    headers: {
      'content-type': row.content_type, 'content-digest': row.content_digest,
      'signature-input': row.signature_input, signature: row.signature,
    },
    body: hex(row.body),
  };
  const bodyDigest = crypto.createHash('sha256').update(answer.body).digest();
  assert.strictEqual(ok(core.verifyAnswer({ ...answer, bodyDigest })).created, row.created);
  bodyDigest[0] ^= 1;
  assert.ok(errorOf(core.verifyAnswer({ ...answer, bodyDigest })));
});

test('no secret stays in the memory of the module', () => {
  const module = compile(wasmBytes);
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const { Instance: RealInstance } = WebAssembly;
  // The core's own instances, looked at from outside.
  class Watched extends RealInstance {
    /** @param {WebAssembly.Module} which @param {object} imports */
    constructor(which, imports) {
      super(which, imports);
      memories.push(this.exports.memory);
    }
  }
  Object.assign(WebAssembly, { Instance: Watched });
  try {
    const core = newCore();
    const { sealed, secrets, enrolments } = Object.fromEntries(
      ['sealed', 'secrets', 'enrolments'].map((name) => [name, vectors(name)]));
    const [tagKey] = sealed.tag_keys;
    const [rotated] = sealed.rotated_secrets;
    const key = ok(core.openTagKey({
      secret: hex(tagKey.secret), serverId: tagKey.server_id, version: 1, sealed: tagKey.sealed }));
    assert.ok(key);
    core.tagIdentifier(key, license);
    core.tagToken(key, 'own_b4n6tr2cq7da', `2:${'ab'.repeat(32)}`);
    core.parseSecret(secrets.good[0].text);
    core.parseEnrolment(enrolments.good[0].text);
    core.signRequest({ ...request, secret: hex(tagKey.secret) });
    core.openRotatedSecret({ seed: hex(rotated.private_key), sealed: rotated.sealed });
    const secretsSeen = [
      tagKey.secret, tagKey.tag_key, rotated.private_key, rotated.secret, enrolments.good[0].code,
    ].map(hex);
    const texts = [secrets.good[0].text, license.slice(8), 'AB'.repeat(32)].map((t) => Buffer.from(t));
    assert.strictEqual(memories.length, 1);
    const memory = Buffer.from(memories[0].buffer);
    for (const bytes of [...secretsSeen, ...texts]) {
      for (const part of [bytes.subarray(0, 16), bytes.subarray(16, 32)]) {
        assert.strictEqual(memory.indexOf(part), -1, `left: ${bytes.toString('hex')}`);
      }
    }
  } finally {
    Object.assign(WebAssembly, { Instance: RealInstance });
  }
  assert.ok(new Instance(module));
});

test('results are copies: the next call does not change them', () => {
  const core = newCore();
  const key = Buffer.alloc(32, 7);
  const { tag } = ok(core.tagIdentifier(key, license));
  const before = Buffer.from(tag);
  core.tagIdentifier(key, 'discord:12345678901234567');
  core.createBanList(1).apply(randomList('snapshot', 1000));
  assert.ok(tag.equals(before));
});

test('random histories match the model', () => {
  const core = newCore();
  for (const seed of [1, 2, 3]) {
    const list = core.createBanList(1);
    for (const step of JSON.parse(randomList('history', seed, 60).toString())) {
      ok(list.apply(hex(step.section)));
      if (!step.tags) continue;
      assert.strictEqual(list.size, step.size);
      const tags = step.tags.map((/** @type {string} */ tag) => Buffer.from(tag, 'base64url'));
      assert.deepStrictEqual(
        list.match(tags, step.now).map(({ banNumber, weight, indexes, expires, code }) => (
          { ban_number: banNumber, code, weight, expires, indexes })),
        step.matches);
    }
  }
});

test('a list grows far beyond its first memory, and comes out as it went in', () => {
  const core = newCore();
  const list = core.createBanList(1);
  const before = list.memoryBytes;
  const section = randomList('snapshot', 60_000);
  assert.deepStrictEqual(ok(list.apply(section)), {
    ok: true, cursor: '91e1a2b3c4d5e6f7-1', added: 60_000, removed: 0 });
  assert.ok(list.memoryBytes > before);
  assert.ok(list.memoryBytes / 60_000 < 30);
  assert.ok(list.snapshot().equals(section));
  const last = Buffer.concat([section.subarray(36 + 59_999 * 20 + 8, 36 + 59_999 * 20 + 16), Buffer.alloc(24)]);
  assert.strictEqual(list.match([last], 0).length, 1);
  // An empty snapshot gives the memory back with the old instance.
  ok(list.apply(hex(vectors('banlists').history.at(-1).section)));
  assert.strictEqual(list.memoryBytes, before);
});

test('any cut of a section gives the same list', () => {
  const core = newCore();
  const { history } = vectors('banlists');
  for (const size of [1, 7, 35, 36, 37, 64]) {
    const list = core.createBanList(1);
    for (const { section, snapshot } of history) {
      const loader = list.beginSection();
      const bytes = hex(section);
      for (let at = 0; at < bytes.length; at += size) ok(loader.feed(bytes.subarray(at, at + size)));
      ok(loader.finish());
      assert.strictEqual(list.snapshot().toString('hex'), snapshot);
    }
  }
});

test('what is held stays in force until a load is finished, and after one that fails', () => {
  const { history } = vectors('banlists');
  const list = newCore().createBanList(1);
  const [snapshot, delta] = history.map((/** @type {any} */ step) => hex(step.section));
  ok(list.apply(snapshot));
  const held = list.snapshot();
  const larger = randomList('snapshot', 500);

  const left = list.beginSection();
  ok(left.feed(larger.subarray(0, 5000)));
  assert.ok(list.snapshot().equals(held));
  assert.ok(errorOf(left.finish()));
  assert.ok(errorOf(left.feed(larger)));

  // A delta shows while it is fed; another load takes it back first.
  const first = list.beginSection();
  ok(first.feed(delta.subarray(0, delta.length - 1)));
  const second = list.beginSection();
  assert.ok(errorOf(first.feed(delta.subarray(-1))));
  assert.ok(errorOf(first.finish()));
  ok(second.feed(delta));
  assert.strictEqual(ok(second.finish()).cursor, history[1].cursor);
  assert.strictEqual(list.snapshot().toString('hex'), history[1].snapshot);

  assert.ok(errorOf(list.beginSection().finish()));
  assert.strictEqual(list.cursor, history[1].cursor);
});

test('splitSections cuts a body, and refuses one that does not come out even', () => {
  const { history } = vectors('banlists');
  const [one, two] = history.map((/** @type {any} */ step) => hex(step.section));
  const owner = Buffer.from(one);
  owner[4] = 2;
  assert.deepStrictEqual(splitSections(Buffer.alloc(0)), []);
  assert.deepStrictEqual(splitSections(Buffer.concat([one, owner, two])), [
    { list: 1, section: one }, { list: 2, section: owner }, { list: 1, section: two }]);
  assert.ok(errorOf(splitSections(Buffer.concat([one, two.subarray(0, -1)]))));
  assert.ok(errorOf(splitSections(Buffer.concat([one, Buffer.alloc(1)]))));
  assert.ok(errorOf(splitSections(Buffer.alloc(60))));
  const unknown = Buffer.from(one);
  unknown[4] = 3;
  assert.ok(errorOf(splitSections(unknown)));
});

test('a list of the other kind is refused', () => {
  const section = hex(vectors('banlists').history[0].section);
  assert.match(errorOf(newCore().createBanList(2).apply(section)), /other list/);
});

test('a module that fails while a delta loads leaves an empty list, not a broken one', () => {
  const list = newCore().createBanList(1);
  const [snapshot, delta] = vectors('banlists').history.map((/** @type {any} */ s) => hex(s.section));
  ok(list.apply(snapshot));
  const { RuntimeError } = WebAssembly;
  const loader = list.beginSection();
  const fault = { get length() { throw new RuntimeError('unreachable'); } };
  ok(loader.feed(delta.subarray(0, 36)));
  assert.ok(errorOf(loader.feed(/** @type {any} */ (fault))));
  assert.strictEqual(list.cursor, '0');
  ok(list.apply(snapshot));
  assert.strictEqual(list.size, 6);
});
