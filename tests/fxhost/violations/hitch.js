// @ts-nocheck: breaks a rule on purpose.
'use strict';

const busyUntil = performance.now() + 60;
while (performance.now() < busyUntil);
