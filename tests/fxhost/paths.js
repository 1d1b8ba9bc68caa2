'use strict';

// Which path belongs to which resource folder, under the names FXServer gives them: on Linux
// GetResourcePath has a double slash, on Windows it is C:\… or C:/…, which the host maps back to
// the real folder, so that path handling mistakes show on any machine.

const fs = require('fs');
const path = require('path');
const { fileURLToPath } = require('url');

/** @typedef {'linux' | 'windows' | 'windows-slash'} PathStyle */
/** @typedef {{ name: string, root: string, shown: string }} Mount */
/** @typedef {{ path: string, code: string | null }} Checked code: the rule that refuses it */

const WINDOWS_BASE = 'C:\\FXServer\\server-data\\resources';

class Paths {
  /**
   * @param {{ name: string, root: string }} own
   * @param {Array<{ name: string, root: string }>} others
   * @param {PathStyle} style
   */
  constructor(own, others, style) {
    this.style = style;
    /** @type {Mount[]} */
    this.mounts = [own, ...others].map(({ name, root }) => {
      const real = fs.realpathSync(root);
      return { name, root: real, shown: this.show(name, real) };
    });
    this.own = this.mounts[0];
  }

  /** @param {string} name @param {string} root @returns {string} what GetResourcePath says */
  show(name, root) {
    if (this.style === 'windows') return `${WINDOWS_BASE}\\${name}`;
    if (this.style === 'windows-slash') return `${WINDOWS_BASE.replace(/\\/g, '/')}//${name}`;
    return `${path.dirname(root)}//${path.basename(root)}`;
  }

  /** @param {string} name @returns {Mount | undefined} */
  find(name) {
    return this.mounts.find((mount) => mount.name === name);
  }

  /**
   * A path as a script wrote it, made a path of this machine.
   * @param {any} given string, Buffer or file URL
   * @returns {string}
   */
  toReal(given) {
    const text = given instanceof URL ? fileURLToPath(given) : String(given);
    if (this.style === 'linux') return path.resolve(text);
    // path.resolve() here takes C:\… for a relative name and puts the current folder before it.
    const prefix = `${process.cwd()}/`;
    const bare = text.startsWith(`${prefix}C:`) ? text.slice(prefix.length) : text;
    if (!/^[A-Za-z]:[\\/]/.test(bare)) return path.resolve(text);
    const plain = bare.replace(/[\\/]+/g, '/');
    for (const mount of this.mounts) {
      const shown = mount.shown.replace(/[\\/]+/g, '/');
      const inside = plain.slice(shown.length);
      const match = plain.toLowerCase().startsWith(shown.toLowerCase());
      if (match && (inside === '' || inside.startsWith('/'))) return path.join(mount.root, inside);
    }
    return path.resolve(text);
  }

  /**
   * @param {any} given
   * @param {'read' | 'write'} mode
   * @returns {Checked}
   */
  check(given, mode) {
    const text = given instanceof URL ? given.pathname : String(given);
    const real = this.toReal(given);
    if (text.split(/[\\/]/).includes('..')) return { path: real, code: 'fs-dotdot' };
    const mount = this.mounts.find(({ root }) => isInside(root, real));
    if (mode === 'write' && mount !== this.own) return { path: real, code: 'fs-write-outside' };
    if (!mount) return { path: real, code: 'fs-read-outside' };
    return { path: real, code: hasSymlink(mount.root, real) ? 'fs-symlink' : null };
  }
}

/** @param {string} root @param {string} file */
function isInside(root, file) {
  return file === root || file.startsWith(root + path.sep);
}

/** @param {string} root @param {string} file @returns {boolean} a link on the way from root */
function hasSymlink(root, file) {
  let at = root;
  for (const part of path.relative(root, file).split(path.sep)) {
    at = path.join(at, part);
    const stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (!stat) return false;
    if (stat.isSymbolicLink()) return true;
  }
  return false;
}

module.exports = { Paths };
