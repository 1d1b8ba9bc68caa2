// @ts-nocheck: scripts of a resource share one scope, which the type checker does not know.
'use strict';

// A required module is ordinary CommonJS, natives included.
const fs = require('fs');
const path = require('path');

function nextTick() {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBanned(identifiers) {
  const list = fs.readFileSync(path.join(__dirname, 'banned.txt'), 'utf8').split('\n');
  return identifiers.some((entry) => list.includes(entry));
}

module.exports = { nextTick, isBanned, folder: __dirname, owner: GetCurrentResourceName() };
