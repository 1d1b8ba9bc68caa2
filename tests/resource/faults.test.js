'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { createFaults } = require('../../resource/faults');
const { createFx } = require('../../resource/fx');
const { createLog } = require('../../resource/log');
const { Natives } = require('./support/natives');

function open() {
  const natives = new Natives();
  const fx = createFx(natives);
  const faults = createFaults(createLog(fx.print), () => natives.now);
  fx.setFaultHandler(faults.report);
  /** @type {any[]} */
  const sent = [];
  faults.sendWith((fields) => sent.push(fields));
  return { natives, fx, faults, sent };
}

test('whatever a handler, command or timer throws is printed and reported, redacted', () => {
  const { natives, fx, sent } = open();
  const license = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6a7b8c9d0';
  const fail = (/** @type {string} */ where) => () => {
    throw new TypeError(`${where} of license:${license}`);
  };
  fx.on('playerJoining', fail('handler'));
  fx.command('drawbridge', fail('command'));
  natives.handlers.get('playerJoining')?.(1);
  natives.commands.get('drawbridge')?.(0, []);
  fx.later(10, fail('timer'));
  natives.advance(100);
  assert.deepStrictEqual(sent.map(({ where }) => where), ['playerJoining', 'command', 'timer']);
  assert.strictEqual(sent[0].message, 'handler of license:<redacted>');
  assert.match(sent[0].trace, /faults\.test\.js|<path>/);
  assert.ok(!JSON.stringify(sent).includes(license));
  assert.ok(!natives.text.includes(license));
  assert.match(natives.lines[0], /^WARNING: Fault in playerJoining: handler of license:<redacted>/);
});

test('the same fault is said once an hour, and at most twenty in an hour', () => {
  const { natives, faults, sent } = open();
  for (let i = 0; i < 100; i += 1) faults.report('tick', new Error('the same'));
  assert.strictEqual(sent.length, 1);
  for (let i = 0; i < 100; i += 1) faults.report(`place ${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${
    'xyzw'[i % 4]}`, new Error('other'));
  assert.strictEqual(sent.length, 20);
  natives.advance(3_600_001);
  faults.report('tick', new Error('the same'));
  assert.strictEqual(sent.length, 21);
  assert.strictEqual(natives.lines.length, 21);
});

test('a fault while there is no ingest yet is printed all the same', () => {
  const { natives, faults } = open();
  faults.sendWith(null);
  faults.report('start', 'a text, not an error');
  assert.match(natives.text, /Fault in start: a text, not an error/);
});
