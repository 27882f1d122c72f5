// SPDX-License-Identifier: EUPL-1.2
// The steps of docs/guide/warga.md, on a telephone of 360 pixels.
'use strict';
const path = require('path');
const b = require('../../tools/page.js');
const { begin, siti, dewi, applies, does, scan } = require('./town.js');

const phone = (r) => r.as('warga', 360);

async function depan(r) {
  await phone(r);
  await r.at.goto(`${r.url}/`);
}

const layanan = (r) => r.press('Izin Reklame', 'main');

async function galat(r) {
  await r.press('Mulai permohonan', 'main');
  await r.fill({ 'pemohon.nama': siti['pemohon.nama'], 'pemohon.nik': '999901010190' });
  await r.press('Lanjutkan', 'main');
}

async function simpan(r) {
  await r.fill(siti);
  await r.press('Lanjutkan', 'main');
  await r.press('Simpan, teruskan nanti', 'main');
  await r.at.goto(`${r.url}/`);
  await r.look('h2:has-text("Lanjutkan isian Anda")', 400);
}

async function periksa(r) {
  await r.press('Izin Reklame', 'main');
  if (/\/isi$/.test(r.at.url())) await r.press('Lanjutkan isian ini', 'main');
  for (let step = 0; !r.at.url().endsWith('/periksa'); step++) {
    if (step > 8) throw new Error(await r.at.locator('main').innerText());
    await r.fill(siti);
    await r.press('Lanjutkan', 'main');
  }
  await r.says(r.named('Periksa jawaban Anda'));
  await r.says(r.named('Ubah'));
}

async function kirim(r) {
  await r.fill({ consent: '1' });
  await r.press('Kirim permohonan', 'main');
  r.number = (await r.at.locator('#nomor').innerText()).trim();
  r.code = (await r.at.locator('#kode').innerText()).trim();
}

async function follow(r) {
  await phone(r);
  await r.press('Lacak berkas', 'header');
  await r.fill({ number: r.number, code: r.code });
  await r.press('Tampilkan', 'main');
}

async function dilengkapi(r) {
  await does(r, 'periksa.izin', r.number, 'return', { alasan: 'Tuliskan patokan yang lebih jelas, misalnya nomor bangunan.' });
  await follow(r);
}

async function kirimKembali(r) {
  await r.press('Kirim kembali', 'main');
  await r.says(r.named('Ubah'));
  await r.press('Kirim kembali', 'main');
}

async function keberatan(r) {
  await does(r, 'periksa.izin', r.number, 'refuse', { alasan: 'Lokasi termasuk kawasan tanpa reklame.' });
  await follow(r);
  await r.press('Ajukan keberatan', 'main');
  await r.fill({ keberatan: 'Lokasi ini di luar kawasan itu; mohon peta diperiksa lagi.' });
}

async function surat(r) {
  await r.press('Ajukan keberatan', 'main');
  const n = r.number;
  await does(r, 'kepala.izin', n, 'uphold', { tanggapan: 'Peta kawasan keliru dibaca.' });
  await does(r, 'kepala.izin', n, 'approve');
  await does(r, 'bendahara', n, 'settle', { bukti: 'BANK-0001' });
  await follow(r);
  const link = await r.until('main a[href*="/surat/"]');
  const [got] = await Promise.all([r.at.waitForEvent('download'), link.click()]);
  r.letter = path.join(r.dir, 'surat.pdf');
  await got.saveAs(r.letter);
}

async function sah(r) {
  await r.as('bank', 360);
  await r.at.goto(`${r.url}${scan(r.letter)}`);
}

async function kabar(r) {
  await follow(r);
  await r.look('h2:has-text("Kabar untuk Anda")', 480);
}

async function lapor(r) {
  await applies(r, 'kominfo/lapor-warga', dewi);
  await r.as('pelapor', 360);
  await r.at.goto(`${r.url}/layanan/kominfo/lapor-warga`);
  await r.press('Mulai laporan', 'main');
  for (let step = 0; !r.at.url().endsWith('/serupa'); step++) {
    if (step > 8) throw new Error(`no report is near: ${r.at.url()}`);
    await r.fill({ ...dewi, 'pelapor.nama': 'Rudi Contoh Hartono' });
    await r.press('Lanjutkan', 'main');
  }
}

async function sendiri(r) { await r.press('Laporan saya berbeda, lanjutkan', 'main'); }

async function luring(r) {
  await phone(r);
  await r.at.goto(`${r.url}/luring`);
  await r.says(r.named('Anda sedang luring'));
}

// With nothing but HTML: what an old telephone is able to.
async function tanpaSkrip(r) {
  const page = await b.visitor(r.browser, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
  await b.apply(page, `${r.url}/layanan/penanaman-modal/izin-reklame`, siti);
  const { number } = await b.submit(page);
  if (!number) throw new Error('nothing was sent without a script');
  await page.context().close();
}

module.exports = { begin, steps: { depan, layanan, galat, simpan, periksa, kirim, dilengkapi, 'kirim-kembali': kirimKembali,
  keberatan, surat, sah, kabar, lapor, sendiri, luring, 'tanpa-skrip': tanpaSkrip } };
