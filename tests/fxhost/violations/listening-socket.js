// @ts-nocheck: breaks a rule on purpose.
'use strict';

require('http').createServer().listen(0, '127.0.0.1');
