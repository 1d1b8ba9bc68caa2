// The table of docs/reliability.md out of what the tests have recorded (report.js).
//   node table.js REPORT
'use strict';

const fs = require('node:fs');

const rows = fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean).map((line) => {
  const { fault, figures: { rounds, acknowledged, ...more } } = JSON.parse(line);
  const rest = Object.entries(more).map(([name, figure]) => `${name} ${figure.toLocaleString('en')}`);
  return [fault, rounds, acknowledged?.toLocaleString('en') ?? '–', rest.join(', ')];
});
console.log('| fault | rounds that held | events acknowledged | |');
console.log('|---|---:|---:|---|');
for (const cells of rows) console.log(`| ${cells.join(' | ')} |`);
