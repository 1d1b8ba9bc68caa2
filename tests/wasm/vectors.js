'use strict';

// What the tests of the core share: the vectors of tests/vectors, and a core.

const fs = require('node:fs');
const path = require('node:path');

const { loadCore } = require('../../resource/core');

const root = path.resolve(__dirname, '..', '..');

/** @param {string} name @returns {any} */
function vectors(name) {
  return JSON.parse(fs.readFileSync(path.join(root, 'tests', 'vectors', `${name}.json`), 'utf8'));
}

const wasmBytes = fs.readFileSync(path.join(root, 'resource', 'bridge.wasm'));

/** @param {string} text @returns {Buffer} */
const hex = (text) => Buffer.from(text, 'hex');

/** Fails the test when the result is an error. @template T @param {T | {error: string}} result @returns {T} */
function ok(result) {
  if (result && typeof result === 'object' && 'error' in result) throw new Error(result.error);
  return /** @type {T} */ (result);
}

/** @param {any} result @returns {string} */
function errorOf(result) {
  return result && typeof result === 'object' && 'error' in result ? result.error : '';
}

module.exports = { vectors, hex, ok, errorOf, wasmBytes, newCore: () => loadCore(wasmBytes) };
