// @ts-nocheck: scripts of a resource share one scope, which the type checker does not know.
'use strict';

// Sees what main.js declared: classic scripts share one scope.
console.log(`second script sees ${sampleStats.name}`);
