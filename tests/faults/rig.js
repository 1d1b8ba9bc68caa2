// A daemon that runs on a failing disk, with one game server.
'use strict';

const assert = require('node:assert/strict');
const { Daemon, initData } = require('../e2e/daemon.js');
const { Client } = require('../interop/client.js');
const { FailingDisk } = require('./failing_disk.js');
const { Ledger } = require('./ledger.js');

class Rig {
  /** @param {Daemon} daemon @param {FailingDisk} disk @param {Client} client */
  constructor(daemon, disk, client) {
    this.daemon = daemon;
    this.disk = disk;
    this.client = client;
    this.ledger = new Ledger(client);
  }

  static async make() {
    const limits = { requests_per_second: 10_000 };
    const daemon = new Daemon(await initData({ grace: '0s', limits }));
    const disk = new FailingDisk(daemon);
    await daemon.start();
    const rig = new Rig(daemon, disk, Client.fromDocument(await daemon.addServer('One')));
    await rig.hello();
    return rig;
  }

  async hello() {
    this.client.openEpoch();
    assert.equal((await this.client.hello()).status, 200);
  }

  async restart() {
    await this.daemon.start();
    await this.hello();
  }

  async dispose() {
    this.disk.heal();
    this.client.close();
    await this.daemon.dispose();
    this.disk.close();
  }
}

module.exports = { Rig };
