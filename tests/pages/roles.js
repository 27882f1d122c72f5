// SPDX-License-Identifier: EUPL-1.2
// One path a role through every kind of page. Each path may use what the ones
// before it left in `world`: numbers, codes, a letter.
'use strict';
const fs = require('fs');
const path = require('path');
const b = require('../../tools/page.js');

const PERMIT = '/layanan/penanaman-modal/izin-reklame';
const REPORT = '/layanan/kominfo/lapor-warga';

const siti = {
  'pemohon.nama': 'Siti Aminah', 'pemohon.nik': '9999010101900001',
  'pemohon.telepon': '0812 0000 0001', 'pemohon.surel': 'siti@warga.example',
  jenis: 'papan', panjang: '10', lebar: '3',
  'lokasi.region': '32.73.19.1004', 'lokasi.patokan': 'Di depan Balai Kota',
  'mulai.d': '1', 'mulai.m': '4', 'mulai.y': '2026', bulan: '6',
  pbg: path.join(b.root, 'tests/pages/pbg.pdf'),
};
const dewi = {
  kategori: 'jalan', uraian: 'Lubang besar di jalur kiri sejak hari Senin.',
  'lokasi.region': '32.73.19.1004', 'lokasi.patokan': 'Di depan halte',
  'lokasi.lat': '-6.9107', 'lokasi.lon': '107.6098',
  'pelapor.nama': 'Dewi Lestari', 'pelapor.telepon': '0812 0000 0002',
};

const follow = (page, locator) => Promise.all([page.waitForNavigation(), locator.first().click()]);

// A letter is sealed, and a receipt's proof is there, within a second or two.
async function until(page, selector) {
  const late = Date.now() + b.PATIENCE;
  while (await page.locator(selector).count() === 0) {
    if (Date.now() > late) throw new Error(`${page.url()} never showed ${selector}`);
    await page.reload();
  }
  return page.locator(selector).first();
}

async function prove(city, page, { number, code }) {
  await page.goto(city.at('/lacak'));
  await b.fill(b.mainForm(page), { number, code });
  await b.send(page);
}

// ---- a resident -----------------------------------------------------

async function applies({ city, visit, see, world }) {
  const page = await visit();
  await page.goto(city.at('/'));
  await see(page, 'home');
  await page.locator('#q').fill('reklame');
  await follow(page, page.locator('form.find button'));
  await see(page, 'search');
  await page.goto(city.at('/cari?q=zzzz'));
  await see(page, 'search-none');

  await page.goto(city.at(`${PERMIT}/isi`));
  await b.fill(b.mainForm(page), { 'pemohon.nik': '123' });
  await b.send(page);
  await see(page, 'step-error');
  await page.goto(city.at(`${PERMIT}/isi/waktu`));
  await b.fill(b.mainForm(page), { 'mulai.d': '31', 'mulai.m': '2', 'mulai.y': '2026', bulan: '40' });
  await b.send(page);
  await see(page, 'step-error-date');
  await page.goto(city.at('/'));
  await see(page, 'home-drafts');
  await page.goto(city.at(`${PERMIT}/isi`));
  await see(page, 'resume');
  await b.send(page, b.mainForm(page), 'button');

  await b.apply(page, city.at(PERMIT), siti, (kind) => see(page, kind));
  await b.send(page);
  await see(page, 'check-error');
  world.permit = await b.submit(page);
  // A machine that is quick has the proof before the page is drawn.
  if (await page.locator('main a[download]').count() === 0) await see(page, 'receipt-wait');
  const [proof] = await Promise.all([page.waitForEvent('download'), (await until(page, 'main a[download]')).click()]);
  world.proof = path.join(world.folder, 'receipt.tlog-proof');
  await proof.saveAs(world.proof);
  await see(page, 'receipt');
}

async function follows({ city, visit, see, world }) {
  const page = await visit();
  await page.goto(city.at('/lacak'));
  await see(page, 'track');
  await b.fill(b.mainForm(page), { number: world.permit.number, code: '0000-0000' });
  await b.send(page);
  await see(page, 'track-error');
  await page.goto(city.at(`/lacak/${world.permit.number}`));
  await see(page, 'tracking-public');
  await prove(city, page, world.permit);
  await see(page, 'tracking-returned');
  const tell = page.locator('form[action$="/kabar"]');
  await tell.locator('[name=message]').uncheck();
  await tell.locator('[name=lang]').selectOption('en');
  await b.send(page, tell);
  await see(page, 'tracking-told');
  await follow(page, page.locator('main a[href$="/tindak/resubmit"]'));
  await see(page, 'act-resubmit');
  await b.send(page);
}

async function reports({ city, visit, see, world }) {
  const page = await visit();
  await b.apply(page, city.at(REPORT), dewi, (kind) => see(page, `report-${kind}`));
  world.report = await b.submit(page);
  const other = await visit();
  await b.apply(other, city.at(REPORT), { ...dewi, 'pelapor.nama': 'Rudi Hartono' },
    async (kind) => { if (kind === 'nearby') await see(other, kind); });
}

async function reopens({ city, visit, see, world }) {
  const page = await visit();
  await prove(city, page, world.report);
  await see(page, 'tracking-answered');
  await follow(page, page.locator('main a[href$="/tindak/reopen"]'));
  await see(page, 'act-reopen');
  await b.send(page);
  await see(page, 'act-error');
  await b.fill(b.mainForm(page), { alasan: 'Sesudah hujan berlubang lagi.' });
  await b.send(page);
}

// ---- officers -------------------------------------------------------

async function desk(t, login) {
  t.world.desks = t.world.desks || new Map();
  if (!t.world.desks.has(login)) {
    const page = await t.visit();
    await b.enter(page, t.city, login);
    t.world.desks.set(login, page);
  }
  return t.world.desks.get(login);
}

async function does(t, login, number, action, needs) {
  const page = await desk(t, login);
  await b.act(page, t.city, number, action, needs);
  return page;
}

async function signsIn({ city, visit, see, world }) {
  const page = await visit();
  await page.goto(city.at('/kerja'));
  await see(page, 'sign-in');
  await b.fill(b.mainForm(page), { login: 'periksa.izin', password: 'bukan ini', code: '000000' });
  await b.send(page);
  await see(page, 'sign-in-error');
  await page.goto(city.link('periksa.izin'));
  await see(page, 'set-secrets');
  await b.fill(b.mainForm(page), { password: 'pendek', code: '000000' });
  await b.send(page);
  await see(page, 'set-secrets-error');
  await b.enter(page, city, 'periksa.izin');
  await see(page, 'worklist');
  world.desks = new Map([['periksa.izin', page]]);
}

async function returnsIt(t) {
  const { city, see, world } = t;
  const page = await desk(t, 'periksa.izin');
  await page.goto(city.at(`/kerja/berkas/${world.permit.number}`));
  await see(page, 'record');
  const form = page.locator('form:has(input[name="act"][value="return"])');
  const details = page.locator('details.act').filter({ has: form });
  if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
  await b.send(page, form);
  await see(page, 'record-error');
  await does(t, 'periksa.izin', world.permit.number, 'return', { alasan: 'Patokan lokasi kurang jelas.' });
  await page.goto(city.at('/orang'));
  await see(page, 'error-403');
  await page.goto(city.at('/kerja/tanggal'));
  await see(page, 'date');
}

// Ticked in the list, shown with what will happen, then done.
async function acceptsAtOnce(t, number) {
  const { city, see } = t;
  const page = await desk(t, 'periksa.izin');
  await page.goto(city.at('/kerja'));
  await page.locator(`input[name="@${number}"]`).check();
  await b.send(page, page.locator('main form:has(ol.work)'));
  await see(page, 'bulk');
  const act = (key) => page.locator(`form:has(input[name="act"][value="${key}"])`);
  const open = async (key) => {
    const details = page.locator('details.act').filter({ has: act(key) });
    if (!(await details.evaluate((d) => d.open))) await details.locator('summary').click();
  };
  await open('return');
  await b.send(page, act('return'));
  await see(page, 'bulk-error');
  await open('accept');
  await b.send(page, act('accept'));
  await see(page, 'bulk-done');
}

async function issuesIt(t) {
  const { city, see, world } = t;
  const n = world.permit.number;
  await acceptsAtOnce(t, n);
  await does(t, 'lapangan.pu', n, 'suitable', { hasil_survei: 'Konstruksi aman.' });
  const decides = await desk(t, 'kepala.izin');
  await decides.goto(city.at(`/kerja/berkas/${n}`));
  await see(decides, 'record-decide');
  await decides.locator('details.act:has(a[href*="/rancangan/"]) summary').click();
  const [draft] = await Promise.all([decides.waitForEvent('download'), decides.locator('main a[href*="/rancangan/"]').click()]);
  if (!fs.readFileSync(await draft.path()).subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('the letter has no draft');
  await does(t, 'kepala.izin', n, 'approve');
  const page = await does(t, 'bendahara', n, 'settle', { bukti: 'BANK-0001' });
  await page.goto(city.at('/kerja'));
  await see(page, 'worklist-empty');
  const head = await desk(t, 'kepala.izin');
  await head.goto(city.at(`/kerja/berkas/${n}`));
  await until(head, 'main a[href*="/surat/"]');
  await see(head, 'record-issued');
  const desk_ = await desk(t, 'loket.izin');
  await desk_.goto(city.at(`/kerja/berkas/${n}`));
  await see(desk_, 'record-counter');
}

// Who is away, and who stands in; a head of the region's eyes on others.
async function isAway(t) {
  const { city, see } = t;
  const page = await desk(t, 'kepala.izin');
  await page.goto(city.at('/ketidakhadiran'));
  await see(page, 'away');
  const form = page.locator('main form:has(select[name="kind"])');
  await b.send(page, form);
  await see(page, 'away-error');
  await b.fill(page.locator('main form:has(select[name="kind"])'), { kind: 'leave', 'mulai.d': '2', 'mulai.m': '3', 'mulai.y': '2026',
    'sampai.d': '6', 'sampai.m': '3', 'sampai.y': '2026', login: 'kepala.lapor' });
  await b.send(page, page.locator('main form:has(select[name="kind"])'));
  await see(page, 'away-noted');
  const stand = await desk(t, 'kepala.lapor');
  await stand.goto(city.at('/ketidakhadiran'));
  await see(stand, 'away-standing');
  await b.send(page, page.locator('main form[action$="/akhiri"]').first());
}

async function handlesReport(t) {
  const { city, see, world } = t;
  const page = await desk(t, 'loket.lapor');
  await page.goto(city.at(`/kerja/berkas/${world.report.number}`));
  await see(page, 'record-report');
  await does(t, 'loket.lapor', world.report.number, 'route', { nomor_sp4n: 'SP4N-0001' });
  await does(t, 'lapangan.pu', world.report.number, 'answer', { jawaban: 'Lubang sudah ditambal.' });
}

async function atTheCounter(t) {
  const { city, see } = t;
  const page = await desk(t, 'loket.izin');
  await page.goto(city.at('/loket'));
  await see(page, 'counter');
  await follow(page, page.locator('main .tiles a[href*="izin-reklame"]'));
  await see(page, 'counter-step');
  for (let i = 0; !/\/periksa$/.test(new URL(page.url()).pathname); i++) {
    if (i > 8) throw new Error(`the counter's form never ends: ${page.url()}`);
    await b.fill(b.mainForm(page), { ...siti, panjang: '4' });
    await b.send(page);
  }
  await see(page, 'counter-check');
  await b.submit(page);
  await until(page, 'main a[download]');
  await see(page, 'counter-receipt');
  await page.goto(city.at('/loket'));
  await see(page, 'counter-today');
}

// ---- an administrator -----------------------------------------------

async function administers(t) {
  const { city, see, world } = t;
  const page = await desk(t, 'admin.satu');
  await page.goto(city.at('/orang'));
  await see(page, 'people');
  const csv = path.join(world.folder, 'people.csv');
  const head = 'login,name,post,phone,email,office,duty\n';
  fs.writeFileSync(csv, `${head}salah,Orang Salah,Staf,022 0000 2002,salah@bandung.example,dpmptsp,kaisar\n`);
  const upload = page.locator('form:has(input[type="file"])');
  await upload.locator('input[type="file"]').setInputFiles(csv);
  await b.send(page, upload);
  await see(page, 'people-import-faults');
  fs.writeFileSync(csv, `${head}baru,Orang Baru,Staf,022 0000 2001,baru@bandung.example,dpmptsp,desk\n`);
  await upload.locator('input[type="file"]').setInputFiles(csv);
  await b.send(page, upload);
  await see(page, 'people-import-plan');
  await b.send(page, page.locator('main .card form'));
  await see(page, 'people-imported');
  await follow(page, page.locator('main .results h2 a'));
  await see(page, 'person');
  await b.send(page, page.locator('form[action$="/tautan"]'), 'button');
  await see(page, 'people-link');
}

// What a city changes of an app: the checklist, one item of each kind, a look
// through a resident's eyes, the scenarios.
async function localises(t) {
  const { city, see } = t;
  const page = await desk(t, 'admin.satu');
  await page.goto(city.at('/aplikasi'));
  await see(page, 'apps');
  await page.goto(city.at('/aplikasi/penanaman-modal/izin-reklame'));
  await see(page, 'app');
  const items = await page.locator('main a[href*="/butir/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  for (const href of [...new Set(items)]) {
    await page.goto(city.url + href);
    await see(page, `item-${href.split('/').pop().replace(/[^a-z0-9.]+/gi, '-')}`);
  }
  await page.goto(city.at('/aplikasi/penanaman-modal/izin-reklame/pratinjau'));
  await see(page, 'app-preview');
}

// ---- the public -----------------------------------------------------

const TEXTS = { about: '/tentang', help: '/bantuan', privacy: '/privasi', processing: '/privasi/pemrosesan', accessibility: '/aksesibilitas',
  offline: '/luring', 'error-404': '/tidak-ada', 'verify-number': '/periksa',
  'verify-unknown': '/periksa?nomor=500.16.7.2%2F9999%2FDPMPTSP', 'verify-token-unknown': '/s/AAAAAAAAAAAAAAAAAAAAAA',
  performance: '/kinerja', ledger: '/log', 'ledger-check': '/log/periksa', 'public-list': `${REPORT}/daftar`, 'service-report': REPORT };

async function looksAround({ city, visit, see, world }) {
  const page = await visit();
  for (const [kind, where] of Object.entries(TEXTS)) {
    await page.goto(city.at(where));
    await see(page, kind);
  }
  await page.goto(city.at(`/lacak/${world.report.number}`));
  await see(page, 'tracking-report-public');
  await page.goto(city.at('/log/periksa'));
  await page.locator('input[type="file"]').setInputFiles(world.proof);
  await b.send(page);
  await see(page, 'ledger-check-holds');
  await page.locator('textarea').fill('c2sp.org/tlog-proof@v1\nbukan bukti\n');
  await b.send(page);
  await see(page, 'ledger-check-fails');
}

async function checksLetter({ city, visit, see, world }) {
  const { execFileSync, spawnSync } = require('child_process');
  const own = await visit();
  await prove(city, own, world.permit);
  const link = await until(own, 'main a[href*="/surat/"]');
  await see(own, 'tracking-issued');
  const [got] = await Promise.all([own.waitForEvent('download'), link.click()]);
  const pdf = path.join(world.folder, 'letter.pdf');
  await got.saveAs(pdf);
  execFileSync('pdftoppm', ['-r', '150', '-png', pdf, path.join(world.folder, 'letter')]);
  const pictures = fs.readdirSync(world.folder).filter((f) => /^letter.*png$/.test(f)).map((f) => path.join(world.folder, f));
  const token = /\/s\/[\w-]+/.exec(spawnSync('zbarimg', ['-q', '--raw', ...pictures], { encoding: 'utf8' }).stdout)[0];
  const page = await visit();
  await page.goto(city.at(token));
  await see(page, 'verify-letter');
  await page.locator('main input[type="file"]').setInputFiles(pdf);
  await b.send(page);
  await see(page, 'verify-letter-same');
}

// A person's copy and requests, how they are decided, what is kept how long.
async function asksAboutData(t) {
  const { city, visit, see, world } = t;
  const n = world.permit.number;
  const page = await visit();
  await prove(city, page, world.permit);
  await page.goto(city.at(`/lacak/${n}/data`));
  await see(page, 'my-data');
  await b.send(page);
  await see(page, 'my-data-error');
  await b.fill(b.mainForm(page), { jenis: 'correct', isian: 'pemohon.telepon', nilai: '0812 0000 0009', alasan: 'Nomor saya sudah berganti.' });
  await b.send(page);
  await see(page, 'my-data-asked');
  const admin = await desk(t, 'admin.satu');
  await admin.goto(city.at('/kerja/permintaan'));
  await see(admin, 'requests');
  await follow(admin, admin.locator('main th a'));
  await see(admin, 'request');
  const head = await desk(t, 'kepala.izin');
  await head.goto(admin.url());
  await see(head, 'request-decide');
  const press = (name) => Promise.all([head.waitForNavigation(), head.locator(`main button[name="${name}"]`).click()]);
  await press('tidak');
  await see(head, 'request-error');
  await press('ya');
  await see(head, 'request-decided');
  await admin.goto(city.at(`/kerja/berkas/${n}/simpan`));
  await see(admin, 'keeping');
  await b.send(admin);
  await see(admin, 'keeping-error');
  await b.fill(b.mainForm(admin), { reason: 'objection', alasan: 'Pemohon sebelah mengajukan keberatan.' });
  await b.send(admin);
  await see(admin, 'keeping-held');
  await admin.goto(city.at('/retensi'));
  await see(admin, 'retention');
}

// ---- the inspectorate, and who looks at figures ----------------------

async function inspects({ lived, visit, see }) {
  const page = await visit();
  await page.goto(lived.at('/kinerja'));
  await see(page, 'performance-lived');
  await b.enter(page, lived, 'pemeriksa');
  await page.goto(lived.at('/pengawasan'));
  await see(page, 'flags');
  await follow(page, page.locator('main th a'));
  await see(page, 'flag');
  await b.send(page, page.locator('main form:has(button[name="tangani"])'));
  await see(page, 'flag-asked');
  const other = await visit();
  await b.enter(other, lived, 'pemeriksa.dua');
  await other.goto(page.url());
  await see(other, 'flag-to-close');
  await b.send(other, b.mainForm(other));
  await see(other, 'flag-error');
}

async function looksAtRegister({ sea, visit, see }) {
  const page = await visit();
  const list = '/layanan/kelautan-perikanan/register-kapal-nelayan/daftar';
  await page.goto(sea.at(list));
  await see(page, 'register');
  await page.goto(sea.at(`${list}?nomor=tidak-ada`));
  await see(page, 'register-none');
  await page.goto(sea.at(list));
  await follow(page, page.locator('main .results a'));
  await see(page, 'register-entry');
}

module.exports = [
  ['resident', applies], ['officer', signsIn], ['officer', returnsIt], ['resident', follows],
  ['resident', reports], ['officer', handlesReport], ['resident', reopens], ['officer', issuesIt],
  ['public', checksLetter], ['officer', isAway], ['resident', asksAboutData], ['officer', atTheCounter], ['administrator', administers], ['administrator', localises],
  ['public', looksAround], ['inspector', inspects], ['public', looksAtRegister],
];
