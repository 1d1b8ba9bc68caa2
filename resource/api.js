'use strict';

// Exports for other resources on this server. Each gives a promise (Lua: waits for it) of
// {ok: true, …} or {ok: false, error}; none throws.

/** @typedef {import('./actions').ActionResult} ActionResult */

const NOT_ACTIVE = 'drawbridge is not active on this server';

/**
 * @param {import('./fx').Fx} fx
 * @param {() => import('./service').Service|null} service
 */
function publishApi(fx, service) {
  /**
   * @param {(actions: import('./actions').Actions, done: import('./actions').Done) => void} act
   * @returns {Promise<ActionResult>}
   */
  const promised = (act) => new Promise((resolve) => {
    const { actions } = service() ?? {};
    if (actions) act(actions, resolve);
    else resolve({ ok: false, error: NOT_ACTIVE });
  });
  /** What is not given, or no table. @param {unknown} given @returns {Record<string, any>} */
  const fields = (given) => (typeof given === 'object' && given !== null ? given : {});
  // Who asked, where the caller does not say.
  const issuer = () => fx.invokingResource()?.slice(0, 64);

  fx.publish('ban', (who, given) => {
    const filled = { duration: 'perm', issuer: issuer(), ...fields(given) };
    return promised((actions, done) => actions.ban(who, filled, done));
  });
  fx.publish('unban', (code, reason) => {
    const filled = { code, reason, issuer: issuer() };
    return promised((actions, done) => actions.unban(filled, done));
  });
  fx.publish('report', (who, given) =>
    promised((actions, done) => actions.report(who, fields(given), done)));
  fx.publish('detection', (who, given) => {
    const filled = { detector: issuer(), ...fields(given) };
    return promised((actions, done) => actions.detection(who, filled, done));
  });
}

module.exports = { publishApi };
