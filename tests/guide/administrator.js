// SPDX-License-Identifier: EUPL-1.2
// The steps of docs/guide/administrator.md: two administrators of a city that
// is real, not a training one, from nothing to the first letter.
'use strict';
const path = require('path');
const b = require('../../tools/page.js');

const APP = '/aplikasi/kewilayahan/surat-domisili';
const SERVICE = '/layanan/kewilayahan/surat-domisili';

async function layanan(r) {
  if (process.env.BARE) { // the unit serves where the package says
    r.url = 'http://127.0.0.1:8080';
    return;
  }
  r.city = new b.City(process.env.BALAI || path.join(b.root, 'build/asan/balai'), path.join(r.dir, 'city'));
  r.url = await r.city.serve('127.0.0.1', path.join(r.dir, 'log'));
}

async function masukAdministrator(r) {
  await r.enter('admin1');
  await r.enter('admin2');
}

async function tanggal(r) {
  await r.as('admin1');
  await r.at.goto(`${r.url}/kerja`);
  await r.press('Pastikan tanggal');
  await r.says(r.named('Apakah tanggal ini benar?'));
  await r.press('Ya, benar');
}

async function daftarIsian(r) {
  await r.as('admin1');
  await r.at.goto(`${r.url}/kerja`);
  await r.press('Aplikasi');
  await r.press('Surat Keterangan Domisili');
  await r.look('h2:has-text("Yang diisi kota ini")');
}

async function dasarHukum(r) {
  await r.as('admin1');
  await r.at.goto(`${r.url}${APP}/butir/${encodeURIComponent('hukum.keterangan')}`);
  await r.write('Nama peraturan', 'Peraturan Wali Kota Magelang tentang Pelimpahan Kewenangan');
  await r.write('Alasan atau dasarnya', 'Nama peraturan daerah kita');
  await r.press('Simpan', 'main');
}

async function orangKedua(r) {
  await r.as('admin1');
  await r.at.goto(`${r.url}${APP}/butir/${encodeURIComponent('tarif.masa_berlaku')}`);
  await r.write('Masa berlaku surat (bulan)', '3');
  await r.write('Alasan atau dasarnya', 'Peraturan wali kota: tiga bulan');
  await r.press('Usulkan perubahan', 'main');
  await r.as('admin2');
  await r.at.goto(`${r.url}${APP}/butir/${encodeURIComponent('tarif.masa_berlaku')}`);
}

const setujui = (r) => r.press('Setujui', 'main');

async function buka(r) {
  await r.as('admin1');
  await r.at.goto(`${r.url}${APP}`);
  await r.press('Mainkan skenario', 'main');
  await r.until('.tag');
  await r.at.goto(`${r.url}${APP}`);
  await r.press('Pratinjau sebagai warga', 'main');
  await r.at.goto(`${r.url}${APP}`);
  await r.press('Buka untuk umum', 'main');
  await r.says('Layanan ini terbuka untuk umum.');
}

async function pegawaiMasuk(r) {
  await r.enter('kel.periksa');
  await r.enter('lurah');
}

// Today and the days before it, as a form asks for them.
function day(name, ago) {
  const at = new Date(Date.now() + 7 * 3600e3 - ago * 86400e3);
  return { [`${name}.d`]: String(at.getUTCDate()), [`${name}.m`]: String(at.getUTCMonth() + 1), [`${name}.y`]: String(at.getUTCFullYear()) };
}

async function wargaMengajukan(r) {
  await r.as('warga', 360);
  await r.at.goto(`${r.url}/`);
  await r.press('Surat Keterangan Domisili', 'main');
  await r.press('Mulai permohonan', 'main');
  const answers = { untuk: 'diri', tercatat: 'luar', 'tempat.region': '33.71.03.1001', 'tempat.patokan': 'Jalan Contoh Nomor 5, RT 02/RW 03',
    ...day('sejak', 40), keperluan: 'kerja', bukti: 'pengantar', ...day('tanggal_pengantar', 2), pengantar: path.join(b.root, 'tests/pages/pbg.pdf'),
    'pemohon.nama': 'Siti Contoh Aminah', 'pemohon.nik': '9999010101900001', 'pemohon.telepon': '0812 0000 0001' };
  for (let step = 0; !r.at.url().endsWith('/periksa'); step++) {
    if (step > 8) throw new Error(`the form never ends: ${await r.at.locator('main').innerText()}`);
    await r.fill(answers);
    await r.send();
  }
  await r.fill({ consent: '1' });
  await r.press('Kirim permohonan', 'main');
  r.number = (await r.at.locator('#nomor').innerText()).trim();
  r.code = (await r.at.locator('#kode').innerText()).trim();
}

async function decide(r, who, action) {
  await r.as(who);
  await r.at.goto(`${r.url}/kerja`);
  await r.at.locator(`a[href*="${r.number}"]`).first().click();
  await r.at.waitForLoadState();
  const act = r.at.locator('details.act').filter({ hasText: action });
  if (!(await act.first().evaluate((d) => d.open))) await r.press(action, 'details.act');
  await r.send(act.first().locator('form'));
}

async function pegawaiMemutuskan(r) {
  await decide(r, 'kel.periksa', r.named('Nyatakan benar'));
  await decide(r, 'lurah', r.named('Tanda tangani'));
}

async function suratTerbit(r) {
  await r.as('warga');
  await r.at.goto(`${r.url}/lacak`);
  await r.fill({ number: r.number, code: r.code });
  await r.send();
  const link = await r.until('main a[href*="/surat/"]');
  const [got] = await Promise.all([r.at.waitForEvent('download'), link.click()]);
  const fs = require('fs');
  if (fs.readFileSync(await got.path(), 'latin1').slice(0, 5) !== '%PDF-') throw new Error('the letter is no PDF');
  r.arrived('the first letter');
}

// ---- the neighbour, on a machine of its own --------------------------

// Each of its commands has to end well; the reader sees nothing of them.
function theirs(r, ...all) {
  for (const words of all) {
    const { code, out } = r.shell(words);
    if (code !== 0) throw new Error(`the neighbour: ${words}: ${out}`);
  }
}

const KEYS = ['root-1', 'root-2', 'root-3', 'hibah-1', 'hibah-2', 'targets-1', 'targets-2'];
const own = (r, words) => `balai -C ${r.home}/tetangga ${words}`;
const keys = (r, ...names) => names.map((k) => `${r.home}/kunci-tetangga/${k}`);

function tetangga(r) {
  theirs(r, `mkdir -p ${r.home}/kunci-tetangga /media/stik`, own(r, 'init --city 19.03 --domain layanan.bangkaselatan.example'),
    own(r, 'city load /usr/share/balai/cities/bangka-selatan'), own(r, 'app install /usr/share/balai/apps/kominfo/lapor-warga'),
    `balai keys ceremony ${keys(r, ...KEYS).join(' ')} --city 19.03 --domain layanan.bangkaselatan.example --passphrases frasa.txt`,
    own(r, `repo publish --targets ${keys(r, 'targets-1', 'targets-2')} --roots ${keys(r, 'root-1', 'root-2')} --passphrases frasa.txt`),
    `${own(r, `party ${keys(r, 'hibah-1')}/hibah-1.key`)} > /media/tetangga.party`);
}

function signs(r, kind, note) {
  for (const k of keys(r, 'hibah-1', 'hibah-2')) theirs(r, `balai ${kind} sign ${note} ${k} --passphrases frasa.txt`);
}

function tetanggaMenandatangani(r) {
  signs(r, 'accord', 'naskah/accord.note');
  theirs(r, own(r, 'accord keep naskah/accord.note'));
}

const tetanggaMenerima = (r) => signs(r, 'deed', '/var/lib/balai/hibah.note');

function tetanggaMemberi(r) {
  theirs(r, own(r, 'deed draft balasan.note naskah/accord.note --number 4/HIBAH/2026'));
  signs(r, 'deed', 'balasan.note');
  for (const k of ['hibah-1', 'hibah-2']) theirs(r, `balai deed sign balasan.note /media/${k} --passphrases frasa.txt`);
  theirs(r, own(r, 'deed keep balasan.note'), own(r, 'grant /media/stik/dari-tetangga'), 'chmod -R a+rX /media/stik');
}

module.exports = { steps: { layanan, 'masuk-administrator': masukAdministrator, tanggal, 'daftar-isian': daftarIsian,
  'dasar-hukum': dasarHukum, 'orang-kedua': orangKedua, setujui, buka, 'pegawai-masuk': pegawaiMasuk, 'warga-mengajukan': wargaMengajukan,
  tetangga, 'tetangga-menandatangani': tetanggaMenandatangani, 'tetangga-menerima': tetanggaMenerima, 'tetangga-memberi': tetanggaMemberi,
  'pegawai-memutuskan': pegawaiMemutuskan, 'surat-terbit': suratTerbit } };
