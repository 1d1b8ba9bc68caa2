'use strict';

// Natives about resources and their files, and the few the host has only to catch their use.

const fs = require('fs');
const path = require('path');
const { cString } = require('./transfer');

/** @typedef {import('./host').Host} Host */

class ResourceNatives {
  /** @param {Host} host */
  constructor(host) {
    this.host = host;
    /** @type {Map<string, string>} states of resources that are only claimed to exist */
    this.states = new Map();
  }

  install() {
    const { host } = this;
    const text = (/** @type {any} */ value) => host.argument('a resource native', 0, value);
    host.natives({
      GetCurrentResourceName: () => host.name,
      GetInvokingResource: () => host.calls.invokingResource(),
      GetResourcePath: (name) => {
        const mount = host.paths.find(text(name));
        return mount ? mount.shown : null;
      },
      GetResourceState: (name) => this.state(text(name)),
      GetNumResources: () => this.names().length,
      GetResourceByFindIndex: (i) => this.names()[i] || null,
      GetNumResourceMetadata: (name, key) => this.metadata(text(name), key).length,
      GetResourceMetadata: (name, key, i) => this.metadata(text(name), key)[i] || null,
      LoadResourceFile: (name, file) => this.load(text(name), host.argument('file', 1, file)),
      SaveResourceFile: (name, file, data, length) =>
        host.bool(this.save(text(name), host.argument('file', 1, file), data, length)),
      IsDuplicityVersion: () => host.bool(true),
      GetGameTimer: () => Math.trunc(performance.now()),
      ScheduleResourceTick: (name) => { if (text(name) === host.name) host.scheduleTick(); },
      GetConsoleBuffer: () => host.console.buffer(),
      RegisterConsoleListener: (listener) => {
        host.console.listeners.push((channel, line) => listener(channel, line));
      },
      SetHttpHandler: () => host.report('http-handler', 'SetHttpHandler was called'),
    });
    host.globals({
      read: (/** @type {any} */ file) => this.readOwn(file, (bytes) => bytes.toString('utf8')),
      readbuffer: (/** @type {any} */ file) => this.readOwn(file, (bytes) =>
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
    });
  }

  names() {
    return [...new Set([...this.host.paths.mounts.map(({ name }) => name), ...this.states.keys()])];
  }

  /** @param {string} name */
  state(name) {
    if (name === this.host.name) return this.host.state;
    return this.states.get(name) || (this.host.paths.find(name) ? 'started' : 'missing');
  }

  /** @param {string} name @param {any} key @returns {string[]} */
  metadata(name, key) {
    if (name !== this.host.name) return [];
    return this.host.metadata.get(String(key)) || [];
  }

  /** @param {string} name @param {string} file @returns {Buffer | null} */
  bytes(name, file) {
    const mount = this.host.paths.find(name);
    if (!mount) return null;
    // join() would swallow the .. that the check has to see.
    const { path: real, code } = this.host.paths.check(`${mount.root}/${file}`, 'read');
    if (code) {
      this.host.report(code, `${name}/${file}`);
      return null;
    }
    const stat = fs.statSync(real, { throwIfNoEntry: false });
    return stat && stat.isFile() ? fs.readFileSync(real) : null;
  }

  /** @param {string} name @param {string} file @returns {string | null} */
  load(name, file) {
    const bytes = this.bytes(name, file);
    if (bytes === null) return null;
    const text = cString(bytes.toString('utf8')) || '';
    if (!Buffer.from(text, 'utf8').equals(bytes)) {
      this.host.report('load-binary', `${name}/${file} is not what the script got`);
    }
    return text;
  }

  /**
   * @param {string} name
   * @param {string} file
   * @param {any} data text or bytes
   * @param {any} length -1 or 0: all of the text
   * @returns {boolean}
   */
  save(name, file, data, length) {
    if (name !== this.host.name) {
      this.host.report('save-foreign', `SaveResourceFile for ${name}`);
      return false;
    }
    const { path: real, code } = this.host.paths.check(
      `${this.host.paths.own.root}/${file}`, 'write');
    if (code) {
      this.host.report(code, `SaveResourceFile ${file}`);
      return false;
    }
    const binary = ArrayBuffer.isView(data);
    const bytes = binary
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      : Buffer.from(this.host.argument('SaveResourceFile', 2, data), 'utf8');
    const end = length > 0 ? Math.min(length, bytes.length) : bytes.length;
    if (!fs.existsSync(path.dirname(real))) return false;
    fs.writeFileSync(real, bytes.subarray(0, end));
    return true;
  }

  /**
   * @template T
   * @param {any} file in the own folder, or @resource/file
   * @param {(bytes: Buffer) => T} convert
   * @returns {T | undefined}
   */
  readOwn(file, convert) {
    const found = /^@([^/]+)\/(.*)$/.exec(String(file));
    const bytes = found ? this.bytes(found[1], found[2]) : this.bytes(this.host.name, String(file));
    return bytes === null ? undefined : convert(bytes);
  }
}

module.exports = { ResourceNatives };
