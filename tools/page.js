// SPDX-License-Identifier: EUPL-1.2
// What the demo and the page tests share: a city that serves, and people who
// use its pages as they stand. Nothing here sleeps; everything waits for what
// it needs, with a deadline.
'use strict';
const { spawn, spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const net = require('net');
const path = require('path');

const root = path.dirname(__dirname);
const npm = path.join(root, 'build/npm/node_modules');
const { chromium } = require(path.join(npm, 'playwright-core'));

const PATIENCE = 30000;
const PASSWORD = 'gerbang tua di tepi sungai';

// ---- the browser ----------------------------------------------------

const browse = () => chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

// A person with a browser of their own. `options` as Playwright has them.
async function visitor(browser, options = {}) {
  const context = await browser.newContext({
    locale: 'id-ID', timezoneId: 'Asia/Jakarta', acceptDownloads: true,
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context.newPage();
}

// ---- the city -------------------------------------------------------

const freePort = () => new Promise((resolve, reject) => {
  const s = net.createServer();
  s.on('error', reject);
  s.listen(0, '127.0.0.1', () => {
    const { port } = s.address();
    s.close(() => resolve(port));
  });
});

class City {
  constructor(balai, dir) {
    Object.assign(this, { balai, dir, ahead: 0, lang: '' });
  }

  // A page's address, in the language that this visit is in ('' or '/en').
  at(where) { return `${this.url}${this.lang}${where}`; }

  // balai -C DIR WORDS...; what it printed. Fails with its own sentence.
  run(...words) {
    const r = this.attempt(...words);
    if (r.code !== 0) {
      throw new Error(`balai ${words.join(' ')}: ${r.text || r.signal}`);
    }
    return r.out;
  }

  // The same, where failing is what is looked at.
  attempt(...words) {
    const r = spawnSync(this.balai, ['-C', this.dir, ...words.map(String)],
      { encoding: 'utf8', cwd: root });
    if (r.error) throw r.error;
    return { code: r.status, signal: r.signal, out: r.stdout,
      text: `${r.stdout}${r.stderr}`.trim() };
  }

  // A training city with its files, its people and these apps, open; begun on
  // the day of `clock`, so that what happens in it later has no later day.
  found({ code, domain, files, apps, clock }) {
    this.run('init', '--city', code, '--domain', domain, '--training', ...(clock ? ['--clock', clock] : []));
    this.run('city', 'load', files);
    this.run('people', 'import', path.join(files, 'people.csv'));
    for (const app of apps) this.run('app', 'install', path.join(root, 'apps', app));
    this.run('city', 'load', files); // once more, for what it lays over the apps
    for (const app of apps) this.run('open', app);
  }

  // Move the clock of a training city; one-time codes then follow it.
  clock(local, zone = '+07:00') {
    this.run('clock', local);
    this.ahead = Date.parse(`${local}:00${zone}`) - Date.now();
  }

  now() { return Date.now() + this.ahead; }

  // Serve at http://HOST:PORT. Between choosing a port and taking it another
  // program may be quicker, so that is tried again.
  async serve(host, log) {
    for (let tries = 1; ; tries++) {
      const port = await freePort();
      try {
        await this.start(port, `http://${host}:${port}`, log);
        return this.url;
      } catch (e) {
        if (tries === 3) throw e;
      }
    }
  }

  start(port, url, log) {
    const out = fs.openSync(log, 'a');
    this.process = spawn(this.balai, ['-C', this.dir, 'serve', '--port', port,
      '--url', url], { stdio: ['ignore', 'pipe', out], cwd: root });
    fs.closeSync(out);
    this.ended = new Promise((resolve) => {
      this.process.on('exit', (code, signal) => resolve({ code, signal }));
    });
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the city did not come up')), PATIENCE);
      this.ended.then(({ code }) => {
        clearTimeout(late);
        reject(new Error(`the city ended with ${code}; see ${log}`));
      });
      this.process.stdout.once('data', () => {
        clearTimeout(late);
        this.url = url;
        resolve(url);
      });
    });
  }

  // True where it ends by itself and cleanly.
  async stop() {
    if (!this.process || this.process.exitCode !== null) return true;
    this.process.kill('SIGTERM');
    const { code } = await this.ended;
    return code === 0;
  }

  // Where an officer sets password and code, once.
  link(login) {
    const at = /\/masuk\/tautan\/\S+/.exec(this.run('people', 'link', login));
    if (!at) throw new Error(`no link for ${login}`);
    return this.at(at[0]);
  }
}

// ---- people ---------------------------------------------------------

// RFC 6238, as an officer's telephone computes it.
function totp(seed, ms) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const c of seed.toUpperCase()) {
    if (digits.includes(c)) bits += digits.indexOf(c).toString(2).padStart(5, '0');
  }
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const count = Buffer.alloc(8);
  count.writeBigUInt64BE(BigInt(Math.floor(ms / 30000)));
  const mac = crypto.createHmac('sha1', key).update(count).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// Write an answer into the field of this name, whatever it looks like.
async function answer(form, name, value) {
  const at = form.locator(`[name="${name}"]`);
  if (await at.count() === 0) return false;
  const kind = await at.first().evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
  const folded = form.locator('details:not([open])').filter({ has: form.page().locator(`[name="${name}"]`) });
  if (kind !== 'hidden' && await folded.count() > 0) await folded.first().locator('summary').click();
  if (kind === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
  else if (kind === 'checkbox') await at.first().setChecked(Boolean(value));
  else if (kind === 'select') await choose(at.first(), value);
  else if (kind === 'file') await at.first().setInputFiles(value);
  else if (kind === 'hidden') return false;
  else await at.first().fill(value);
  return true;
}

// Where the script asks for the district first, so do we.
async function choose(select, value) {
  const option = select.locator(`option[value="${value}"]`);
  const district = select.locator('xpath=preceding-sibling::select');
  if (await option.count() === 0 && await district.count() > 0) {
    for (const of of await district.locator('option').evaluateAll((all) => all.map((o) => o.value))) {
      await district.selectOption(of);
      if (await option.count() > 0) break;
    }
  }
  await select.selectOption(value);
}

async function fill(form, answers) {
  const done = [];
  for (const [name, value] of Object.entries(answers)) {
    if (await answer(form, name, value)) done.push(name);
  }
  return done;
}

// The page's form of writing; a page's header may hold one to sign out.
const mainForm = (page) => page.locator('main form[method="post"]').first();

// Press its button and wait for the next page.
async function send(page, form = mainForm(page), button = 'button.btn[type="submit"]') {
  const [response] = await Promise.all([
    page.waitForNavigation({ waitUntil: 'load' }),
    form.locator(button).first().click(),
  ]);
  return response;
}

// From a service's page through its steps to "check your answers". `seen` is
// told each page before it is sent.
async function apply(page, service, answers, seen = async () => {}) {
  await page.goto(service);
  await seen('service');
  await Promise.all([page.waitForNavigation(), page.locator('main a.btn').first().click()]);
  for (let step = 1; !/\/periksa$/.test(new URL(page.url()).pathname); step++) {
    if (step > 12) throw new Error(`the form never ends: ${page.url()}`);
    if (/\/serupa$/.test(new URL(page.url()).pathname)) {
      await seen('nearby');
      await Promise.all([page.waitForNavigation(), page.locator('main a.btn').first().click()]);
      continue;
    }
    const at = page.url();
    await fill(mainForm(page), answers);
    await seen(`step-${new URL(at).pathname.split('/').pop()}`);
    await send(page);
    if (await page.locator('#galat').count() > 0) {
      throw new Error(`${at}: ${await page.locator('#galat').innerText()}`);
    }
  }
  await seen('check');
}

// Consent and send; number and code of the receipt.
async function submit(page) {
  await mainForm(page).locator('[name="consent"]').check();
  await send(page);
  const number = page.locator('#nomor');
  await number.waitFor();
  return { number: (await number.innerText()).trim(),
    code: (await page.locator('#kode').innerText()).trim() };
}

// Through a one-time link, with password and second factor.
async function enter(page, city, login, seen = async () => {}) {
  await page.goto(city.link(login));
  await seen('set-secrets');
  const form = mainForm(page);
  const seed = (await page.locator('.qrbox code').innerText()).replace(/\s/g, '');
  for (const box of await form.locator('input[type="password"]').all()) {
    await box.fill(PASSWORD);
  }
  await form.locator('input[autocomplete="one-time-code"]').fill(totp(seed, city.now()));
  await send(page);
  if (await page.locator('#galat').count() > 0) {
    throw new Error(`${login}: ${await page.locator('#galat').innerText()}`);
  }
  return seed;
}

// An officer's act on a record.
async function act(page, city, number, action, needs = {}) {
  await page.goto(city.at(`/kerja/berkas/${number}`));
  const form = page.locator(`form:has(input[name="act"][value="${action}"])`);
  const details = page.locator('details.act').filter({ has: form });
  if (await details.count() === 0) {
    throw new Error(`${action} is not offered on ${number}: ${await page.locator('main').innerText()}`);
  }
  if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
  await fill(form, needs);
  const response = await send(page, form);
  if (await page.locator('#galat').count() > 0 || response.status() >= 400) {
    throw new Error(`${action} on ${number}: ${await page.locator('main').innerText()}`);
  }
}

module.exports = { root, npm, City, browse, visitor, fill, send, mainForm, apply,
  submit, enter, act, totp, PATIENCE, PASSWORD };
