// @ts-nocheck: breaks a rule on purpose.
'use strict';

const busyUntil = performance.now() + 160;
while (performance.now() < busyUntil);
