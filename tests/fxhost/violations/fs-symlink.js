// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('fs').symlinkSync('/etc', `${GetResourcePath(GetCurrentResourceName())}/etc`);
} catch (error) {
  console.log(error.code);
}
