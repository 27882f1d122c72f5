// SPDX-License-Identifier: EUPL-1.2
// Every kind of page, by every role: in Indonesian and English, with a script
// and without, light and dark, from 320 to 1280 px. UPDATE=1 writes the dumps.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const b = require('../../tools/page.js');
const { listen, look, nu, holds, tally } = require('./look.js');
const roles = require('./roles.js');

const balai = process.env.BALAI || path.join(b.root, 'build/asan/balai');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'balai-pages-'));
const VISITS = [
  { lang: 'id', script: true }, { lang: 'en', script: true },
  { lang: 'id', script: false }, { lang: 'en', script: false },
];

// One is walked by everybody; in the others people have lived for a while: one
// has figures and a flag, one a register.
const CITIES = {
  city: { code: '32.73', files: 'bandung', clock: '2026-03-02', now: '2026-03-02T09:00',
    apps: ['kominfo/lapor-warga', 'penanaman-modal/izin-reklame'] },
  lived: { code: '32.73', files: 'bandung', clock: '2026-02-02', now: '2026-03-05T09:00',
    apps: ['kominfo/lapor-warga', 'penanaman-modal/izin-reklame', 'sekretariat/survei-kepuasan'],
    days: ['--days', 30, '--records', 400, '--seed', 5, '--plant'] },
  sea: { code: '19.03', files: 'bangka-selatan', clock: '2026-02-23', now: '2026-03-02T09:00',
    apps: ['kelautan-perikanan/register-kapal-nelayan'], days: ['--days', 7, '--records', 12, '--seed', 5] },
};

// Founded once, and copied for each visit, so that all four see the same.
function found() {
  for (const [name, k] of Object.entries(CITIES)) {
    const city = new b.City(balai, path.join(folder, name));
    city.found({ ...k, domain: `${k.files}.example`, files: path.join(b.root, 'cities', k.files) });
    if (k.days) city.run('simulate', ...k.days);
  }
}

async function open(name, v) {
  const dir = path.join(v.folder, name);
  execFileSync('cp', ['-r', path.join(folder, name), dir]);
  const city = new b.City(balai, dir);
  await city.serve(`${CITIES[name].files}.localhost`, path.join(v.folder, `${name}.log`));
  city.clock(CITIES[name].now);
  city.lang = v.lang === 'en' ? '/en' : '';
  return city;
}

async function visitAll(browser, v) {
  const name = `${v.lang}${v.script ? '' : '-plain'}`;
  const own = path.join(folder, name);
  fs.mkdirSync(own);
  Object.assign(v, { folder: own, width: 360, kinds: new Set(), reader: await b.visitor(browser) });
  const cities = {};
  for (const key of Object.keys(CITIES)) cities[key] = await open(key, v);
  const t = { ...cities, world: { folder: own },
    visit: async () => listen(await b.visitor(browser, { javaScriptEnabled: v.script, viewport: { width: 360, height: 740 } })),
    see: (page, kind) => look(page, kind, v) };
  for (const [role, walk] of roles) {
    try {
      await walk(t);
      holds(true, `${role}: ${walk.name}, ${name}`);
    } catch (e) {
      holds(false, `${role}: ${walk.name}, ${name}`, process.env.DEBUG ? e.stack : e.message.split('\n').slice(0, 12).join('\n  '));
    }
  }
  for (const [key, city] of Object.entries(cities)) {
    holds(await city.stop(), `${key} of ${name} stops clean`,
      fs.readFileSync(path.join(own, `${key}.log`), 'utf8').split('\n').slice(-30).join('\n'));
  }
  console.log(`       ${name}: ${v.kinds.size} kinds of page`);
  return v;
}

async function main() {
  found();
  const browser = await b.browse();
  const asked = VISITS.filter((v) => !process.env.VISIT || process.env.VISIT === `${v.lang}${v.script ? '' : '-plain'}`);
  // Two at a time, one for each core.
  for (let i = 0; i < asked.length; i += 2) {
    await Promise.all(asked.slice(i, i + 2).map((v) => visitAll(browser, v)));
  }
  await browser.close();
  const css = fs.readdirSync(path.join(b.root, 'web/style')).map((f) => fs.readFileSync(path.join(b.root, 'web/style', f)));
  nu(folder, css);
  if (tally.failed === 0) fs.rmSync(folder, { recursive: true });
  else console.log(`what was seen is in ${folder}`);
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}

main().catch((e) => {
  console.log(`FAILED ${e.stack}`);
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`);
  process.exit(1);
});
