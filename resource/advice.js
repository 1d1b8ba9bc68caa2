'use strict';

// Why the ingest cannot be reached, in words the operator can act on. `kind` tells causes apart,
// so that a change of cause is printed once; docs/resource.md lists these texts.

/** @typedef {{kind: string, text: string}} Advice */

const WRONG_CA = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED', 'INVALID_CA',
]);
const TLS_TROUBLE = /^(EPROTO|ERR_SSL_|ERR_TLS_|HPE_|CERT_)/;

/** @type {Record<string, string>} */
const CAUSES = {
  ECONNREFUSED: 'connection refused: is drawbridged running there, and is the port right?',
  ENOTFOUND: 'that host name is unknown (DNS): is "url" spelt right?',
  EAI_AGAIN: 'the host name could not be looked up (DNS does not answer)',
  ETIMEDOUT: 'no answer in time: is a firewall in between?',
  TIMEOUT: 'no answer in time: is a firewall in between?',
  EHOSTUNREACH: 'no route to that host',
  ENETUNREACH: 'this machine has no network to that host',
  ECONNRESET: 'the connection was closed: is this really drawbridged\'s port, speaking TLS?',
  EPIPE: 'the connection was closed',
  CLOSED: 'it closed the connection without an answer; trying again',
  ERR_ACCESS_DENIED: 'FXServer denies this resource the network: allow it in server.cfg',
  TOO_LARGE: 'its answer is larger than any of drawbridged\'s',
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it on the ingest machine '
    + '(and check that this machine\'s clock is right)',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: is this machine\'s clock right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is made out for another host name than the one '
    + 'in "url"',
};

/** @param {string} code */
function cause(code) {
  if (WRONG_CA.has(code)) {
    return 'its certificate is not signed by the CA this server was given ("ca" in '
      + 'drawbridge.json): put in a fresh drawbridge.json; if you changed nothing, somebody may be '
      + 'in between';
  }
  if (CAUSES[code]) return CAUSES[code];
  return TLS_TROUBLE.test(code)
    ? `no TLS with it (${code}): is this really drawbridged's port?`
    : `network error ${code}`;
}

/** @param {string} url @param {NodeJS.ErrnoException} error @returns {Advice} */
function adviseTransport(url, error) {
  const code = error.code ?? error.name;
  const why = cause(code);
  const end = why.endsWith('?') ? '' : '.';
  return { kind: `transport ${code}`, text: `The ingest at ${url} is not reachable: ${why}${end}` };
}

/** @type {Record<number, string>} */
const UNSIGNED = {
  401: 'it does not accept our signature yet; trying again',
  404: 'something else than drawbridged answers there (404)',
  421: 'it does not know itself by the host name in "url": set public_url in its configuration',
  429: 'it limits this address (too many connections or failed signatures)',
};

/** @param {string} url @param {number} status @returns {Advice} */
function adviseUnsigned(url, status) {
  const why = UNSIGNED[status]
    ?? (status >= 300 && status < 400
      ? `it answers with a redirect (${status}), which is never followed`
      : `its answer (${status}) is not signed: a proxy or another program answers in its place`);
  return { kind: `unsigned ${status}`, text: `The ingest at ${url} is not reachable: ${why}.` };
}

/** @param {string} url @returns {Advice} */
function adviseForged(url) {
  return {
    kind: 'forged',
    text: `An answer from ${url} was signed wrongly or for another request and was ignored: a `
      + 'broken proxy, or somebody in between.',
  };
}

/** @param {string} url @param {string} serverId @returns {Advice} */
function adviseSecret(url, serverId) {
  return {
    kind: 'secret',
    text: `The secret of ${serverId} was refused, or drawbridged is not what answers at ${url}. `
      + 'If the secret was rotated or revoked, put in the new drawbridge.json or enrol again. '
      + 'Until then the last ban list stays in force and events are kept.',
  };
}

/** @param {string} serverId @returns {Advice} */
function adviseTwins(serverId) {
  return {
    kind: 'twins',
    text: `Two game servers use the secret of ${serverId} at the same time. Give each its own `
      + '(drawbridgectl server add) and put that drawbridge.json in. This one tries again every '
      + '5 minutes; the last ban list stays in force.',
  };
}

/** @param {string} serverId @returns {Advice} */
function adviseSuspended(serverId) {
  return {
    kind: 'suspended',
    text: `The network's staff have suspended this server (${serverId}). The last ban list stays `
      + 'in force, events are kept; contact the staff.',
  };
}

/** @param {string} url @returns {Advice} */
function adviseUnavailable(url) {
  return {
    kind: 'unavailable',
    text: `The ingest at ${url} cannot store anything at the moment; events are kept here.`,
  };
}

/** @param {string} url @returns {Advice} */
function adviseInternal(url) {
  return {
    kind: 'internal',
    text: `The ingest at ${url} reports a fault of its own; events are kept here.`,
  };
}

module.exports = {
  adviseTransport, adviseUnsigned, adviseForged, adviseSecret, adviseTwins, adviseSuspended,
  adviseUnavailable, adviseInternal,
};
