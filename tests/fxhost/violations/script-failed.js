// @ts-nocheck: breaks a rule on purpose.
'use strict';

throw new Error('while loading');
