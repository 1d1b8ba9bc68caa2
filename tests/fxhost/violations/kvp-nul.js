// @ts-nocheck: breaks a rule on purpose.
'use strict';

SetResourceKvp('bytes', 'before\0after');
