// @ts-nocheck: scripts of a resource share one scope, which the type checker does not know.
'use strict';

// Runs before main.js, in the same global scope.
const sampleGreeting = 'hello';
