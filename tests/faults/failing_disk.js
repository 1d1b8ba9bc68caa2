// The failing disk and the jumping clock that shim.c preloads into a daemon.
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { program } = require('../e2e/daemon.js');

/** Kinds of calls and files, as shim.c numbers them. */
const CALL = { write: 1, read: 2, sync: 4, truncate: 8, open: 16 };
const FILE = { database: 1, log: 2, other: 4 };
const EVERY_FILE = FILE.database | FILE.log | FILE.other;
const FOR_EVER = 2n ** 62n;

/** Where struct control has its members. */
const AT = { calls: 0, files: 4, error: 8, partial: 12, skip: 16, times: 24, counted: 32, failed: 40 };
const CLOCK_AT = 48;
const SIZE = 56;

/**
 * @typedef {object} Fault
 * @property {number} calls of CALL, or-ed
 * @property {number} [files] of FILE, or-ed
 * @property {number} [error] errno
 * @property {number} [skip] calls that go through first
 * @property {number | bigint} [times] calls that fail then
 * @property {boolean} [partial] a failing write has written half of it
 */

class FailingDisk {
  /** @param {import('../e2e/daemon.js').Daemon} daemon not started yet */
  constructor(daemon) {
    const control = `${daemon.dir}.shim`;
    fs.writeFileSync(control, Buffer.alloc(SIZE));
    this.descriptor = fs.openSync(control, 'r+');
    daemon.env = {
      LD_PRELOAD: path.join(path.dirname(program('x')), '../lib/faults_shim.so'),
      DRAWBRIDGE_SHIM_CONTROL: control,
      DRAWBRIDGE_SHIM_FOLDER: daemon.dir,
    };
  }

  /** @param {'calls' | 'files' | 'error' | 'partial'} member @param {number} value */
  write32(member, value) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    fs.writeSync(this.descriptor, bytes, 0, 4, AT[member]);
  }

  /** @param {number} at @param {bigint} value */
  write64(at, value) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    fs.writeSync(this.descriptor, bytes, 0, 8, at);
  }

  /** @param {'counted' | 'failed'} member since it was armed */
  count(member) {
    const bytes = Buffer.alloc(8);
    fs.readSync(this.descriptor, bytes, 0, 8, AT[member]);
    return Number(bytes.readBigUInt64LE());
  }

  /**
   * From the next call on.
   * @param {Fault} fault
   */
  arm({ calls, files = EVERY_FILE, error = os.constants.errno.EIO, skip = 0, times = 1, partial }) {
    this.heal();
    this.write32('files', files);
    this.write32('error', error);
    this.write32('partial', partial ? 1 : 0);
    this.write64(AT.skip, BigInt(skip));
    this.write64(AT.times, BigInt(times));
    this.write64(AT.counted, 0n);
    this.write64(AT.failed, 0n);
    this.write32('calls', calls);
  }

  heal() {
    this.write32('calls', 0);
  }

  /** What the daemon's wall clock is off by. @param {number} seconds */
  setClock(seconds) {
    this.write64(CLOCK_AT, BigInt(seconds));
  }

  close() {
    fs.closeSync(this.descriptor);
  }
}

module.exports = { CALL, EVERY_FILE, FILE, FOR_EVER, FailingDisk };
