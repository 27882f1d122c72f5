// SPDX-License-Identifier: EUPL-1.2
// A page of docs/guide as the machine reads it: what to run, what to write,
// what to do in the browser, which picture to take, in the order of the page.
//   ```console          commands after "$ "; below each, what it prints
//   ```console mesin    the same, where there is apt and systemd
//   ```yaml NAME        a file that the reader writes; any language
//   <!-- jalan: NAME -->  steps in the browser, in tests/guide/PAGE.js
//   <!-- ketik: TEXT -->  what the next block is given to read
//   ![...](gambar/NAME.png)
// Bold text is what stands on the screen.
'use strict';
const fs = require('fs');
const path = require('path');
const { root } = require('../../tools/page.js');

const FOLDER = path.join(root, 'docs/guide');
const START = [
  [/^<!-- jalan: ([\w-]+) -->$/, (m) => ({ kind: 'step', name: m[1] })],
  [/^<!-- ketik: (.+) -->$/, (m) => ({ kind: 'type', text: m[1] })],
  [/^!\[([^\]]+)\]\(gambar\/([\w-]+)\.png\)$/, (m) => ({ kind: 'picture', name: m[2], alt: m[1] })],
];

// The commands of a block: each with what stands below it.
function commands(lines, from) {
  const all = [];
  lines.forEach((text, i) => {
    if (text.startsWith('$ ')) all.push({ kind: 'run', words: text.slice(2), want: [], line: from + i });
    else if (all.length > 0 && /\\$/.test(all[all.length - 1].words)) {
      const last = all[all.length - 1];
      last.words = `${last.words.slice(0, -1)}${text.trim()}`;
    } else if (all.length > 0) all[all.length - 1].want.push(text);
    else throw new Error(`line ${from + i}: a block of commands begins with "$ "`);
  });
  return all;
}

function fence(info, lines, from) {
  const [language, name] = info.split(' ');
  if (language === 'console') {
    return commands(lines, from).map((c) => ({ ...c, machine: name === 'mesin' }));
  }
  if (name) return [{ kind: 'file', name, text: `${lines.join('\n')}\n`, line: from }];
  return [];
}

function read(page) {
  const lines = fs.readFileSync(path.join(FOLDER, `${page}.md`), 'utf8').split('\n');
  const items = [];
  const prose = [];
  for (let i = 0; i < lines.length; i++) {
    const open = /^ *```(.*)$/.exec(lines[i]);
    if (open) {
      const from = i + 1;
      do i += 1; while (i < lines.length && !/^ *```$/.test(lines[i]));
      const indent = / */.exec(lines[from - 1])[0].length;
      items.push(...fence(open[1], lines.slice(from, i).map((l) => l.slice(indent)), from + 1));
      continue;
    }
    prose.push({ text: lines[i], line: i + 1 });
    for (const [form, make] of START) {
      const m = form.exec(lines[i].trim());
      if (m) items.push({ ...make(m), line: i + 1 });
    }
  }
  const all = prose.map((p) => p.text).join('\n');
  return { page, items, prose, labels: new Set([...all.matchAll(/\*\*([^*]+)\*\*/g)].map((m) => m[1].replace(/\s+/g, ' '))),
    code: [...all.matchAll(/`([^`]+)`/g)].map((m) => m[1]) };
}

const pages = () => fs.readdirSync(FOLDER).filter((f) => f.endsWith('.md')).map((f) => f.slice(0, -3));

module.exports = { read, pages, FOLDER };
