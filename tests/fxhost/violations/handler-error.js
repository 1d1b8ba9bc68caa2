// @ts-nocheck: breaks a rule on purpose.
'use strict';

on('anything', () => {
  throw new Error('from a handler');
});
on('anything', () => console.log('the next handler ran'));
