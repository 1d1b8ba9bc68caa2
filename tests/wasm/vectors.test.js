'use strict';

// The vectors that tests/shared reads natively, through bridge.wasm and core.js.

const assert = require('node:assert');
const test = require('node:test');

const { splitSections } = require('../../resource/core');
const { vectors, hex, ok, errorOf, newCore } = require('./vectors');

const core = newCore();

test('identifiers', () => {
  const { good, bad } = vectors('identifiers');
  for (const { text, type, value } of good) {
    assert.deepStrictEqual(core.parseIdentifier(text), { type, value });
  }
  for (const text of bad) {
    const reason = errorOf(core.parseIdentifier(text));
    assert.ok(reason, text);
    const value = text.slice(text.indexOf(':') + 1);
    if (value.length > 6) assert.ok(!reason.includes(value), text);
  }
});

test('tags', () => {
  const { identifiers, tokens, bad_tokens: badTokens } = vectors('tags');
  for (const { key, text, tag } of identifiers) {
    assert.strictEqual(core.tagText(ok(core.tagIdentifier(hex(key), text)).tag), tag);
  }
  for (const { key, owner_id: owner, text, tag } of tokens) {
    assert.strictEqual(core.tagText(ok(core.tagToken(hex(key), owner, text)).tag), tag);
  }
  for (const text of badTokens) {
    assert.ok(errorOf(core.tagToken(hex(tokens[0].key), tokens[0].owner_id, text)), text);
  }
});

test('secrets', () => {
  const { good, bad } = vectors('secrets');
  for (const { text, bytes } of good) {
    assert.ok(ok(core.parseSecret(text)).secret.equals(hex(bytes)));
  }
  for (const text of bad) assert.ok(errorOf(core.parseSecret(text)), text);
});

test('enrolments', () => {
  const { good, bad } = vectors('enrolments');
  for (const { text, url, server_id: serverId, code, ca } of good) {
    assert.deepStrictEqual(
      core.parseEnrolment(text), { url, serverId, code: hex(code), ca: hex(ca) });
  }
  for (const text of bad) assert.ok(errorOf(core.parseEnrolment(text)), text);
});

test('ban codes', () => {
  for (const { number, code } of vectors('ids').ban_codes.good) {
    assert.strictEqual(core.banCode(number), code);
    assert.strictEqual(core.banCode(BigInt(number)), code);
  }
});

test('sealed values', () => {
  const { tag_keys: tagKeys, enrolled_secrets: enrolled, rotated_secrets: rotated } =
    vectors('sealed');
  for (const row of tagKeys) {
    const sealed = {
      secret: hex(row.secret), serverId: row.server_id, version: row.version, sealed: row.sealed,
    };
    assert.deepStrictEqual(core.openTagKey(sealed), hex(row.tag_key));
    assert.strictEqual(core.openTagKey({ ...sealed, version: row.version - 1 }), null);
    assert.strictEqual(core.openTagKey({ ...sealed, serverId: 'srv_aaaaaaaaaaaa' }), null);
    assert.strictEqual(core.openTagKey({ ...sealed, secret: hex(row.tag_key) }), null);
    assert.strictEqual(core.openTagKey({ ...sealed, sealed: row.sealed.slice(0, -1) }), null);
  }
  for (const { code, key_id: keyId, sealed, secret } of enrolled) {
    assert.deepStrictEqual(core.openEnrolledSecret({ code: hex(code), keyId, sealed }), hex(secret));
    assert.strictEqual(core.openEnrolledSecret({ code: hex(secret), keyId, sealed }), null);
  }
  for (const { private_key: seed, public_key: publicKey, sealed, secret } of rotated) {
    assert.strictEqual(core.rotationKeyPair(hex(seed)).publicKey.toString('base64url'), publicKey);
    assert.deepStrictEqual(core.openRotatedSecret({ seed: hex(seed), sealed }), hex(secret));
    assert.strictEqual(core.openRotatedSecret({ seed: hex(secret), sealed }), null);
  }
});

test('requests that our signer writes', () => {
  let signed = 0;
  for (const row of vectors('requests').good) {
    if (!row.ours) continue;
    const [, created, epoch, counter, keyId] =
      /created=(\d+);nonce="(\d+)-(\d+)";keyid="([^"]+)"/.exec(row.signature_input) ?? [];
    const { headers, context } = core.signRequest({
      secret: hex(row.secret), keyId, method: row.method, authority: row.authority,
      target: row.target, contentType: 'application/json',
      body: row.body === null ? null : hex(row.body), created: Number(created),
      epoch: Number(epoch), counter: Number(counter),
    });
    assert.deepStrictEqual(headers, {
      ...(row.body !== null && {
        'content-type': row.content_type, 'content-digest': row.content_digest,
      }),
      'signature-input': row.signature_input,
      signature: row.signature,
    });
    assert.strictEqual(`sig1=:${context.mac.toString('base64')}:`, row.signature);
    signed += 1;
  }
  assert.ok(signed >= 5);
});

/** @param {any} row of answers.json */
function verify(row) {
  return core.verifyAnswer({
    secret: hex(row.secret),
    keyId: row.key_id,
    context: { method: row.method, target: row.target, label: row.label, mac: hex(row.mac) },
    status: row.status,
    headers: {
      'content-type': row.content_type, 'content-digest': row.content_digest,
      'signature-input': row.signature_input, signature: row.signature,
    },
    body: hex(row.body),
  });
}

test('answers', () => {
  const { good, bad } = vectors('answers');
  for (const row of good) assert.deepStrictEqual(verify(row), { created: row.created });
  for (const row of bad) assert.ok(errorOf(verify(row)), row.note);
});

test('a history of ban-list sections', () => {
  const { list: kind, tag_version: tagVersion, history } = vectors('banlists');
  const list = core.createBanList(kind);
  assert.strictEqual(list.cursor, '0');
  for (const { section, cursor, size, snapshot } of history) {
    assert.strictEqual(ok(list.apply(hex(section))).cursor, cursor);
    assert.strictEqual(list.cursor, cursor);
    assert.strictEqual(list.size, size);
    assert.strictEqual(list.tagVersion, tagVersion);
    assert.strictEqual(list.snapshot().toString('hex'), snapshot);
  }
});

test('bad ban-list sections change nothing', () => {
  const { list: kind, held, bad } = vectors('banlists');
  const list = core.createBanList(kind);
  ok(list.apply(hex(held)));
  const before = list.snapshot();
  for (const { note, section } of bad) {
    assert.ok(errorOf(list.apply(hex(section))), note);
    assert.ok(list.snapshot().equals(before), note);
  }
});

test('matches', () => {
  const { list: kind, held, matches } = vectors('banlists');
  const list = core.createBanList(kind);
  ok(list.apply(hex(held)));
  for (const { tags, now, matches: expected } of matches) {
    const found = list.match(tags.map((/** @type {string} */ tag) => Buffer.from(tag, 'base64url')), now);
    assert.deepStrictEqual(found, expected.map((/** @type {any} */ row) => ({
      banNumber: row.ban_number, code: row.code, weight: row.weight, indexes: row.indexes,
      expires: row.expires,
    })));
  }
});

test('the worked example', () => {
  const example = vectors('example');
  const { secret } = ok(core.parseSecret(example.secret));
  const { request, answer } = example;
  const { headers, context } = core.signRequest({
    secret, keyId: example.key_id, method: 'POST', authority: request.authority,
    target: '/v1/hello', contentType: 'application/json', body: hex(request.body),
    created: 1763690000, epoch: 1763689990123, counter: 1,
  });
  assert.strictEqual(headers.signature, request.signature);
  const body = hex(answer.body);
  const verified = ok(core.verifyAnswer({
    secret, keyId: example.key_id, context, status: 200, body,
    headers: {
      'content-type': answer.content_type, 'content-digest': answer.content_digest,
      'signature-input': answer.signature_input, signature: answer.signature,
    },
  }));
  assert.strictEqual(verified.created, answer.created);
  const { version, sealed } = JSON.parse(body.toString()).tag_key;
  const tagKey = core.openTagKey({ secret, serverId: example.server_id, version, sealed });
  assert.ok(tagKey);
  const { tag } = ok(core.tagIdentifier(tagKey, example.identifier));
  assert.strictEqual(core.tagText(tag), example.tag);
  const [snapshot, delta] = ok(splitSections(hex(example.ban_list_body)));
  const list = core.createBanList(snapshot.list);
  ok(list.apply(snapshot.section));
  assert.strictEqual(list.match([tag], 1763690000)[0].code, example.ban_code);
  assert.strictEqual(ok(list.apply(delta.section)).removed, 1);
  assert.deepStrictEqual(list.match([tag], 1763690000), []);
});
