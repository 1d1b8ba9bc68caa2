// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('playerJoining', async () => {
  await null;
  console.log(`joined: ${source}`);
});
