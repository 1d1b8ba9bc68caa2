// A proxy that ends TLS on both sides and keeps every byte in between, as a CDN or somebody in the
// middle with the operator's consent would see them.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const tls = require('node:tls');

class RecordingProxy {
  constructor() {
    /** @type {Buffer[]} */
    this.toDaemon = [];
    /** @type {Buffer[]} */
    this.toGameServer = [];
    this.port = 0;
    /** @type {tls.Server | null} */
    this.server = null;
    /** @type {{ dataPort: number, ca: string } | null} */
    this.daemon = null;
    /** @type {Set<import('node:net').Socket>} */
    this.sockets = new Set();
  }

  /**
   * A port first, since the daemon must know it before it starts.
   * @param {string} dir the daemon's data folder, whose certificate and key it shows
   */
  async listen(dir) {
    const server = tls.createServer({
      cert: fs.readFileSync(path.join(dir, 'server.pem')),
      key: fs.readFileSync(path.join(dir, 'server.key')),
    }, (socket) => this.join(socket));
    this.server = server;
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    this.port = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
    return this;
  }

  /** @param {tls.TLSSocket} from the game server */
  join(from) {
    if (!this.daemon) {
      from.destroy();
      return;
    }
    const { dataPort, ca } = this.daemon;
    const to = tls.connect({ host: '127.0.0.1', port: dataPort, ca, servername: 'localhost' });
    for (const socket of [from, to]) this.sockets.add(socket);
    from.on('data', (bytes) => this.toDaemon.push(bytes));
    to.on('data', (bytes) => this.toGameServer.push(bytes));
    from.pipe(to).pipe(from);
    const end = () => {
      from.destroy();
      to.destroy();
    };
    for (const socket of [from, to]) socket.on('error', end).on('close', end);
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }
}

module.exports = { RecordingProxy };
