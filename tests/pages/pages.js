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

// One city, copied for each visit, so that all four see the same.
function found() {
  const first = new b.City(balai, path.join(folder, 'city'));
  first.found({ code: '32.73', domain: 'bandung.example', files: path.join(b.root, 'cities/bandung'),
    apps: ['kominfo/lapor-warga', 'penanaman-modal/izin-reklame'] });
  return first.dir;
}

async function visitAll(browser, dir, v) {
  const name = `${v.lang}${v.script ? '' : '-plain'}`;
  const own = path.join(folder, name);
  fs.mkdirSync(own);
  execFileSync('cp', ['-r', dir, path.join(own, 'city')]);
  const city = new b.City(balai, path.join(own, 'city'));
  await city.serve('bandung.localhost', path.join(own, 'log'));
  city.clock('2026-03-02T09:00');
  city.lang = v.lang === 'en' ? '/en' : '';
  Object.assign(v, { folder: own, width: 360, kinds: new Set(), reader: await b.visitor(browser) });
  const t = { city, world: { folder: own },
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
  holds(await city.stop(), `the city of ${name} stops clean`, fs.readFileSync(path.join(own, 'log'), 'utf8').split('\n').slice(-30).join('\n'));
  console.log(`       ${name}: ${v.kinds.size} kinds of page`);
  return v;
}

async function main() {
  const dir = found();
  const browser = await b.browse();
  const asked = VISITS.filter((v) => !process.env.VISIT || process.env.VISIT === `${v.lang}${v.script ? '' : '-plain'}`);
  // Two at a time, one for each core.
  for (let i = 0; i < asked.length; i += 2) {
    await Promise.all(asked.slice(i, i + 2).map((v) => visitAll(browser, dir, v)));
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
