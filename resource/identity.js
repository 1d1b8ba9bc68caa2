'use strict';

// Who this server is to the ingest: url, server id, key and secret, kept in the key-value store,
// which no other resource can read. Keys there: `identity`, `identity_next` (a rotated secret
// that has not been used yet), `rotation_seed`, `tag_key`.

const { FILE, readConfig, blankSecret } = require('./config');

/** @typedef {{keyId: string, secret: Buffer}} Credentials */
/** @typedef {{url: string, serverId: string, ca: string} & Credentials} Identity */
/** @typedef {{version: number, key: Buffer, ownerId: string}} TagKey */
/** @typedef {ReturnType<typeof createIdentityStore>} IdentityStore */

/** @param {string} keyId */
const generationOf = (keyId) => Number(keyId.split(':')[1]);

/** @param {string|null} text @returns {any} null when it is not there or not ours */
function parse(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {import('./fx').Fx['kvp']} kvp */
function createIdentityStore(kvp) {
  const write = (/** @type {string} */ key, /** @type {object} */ value) => {
    kvp.put(key, JSON.stringify(value));
    kvp.flush();
  };
  const text = (/** @type {Buffer} */ bytes) => bytes.toString('base64url');
  const bytes = (/** @type {string} */ value) => Buffer.from(value, 'base64url');

  return {
    /** @returns {Identity|null} */
    load() {
      const kept = parse(kvp.get('identity'));
      if (!kept?.secret) return null;
      const { url, server_id: serverId, key_id: keyId, ca } = kept;
      return { url, serverId, keyId, secret: bytes(kept.secret), ca };
    },
    /** @param {Identity} identity */
    save({ url, serverId, keyId, secret, ca }) {
      write('identity', { url, server_id: serverId, key_id: keyId, secret: text(secret), ca });
    },
    /** @returns {Credentials & {expiresAt: number} | null} */
    loadNext() {
      const kept = parse(kvp.get('identity_next'));
      if (!kept) return null;
      return { keyId: kept.key_id, secret: bytes(kept.secret), expiresAt: kept.expires_at };
    },
    /** @param {Credentials & {expiresAt: number}} next */
    saveNext({ keyId, secret, expiresAt }) {
      write('identity_next', { key_id: keyId, secret: text(secret), expires_at: expiresAt });
    },
    /** Ends a rotation, whether the new secret was taken over or given up. */
    dropNext() {
      kvp.remove('identity_next');
      kvp.remove('rotation_seed');
      kvp.flush();
    },
    /** The same seed, so the same public key, until the rotation is over. @returns {Buffer|null} */
    rotationSeed() {
      const kept = kvp.get('rotation_seed');
      return kept ? bytes(kept) : null;
    },
    /** @param {Buffer} seed */
    saveRotationSeed(seed) {
      kvp.put('rotation_seed', text(seed));
      kvp.flush();
    },
    /** @param {string} serverId @returns {TagKey|null} */
    loadTagKey(serverId) {
      const kept = parse(kvp.get('tag_key'));
      if (!kept || kept.server_id !== serverId) return null;
      return { version: kept.version, key: bytes(kept.key), ownerId: kept.owner_id };
    },
    /** @param {string} serverId @param {TagKey} tagKey */
    saveTagKey(serverId, { version, key, ownerId }) {
      write('tag_key', { server_id: serverId, version, key: text(key), owner_id: ownerId });
    },
  };
}

/**
 * The file's secret wins, unless the store already holds a later generation of the same server's
 * (a rotation the file has not seen, in a folder that could not be written to).
 * @param {import('./config').Config} config @param {Identity|null} kept @returns {Identity|null}
 */
function merge(config, kept) {
  const { url, serverId, ca } = config;
  const same = kept !== null && kept.serverId === serverId;
  if (config.secret && !(same && generationOf(kept.keyId) > generationOf(config.keyId))) {
    return { url, serverId, ca, keyId: config.keyId, secret: config.secret };
  }
  if (same) return { ...kept, url, ca };
  return kept;
}

/**
 * @param {{fx: import('./fx').Fx, log: import('./log').Log, store: IdentityStore,
 *   core: Pick<import('./core').Core, 'parseSecret'>}} parts
 * @returns {Identity|null} null: not configured, and the operator has been told what to do
 */
function establishIdentity({ fx, log, store, core }) {
  const kept = store.load();
  const found = readConfig(fx.folder(), core);
  if ('problems' in found) {
    for (const problem of found.problems) log.warn(`${FILE}: ${problem}.`);
    if (!kept) log.warn(`Drawbridge is not active: put ${FILE} right and restart the resource.`);
    return kept;
  }
  if ('absent' in found) {
    if (!kept) {
      log.warn('Drawbridge is not active: this server is not enrolled. Type the line you were '
        + `given into this console (drawbridge enrol dbe1_…), or put ${FILE} beside `
        + 'fxmanifest.lua.');
    }
    return kept;
  }
  return adopt({ config: found.config, kept, fx, log, store });
}

/**
 * @param {{config: import('./config').Config, kept: Identity|null, fx: import('./fx').Fx,
 *   log: import('./log').Log, store: IdentityStore}} parts
 */
function adopt({ config, kept, fx, log, store }) {
  const identity = merge(config, kept);
  if (!identity) {
    log.warn(`${FILE}: "secret" is empty and no secret is stored for ${config.serverId}. `
      + 'Drawbridge is not active: put in the file you were given, or have a new one made '
      + '(drawbridgectl server rotate).');
    return null;
  }
  if (identity.serverId !== config.serverId) {
    log.warn(`${FILE} names ${config.serverId}, but this server is enrolled as `
      + `${identity.serverId}: delete ${FILE}, or put in the file with its secret.`);
  }
  store.save(identity);
  if (config.secret) moveOut({ fx, log, store, identity });
  return identity;
}

/**
 * @param {{fx: import('./fx').Fx, log: import('./log').Log, store: IdentityStore,
 *   identity: Identity}} parts
 */
function moveOut({ fx, log, store, identity }) {
  if (!store.load()?.secret.equals(identity.secret)) {
    log.warn('The server\'s key-value store did not keep the secret; it stays in '
      + `${FILE}, where other resources can read it.`);
    return;
  }
  try {
    blankSecret(fx.folder());
    log.info(`The secret was moved out of ${FILE} into the server's key-value store.`);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    log.warn(`${FILE} cannot be written (${code}): delete its "secret" by hand, other resources `
      + 'can read it. It is stored already.');
  }
}

module.exports = { createIdentityStore, establishIdentity, generationOf };
