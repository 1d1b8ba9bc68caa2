// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  new (require('node:worker_threads').Worker)('0', { eval: true });
} catch (error) {
  console.log(error.code);
}
