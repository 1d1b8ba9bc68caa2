// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('node:inspector');
} catch (error) {
  console.log(error.code);
}
