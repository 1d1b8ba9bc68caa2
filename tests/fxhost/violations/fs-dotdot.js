// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('fs').readFileSync(`${GetResourcePath(GetCurrentResourceName())}/lib/../main.js`);
} catch (error) {
  console.log(error.code);
}
