// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('playerConnecting', async (name, setKickReason, deferrals) => {
  await null;
  deferrals.defer();
});
