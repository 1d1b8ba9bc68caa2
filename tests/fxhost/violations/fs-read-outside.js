// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('fs').readFileSync('/etc/hostname');
} catch (error) {
  console.log(error.code);
}
