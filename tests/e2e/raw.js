// One HTTP exchange over a TLS socket, byte for byte as the test wants it, for what no HTTP client
// would send.
'use strict';

const tls = require('node:tls');
const { setTimeout: sleep } = require('node:timers/promises');

const LIMIT_MS = 10_000;
const HEAD_END = Buffer.from('\r\n\r\n');

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer }} RawAnswer */

/**
 * The first whole answer in the bytes, or undefined when there is none yet.
 * @param {Buffer} bytes
 * @returns {RawAnswer | undefined}
 */
function parseAnswer(bytes) {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (!status) throw new Error(`no HTTP answer: ${first}`);
  if (status === 100) return parseAnswer(bytes.subarray(end + HEAD_END.length));
  /** @type {Record<string, string>} */
  const headers = {};
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+): ?(.*)$/.exec(line) ?? [];
    if (name === undefined || headers[name.toLowerCase()] !== undefined) {
      throw new Error(`a field that is wrong or repeated: ${line}`);
    }
    headers[name.toLowerCase()] = value;
  }
  const body = bytes.subarray(end + HEAD_END.length);
  const length = Number(headers['content-length'] ?? 0);
  if (body.length < length) return undefined;
  return { status, headers, body: body.subarray(0, length) };
}

/**
 * @typedef {object} Connecting
 * @property {number} port
 * @property {string} ca
 * @property {string} [localAddress]
 * @property {tls.SecureVersion} [version] this and no other
 */

/** @param {Connecting} options */
function connect({ port, ca, localAddress, version }) {
  const old = version === 'TLSv1.1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {};
  const versions = version ? { minVersion: version, maxVersion: version, ...old } : {};
  const target = { host: '127.0.0.1', port, servername: 'localhost', ca, ...versions };
  return tls.connect(/** @type {any} */ ({ ...target, localAddress }));
}

/**
 * Writes, reads one answer, closes.
 * @param {Connecting & { halfClose?: boolean, endless?: Buffer }} options `halfClose`: we end our
 *   side behind the bytes; `endless` is sent again and again until there is an answer
 * @param {(Buffer | string)[]} pieces
 * @returns {Promise<RawAnswer | { closed: string }>} `closed` says how, when there was no answer
 */
async function rawExchange(options, pieces) {
  const socket = connect(options);
  let received = Buffer.alloc(0);
  let ended = '';
  /** @type {Promise<RawAnswer | { closed: string }>} */
  const outcome = new Promise((resolve, reject) => {
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      try {
        const answer = parseAnswer(received);
        if (answer) resolve(answer);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      ended = error.code ?? error.message;
    });
    socket.on('close', () => resolve({ closed: ended || 'end' }));
    sleep(LIMIT_MS, undefined, { ref: false }).then(() => {
      reject(new Error(`neither answer nor end within ${LIMIT_MS} ms`));
    });
  });
  socket.on('secureConnect', () => {
    for (const piece of pieces) socket.write(piece);
    if (options.halfClose) socket.end();
    if (options.endless) writeOn(socket, options.endless);
  });
  try {
    return await outcome;
  } finally {
    socket.destroy();
  }
}

/**
 * One piece at a time, with a look at what came in between: who only writes sees no answer.
 * @param {tls.TLSSocket} socket
 * @param {Buffer} piece
 */
function writeOn(socket, piece) {
  if (socket.destroyed || !socket.writable) return;
  socket.write(piece, () => setImmediate(() => writeOn(socket, piece)));
}

module.exports = { connect, rawExchange };
