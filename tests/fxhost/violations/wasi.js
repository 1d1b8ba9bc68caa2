// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  new (require('node:wasi').WASI)({ version: 'preview1' });
} catch (error) {
  console.log(error.code);
}
