// Attempts with an authentic request whose content is refused: JSON, members, queries
// (docs/protocol.md §1, §6 to §11).
'use strict';

const { uuid7 } = require('../../interop/encoding.js');
const { event, licensePlayer } = require('../../interop/fixtures.js');
const { HELLO, fire, shooting } = require('./shot.js');

/** @typedef {import('./shot.js').Attempt} Attempt */

const COUNT = { players: 1, max_players: 64 };
const TAG = Buffer.alloc(32, 7).toString('base64url');

/** @param {string | Buffer} text the body of hello @returns {Attempt} */
const saying = (text) => shooting({ body: Buffer.from(text) });

/** @param {object} change to hello @returns {Attempt} */
const hello = (change) => shooting({ body: { ...HELLO, ...change } });

/** @param {unknown} events @returns {Attempt} */
const events = (events) => shooting({ target: '/v1/events', body: { events } });

/** @param {string} query @returns {Attempt} */
const polling = (query) => shooting({ method: 'GET', target: `/v1/bans${query}` });

/** @param {unknown[]} tags @returns {Attempt} */
const explaining = (tags) =>
  shooting({ target: '/v1/bans/explain', body: { session: uuid7(), tags, tokens: [] } });

/** @param {string} publicKey @returns {Attempt} */
const rotating = (publicKey) =>
  shooting({ target: '/v1/secret/rotate', body: { public_key: publicKey } });

/** @type {Record<string, Attempt>} */
const attempts = {
  'empty body': saying(''),
  'body that is no JSON': saying('protocol=1&resource_version=0.1.0'),
  'something behind the JSON': saying(`${JSON.stringify(HELLO)} {}`),
  'byte order mark': saying(`\ufeff${JSON.stringify(HELLO)}`),
  'invalid UTF-8': saying(Buffer.from('{"protocol":1,"resource_version":"\xff\xfe"}', 'latin1')),
  'lone surrogate': saying('{"protocol":1,"resource_version":"\\ud800","tag_schemes":[1]}'),
  'nesting beyond the limit': saying(`{"protocol":${'['.repeat(16)}${']'.repeat(16)}}`),
  'repeated member': saying('{"protocol":1,"protocol":1}'),
  'repeated member, escaped': saying('{"protocol":1,"protoc\\u006fl":1}'),
  'U+0000': saying('{"protocol":1,"resource_version":"0.1\\u0000"}'),
  'U+0000 in a member name': saying('{"proto\\u0000col":1}'),
  'integer beyond 2⁵³−1': saying('{"protocol":9007199254740992}'),
  'number beyond every double': saying('{"protocol":1e400}'),
  'not a number': saying('{"protocol":NaN}'),
  'body that is no object': saying('[1]'),
  'unknown member': hello({ colour: 'red' }),
  'another protocol': hello({ protocol: 2 }),
  'hello without tag scheme 1': hello({ tag_schemes: [2] }),
  'hello with join code of wrong form': hello({ server: { join_code: 'cfx.re/join/abc' } }),
  'no events': events([]),
  '501 events': events(Array.from({ length: 501 }, () => event('player_count', COUNT))),
  'events that are no array': events({ 0: event('player_count', COUNT) }),
  'cursor of wrong form': polling('?network=latest&owner=0&wait=0'),
  'cursor with version 0': polling('?network=0123456789abcdef-0&owner=0&wait=0'),
  'wait beyond 30': polling('?network=0&owner=0&wait=31'),
  'wait that is no number': polling('?network=0&owner=0&wait=1s'),
  'poll without query': polling(''),
  'poll in another order': polling('?owner=0&network=0&wait=0'),
  'poll with another member': polling('?network=0&owner=0&wait=0&from=0'),
  'explain with tag of wrong length': explaining([{ type: 'license', tag: TAG.slice(1) }]),
  // 43 characters hold two bits more than 32 bytes; they must be zero.
  'explain with non-canonical tag': explaining([{ type: 'license', tag: `${TAG.slice(0, 42)}d` }]),
  'explain for no open session': (context) =>
    fire(context, {
      target: '/v1/bans/explain',
      body: { session: uuid7(), ...licensePlayer(context.clients.main), tokens: [] },
    }),
  'explain beyond the budget': (context) =>
    fire(context, {
      client: context.clients.small,
      target: '/v1/bans/explain',
      body: { session: context.beyondBudget, ...context.beyondBudgetPlayer, tokens: [] },
    }),
  'public key of wrong length': rotating(Buffer.alloc(31, 9).toString('base64url')),
  'public key of low order': rotating(Buffer.alloc(32, 0).toString('base64url')),
};

module.exports = { attempts };
