'use strict';

// Where FXServer says the resource lies: the same resource starts, reads and rewrites its file,
// and enforces, whatever the host's paths look like.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { connected, person } = require('./support/server');
const { until } = require('./support/timers');

for (const pathStyle of /** @type {const} */ (['linux', 'windows', 'windows-slash'])) {
  test(`the resource runs with ${pathStyle} paths`, async (t) => {
    const { ingest, server } = await connected(t, { pathStyle });
    const left = fs.readFileSync(path.join(server.root, 'drawbridge.json'), 'utf8');
    assert.strictEqual(JSON.parse(left).secret, '', 'the secret was taken out of the file');
    await server.enter(person(1));
    await until(() => ingest.eventsOf('join').length, 'join');
    const { violations } = await server.stop();
    assert.deepStrictEqual(violations, []);
  });
}
