// SPDX-License-Identifier: EUPL-1.2
// Whether the words of a guide are those of the program: bold text stands on a
// page or in a message, and every command and option is one that there is.
'use strict';
const fs = require('fs');
const path = require('path');
const { root } = require('../../tools/page.js');

// ---- what a command prints ------------------------------------------

const escape = (t) => t.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const line = (want) => new RegExp(`^${want.trimEnd().split('...').map(escape).join('.*')}$`);

// "..." stands for what differs; on a line of its own, for lines.
function fits(want, got) {
  if (want.length === 0) return got.length === 0;
  if (want[0].trim() === '...') {
    for (let i = 0; i <= got.length; i++) if (fits(want.slice(1), got.slice(i))) return true;
    return false;
  }
  return got.length > 0 && line(want[0]).test(got[0].trimEnd()) && fits(want.slice(1), got.slice(1));
}

// ---- what stands on the screen --------------------------------------

function files(folder, end) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((f) => {
    const at = path.join(folder, f.name);
    return f.isDirectory() ? files(at, end) : end.test(f.name) ? [at] : [];
  });
}

const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
// A text with places to be filled, as what it may look like when they are.
const pattern = (text) => new RegExp(`^${text.split(/\{\w+\}|%(?:\.\*)?(?:zu|[sdiu])/).map(escape).join('.+')}$`);

let screen = null;
function known() {
  if (screen) return screen;
  const exact = new Set();
  const patterns = [];
  const take = (text) => {
    const t = text.replace(/\s+/g, ' ').trim();
    if (/[{%]/.test(t) && t.replace(/\{\w+\}|%\S+/g, '').trim().length > 3) patterns.push(pattern(t));
    else exact.add(t);
  };
  for (const m of read('web/i18n/id.yaml').matchAll(/^\w+: "((?:[^"\\]|\\.)*)"$/gm)) take(m[1]);
  for (const f of [...files('apps', /\.yaml$/), ...files('cities', /\.yaml$/)]) {
    for (const m of read(f).matchAll(/\bid: (?:'((?:[^']|'')*)'|"([^"]*)"|([^,}\n]+))/g)) take(m[1] ?? m[2] ?? m[3]);
  }
  // Strings of C, those that stand beside each other made one.
  for (const f of files('src', /\.(c|h|def)$/)) {
    for (const m of read(f).matchAll(/"(?:[^"\\\n]|\\.)*"(?:\s*(?:PRI\w+\s*)?"(?:[^"\\\n]|\\.)*")*/g)) {
      take(m[0].replace(/"\s*PRI\w+\s*"/g, 'd').replace(/"\s*"/g, '').slice(1, -1).replace(/\\n/g, ' ').replace(/\\"/g, '"'));
    }
  }
  screen = { exact, patterns };
  return screen;
}

const onScreen = (text) => {
  const { exact, patterns } = known();
  return exact.has(text) || patterns.some((p) => p.test(text));
};

// ---- commands -------------------------------------------------------

function commands() {
  const all = new Map();
  for (const m of read('src/cli/command.def').matchAll(/^COMMAND\("([a-z ]+)",\s*\w+,\s*\w+,\s*"[^"]*",\s*"([^"]*)"/gm)) {
    all.set(m[1], new Set(m[2].split(' ').filter(Boolean).map((o) => o.replace('=', ''))));
  }
  return all;
}

// What is wrong with "balai WORDS"; nothing where it is a command as it is.
function fault(text, all) {
  const said = text.replace(/^sudo /, '').split(/ [|&>]+ ?|;/)[0].split(/\s+/).slice(1);
  while (['-C', '--lang'].includes(said[0])) said.splice(0, 2);
  if (said.length === 0 || said[0].startsWith('-')) return null;
  const name = [said.slice(0, 2).join(' '), said[0]].find((n) => all.has(n));
  if (!name) return 'there is no such command';
  const options = said.filter((w) => w.startsWith('--')).map((w) => w.split('=')[0]);
  const none = options.find((o) => o !== '--help' && !all.get(name).has(o));
  return none ? `there is no option ${none}` : null;
}

function check(page, holds) {
  const all = commands();
  for (const label of page.labels) holds(onScreen(label), `docs/guide/${page.page}.md: "${label}" stands on the screen`);
  for (const code of page.code.filter((c) => /^(sudo )?balai( |$)/.test(c))) {
    holds(fault(code, all) === null, `docs/guide/${page.page}.md: ${code}`, fault(code, all));
  }
  const prose = page.prose.map((p) => p.text).join('\n').replace(/\*\*[^*]+\*\*/g, '').replace(/<!--.*?-->/gs, '').replace(/!\[/g, '');
  holds(!prose.includes('!'), `docs/guide/${page.page}.md speaks calmly`);
  holds(!/\b(kamu|kalian)\b/i.test(prose), `docs/guide/${page.page}.md says Anda`);
}

module.exports = { fits, check };
