'use strict';

// The real core, as the resource loads it.

const fs = require('node:fs');
const path = require('node:path');
const { loadCore } = require('../../../resource/core');

const WASM = path.resolve(__dirname, '..', '..', '..', 'resource', 'bridge.wasm');

module.exports = { core: loadCore(fs.readFileSync(WASM)), WASM };
