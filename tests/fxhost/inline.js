'use strict';

// A server with a one-script resource, for tests of the host.

const { startServer } = require('./driver');

const MANIFEST = `fx_version 'cerulean'
game 'common'
server_only 'yes'
server_script 'main.js'
`;

/**
 * @param {string} script
 * @param {import('./driver').ServerOptions} [options]
 */
function startScript(script, options = {}) {
  return startServer({
    name: 'inline',
    ...options,
    extraFiles: { 'fxmanifest.lua': MANIFEST, 'main.js': script, ...options.extraFiles },
  });
}

/**
 * Runs body with the server and ends the server whatever happens.
 * @template T
 * @param {Promise<import('./driver').Server>} starting
 * @param {(server: import('./driver').Server) => Promise<T>} body
 * @returns {Promise<T>}
 */
async function withServer(starting, body) {
  const server = await starting;
  try {
    return await body(server);
  } finally {
    await server.kill();
    server.dispose();
  }
}

module.exports = { startScript, withServer };
