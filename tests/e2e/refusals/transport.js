// Attempts on the transport: TLS, HTTP's shape, routes, sizes (docs/protocol.md §1).
'use strict';

const net = require('node:net');
const { connect, rawExchange } = require('../raw.js');
const { POLL, asSent, fire, headOf, sendOut, shooting, signed } = require('./shot.js');

/** @typedef {import('./shot.js').Attempt} Attempt */
/** @typedef {import('./shot.js').Context} Context */
/** @typedef {import('./shot.js').Sent} Sent */

// As the test configures it, and as §5 leaves open: what one address may do.
const CONNECTIONS_PER_ADDRESS = 48;
const FAILURES_PER_ADDRESS = 100;
const MOST_FAILURES = 2 * FAILURES_PER_ADDRESS;

/** @param {(sent: Sent) => void} spoil @returns {Attempt} */
const spoiling = (spoil) => shooting({ spoil });

/** @param {string} line a further field line @returns {Attempt} */
const withLine = (line) => spoiling(({ lines }) => lines.push(line));

/** @param {string} name of a field that stands twice @returns {Attempt} */
const repeating = (name) =>
  spoiling(({ headers, lines }) => lines.push(`${name}: ${headers[name]}`));

/** @param {string} target @returns {Attempt} */
const asking = (target) => spoiling((sent) => (sent.target = target));

/**
 * A signed request with its body as these chunks, whatever they are.
 * @param {(string | Buffer)[]} chunks behind the head
 * @param {{ halfClose?: boolean, endless?: Buffer, target?: string, length?: string }} [more]
 * @returns {Attempt}
 */
function chunked(chunks, { halfClose, endless, target = '/v1/hello', length } = {}) {
  return async (context) => {
    const sent = asSent(await signed(context, { target }));
    delete sent.headers['content-length'];
    if (length !== undefined) sent.headers['content-length'] = length;
    sent.headers['transfer-encoding'] = 'chunked';
    const { dataPort: port, ca } = context.daemon;
    const options = { port, ca, halfClose, endless };
    return { answer: await rawExchange(options, [headOf(sent), ...chunks]) };
  };
}

/**
 * Sends only the first bytes of a good request, then ends its side.
 * @param {number} bytes how many are kept back
 * @returns {Attempt}
 */
const truncated = (bytes) => async (context) => {
  const sent = asSent(await signed(context, {}));
  const whole = Buffer.concat([Buffer.from(headOf(sent)), sent.body ?? Buffer.alloc(0)]);
  const { dataPort: port, ca } = context.daemon;
  const cut = whole.subarray(0, whole.length - bytes);
  return { answer: await rawExchange({ port, ca, halfClose: true }, [cut]) };
};

/** @param {string} bytes instead of a request @returns {Attempt} */
const sending = (bytes) => async ({ daemon }) => ({
  answer: await rawExchange({ port: daemon.dataPort, ca: daemon.ca }, [bytes]),
});

/** @param {number} size @param {string} target @returns {Attempt} */
const announcing = (size, target) =>
  shooting({ target, spoil: ({ headers }) => (headers['content-length'] = String(size)) });

/** @type {Attempt} */
async function plainHttp(context) {
  const sent = asSent(await signed(context, {}));
  const socket = net.connect(context.daemon.dataPort, '127.0.0.1');
  socket.write(headOf(sent));
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => {}); // a reset is an end too
  await new Promise((resolve) => socket.on('close', resolve));
  if (/HTTP/.test(text)) throw new Error('answered without TLS');
  return { answer: { closed: 'end' } };
}

/** @type {Attempt} */
async function manyConnections({ daemon }) {
  const options = { port: daemon.dataPort, ca: daemon.ca, localAddress: '127.0.0.8' };
  const held = Array.from({ length: CONNECTIONS_PER_ADDRESS }, () => connect(options));
  try {
    await Promise.all(held.map((socket) => new Promise((resolve, reject) => {
      socket.on('secureConnect', resolve);
      socket.on('error', reject);
    })));
    return { answer: await rawExchange(options, ['GET / HTTP/1.1\r\n\r\n']) };
  } finally {
    for (const socket of held) socket.destroy();
  }
}

/** @type {Attempt} */
async function manyFailures(context) {
  const localAddress = '127.0.0.7';
  const unsigned = asSent(await signed(context, {}));
  delete unsigned.headers.signature;
  for (let failures = 0; failures < MOST_FAILURES; failures++) {
    const answer = await sendOut(context, unsigned, { localAddress });
    if ('closed' in answer || answer.status !== 401) return { answer };
  }
  throw new Error(`${MOST_FAILURES} failed signatures in a row from one address`);
}

/** @type {Record<string, Attempt>} */
const attempts = {
  'TLS 1.1': async (context) => {
    const { answer } = await fire(context, { connect: { version: 'TLSv1.1' } });
    const alert = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
    if ('closed' in answer && answer.closed !== alert) throw new Error(answer.closed);
    return { answer };
  },
  'plain HTTP': plainHttp,
  'too many connections from one address': manyConnections,
  'too many failed signatures from one address': manyFailures,
  'HTTP/1.0': spoiling((sent) => (sent.version = 'HTTP/1.0')),
  'no HTTP at all': sending('\x16\x03\x01 hello there, this is no HTTP\r\n\r\n'),
  'no Host': spoiling((sent) => (sent.host = undefined)),
  'two Hosts': spoiling((sent) => sent.lines.push(`Host: ${sent.host}`)),
  'Host with user and password': spoiling((sent) => (sent.host = `ann:secret@${sent.host}`)),
  'foreign Host': spoiling((sent) => (sent.host = 'elsewhere.example')),
  'target in absolute form': spoiling((sent) => (sent.target = `https://${sent.host}/v1/hello`)),
  'control character in a field': withLine('x-note: a\x01b'),
  'bare line feed in the head': withLine('x-note: a\nx-other: b'),
  'folded field': withLine('x-note: a\r\n b'),
  'space before the colon': withLine('x-note : a'),
  'repeated Signature': repeating('signature'),
  'repeated Signature-Input': repeating('signature-input'),
  'repeated Content-Type': repeating('content-type'),
  'repeated Content-Digest': repeating('content-digest'),
  'target beyond its limit': asking(`/v1/hello?${'x'.repeat(1024)}`),
  'field beyond the limit of the head': withLine(`x-note: ${'x'.repeat(8192)}`),
  'many fields beyond the limit of the head': spoiling(({ lines }) => {
    for (let i = 0; i < 1000; i++) lines.push(`x-${i}: ${i}`);
  }),
  'unknown route': asking('/v1/players'),
  'route with a slash behind': asking('/v1/hello/'),
  'route in percent-encoding': asking('/v1/%68ello'),
  'route in upper case': asking('/V1/hello'),
  'GET on a POST route': shooting({ method: 'GET' }),
  'POST on a GET route': shooting({ target: POLL }),
  'unknown method': spoiling((sent) => (sent.method = 'BREW')),
  'GET with Content-Length': shooting({
    method: 'GET',
    target: POLL,
    spoil: (sent) => {
      sent.headers['content-length'] = '2';
      sent.body = Buffer.from('{}');
    },
  }),
  'GET with a chunked body': shooting({
    method: 'GET',
    target: POLL,
    spoil: (sent) => {
      sent.headers['transfer-encoding'] = 'chunked';
      sent.body = Buffer.from('2\r\n{}\r\n0\r\n\r\n');
    },
  }),
  'no Content-Type': spoiling(({ headers }) => delete headers['content-type']),
  'wrong Content-Type': spoiling(({ headers }) => (headers['content-type'] = 'text/plain')),
  'content coding': withLine('content-encoding: gzip'),
  'announced body beyond the limit of events': announcing(1_048_577, '/v1/events'),
  'announced body beyond the limit of hello': announcing(16_385, '/v1/hello'),
  'chunked body beyond the limit': chunked([`4001\r\n${' '.repeat(0x4001)}\r\n0\r\n\r\n`]),
  'endless chunked body': chunked([], {
    target: '/v1/events',
    endless: Buffer.from(`1000\r\n${' '.repeat(0x1000)}\r\n`),
  }),
  'one chunk of 4 GiB': chunked(['ffffffff\r\n']),
  'chunk size with too many digits': chunked(['00000000000000000001\r\n']),
  'chunk size that is no number': chunked(['zz\r\n{}\r\n0\r\n\r\n']),
  'negative chunk size': chunked(['-2\r\n{}\r\n0\r\n\r\n']),
  'chunk longer than it says': chunked(['2\r\n{} and more\r\n0\r\n\r\n']),
  'endless chunk extension': chunked(['2;note='], { endless: Buffer.alloc(4096, 'x') }),
  'endless trailers': chunked(['2\r\n{}\r\n0\r\n'], {
    endless: Buffer.from(`x-note: ${'x'.repeat(1000)}\r\n`),
  }),
  'Content-Length with Transfer-Encoding': chunked(['2\r\n{}\r\n0\r\n\r\n'], { length: '12' }),
  'Transfer-Encoding other than chunked': spoiling(({ headers }) => {
    delete headers['content-length'];
    headers['transfer-encoding'] = 'gzip, chunked';
  }),
  'two Content-Lengths': repeating('content-length'),
  'Content-Length that is no number': spoiling(({ headers }) => {
    headers['content-length'] = `+${headers['content-length']}`;
  }),
  'truncated head': async (context) => {
    const head = headOf(asSent(await signed(context, {}))).slice(0, -4);
    const { dataPort: port, ca } = context.daemon;
    return { answer: await rawExchange({ port, ca, halfClose: true }, [head]) };
  },
  'truncated body': truncated(5),
  'truncated chunked body': chunked(['20\r\n{"protocol":1'], { halfClose: true }),
};

module.exports = { CONNECTIONS_PER_ADDRESS, FAILURES_PER_ADDRESS, attempts };
