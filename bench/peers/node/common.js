'use strict';
const fs = require('fs');

// Microseconds of CLOCK_MONOTONIC, the same for all processes.
const now = () => Number(process.hrtime.bigint() / 1000n);

// The texts, in memory before any clock starts.
function texts(path, count) {
  const lines = fs.readFileSync(path, 'utf8').split('\n', count);
  return lines.map((line) => JSON.parse(line).text);
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

module.exports = { now, texts, percentile };
