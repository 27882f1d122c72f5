// SPDX-License-Identifier: EUPL-1.2
// The training city that the guides of residents and officers are about, and
// what others do in it meanwhile, out of the reader's sight.
'use strict';
const path = require('path');
const b = require('../../tools/page.js');

const APPS = ['penanaman-modal/izin-reklame', 'kominfo/lapor-warga', 'kewilayahan/surat-domisili'];

async function begin(r, balai) {
  r.city = new b.City(balai, path.join(r.dir, 'city'));
  r.city.found({ code: '32.73', domain: 'bandung.example', files: path.join(b.root, 'cities/bandung'), apps: APPS,
    clock: '2026-03-01' });
  r.url = await r.city.serve('127.0.0.1', path.join(r.dir, 'log'));
  r.city.clock('2026-03-02T09:00');
  r.desks = new Map();
}

const siti = {
  'pemohon.nama': 'Siti Contoh Aminah', 'pemohon.nik': '9999010101900001', 'pemohon.telepon': '0812 0000 0001',
  'pemohon.surel': 'siti@warga.example', jenis: 'papan', panjang: '4', lebar: '2',
  'lokasi.region': '32.73.19.1004', 'lokasi.patokan': 'Di depan Balai Kota', 'mulai.d': '1', 'mulai.m': '4', 'mulai.y': '2026', bulan: '6',
};
const dewi = {
  kategori: 'jalan', uraian: 'Lubang besar di jalur kiri sejak hari Senin.', 'lokasi.region': '32.73.19.1004',
  'lokasi.patokan': 'Di depan halte', 'lokasi.lat': '-6.9107', 'lokasi.lon': '107.6098',
  'pelapor.nama': 'Dewi Contoh Lestari', 'pelapor.telepon': '0812 0000 0002',
};

async function another(r) { return b.visitor(r.browser); }

async function applies(r, app, answers) {
  const page = await another(r);
  await b.apply(page, `${r.url}/layanan/${app}`, answers);
  const got = await b.submit(page);
  await page.context().close();
  return got;
}

// An officer whose page nobody looks at.
async function does(r, login, number, action, needs) {
  if (!r.desks.has(login)) {
    const page = await another(r);
    await b.enter(page, r.city, login);
    r.desks.set(login, page);
  }
  await b.act(r.desks.get(login), r.city, number, action, needs);
}

// The path in the QR code of a letter, read as a telephone's camera does.
function scan(pdf) {
  const { execFileSync, spawnSync } = require('child_process');
  execFileSync('pdftoppm', ['-r', '150', '-png', pdf, pdf]);
  const fs = require('fs');
  const pictures = fs.readdirSync(path.dirname(pdf)).filter((f) => f.startsWith(path.basename(pdf)) && f.endsWith('.png'));
  const text = spawnSync('zbarimg', ['-q', '--raw', ...pictures.map((f) => path.join(path.dirname(pdf), f))], { encoding: 'utf8' }).stdout;
  return /\/s\/[\w-]+/.exec(text)[0];
}

module.exports = { begin, siti, dewi, applies, does, scan };
