// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('anything', async () => {
  throw new Error('from an async handler');
});
