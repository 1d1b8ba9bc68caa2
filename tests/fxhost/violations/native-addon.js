// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  process.dlopen({ exports: {} }, 'addon.node');
} catch (error) {
  console.log(error.code);
}
