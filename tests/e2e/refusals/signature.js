// Attempts on the signature and on what it protects (docs/protocol.md §3 and §4).
'use strict';

const crypto = require('node:crypto');
const { contentDigest } = require('../../interop/signing.js');
const { HELLO, POLL, asSent, fire, goodParams, sendOut, shooting, signed } = require('./shot.js');

/** @typedef {import('./shot.js').Attempt} Attempt */
/** @typedef {import('./shot.js').Context} Context */
/** @typedef {import('./shot.js').Sent} Sent */
/** @typedef {import('./shot.js').Shot} Shot */

const DAY_MS = 86_400_000;
const WINDOW = 8192;
const OTHER = Buffer.from(JSON.stringify({ ...HELLO, resource_version: '0.1.1' }));
const COMPONENTS = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest'];
const QUOTED = COMPONENTS.map((name) => `"${name}"`);

/** @param {(sent: Sent) => void} spoil @returns {Attempt} */
const spoiling = (spoil) => shooting({ spoil });

/** @param {(headers: Record<string, string>) => unknown} change @returns {Attempt} */
const withHeaders = (change) => spoiling(({ headers }) => void change(headers));

/**
 * Replaces the first match in a field, which must be there.
 * @param {string} name
 * @param {string | RegExp} from
 * @param {string} to
 */
const replacing = (name, from, to) =>
  withHeaders((headers) => {
    const changed = headers[name].replace(from, to);
    if (changed === headers[name]) throw new Error(`${name} holds no ${from}`);
    headers[name] = changed;
  });

/** @param {string[]} components a signature that is right, over these @returns {Attempt} */
const covering = (components) => shooting({ hand: { components } });

/** @param {string} name @returns {Attempt} */
const notCovering = (name) => covering(QUOTED.filter((item) => item !== `"${name}"`));

/**
 * A signature that is right, with its parameters changed before it was made.
 * @param {(params: string[]) => string[]} change
 * @returns {Attempt}
 */
const withParams = (change) => (context) => {
  const { main } = context.clients;
  const params = goodParams({ keyId: main.keyId, nonce: main.nextNonce() });
  return fire(context, { hand: { params: change(params) } });
};

/** @param {string} name @returns {Attempt} */
const without = (name) => withParams((params) => params.filter((p) => !p.startsWith(`${name}=`)));

/** @param {string} name @param {string} value @returns {Attempt} */
const having = (name, value) =>
  withParams((params) => params.map((p) => (p.startsWith(`${name}=`) ? `${name}=${value}` : p)));

/** @param {(epoch: number) => string} make @returns {Attempt} */
const withNonce = (make) => (context) =>
  having('nonce', `"${make(context.clients.main.epoch)}"`)(context);

/** @param {number} ms from now @param {'created' | 'expires'} [name] @returns {Attempt} */
const timed = (ms, name = 'created') => (context) =>
  fire(context, { sign: { [name]: new Date(Date.now() + ms) } });

/** @param {(context: Context) => Partial<Shot>} make @returns {Attempt} */
const using = (make) => (context) => fire(context, make(context));

/** @type {Attempt} */
async function replayed(context) {
  const message = await signed(context, { method: 'GET', target: POLL });
  const first = await sendOut(context, asSent(message));
  if ('closed' in first || first.status !== 200) throw new Error('the original was refused');
  return { answer: await sendOut(context, asSent(message)), message, client: context.clients.main };
}

/** Exactly one of eight gets through, whichever. @type {Attempt} */
async function atTheSameInstant(context) {
  const message = await signed(context, { method: 'GET', target: POLL });
  const copies = Array.from({ length: 8 }, () => sendOut(context, asSent(message)));
  const answers = await Promise.all(copies);
  const statuses = answers.map((answer) => ('closed' in answer ? 0 : answer.status)).sort();
  if (statuses.join() !== [200, ...Array(7).fill(409)].join()) throw new Error(statuses.join());
  const refused = answers.find((answer) => 'status' in answer && answer.status === 409);
  return { answer: refused ?? answers[0], message, client: context.clients.main };
}

/** @type {Attempt} */
async function behindTheWindow(context) {
  const client = context.clients.window;
  const highest = 3 * WINDOW;
  /** @param {number} counter */
  const poll = (counter) => {
    const nonce = `${client.epoch}-${counter}`;
    return fire(context, { method: 'GET', target: POLL, client, sign: { nonce } });
  };
  for (const counter of [highest, highest - WINDOW + 1]) {
    const { answer } = await poll(counter);
    if ('closed' in answer || answer.status !== 200) throw new Error(`${counter} was refused`);
  }
  return poll(highest - WINDOW);
}

/** @type {Attempt} */
async function tooMany(context) {
  const client = context.clients.busy;
  for (let round = 0; round < 40; round++) {
    const burst = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const message = await client.prepare('GET', POLL);
        return { message, answer: await client.send(message) };
      }),
    );
    const refused = burst.find(({ answer }) => answer.status !== 200);
    if (refused) return { ...refused, client };
  }
  throw new Error('640 polls in a row were not too many');
}

/** @type {Record<string, Attempt>} */
const attempts = {
  unsigned: withHeaders((headers) => {
    delete headers.signature;
    delete headers['signature-input'];
  }),
  'Signature-Input without Signature': withHeaders((headers) => delete headers.signature),
  'signature with another tag': shooting({ sign: { tag: 'drawbridge-v2' } }),
  'signature without tag': without('tag'),
  'wrong secret': shooting({ sign: { secret: crypto.randomBytes(32) } }),
  'unknown server': shooting({ sign: { keyId: 'srv_aaaaaaaaaaaa:1' } }),
  'unknown generation': using(({ clients }) => ({
    sign: { keyId: clients.main.keyId.replace(/:1$/, ':2') },
  })),
  'key id of no form': shooting({ sign: { keyId: 'somebody' } }),
  'dead one-time code': using(({ clients }) => ({
    client: clients.dead,
    target: '/v1/enrol',
    body: { protocol: 1 },
  })),
  'replaced secret': using(({ clients }) => ({ client: clients.replaced })),
  'altered body': spoiling((sent) => (sent.body = OTHER)),
  'altered body and digest': spoiling((sent) => {
    sent.body = OTHER;
    sent.headers['content-digest'] = contentDigest(OTHER);
  }),
  'altered digest': withHeaders((h) => (h['content-digest'] = contentDigest(OTHER))),
  'altered path': spoiling((sent) => (sent.target = '/v1/secret/rotate')),
  'altered query': shooting({
    method: 'GET',
    target: POLL,
    spoil: (sent) => (sent.target = POLL.replace('wait=0', 'wait=1')),
  }),
  'altered method': shooting({ hand: { values: { '@method': 'GET' } } }),
  'altered authority': shooting({ url: 'https://elsewhere.example' }),
  'altered content type': withHeaders((headers) => {
    headers['content-type'] = 'application/json; charset=utf-8';
  }),
  'altered created': withHeaders((headers) => {
    const input = headers['signature-input'];
    const created = Number(/created=(\d+)/.exec(input)?.[1]);
    headers['signature-input'] = input.replace(`=${created}`, `=${created + 60}`);
  }),
  'altered nonce': replacing('signature-input', /nonce="(\d+)-\d+"/, 'nonce="$1-7777777"'),
  'altered key id': using(({ clients }) => ({
    spoil: ({ headers }) => {
      const { keyId } = clients.main;
      headers['signature-input'] = headers['signature-input'].replace(keyId, clients.window.keyId);
    },
  })),
  'altered signature': withHeaders((headers) => {
    headers.signature = headers.signature.replace(/:./, (start) => (start === ':A' ? ':B' : ':A'));
  }),
  'Signature-Input that cannot be read': withHeaders((headers) => {
    headers['signature-input'] = 'sig1=("@method"';
  }),
  'Signature of another label': replacing('signature', 'sig1=', 'sig2='),
  'Signature that is no byte sequence': withHeaders((h) => (h.signature = 'sig1="AAAA"')),
  'short Signature': withHeaders((h) => (h.signature = 'sig1=:AAAA:')),
  'two of our signatures': withHeaders((h) => {
    h['signature-input'] += `, sig2${h['signature-input'].slice(4)}`;
    h.signature += `, sig2${h.signature.slice(4)}`;
  }),
  '`@method` not covered': notCovering('@method'),
  '`@authority` not covered': notCovering('@authority'),
  '`@path` not covered': notCovering('@path'),
  '`@query` not covered': notCovering('@query'),
  '`content-type` not covered': notCovering('content-type'),
  '`content-digest` not covered': notCovering('content-digest'),
  'another component covered': covering([...QUOTED, '"host"']),
  'component covered twice': covering([...QUOTED, '"@path"']),
  'component with parameters': covering(QUOTED.map((q) => (q === '"@path"' ? '"@path";req' : q))),
  'no `created`': without('created'),
  'no `nonce`': without('nonce'),
  'no `keyid`': without('keyid'),
  '`created` that is no integer': having('created', '"today"'),
  'another `alg`': withParams((params) => [...params, 'alg="rsa-pss-sha512"']),
  'another parameter': withParams((params) => [...params, 'note="x"']),
  'parameter twice': withParams((params) => [...params, params[0]]),
  'nonce with leading zero': withNonce((epoch) => `${epoch}-07`),
  'nonce of one number': withNonce((epoch) => `${epoch}`),
  'nonce with counter 0': withNonce((epoch) => `${epoch}-0`),
  'nonce beyond 2⁵³': withNonce((epoch) => `${epoch}-9007199254740993`),
  'no Content-Digest': withHeaders((headers) => delete headers['content-digest']),
  'Content-Digest of another algorithm': withHeaders((headers) => {
    const digest = crypto.createHash('sha512').update(JSON.stringify(HELLO)).digest('base64');
    headers['content-digest'] = `sha-512=:${digest}:`;
  }),
  'two sha-256 digests': withHeaders((headers) => {
    headers['content-digest'] += `, ${headers['content-digest']}`;
  }),
  'suspended server': using(({ clients }) => ({ client: clients.suspended })),
  'stale `created`': timed(-310_000),
  'future `created`': timed(310_000),
  '`expires` passed': timed(-10_000, 'expires'),
  'repeated nonce': replayed,
  'two copies at the same instant': atTheSameInstant,
  'counter behind the window': behindTheWindow,
  'older epoch': using(({ clients }) => ({ sign: { nonce: `${clients.main.epoch - 1}-1` } })),
  'epoch more than a day ahead': using(() => ({
    sign: { nonce: `${Date.now() + DAY_MS + 60_000}-1` },
  })),
  'too many requests of one key': tooMany,
  'one-time code on another route': using(({ clients }) => ({ client: clients.enrolling })),
  'secret for enrol': shooting({ target: '/v1/enrol', body: { protocol: 1 } }),
};

module.exports = { attempts };
