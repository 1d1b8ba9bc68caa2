// One line of the table of docs/reliability.md, for scripts/torture.sh; a plain test run keeps none.
'use strict';

const fs = require('node:fs');

/**
 * Called when the rounds are over, with those that held.
 * @param {string} fault what was done to it
 * @param {Record<string, number>} figures
 */
function record(fault, figures) {
  const file = process.env.DRAWBRIDGE_TORTURE_REPORT;
  if (file) fs.appendFileSync(file, `${JSON.stringify({ fault, figures })}\n`);
}

module.exports = { record };
