// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('playerConnecting', (name, setKickReason, deferrals) => {
  deferrals.defer();
  setImmediate(() => deferrals.done());
  setTimeout(() => deferrals.update('too late'), 100);
});
