// The only server script. FXServer runs it as a classic script in a scope shared with its own
// code, so nothing is declared outside the function; `require` resolves from the resource root.
(() => {
  'use strict';

  try {
    // @ts-expect-error: resolved from this file here, from the resource root in FXServer
    require('./resource/app.js').run();
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    console.error(`drawbridge could not start and is not active. ${text}`);
  }
})();
