'use strict';

// Throw-away certificates for tests, made with the openssl program: a CA, and server certificates
// that are right, expired, or made out for another host.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** @typedef {{key: string, cert: string}} Certificate */

class Authority {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'drawbridge-ca-'));

  constructor() {
    this.#openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Drawbridge test CA']);
  }

  get pem() { return this.#read('ca.pem'); }

  /**
   * @param {{names?: string, expired?: boolean}} [how]
   * @returns {Certificate}
   */
  issue({ names = 'DNS:localhost,IP:127.0.0.1', expired = false } = {}) {
    this.#openssl(['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
      '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=leaf']);
    fs.writeFileSync(path.join(this.#folder, 'leaf.ext'), `subjectAltName=${names}\n`);
    const common = ['-in', 'leaf.csr', '-out', 'leaf.pem', '-extfile', 'leaf.ext'];
    // `openssl x509` takes no end date in the past as days ≥ 0 only: `-days -1` is accepted.
    this.#openssl(['x509', '-req', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial',
      ...common, '-days', expired ? '-1' : '2']);
    return { key: this.#read('leaf.key'), cert: this.#read('leaf.pem') };
  }

  remove() { fs.rmSync(this.#folder, { recursive: true, force: true }); }

  /** @param {string[]} args */
  #openssl(args) { execFileSync('openssl', args, { cwd: this.#folder, stdio: 'ignore' }); }
  /** @param {string} name */
  #read(name) { return fs.readFileSync(path.join(this.#folder, name), 'utf8'); }
}

module.exports = { Authority };
