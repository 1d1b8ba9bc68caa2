// @ts-nocheck: breaks a rule on purpose.
'use strict';

require('timers').setTimeout(() => {
  throw new Error('nobody catches');
}, 1);
