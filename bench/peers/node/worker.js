// Usage: worker.js REDIS_SOCKET NAME PHRASES DATABASE
// Reads up to 64 articles, classifies them, commits the results in one synced transaction, and only
// then acknowledges and notifies, one message an article.
'use strict';
const Database = require('better-sqlite3');
const Redis = require('ioredis');
const { load, classify } = require('./plain');

const [socket, name, phrases, database] = process.argv.slice(2);
const table = load(phrases);
const redis = new Redis({ path: socket });

const db = new Database(database);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('busy_timeout = 20000');
db.exec('CREATE TABLE IF NOT EXISTS result (id INTEGER PRIMARY KEY, category TEXT, score INTEGER)');
const insert = db.prepare('INSERT OR REPLACE INTO result VALUES (?, ?, ?)');
const record = db.transaction((results) => {
  for (const r of results) insert.run(r.id, r.category, r.score);
}).immediate;

async function joinGroup() {
  try {
    await redis.xgroup('CREATE', 'articles', 'workers', '0', 'MKSTREAM');
  } catch (error) {
    if (!/BUSYGROUP/.test(error.message)) throw error;
  }
}

async function serveOnce() {
  const reply = await redis.xreadgroup('GROUP', 'workers', name, 'COUNT', 64, 'BLOCK', 1000,
    'STREAMS', 'articles', '>');
  if (!reply) return;
  const messages = reply[0][1];
  const results = messages.map(([, f]) => ({ id: Number(f[1]), at: f[3], ...classify(table, f[5]) }));
  record(results);
  const pipeline = redis.pipeline();
  pipeline.xack('articles', 'workers', ...messages.map(([id]) => id));
  for (const r of results) pipeline.publish(`update.${r.category}`, `${r.id} ${r.at}`);
  await pipeline.exec();
}

async function main() {
  await joinGroup();
  console.log('READY');
  for (;;) await serveOnce();
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
