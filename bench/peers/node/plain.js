// The plain phrase classification of bench/plain.h: word n-grams looked up in a map, entered only
// where a word begins some phrase.
'use strict';
const fs = require('fs');

const SCORE_MAX = 1023;
const TITLE_FACTOR = 3;
const NEGATIONS = new Set(['tidak', 'bukan', 'tanpa']);
const WORD = /[a-z0-9\u0080-\uffff]+/g;

function load(path) {
  const lines = fs.readFileSync(path, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const categories = [...new Set(lines.map(([category]) => category))].sort();
  const phrases = new Map();
  const firstWords = new Map(); // first word -> words in the longest phrase that begins with it
  for (const [category, weight, phrase] of lines) {
    const words = phrase.match(WORD);
    phrases.set(phrase, { category: categories.indexOf(category), weight: Number(weight) });
    firstWords.set(words[0], Math.max(firstWords.get(words[0]) || 0, words.length));
  }
  return { categories, phrases, firstWords, sums: new Int32Array(categories.length) };
}

function split(lower) {
  const words = [];
  const starts = [];
  let match;
  WORD.lastIndex = 0;
  while ((match = WORD.exec(lower)) !== null) {
    words.push(match[0]);
    starts.push(match.index);
  }
  return { words, starts };
}

function choose(table) {
  let best = -1;
  let sum = 0;
  for (let i = 0; i < table.sums.length; i++) {
    if (table.sums[i] > sum) {
      sum = table.sums[i];
      best = i;
    }
  }
  return { category: best < 0 ? 'lain' : table.categories[best], score: Math.min(sum, SCORE_MAX) };
}

function classify(table, text) {
  const lower = text.toLowerCase();
  const titleEnd = lower.indexOf('\n');
  const { words, starts } = split(lower);
  table.sums.fill(0);
  for (let i = 0; i < words.length; i++) {
    const longest = table.firstWords.get(words[i]);
    if (longest === undefined) continue;
    for (let k = i; k < i + longest && k < words.length; k++) {
      const candidate = k === i ? words[i] : lower.slice(starts[i], starts[k] + words[k].length);
      const phrase = table.phrases.get(candidate);
      if (phrase === undefined) continue;
      if (NEGATIONS.has(words[i - 1]) || NEGATIONS.has(words[i - 2])) continue;
      table.sums[phrase.category] += phrase.weight * (starts[i] < titleEnd ? TITLE_FACTOR : 1);
    }
  }
  return choose(table);
}

module.exports = { load, classify };
