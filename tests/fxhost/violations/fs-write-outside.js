// @ts-nocheck: breaks a rule on purpose.
'use strict';

try {
  require('fs').writeFileSync('/tmp/fxhost-must-not-exist', '');
} catch (error) {
  console.log(error.code);
}
