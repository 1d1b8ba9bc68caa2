// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('child_process').execFileSync('true');
} catch (error) {
  console.log(error.code);
}
