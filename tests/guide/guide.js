// SPDX-License-Identifier: EUPL-1.2
// Follows the guides of docs/guide as their reader would: runs each command
// and compares what it prints, writes each file, uses the pages by the words
// that the guide names, and looks whether the page behind each picture still
// reads as when it was taken. UPDATE=1 (`make guide`) takes the pictures anew.
//   node tests/guide/guide.js [PAGE ...]
// BARE=FOLDER: in the system in that folder, with nothing stood in for; with
// INIT=PID, where it runs: the process 1 that it has.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const b = require('../../tools/page.js');
const { holds, tally, asText, normal, compareDump } = require('../pages/look.js');
const book = require('./book.js');
const picture = require('./picture.js');
const words = require('./words.js');

const balai = process.env.BALAI || path.join(b.root, 'build/asan/balai');
const bare = process.env.BARE;
const init = process.env.INIT;
const PICTURES = path.join(book.FOLDER, 'gambar');
const DUMPS = path.join(__dirname, 'dump');
const YEARS_ON = Math.max(0, new Date().getFullYear() - 2026);
const MOST_BYTES = 60 * 1024;

// ---- one reader of one guide ----------------------------------------

class Reader {
  constructor(page, browser) {
    Object.assign(this, { page, browser, book: book.read(page), dir: fs.mkdtempSync(path.join(os.tmpdir(), `balai-guide-${page}-`)),
      began: Date.now(), people: new Map(), links: new Map(), typed: '', at: null,
      count: { commands: 0, lines: 0, answers: 0, presses: 0 } });
    if (bare) this.bareFolder();
    else this.stand();
  }

  // What a machine has that a test does not: sudo, a package's folders.
  stand() {
    const bin = path.join(this.dir, 'bin');
    fs.mkdirSync(bin);
    for (const d of ['home', 'etc', 'media', 'backups', 'second']) fs.mkdirSync(path.join(this.dir, d));
    this.script(bin, 'sudo', 'exec "$@"');
    this.script(bin, 'balai', `exec ${balai} "$@"`);
    this.home = path.join(this.dir, 'home');
    this.places = [['/usr/share/balai', b.root], ['/var/lib/balai', path.join(this.dir, 'city')], ['/etc/balai', path.join(this.dir, 'etc')],
      ['/media', path.join(this.dir, 'media')], ['/var/backups/balai', path.join(this.dir, 'backups')],
      ['/mnt/cadangan', path.join(this.dir, 'second')], ['/srv', path.join(this.dir, 'home')]];
    this.env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, BALAI_DIR: path.join(this.dir, 'city'), LANG: 'C.UTF-8', HOME: this.home };
  }

  bareFolder() {
    this.home = path.join(bare, 'srv');
    this.places = [];
  }

  script(folder, name, text) { fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 }); }

  there(text) { return this.places.reduce((t, [is, stands]) => t.replaceAll(is, stands), text); }

  back(text) { return this.places.reduce((t, [is, stands]) => t.replaceAll(stands, is), text); }

  // ---- commands and files -------------------------------------------

  shell(text) {
    const options = { encoding: 'utf8', input: this.typed, timeout: 600000 };
    this.typed = '';
    const [into, ...words] = init ? ['nsenter', '-t', init, '-a'] : ['chroot', bare];
    const r = bare
      ? spawnSync(into, [...words, '/bin/bash', '-c', `cd /srv && ${text}`], { ...options, env: { ...process.env, LANG: 'C.UTF-8', HOME: '/root',
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' } })
      : spawnSync('bash', ['-c', this.there(text)], { ...options, cwd: this.home, env: this.env });
    return { code: r.status, out: this.back(`${r.stdout}${r.stderr}`) };
  }

  run(item) {
    const { code, out } = this.shell(`{ ${item.words}\n} 2>&1`);
    this.count.commands += 1;
    for (const m of out.matchAll(/^(?: {2}(\S+) {2})?https?:\/\/\S+(\/masuk\/tautan\/\S+)$/gm)) {
      this.links.set(m[1] || item.words.split(' ').pop(), m[2]);
    }
    const got = out.replace(/\n$/, '').split('\n').filter((l, i, all) => all.length > 1 || l !== '');
    // Where the guide does not show what it says, it has to end well.
    const told = item.want.some((l) => l.trim() !== '...');
    const fits = (told || code === 0) && (item.want.length === 0 || words.fits(item.want, got));
    holds(fits, `docs/guide/${this.page}.md:${item.line}: ${item.words}`, `it ended with ${code} and printed\n${out}`);
  }

  file(item) {
    const to = path.join(this.home, item.name);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    // The guide's years are this one and the next, whenever it is followed.
    fs.writeFileSync(to, item.text.replace(/\b202[67]\b/g, (y) => String(Number(y) + YEARS_ON)));
    this.count.lines += item.text.split('\n').length - 1;
  }

  // ---- the browser --------------------------------------------------

  // From now on this person's browser, on a telephone or at a desk.
  async as(who, width = 1280) {
    if (!this.people.has(who)) {
      this.people.set(who, await b.visitor(this.browser, { viewport: { width, height: width < 500 ? 740 : 800 },
        timezoneId: 'Asia/Jakarta', deviceScaleFactor: 1 }));
    }
    this.at = this.people.get(who);
    return this.at;
  }

  // Sets password and code by the one-time link that was printed for them.
  async enter(login) {
    await this.as(login);
    await this.at.goto(`${this.url}${this.links.get(login)}`);
    const seed = (await this.at.locator('.qrbox code').innerText()).replace(/\s/g, '');
    for (const box of await b.mainForm(this.at).locator('input[type="password"]').all()) await box.fill(b.PASSWORD);
    await b.mainForm(this.at).locator('input[autocomplete="one-time-code"]').fill(b.totp(seed, this.city ? this.city.now() : Date.now()));
    this.count.answers += 2;
    await this.send();
    if (await this.at.locator('#galat').count() > 0) throw new Error(`${login}: ${await this.at.locator('#galat').innerText()}`);
    return seed;
  }

  named(label) {
    if (!this.book.labels.has(label)) throw new Error(`docs/guide/${this.page}.md does not name "${label}"`);
    return label;
  }

  // Press what the guide calls so; wait for the page that it leads to.
  async press(label, within = 'body') {
    const exact = { name: this.named(label), exact: true };
    const all = this.at.locator(within);
    const what = all.getByRole('button', exact).or(all.getByRole('link', exact)).or(all.locator('summary', { hasText: label }));
    await what.first().waitFor();
    this.count.presses += 1;
    const leads = await what.first().evaluate((e) => e.tagName !== 'SUMMARY' && !e.hasAttribute('download'));
    await Promise.all([leads ? this.at.waitForNavigation({ waitUntil: 'load' }) : null, what.first().click()]);
  }

  async fill(answers, form = b.mainForm(this.at)) {
    const done = await b.fill(form, answers);
    this.count.answers += done.length;
    return done;
  }

  // Into the field that the guide calls so.
  async write(label, value) {
    await this.at.locator('main').getByLabel(this.named(label), { exact: true }).fill(value);
    this.count.answers += 1;
  }

  async send(form, button) { this.count.presses += 1; return b.send(this.at, form, button); }

  // Until the page holds these words; it is asked again meanwhile.
  async until(selector) {
    const late = Date.now() + b.PATIENCE;
    while (await this.at.locator(selector).count() === 0) {
      if (Date.now() > late) throw new Error(`${this.at.url()} never showed ${selector}`);
      await this.at.reload();
    }
    return this.at.locator(selector).first();
  }

  says(text) { return this.at.locator('body').innerText().then((t) => {
    if (!t.includes(text)) throw new Error(`${this.at.url()} does not say "${text}":\n${t}`);
  }); }

  // ---- pictures -----------------------------------------------------

  async picture(item) {
    const html = await this.at.content();
    const text = await this.at.evaluate(`(${asText})(${JSON.stringify(html)})`);
    compareDump(item.name, this.steady(normal(text)), DUMPS);
    const file = path.join(PICTURES, `${item.name}.png`);
    if (process.env.UPDATE === '1') fs.writeFileSync(file, picture.small(await this.shot()));
    const kept = fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(24);
    holds(kept.length > 1000 && kept.length <= MOST_BYTES, `gambar/${item.name}.png is there and small`, `${kept.length} bytes`);
    holds([360, 1280].includes(picture.size(kept).width), `gambar/${item.name}.png is as wide as a telephone or a desk`);
  }

  // The part of the page that the words around the picture are about.
  async shot() {
    const { top, height } = this.frame || { top: 0, height: 0 };
    this.frame = null;
    const whole = await this.at.evaluate(() => document.documentElement.scrollHeight);
    const { width } = this.at.viewportSize();
    const tall = Math.min(height || (width < 500 ? 740 : 800), whole - top);
    return this.at.screenshot({ fullPage: true, clip: { x: 0, y: top, width, height: tall } });
  }

  // The next picture begins at this element.
  async look(selector, height = 0) {
    const box = await this.at.locator(selector).first().boundingBox();
    const y = await this.at.evaluate(() => window.scrollY);
    this.frame = { top: Math.max(0, Math.floor(box.y + y - 16)), height };
  }

  // A real city has the real clock; a log has a daily batch, whenever it comes.
  steady(text) {
    return text.replace(/(tindakan di log publik\n)\d+/, '$1N').replace(/127\.0\.0\.1:\d+/g, 'HOST').replace(/libur pada \d{4}/g, 'libur pada YEAR').replace(/\/\d+\/KEL\b/g, '/N/KEL');
  }

  // How far it was to here.
  arrived(where) {
    const { commands, lines, answers, presses } = this.count;
    console.log(`guide  ${this.page}: ${where} after ${Math.round((Date.now() - this.began) / 1000)} s of the machine's time, `
      + `${commands} commands, ${lines} lines written, ${answers} answers, ${presses} presses`);
  }

  async end() {
    if (this.city) holds(await this.city.stop(), `the city of ${this.page} stops clean`);
    for (const p of this.people.values()) await p.context().close();
  }
}

// ---- a guide --------------------------------------------------------

async function follow(page, browser) {
  const r = new Reader(page, browser);
  const file = path.join(__dirname, `${page}.js`);
  const walk = fs.existsSync(file) ? require(file) : { steps: {} };
  const asked = r.book.items.filter((i) => i.kind === 'step').map((i) => i.name);
  holds(Object.keys(walk.steps).every((s) => asked.includes(s)), `docs/guide/${page}.md asks for each step of its walk`,
    Object.keys(walk.steps).filter((s) => !asked.includes(s)).join(' '));
  try {
    if (walk.begin) await walk.begin(r, balai);
    for (const item of r.book.items) {
      if (item.kind === 'run' && item.machine && !bare) continue;
      if (item.kind === 'run') r.run(item);
      else if (item.kind === 'file') r.file(item);
      else if (item.kind === 'type') r.typed = `${item.text}\n`;
      else if (item.kind === 'picture') await r.picture(item);
      else if (!walk.steps[item.name]) throw new Error(`line ${item.line}: there is no step ${item.name}`);
      else await walk.steps[item.name](r);
    }
    holds(true, `docs/guide/${page}.md`);
  } catch (e) {
    holds(false, `docs/guide/${page}.md`, process.env.DEBUG ? e.stack : e.message.split('\n').slice(0, 30).join('\n  '));
  }
  await r.end();
  const { commands, lines, answers, presses } = r.count;
  console.log(`guide  ${page}: ${commands} commands, ${lines} lines written, ${answers} answers, ${presses} presses`);
  if (tally.failed === 0) fs.rmSync(r.dir, { recursive: true });
  return r;
}

// Every picture is of a page that a guide shows.
function noneLeft(all) {
  const shown = new Set(all.flatMap((p) => book.read(p).items.filter((i) => i.kind === 'picture').map((i) => i.name)));
  for (const [folder, end] of [[PICTURES, '.png'], [DUMPS, '.txt']]) {
    for (const f of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
      holds(shown.has(f.slice(0, -end.length)), `${f} stands in a guide`);
    }
  }
}

async function main() {
  const asked = process.argv.slice(2);
  const all = book.pages();
  const browser = await b.browse();
  for (const page of asked.length > 0 ? asked : all) {
    words.check(book.read(page), holds);
    await follow(page, browser);
  }
  await browser.close();
  if (asked.length === 0) noneLeft(all);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

main().catch((e) => {
  console.log(`FAILED ${e.stack}`);
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`);
  process.exit(1);
});
