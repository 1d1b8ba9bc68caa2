// @ts-nocheck: breaks a rule on purpose.
'use strict';

for (let i = 0; i < 65; i += 1) StartFindKvp('');
