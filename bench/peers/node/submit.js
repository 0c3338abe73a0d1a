// Usage: submit.js REDIS_SOCKET CORPUS COUNT RATE
// RATE 0: batches of 64, four of them unanswered at a time; else one article at a time on schedule.
'use strict';
const Redis = require('ioredis');
const { now, texts } = require('./common');

const [socket, corpus, count, rate] = process.argv.slice(2);
const articles = texts(corpus, Number(count));
const redis = new Redis({ path: socket });
const BATCH = 64;
const WINDOW = 4;

async function burst() {
  const unanswered = [];
  for (let i = 0; i < articles.length;) {
    const pipeline = redis.pipeline();
    for (const end = Math.min(articles.length, i + BATCH); i < end; i++)
      pipeline.xadd('articles', '*', 'i', i, 'at', now(), 'text', articles[i]);
    unanswered.push(pipeline.exec());
    if (unanswered.length === WINDOW) await unanswered.shift();
  }
  await Promise.all(unanswered);
}

async function paced(perSecond) {
  const answers = [];
  const start = now();
  for (let i = 0; i < articles.length; i++) {
    const wait = start + (i * 1e6) / perSecond - now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait / 1000));
    answers.push(redis.xadd('articles', '*', 'i', i, 'at', now(), 'text', articles[i]));
  }
  await Promise.all(answers);
}

// Starts at the first byte on standard input, and stays until it is ended, so that the runner can
// read what it used.
async function main() {
  await redis.ping();
  console.log('READY');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  await (Number(rate) ? paced(Number(rate)) : burst());
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
