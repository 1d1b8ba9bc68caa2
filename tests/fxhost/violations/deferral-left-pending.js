// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('playerConnecting', (name, setKickReason, deferrals) => {
  deferrals.defer();
});
