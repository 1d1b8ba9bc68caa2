// @ts-nocheck: breaks a rule on purpose.
'use strict';

Promise.reject(new Error('nobody listens'));
