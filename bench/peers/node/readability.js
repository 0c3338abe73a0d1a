'use strict';
// Mozilla Readability in one of two DOMs: node readability.js jsdom|linkedom FOLDER TEXTS REPEAT
// The first pass warms up and writes the texts; then each line on standard input is one round.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { Readability } = require('@mozilla/readability');

// What a page says of its charset, else UTF-8: jsdom by itself would take windows-1252.
function charset(bytes) {
  const found = /charset=["']?([\w-]+)/i.exec(bytes.subarray(0, 2048).toString('latin1'));
  return found ? found[1] : 'utf-8';
}

function decode(bytes) {
  try {
    return new TextDecoder(charset(bytes)).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

function readers() {
  const jsdom = () => {
    const { JSDOM, VirtualConsole } = require('jsdom');
    const silent = new VirtualConsole();
    return (bytes) => {
      const dom = new JSDOM(decode(bytes), { url: 'https://a.example/', virtualConsole: silent });
      const article = new Readability(dom.window.document).parse();
      dom.window.close();
      return article;
    };
  };
  const linkedom = () => {
    const { parseHTML } = require('linkedom');
    return (bytes) => new Readability(parseHTML(decode(bytes)).document).parse();
  };
  return { jsdom, linkedom };
}

function read(reader, bytes) {
  try {
    const article = reader(bytes);
    return article ? article.textContent : '';
  } catch {
    return ''; // a page that it fails on costs it the text of that page
  }
}

const [engine, folder, texts, repeat] = process.argv.slice(2);
const reader = readers()[engine]();
const names = fs.readdirSync(folder).filter((name) => name.endsWith('.html')).sort();
const pages = names.map((name) => fs.readFileSync(path.join(folder, name)));

fs.writeFileSync(texts, JSON.stringify(
  Object.fromEntries(pages.map((bytes, i) => [names[i], read(reader, bytes)]))));
console.log('READY');

readline.createInterface({ input: process.stdin }).on('line', () => {
  let bytes = 0;
  let found = 0;
  for (let i = 0; i < Number(repeat); i++) {
    for (const page of pages) {
      bytes += page.length;
      found += read(reader, page) ? 1 : 0;
    }
  }
  console.log(JSON.stringify({ pages: pages.length * Number(repeat), bytes, read: found }));
});
