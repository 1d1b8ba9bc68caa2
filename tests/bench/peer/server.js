// What a competent user would write instead of Drawbridge: Fastify, better-sqlite3, TLS, an HMAC
// over every request, nonces kept in a table, one transaction for each request, WAL and FULL.
//
//   node server.js DATABASE CERTIFICATE KEY ACCOUNTS     prints "ready PORT"
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const Database = require('better-sqlite3');
const fastify = require('fastify');

const [file, certificate, key, accounts] = process.argv.slice(2);
const MAX_SKEW_MS = 300_000;

const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  CREATE TABLE IF NOT EXISTS nonces (
    server TEXT NOT NULL, nonce TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (server, nonce)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS nonces_by_time ON nonces(at);
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, server TEXT NOT NULL, type TEXT NOT NULL,
    at INTEGER NOT NULL, received_at INTEGER NOT NULL, payload TEXT NOT NULL,
    UNIQUE (server, id)
  );
`);

const addNonce = db.prepare('INSERT OR IGNORE INTO nonces(server, nonce, at) VALUES(?, ?, ?)');
const forgetNonces = db.prepare('DELETE FROM nonces WHERE at < ?');
const addEvent = db.prepare(
  'INSERT OR IGNORE INTO events(id, server, type, at, received_at, payload) VALUES(?, ?, ?, ?, ?, ?)');

const store = db.transaction((server, nonce, events, now) => {
  if (addNonce.run(server, nonce, now).changes === 0) return null;
  return events.map((event) => {
    const payload = JSON.stringify(event);
    const { changes } = addEvent.run(event.id, server, event.type, event.at, now, payload);
    return { id: event.id, status: changes === 1 ? 'stored' : 'duplicate' };
  });
});

const secrets = new Map(
  fs.readFileSync(accounts, 'utf8').trim().split('\n')
    .map((line) => line.split(' '))
    .map(([server, secret]) => [server, secret]));

function isSigned(headers, body) {
  const secret = secrets.get(headers['x-server']);
  if (!secret || Math.abs(Date.now() - Number(headers['x-time'])) > MAX_SKEW_MS) return false;
  const expected = crypto.createHmac('sha256', secret)
    .update(`${headers['x-time']}\n${headers['x-nonce']}\n`).update(body).digest();
  const given = Buffer.from(String(headers['x-signature']), 'hex');
  return given.length === expected.length && crypto.timingSafeEqual(given, expected);
}

const app = fastify({
  https: { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) },
  bodyLimit: 1_048_576,
});
app.removeContentTypeParser('application/json');
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body));

app.post('/v1/events', (request, reply) => {
  const { headers, body } = request;
  if (!isSigned(headers, body)) return reply.code(401).send({ error: 'unauthorized' });
  const { events } = JSON.parse(body);
  const malformed = !Array.isArray(events) || events.some(({ id, type, at }) =>
    typeof id !== 'string' || typeof type !== 'string' || !Number.isSafeInteger(at));
  if (malformed) return reply.code(400).send({ error: 'malformed' });
  const results = store(headers['x-server'], headers['x-nonce'], events, Date.now());
  if (!results) return reply.code(409).send({ error: 'replayed' });
  return reply.send({ results });
});

setInterval(() => forgetNonces.run(Date.now() - 2 * MAX_SKEW_MS), 60_000).unref();
process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
app.listen({ host: '127.0.0.1', port: 0 }).then((address) =>
  console.log(`ready ${new URL(address).port}`));
