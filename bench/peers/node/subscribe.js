// Usage: subscribe.js REDIS_SOCKET COUNT
// Counts one notification an article, and prints rate and latency as a line of JSON.
'use strict';
const Redis = require('ioredis');
const { now, percentile } = require('./common');

const count = Number(process.argv[3]);
const redis = new Redis({ path: process.argv[2] });
const seen = new Uint8Array(count);
const latencies = [];
let first = Infinity;
let duplicates = 0;

function report(last) {
  latencies.sort((a, b) => a - b);
  const seconds = (last - first) / 1e6;
  console.log(JSON.stringify({
    n: count,
    seconds,
    articles_s: count / seconds,
    p50_ms: percentile(latencies, 0.5) / 1e3,
    p99_ms: percentile(latencies, 0.99) / 1e3,
    max_ms: latencies[latencies.length - 1] / 1e3,
    duplicates,
  }));
}

redis.on('pmessage', (pattern, channel, message) => {
  const received = now();
  const [id, at] = message.split(' ').map(Number);
  if (seen[id]) {
    duplicates++;
    return;
  }
  seen[id] = 1;
  first = Math.min(first, at);
  if (latencies.push(received - at) === count) report(received);
});
redis.psubscribe('update.*').then(() => console.log('READY'));
