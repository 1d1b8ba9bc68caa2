// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('anything', async () => {
  await null;
  console.log(`from: ${GetInvokingResource()}`);
});
