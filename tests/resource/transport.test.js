'use strict';

// Against real TLS servers: what can go wrong between here and the ingest, and what the operator
// is told about it.

const assert = require('node:assert');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { after, test } = require('node:test');
const { adviseTransport } = require('../../resource/advice');
const { createTransport } = require('../../resource/transport');
const { Authority } = require('./support/certs');
const { later } = require('./support/timers');

const authority = new Authority();
const stranger = new Authority();
after(() => {
  authority.remove();
  stranger.remove();
});

/** @typedef {import('../../resource/transport').Answer} Answer */

/**
 * @param {string} url @param {Partial<import('../../resource/transport').Request>} [request]
 * @param {string} [ca]
 * @returns {Promise<{error: NodeJS.ErrnoException|null, answer?: Answer, text: string}>}
 */
function send(url, request = {}, ca = authority.pem) {
  const transport = createTransport({ url, ca }, 'test', later);
  return new Promise((resolve) => {
    transport.send({
      method: 'GET', target: '/v1/x', headers: {}, body: null, timeoutMs: 5_000, maxBytes: 1_000,
      ...request,
    }, (error, answer) => {
      transport.close();
      resolve({ error, answer, text: error ? adviseTransport(url, error).text : '' });
    });
  });
}

/**
 * @param {import('node:test').TestContext} t @param {net.Server} server
 * @returns {Promise<number>} its port
 */
async function listen(t, server) {
  const open = new Set();
  server.on('connection', (socket) => open.add(socket.on('close', () => open.delete(socket))));
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  return /** @type {net.AddressInfo} */ (server.address()).port;
}

/**
 * @param {import('node:test').TestContext} t
 * @param {http.RequestListener} handler
 * @param {object} [how]
 */
async function secure(t, handler, how) {
  const port = await listen(t, https.createServer(authority.issue(how), handler));
  return `https://localhost:${port}`;
}

/** @type {http.RequestListener} */
const hello = (_request, response) => void response.end('hello');

test('an answer comes with its status, lower-case fields and bytes', async (t) => {
  const url = await secure(t, (request, response) => {
    response.writeHead(201, { 'X-Seen': String(request.headers['user-agent']) });
    response.end(Buffer.from([0, 255, 10]));
  });
  const { error, answer } = await send(url);
  assert.strictEqual(error, null);
  assert.strictEqual(answer?.status, 201);
  assert.strictEqual(answer?.headers['x-seen'], 'test');
  assert.deepStrictEqual(answer?.body, Buffer.from([0, 255, 10]));
});

test('a server without TLS, refused, unknown, silent: each cause in words', async (t) => {
  const plain = await listen(t, http.createServer(hello));
  assert.match((await send(`https://localhost:${plain}`)).text, /no TLS|speaking TLS/);

  const gone = net.createServer();
  const port = await listen(t, gone);
  await new Promise((resolve) => gone.close(resolve));
  assert.match((await send(`https://localhost:${port}`)).text,
    /connection refused: is drawbridged running there/);

  assert.match((await send('https://no-such-host.invalid')).text, /\(DNS/);

  const silent = await listen(t, net.createServer());
  assert.match((await send(`https://localhost:${silent}`, { timeoutMs: 150 })).text,
    /no answer in time: is a firewall/);
});

test('a certificate of another CA is refused', async (t) => {
  const url = await secure(t, hello);
  const wrong = /not signed by the CA this server was given/;
  assert.match((await send(url, {}, stranger.pem)).text, wrong);
  // Without a pinned CA the public roots count, and ours is none.
  assert.match((await send(url, {}, '')).text, wrong);
});

test('an expired certificate is refused', async (t) => {
  const url = await secure(t, hello, { expired: true });
  assert.match((await send(url)).text, /its certificate has expired: renew it/);
});

test('a certificate for another host name is refused', async (t) => {
  const url = await secure(t, hello, { names: 'DNS:elsewhere.example' });
  assert.match((await send(url)).text, /made out for another host name than the one in "url"/);
});

test('no environment variable switches the verification off', async (t) => {
  const url = await secure(t, hello);
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
  assert.notStrictEqual((await send(url, {}, stranger.pem)).error, null);
});

test('a redirect is not followed', async (t) => {
  let hits = 0;
  const url = await secure(t, (_request, response) => {
    hits += 1;
    response.writeHead(302, { location: '/elsewhere' });
    response.end();
  });
  const { answer } = await send(url);
  assert.strictEqual(answer?.status, 302);
  assert.strictEqual(hits, 1);
});

test('an answer beyond the limit is broken off', async (t) => {
  const url = await secure(t, (_request, response) => response.end(Buffer.alloc(5_000)));
  assert.match((await send(url)).text, /larger than any of drawbridged's/);
});

test('an answer that stops half-way is an error', async (t) => {
  const url = await secure(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
    later(20, () => response.destroy());
  });
  assert.match((await send(url)).text, /closed the connection without an answer/);
});

test('connections are kept; one that was closed meanwhile is made anew', async (t) => {
  const server = https.createServer(authority.issue(), hello);
  let connections = 0;
  /** @type {any[]} */
  const sockets = [];
  server.on('connection', (socket) => {
    connections += 1;
    sockets.push(socket);
  });
  const url = `https://localhost:${await listen(t, server)}`;
  const transport = createTransport({ url, ca: authority.pem }, 'test', later);
  t.after(() => transport.close());
  const once = () => new Promise((resolve, reject) => {
    transport.send({
      method: 'GET', target: '/', headers: {}, body: null, timeoutMs: 5_000, maxBytes: 100,
    }, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  await once();
  await once();
  assert.strictEqual(connections, 1);
  for (const socket of sockets) socket.resetAndDestroy();
  await once();
  assert.strictEqual(connections, 2);
});
