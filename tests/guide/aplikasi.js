// SPDX-License-Identifier: EUPL-1.2
// The steps of docs/guide/aplikasi.md: what was written there is a service.
'use strict';
const path = require('path');
const b = require('../../tools/page.js');

async function buka(r) {
  r.city = new b.City(process.env.BALAI || path.join(b.root, 'build/asan/balai'), path.join(r.home, 'latihan'));
  r.url = await r.city.serve('127.0.0.1', path.join(r.dir, 'log'));
  await r.as('warga', 360);
  await r.at.goto(`${r.url}/layanan/kewilayahan/pinjam-aula`);
}

// The guide says how many lines it takes; it has to be so.
async function hitung(r) {
  const of = (end) => r.book.items.filter((i) => i.kind === 'file' && i.name.endsWith(end))
    .reduce((n, i) => n + i.text.split('\n').length - 1, 0);
  const [app, letter, scenario] = [of('app.yaml'), of('.mustache'), of('scenario.yaml')];
  const says = `${app + letter + scenario} baris: ${app} baris aplikasi, ${letter} baris surat, dan ${scenario} baris skenario`;
  if (!r.book.prose.some((p) => p.text.includes(says))) throw new Error(`it is ${says}`);
}

module.exports = { steps: { buka, hitung } };
