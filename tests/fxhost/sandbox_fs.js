'use strict';

// fs as a sandboxed resource sees it: every path argument is checked, in all three styles
// (synchronous, callback, promise) and in the stream classes. Descriptors and FileHandles that
// were opened through here pass unchecked.

const fs = require('fs');

/** @typedef {import('./paths').Paths} Paths */
/** @typedef {'read' | 'write' | 'open' | 'never'} Access */
/** @typedef {(code: string, permission: string, detail: string) => Error} Deny reports a refusal */

/** @type {Record<string, Access[]>} */
const PATH_ARGUMENTS = {
  access: ['read'], appendFile: ['write'], chmod: ['write'], chown: ['write'],
  copyFile: ['read', 'write'], cp: ['read', 'write'], lchmod: ['write'], lchown: ['write'],
  link: ['never', 'never'], lstat: ['read'], lutimes: ['write'], mkdir: ['write'],
  mkdtemp: ['write'], open: ['open'], opendir: ['read'], readdir: ['read'], readFile: ['read'],
  readlink: ['read'], realpath: ['read'], rename: ['write', 'write'], rm: ['write'],
  rmdir: ['write'], stat: ['read'], statfs: ['read'], symlink: ['never', 'never'],
  truncate: ['write'], unlink: ['write'], utimes: ['write'], writeFile: ['write'],
};
/** Synchronous calls without "Sync" in their name. @type {Record<string, Access[]>} */
const SYNCHRONOUS = {
  createReadStream: ['read'], createWriteStream: ['write'], watch: ['read'], watchFile: ['read'],
  unwatchFile: ['read'], openAsBlob: ['read'],
};
/** @type {Record<string, Access[]>} */
const CLASSES = { ReadStream: ['read'], WriteStream: ['write'] };
const WRITE_FLAGS = fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT |
  fs.constants.O_TRUNC | fs.constants.O_APPEND;

class SandboxFs {
  /** @param {Paths} paths @param {Deny} deny */
  constructor(paths, deny) {
    this.paths = paths;
    this.deny = deny;
  }

  /** @returns {any} a replacement for require('fs') */
  build() {
    /** @type {any} */
    const wrapped = { ...fs };
    for (const [name, access] of Object.entries(PATH_ARGUMENTS)) {
      this.wrapSync(wrapped, `${name}Sync`, access);
      this.wrapCallback(wrapped, name, access);
    }
    for (const [name, access] of Object.entries(SYNCHRONOUS)) this.wrapSync(wrapped, name, access);
    for (const [name, access] of Object.entries(CLASSES)) this.wrapClass(wrapped, name, access);
    wrapped.FileReadStream = wrapped.ReadStream;
    wrapped.FileWriteStream = wrapped.WriteStream;
    wrapped.realpath.native = wrapped.realpath;
    wrapped.realpathSync.native = wrapped.realpathSync;
    wrapped.existsSync = (/** @type {any} */ file) => this.exists(file);
    wrapped.exists = (/** @type {any} */ file, /** @type {(found: boolean) => void} */ callback) =>
      process.nextTick(callback, this.exists(file));
    const promises = this.buildPromises();
    Object.defineProperty(wrapped, 'promises', { value: promises, enumerable: true });
    return wrapped;
  }

  buildPromises() {
    /** @type {any} */
    const real = fs.promises;
    const promises = { ...real };
    for (const [name, access] of Object.entries(PATH_ARGUMENTS)) {
      if (typeof real[name] !== 'function') continue;
      promises[name] = async (/** @type {any[]} */ ...args) =>
        real[name](...this.checked(args, access));
    }
    return promises;
  }

  /** @param {any} file @returns {boolean} */
  exists(file) {
    try {
      return fs.existsSync(this.checked([file], ['read'])[0]);
    } catch {
      return false;
    }
  }

  /** @param {any} target @param {string} name @param {Access[]} access */
  wrapSync(target, name, access) {
    const real = target[name];
    if (typeof real !== 'function') return;
    target[name] = (/** @type {any[]} */ ...args) => real(...this.checked(args, access));
  }

  /** @param {any} target @param {string} name @param {Access[]} access */
  wrapCallback(target, name, access) {
    const real = target[name];
    if (typeof real !== 'function') return;
    target[name] = (/** @type {any[]} */ ...args) => {
      const callback = args[args.length - 1];
      let checked;
      try {
        checked = this.checked(args, access);
      } catch (error) {
        if (typeof callback !== 'function') throw error;
        process.nextTick(callback, error);
        return undefined;
      }
      return real(...checked);
    };
  }

  /** @param {any} target @param {string} name @param {Access[]} access */
  wrapClass(target, name, access) {
    const build = (/** @type {any} */ real, /** @type {any[]} */ args) =>
      Reflect.construct(real, this.checked(args, access));
    target[name] = new Proxy(target[name], {
      construct: build,
      apply: (real, _self, args) => build(real, args),
    });
  }

  /**
   * @param {any[]} args
   * @param {Access[]} access
   * @returns {any[]} the arguments with real paths
   */
  checked(args, access) {
    const result = [...args];
    access.forEach((wanted, index) => {
      const given = args[index];
      const isPath = typeof given === 'string' || given instanceof URL || Buffer.isBuffer(given);
      if (isPath) result[index] = this.allow(given, wanted === 'open' ? opened(args[1]) : wanted);
    });
    return result;
  }

  /** @param {any} given @param {'read' | 'write' | 'never'} wanted @returns {string} */
  allow(given, wanted) {
    const mode = wanted === 'read' ? 'read' : 'write';
    const { path, code } = wanted === 'never'
      ? { path: '', code: 'fs-symlink' } : this.paths.check(given, mode);
    if (!code) return path;
    throw this.deny(code, mode === 'read' ? 'FileSystemRead' : 'FileSystemWrite', String(given));
  }
}

/** @param {any} flags of fs.open @returns {'read' | 'write'} */
function opened(flags) {
  if (typeof flags === 'number') return (flags & WRITE_FLAGS) !== 0 ? 'write' : 'read';
  return typeof flags === 'string' && /[wa+]/.test(flags) ? 'write' : 'read';
}

module.exports = { SandboxFs };
