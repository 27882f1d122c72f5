// SPDX-License-Identifier: EUPL-1.2
// Looking at one page: what must hold of every page, whoever it is for.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const { npm } = require('../../tools/page.js');

const AXE = fs.readFileSync(path.join(npm, 'axe-core/axe.min.js'), 'utf8');
const VNU = path.join(npm, 'vnu-jar/build/dist/vnu.jar');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const BEFORE_PAINT = 14 * 1024;
const DUMPS = path.join(__dirname, 'dump');

const tally = { passed: 0, failed: 0, skipped: 0 };

// One statement about one page.
function holds(is, what, why = '') {
  tally[is ? 'passed' : 'failed'] += 1;
  if (!is) console.log(`FAILED ${what}${why ? `: ${why}` : ''}`);
  return is;
}

// ---- what a visit remembers -----------------------------------------

// The last document that the server sent to this page, as it was sent; what
// the console and the content policy complained of; what weighs before paint.
function listen(page) {
  const heard = { complaints: [], document: null, styles: new Map() };
  page.on('console', (m) => {
    // Chromium reports each answer of 400 or more as an error of its own.
    if (['error', 'warning'].includes(m.type()) && !/status of 4\d\d/.test(m.text())) {
      heard.complaints.push(m.text());
    }
  });
  page.on('pageerror', (e) => heard.complaints.push(String(e)));
  page.on('response', (r) => {
    const kind = r.request().resourceType();
    if (kind === 'stylesheet' && r.status() === 200) heard.styles.set(r.url(), r);
    else if (kind === 'document' && r.status() < 300 | r.status() >= 400) heard.document = r;
  });
  page.heard = heard;
  return page;
}

// ---- a page as plain text -------------------------------------------

// What a text browser makes of it, style sheets or not: blocks on lines of
// their own, words as they touch in the source, controls as signs.
function asText(html) {
  const doc = new DOMParser().parseFromString(html, 'text/html');
  const block = new Set(['ADDRESS', 'ARTICLE', 'ASIDE', 'BLOCKQUOTE', 'BODY', 'CAPTION', 'DD', 'DETAILS',
    'DIV', 'DL', 'DT', 'FIELDSET', 'FIGCAPTION', 'FIGURE', 'FOOTER', 'FORM', 'H1', 'H2', 'H3', 'H4',
    'HEADER', 'LEGEND', 'LI', 'MAIN', 'NAV', 'OL', 'OPTGROUP', 'OPTION', 'P', 'SECTION', 'SUMMARY',
    'TABLE', 'TBODY', 'THEAD', 'TR', 'UL']);
  const sign = (e) => {
    if (e.tagName === 'TEXTAREA') return `[${e.value || '____'}]`;
    if (e.type === 'hidden') return '';
    if (e.type === 'radio') return e.checked ? '(x) ' : '( ) ';
    if (e.type === 'checkbox') return e.checked ? '[x] ' : '[ ] ';
    if (e.type === 'file') return '[file]';
    if (e.type === 'password') return '[****]';
    return `[${e.value || '____'}]`;
  };
  let out = `${doc.title}\n`;
  const walk = (node) => {
    for (const e of node.childNodes) {
      if (e.nodeType === Node.TEXT_NODE) { out += e.data.replace(/\s+/g, ' '); continue; }
      if (e.nodeType !== Node.ELEMENT_NODE || ['SCRIPT', 'STYLE', 'svg'].includes(e.tagName)) {
        if (e.tagName === 'svg' && e.getAttribute('aria-label')) out += `{${e.getAttribute('aria-label')}}`;
        continue;
      }
      if (['INPUT', 'TEXTAREA'].includes(e.tagName)) { out += sign(e); continue; }
      if (e.tagName === 'BR') { out += '\n'; continue; }
      if (e.tagName === 'SELECT') {
        const n = e.options.length;
        out += `[${e.selectedOptions[0]?.text ?? ''} | ${n > 12 ? 'many' : [...e.options].map((o) => o.text).join(' | ')}]`;
        continue;
      }
      const own = block.has(e.tagName);
      if (own) out += '\n';
      if (/^H\d$/.test(e.tagName)) out += `${'#'.repeat(Number(e.tagName[1]))} `;
      if (e.tagName === 'LI') out += '- ';
      if (e.tagName === 'BUTTON') out += '<';
      if (e.tagName === 'TD' || e.tagName === 'TH') out += '| ';
      walk(e);
      if (e.tagName === 'BUTTON') out += '>';
      if (own) out += '\n';
    }
  };
  walk(doc.body);
  return out.split('\n').map((l) => l.replace(/ +/g, ' ').trim()).filter(Boolean).join('\n');
}

const MONTHS = 'Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember|'
  + 'January|February|March|May|June|July|August|October|December';
const DAYS = 'Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';

// What differs from run to run has a name instead.
const normal = (text) => text
  .replace(/[A-Za-z0-9+/=]{80,}/g, 'BYTES')
  .replace(/\d{4}-\d{2}-\d{2}T[\d:]+Z/g, 'INSTANT')
  // The daily batch hides in its order what is real and what fills it up.
  .replace(/\| (Sealed report|Flag|Erasure|Laporan tertutup|Tanda periksa|Penghapusan data)\|/g, '| BATCHED|')
  .replace(new RegExp(`((${DAYS}), )?\\d{1,2} (${MONTHS}) \\d{4}`, 'g'), 'DATE')
  .replace(/\b\d{1,2}[.:]\d{2}(:\d{2})?( WI(B|TA|T))?\b(?!\d)/g, 'TIME')
  .replace(/\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]\b/g, 'NUMBER')
  .replace(/(?<![\d-])(?=\S*[A-Z])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![\w-])/g, 'CODE')
  .replace(/(\b[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b/g, 'SEED')
  .replace(/\b[0-9a-f]{64}\b/g, 'HASH')
  .replace(/— (\S+) [A-Za-z0-9+/=]{60,}/g, '— $1 SIGNATURE')
  .replace(/[A-Za-z0-9+/]{43}=/g, 'HASH')
  .replace(/\/masuk\/tautan\/[\w-]{43}/g, '/masuk/tautan/TOKEN')
  .replace(/localhost:\d+/g, 'localhost:PORT')
  .replace(/^((Nomor permintaan|Request number)[^:]*: )\S+$/gm, '$1REQUEST');

function compareDump(name, text, folder = DUMPS) {
  const file = path.join(folder, `${name}.txt`);
  if (process.env.UPDATE === '1') {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, `${text}\n`);
    return;
  }
  const kept = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (holds(kept === `${text}\n`, `${name} reads as before`, kept ? '' : 'there is no dump yet; UPDATE=1 writes it') || !kept) return;
  const now = path.join(require('os').tmpdir(), `balai-dump-${process.pid}.txt`);
  fs.writeFileSync(now, `${text}\n`);
  console.log(spawnSync('diff', ['-u', file, now], { encoding: 'utf8' }).stdout.split('\n').slice(2, 40).join('\n'));
  fs.unlinkSync(now);
}

// ---- the checks -----------------------------------------------------

async function axe(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => axe.run(document, // eslint-disable-line no-undef
    { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), TAGS);
  holds(violations.length === 0, `${name} is accessible`, violations.map((v) => `${v.id}: ${v.help}; ${
    v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary.replace(/\s+/g, ' ')}`).join('; ')}`).join('\n  '));
}

// No sideways scroll, but in a box made for it.
async function fits(page, name, width) {
  await page.setViewportSize({ width, height: 740 });
  const wide = await page.evaluate(() => ({ is: document.documentElement.scrollWidth, may: window.innerWidth,
    who: [...document.querySelectorAll('main *, header *, footer *')].filter((e) => !e.closest('.scroll, .vh')
      && e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 3)
      .map((e) => `${e.tagName.toLowerCase()}.${e.className}`).join(' ') }));
  holds(wide.is <= wide.may, `${name} fits ${width} px`, `it is ${wide.is} wide: ${wide.who}`);
}

async function weighs(page, name, html) {
  let sum = zlib.gzipSync(html, { level: 6 }).length;
  for (const sheet of page.heard.styles.values()) sum += zlib.gzipSync(await sheet.body(), { level: 6 }).length;
  holds(sum <= BEFORE_PAINT, `${name} is light`, `${sum} bytes before the first paint`);
  return sum;
}

function isGuarded(response, name) {
  const policy = response.headers()['content-security-policy'] || '';
  holds(/default-src 'none'/.test(policy) && !/unsafe|\*/.test(policy), `${name} has a strict policy`, policy);
}

const saved = []; // pages for the Nu checker, all in one run at the end

// Look at the page that this visitor has before them. `v` says how: language,
// with a script or without.
async function look(page, kind, v) {
  const name = `${kind}.${v.lang}`;
  const full = `${name}${v.script ? '' : ' without script'}`;
  const answer = page.heard.document;
  const html = (await answer.body()).toString();
  const text = await v.reader.evaluate(`(${asText})(${JSON.stringify(html)})`);

  holds(!/\{\{|\}\}|\bt\.[a-z_]+\b|\bsay_[a-z_]+|undefined|\(null\)|\{[a-z]+\}/.test(text), `${full} has all its words`,
    (/.*(\{\{|\}\}|\bt\.[a-z_]+\b|\bsay_[a-z_]+|undefined|\(null\)|\{[a-z]+\}).*/.exec(text) || [''])[0]);
  holds(page.heard.complaints.length === 0, `${full} is quiet`, page.heard.complaints.join('; '));
  page.heard.complaints.length = 0;
  for (const width of [320, 360, 1280]) await fits(page, full, width);
  if (v.script) {
    for (const [width, colorScheme] of [[360, 'light'], [1280, 'dark']]) {
      await page.setViewportSize({ width, height: 740 });
      await page.emulateMedia({ colorScheme });
      await axe(page, `${full}, ${width} px, ${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: null });
  } else {
    isGuarded(answer, full);
    await weighs(page, full, html);
    compareDump(name, normal(text));
    const file = path.join(v.folder, `${name}.html`);
    fs.writeFileSync(file, html);
    saved.push(file);
  }
  v.kinds.add(kind);
  await page.setViewportSize({ width: v.width, height: 740 });
}

// The Nu checker over everything that was seen, and over the sheet.
function nu(folder, sheets) {
  sheets.forEach((css, i) => {
    const file = path.join(folder, `sheet-${i}.css`);
    fs.writeFileSync(file, css);
    saved.push(file);
  });
  const run = spawnSync('java', ['-Xss2m', '-jar', VNU, '--stdout', '--format', 'json', '--also-check-css', ...saved],
    { encoding: 'utf8', maxBuffer: 64 << 20 });
  let messages = null;
  try { messages = JSON.parse(run.stdout).messages; } catch { /* said below */ }
  if (!messages) {
    holds(false, 'the Nu checker runs', run.stderr || run.stdout || String(run.error));
    return;
  }
  for (const file of saved) {
    const own = messages.filter((m) => m.url.endsWith(`/${path.basename(file)}`));
    holds(own.length === 0, `${path.basename(file)} is well-formed`,
      own.slice(0, 5).map((m) => `${m.lastLine}: ${m.message} ${m.extract || ''}`).join('\n  '));
  }
}

module.exports = { listen, look, nu, holds, tally, asText, normal, compareDump };
