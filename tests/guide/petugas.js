// SPDX-License-Identifier: EUPL-1.2
// The steps of docs/guide/petugas.md: a verifier, a head, a treasurer and a
// counter, at desks of 1280 pixels.
'use strict';
const b = require('../../tools/page.js');
const town = require('./town.js');

const PERMIT = 'penanaman-modal/izin-reklame';

async function begin(r, balai) {
  await town.begin(r, balai);
  r.first = await town.applies(r, PERMIT, town.siti);
  r.second = await town.applies(r, PERMIT, { ...town.siti, 'pemohon.nama': 'Rina Contoh Kartika', jenis: 'kain', bulan: '1' });
}

async function masuk(r) {
  for (const login of ['periksa.izin', 'kepala.izin', 'bendahara', 'loket.izin']) {
    r.links.set(login, new URL(r.city.link(login)).pathname);
  }
  await r.as('periksa.izin');
  await r.at.goto(`${r.url}${r.links.get('periksa.izin')}`);
}

async function lagi(r) {
  const seed = await r.enter('periksa.izin');
  await r.press('Keluar');
  await r.at.goto(`${r.url}/`);
  await r.press('Masuk pegawai', 'footer');
  await r.write('NIP atau nama masuk', 'periksa.izin');
  await r.write('Kata sandi', b.PASSWORD);
  r.city.clock('2026-03-02T09:01'); // a code is taken once
  await r.write('Kode sekali pakai', b.totp(seed, r.city.now()));
  await r.press('Masuk', 'main');
}

async function tanggal(r) {
  await r.press('Pastikan tanggal', 'main');
  await r.press('Ya, benar', 'main');
  await r.at.goto(`${r.url}/kerja`);
}

const open = (r, number) => r.at.goto(`${r.url}/kerja/berkas/${number}`);

async function daftar(r) { await r.says(r.named('Daftar tugas')); }

async function berkas(r) {
  await r.at.locator(`a[href*="${r.first.number}"]`).first().click();
  await r.at.waitForLoadState();
}

// What an act's own form is pressed with, once it is unfolded.
async function act(r, action, needs = {}) {
  const details = r.at.locator('details.act').filter({ has: r.at.locator('summary', { hasText: r.named(action) }) }).first();
  if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
  r.count.presses += 1;
  await r.fill(needs, details.locator('form'));
  await r.send(details.locator('form'));
}

async function kembalikan(r) {
  await act(r, 'Kembalikan untuk dilengkapi', { alasan: 'Tuliskan patokan yang lebih jelas, misalnya nomor bangunan.' });
  const page = await b.visitor(r.browser);
  await page.goto(`${r.url}/lacak`);
  await b.fill(b.mainForm(page), r.first);
  await b.send(page);
  await page.locator('main a[href$="/tindak/resubmit"]').click();
  await page.waitForLoadState();
  await b.send(page);
  await page.context().close();
}

async function giliran(r) {
  r.city.clock('2026-03-02T09:20');
  r.third = await town.applies(r, PERMIT, { ...town.siti, 'pemohon.nama': 'Joni Contoh Prasetya' });
  await open(r, r.third.number);
  await r.at.locator('details.act summary').first().click();
  await r.look('h2:has-text("Tindakan")', 700);
}

async function lengkap(r) {
  await open(r, r.second.number);
  await act(r, 'Nyatakan lengkap');
  await town.does(r, 'lapangan.pu', r.second.number, 'suitable', { hasil_survei: 'Konstruksi aman.' });
}

async function kepala(r) {
  await r.enter('kepala.izin');
  await open(r, r.second.number);
  await r.look('h2:has-text("Tindakan")', 620);
}

async function setujui(r) { await act(r, 'Setujui'); }

async function bayar(r) {
  await r.enter('bendahara');
  await open(r, r.second.number);
  await act(r, 'Catat pelunasan', { bukti: 'BANK-0001' });
  await r.until('main a[href*="/surat/"]');
}

async function loket(r) {
  await r.enter('loket.izin');
  await r.press('Loket');
}

async function ajukan(r) {
  await r.press('Izin Reklame', 'main');
  for (let step = 0; !r.at.url().endsWith('/periksa'); step++) {
    if (step > 8) throw new Error(await r.at.locator('main').innerText());
    await r.fill(town.siti);
    await r.press('Lanjutkan', 'main');
  }
  await r.fill({ consent: '1' });
  await r.press('Kirim permohonan', 'main');
  const slip = await r.at.request.get(r.url + await r.at.locator('a[href*="/cetak"]').getAttribute('href'));
  if ((await slip.body()).toString('latin1', 0, 5) !== '%PDF-') throw new Error('the slip is no PDF');
}

module.exports = { begin, steps: { masuk, lagi, tanggal, daftar, berkas, kembalikan, giliran, lengkap, kepala, setujui, bayar, loket, ajukan } };
