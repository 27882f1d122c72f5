// SPDX-License-Identifier: EUPL-1.2
// The story, told as it happens: a city serves a resident. Every step is done
// by real people's means (a browser, a telephone's second factor, a camera for
// the QR code) and checked.
'use strict';
const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const http = require('http');
const path = require('path');
const b = require('./page.js');
const { tellGrant, portalOf } = require('./demo_grant.js');

const balai = path.resolve(b.root, process.env.BALAI || 'build/release/balai');
const demo = path.resolve(b.root, process.env.DEMO || 'build/demo');
const once = process.env.ONCE === '1';
const english = (process.env.BALAI_LANG || process.env.LANG || '').startsWith('en');
const say = (id, en) => (english ? en : id);
const at = (...parts) => path.join(demo, ...parts);
const began = Date.now();

// ---- telling --------------------------------------------------------

const seconds = (ms) => {
  const text = (ms / 1000).toFixed(1).padStart(6);
  return english ? text : text.replace('.', ',');
};
let steps = 0;

// One step of the story: what happened, and when.
async function step(id, en, run) {
  const result = await run();
  steps += 1;
  console.log(`${seconds(Date.now() - began)} s  ${say(id, en)}`);
  if (typeof result === 'string') console.log(result.replace(/^/gm, '          '));
  return result;
}

const part = (id, en) => console.log(`\n${say(id, en)}`);

function must(is, id, en) {
  if (!is) throw new Error(say(id, en));
}

// ---- looking --------------------------------------------------------

// A picture of the page on a telephone and on a desk, the first of its kind.
async function picture(page, kind) {
  if (fs.existsSync(at('pages', `${kind}-1280.png`))) return;
  const now = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    await page.screenshot({ path: at('pages', `${kind}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(now);
}

const seenBy = (page) => (kind) => picture(page, kind);
const text = (page) => page.locator('main').innerText();

// What anybody can fetch. The name bandung.localhost need not be known to this
// machine's resolver; the browser knows it, and here the address is used.
function get(city, where) {
  const { port, host } = new URL(city.url);
  return new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path: where, headers: { Host: host } }, (r) => {
      const parts = [];
      r.on('data', (d) => parts.push(d));
      r.on('end', () => (r.statusCode === 200 ? resolve(Buffer.concat(parts))
        : reject(new Error(`${where}: ${r.statusCode}`))));
    }).on('error', reject);
  });
}

async function download(page, locator, file) {
  const [got] = await Promise.all([page.waitForEvent('download'), locator.click()]);
  await got.saveAs(file);
}

// Load the page again until it shows this; the seal and the checkpoint follow
// an act within a second or two.
async function until(page, selector) {
  const late = Date.now() + b.PATIENCE;
  while (await page.locator(selector).count() === 0) {
    must(Date.now() < late, `${page.url()} tidak memuat ${selector}`, `${page.url()} never showed ${selector}`);
    await page.reload();
  }
  return page.locator(selector).first();
}

// Ask again until it is so: what another city does of itself.
async function patient(is, id, en) {
  const late = Date.now() + b.PATIENCE;
  while (!await is()) {
    must(Date.now() < late, id, en);
    await new Promise((again) => { setTimeout(again, 100); });
  }
}

// ---- the city -------------------------------------------------------

const running = []; // every city that serves

const siti = {
  'pemohon.nama': 'Siti Aminah', 'pemohon.nik': '9999010101900001',
  'pemohon.alamat': 'Jalan Contoh Nomor 1', 'pemohon.telepon': '0812 0000 0001',
  'pemohon.surel': 'siti@warga.example',
  jenis: 'papan', panjang: '4', lebar: '2',
  'lokasi.region': '32.73.19.1004', 'lokasi.patokan': 'Di depan Balai Kota',
  bulan: '6',
};
const dewi = {
  kategori: 'jalan', uraian: 'Lubang besar di jalur kiri sejak hari Senin, sudah dua orang jatuh.',
  'lokasi.region': '32.73.19.1004', 'lokasi.patokan': 'Di depan halte',
  'pelapor.nama': 'Dewi Lestari', 'pelapor.telepon': '0812 0000 0002',
};

// The first day, 20 days ahead, in three boxes.
function firstDay(city) {
  const d = new Date(city.now() + 20 * 86400000);
  return { 'mulai.d': String(d.getUTCDate()), 'mulai.m': String(d.getUTCMonth() + 1),
    'mulai.y': String(d.getUTCFullYear()) };
}

async function foundCity(city) {
  await step('Kota latihan Bandung dibuat: perangkat daerah, kalender, pegawai, dua layanan dibuka.',
    'A training city Bandung is made: offices, calendar, officers, two services open.',
    () => city.found({ code: '32.73', domain: 'bandung.example',
      files: path.join(b.root, 'cities/bandung'),
      apps: ['kominfo/lapor-warga', 'penanaman-modal/izin-reklame'] }));
  await step('Kota melayani; jam latihannya dua minggu yang lalu, agar nanti tampak apa yang terlambat.',
    'The city serves; its training clock is two weeks back, so that something can be late in the end.', async () => {
      const url = await city.serve('bandung.localhost', at('log.txt'));
      city.clock(new Date(Date.now() - 14 * 86400000 + 7 * 3600000).toISOString().slice(0, 16));
      return url;
    });
}

// ---- the permit -----------------------------------------------------

async function apply(city, phone) {
  const seen = seenBy(phone);
  await step('Siti Aminah membuka portal di teleponnya dan mencari "reklame".',
    'Siti Aminah opens the portal on her phone and looks for "reklame".', async () => {
      await phone.goto(city.url);
      await seen('home');
      await phone.locator('#q').fill('reklame');
      await Promise.all([phone.waitForNavigation(), phone.locator('form.find button').click()]);
      await seen('search');
      must((await text(phone)).includes('Izin Reklame'), 'pencarian tidak menemukan layanannya', 'the search does not find the service');
    });
  await step('Ia membaca syarat, waktu, dan biaya, lalu mengisi langkah demi langkah, tanpa akun.',
    'She reads requirements, time and fee, and fills in step by step, without an account.', async () => {
      const service = await phone.locator('main a', { hasText: 'Izin Reklame' }).first().getAttribute('href');
      await b.apply(phone, city.url + service, { ...siti, ...firstDay(city) }, seen);
      must((await text(phone)).includes('Rp1.440.000'), 'pajaknya salah hitung', 'the tax is computed wrongly');
    });
  return step('Ia memeriksa jawabannya, mengirim, dan mendapat tanda terima.',
    'She checks her answers, sends, and gets a receipt.', async () => {
      const got = await b.submit(phone);
      await seen('receipt');
      const proof = await until(phone, 'main a[download]');
      await download(phone, proof, at('receipt.tlog-proof'));
      return got;
    });
}

// An officer at a desk; signed in once, by a link and a second factor.
const desks = new Map();
async function officer(city, browser, login, seen) {
  if (!desks.has(login)) {
    const page = await b.visitor(browser, { viewport: { width: 1280, height: 900 } });
    await b.enter(page, city, login, seen ? seenBy(page) : undefined);
    desks.set(login, page);
  }
  return desks.get(login);
}

async function officerActs(city, browser, login, number, action, needs, seen) {
  const page = await officer(city, browser, login, seen);
  await page.goto(`${city.url}/kerja`);
  must((await text(page)).includes(number), `${number} tidak ada pada daftar tugas ${login}`, `${number} is not in the worklist of ${login}`);
  if (seen) {
    await picture(page, 'worklist');
    await page.goto(`${city.url}/kerja/berkas/${number}`);
    await picture(page, 'record');
  }
  await b.act(page, city, number, action, needs);
}

async function decide(city, browser, number) {
  await step('Asep Hidayat, verifikator, masuk dengan tautan sekali pakai dan kode telepon, dan menyatakan berkas lengkap.',
    'Asep Hidayat, verifier, signs in by a one-time link and his phone\'s code, and finds the file complete.',
    async () => { await officerActs(city, browser, 'periksa.izin', number, 'accept', {}, true); });
  await step('Ujang Suherman dari pekerjaan umum mensurvei: layak.',
    'Ujang Suherman of public works surveys the place: suitable.',
    async () => { await officerActs(city, browser, 'lapangan.pu', number, 'suitable', { hasil_survei: 'Konstruksi aman, tidak menutup rambu.' }); });
  await step('Ratna Dewi, kepala dinas, menyetujui; yang memeriksa tidak dapat menyetujui sendiri.',
    'Ratna Dewi, head of office, approves; who checked cannot also approve.',
    async () => { await officerActs(city, browser, 'kepala.izin', number, 'approve'); });
  await step('Bendahara mencatat bukti bank; surat terbit dengan nomor dan segel.',
    'The treasurer enters the bank\'s reference; the letter is issued, numbered and sealed.',
    async () => { await officerActs(city, browser, 'bendahara', number, 'settle', { bukti: 'BANK-2026-0001' }); });
}

async function takeLetter(city, phone, { number, code }) {
  await step('Siti melacak dengan nomor dan kodenya, dan mengunduh suratnya.',
    'Siti follows it by number and code, and downloads her letter.', async () => {
      await phone.goto(`${city.url}/lacak`);
      await picture(phone, 'track');
      await b.fill(b.mainForm(phone), { number, code });
      await b.send(phone);
      const letter = await until(phone, 'main a[href*="/surat/"]');
      await picture(phone, 'tracking');
      await download(phone, letter, at('letter.pdf'));
      must(fs.readFileSync(at('letter.pdf')).subarray(0, 5).toString() === '%PDF-', 'suratnya bukan PDF', 'the letter is no PDF');
    });
  console.log(say(`          Surat pertama ${seconds(Date.now() - began).trim()} detik sesudah mulai.`,
    `          The first letter, ${seconds(Date.now() - began).trim()} seconds after the start.`));
}

async function checkLetter(city, browser) {
  return step('Orang lewat memindai kode QR: laman periksa menyatakan jenis, nomor, dan keadaan surat.',
    'A passer-by scans the QR code: the page tells kind, number and state of the letter.', async () => {
      execFileSync('pdftoppm', ['-r', '150', '-png', at('letter.pdf'), at('letter-page')]);
      const pages = fs.readdirSync(demo).filter((f) => f.startsWith('letter-page')).map((f) => at(f));
      const codes = spawnSync('zbarimg', ['-q', '--raw', ...pages], { encoding: 'utf8' }).stdout;
      const address = codes.split('\n').find((line) => line.startsWith('http')) || codes;
      pages.forEach((f) => fs.unlinkSync(f));
      // A letter names the city's own address for good; here that name leads nowhere.
      const where = (/^https?:\/\/[^/]+(\/s\/[\w-]{22})$/.exec(address) || [])[1];
      must(where, `kode QR memuat ${address}`, `the QR code holds ${address}`);
      const page = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
      await page.goto(city.url + where);
      await picture(page, 'verify-letter');
      const seen = await text(page);
      must(/Contoh, tidak berlaku/.test(seen) && /Izin Reklame/.test(seen) && !/Siti Aminah/.test(seen),
        'laman periksa surat tidak seperti seharusnya', 'the page that checks a letter is not as it should be');
      await page.locator('input[type="file"]').setInputFiles(at('letter.pdf'));
      await b.send(page);
      must(/sama persis/.test(await text(page)), 'berkas surat tidak cocok', 'the file does not match the letter');
      return city.url + where;
    });
}

// ---- the complaint --------------------------------------------------

async function complain(city, browser) {
  const phone = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
  const got = await step('Dewi Lestari melaporkan jalan berlubang.', 'Dewi Lestari reports a pothole.', async () => {
    await b.apply(phone, `${city.url}/layanan/kominfo/lapor-warga`, dewi, seenBy(phone));
    return b.submit(phone);
  });
  await step('Petugas pengaduan meneruskannya ke pekerjaan umum, dengan nomor SP4N-LAPOR.',
    'The complaints desk routes it to public works, with its SP4N-LAPOR number.',
    async () => { await officerActs(city, browser, 'loket.lapor', got.number, 'route', { nomor_sp4n: 'SP4N-0001' }); });
  await step('Petugas lapangan menjawab; jawabannya terbaca umum, nama pelapor tidak.',
    'The field officer answers; everybody reads the answer, nobody the reporter\'s name.', async () => {
      await officerActs(city, browser, 'lapangan.pu', got.number, 'answer', { jawaban: 'Lubang sudah ditambal.' });
      const anyone = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
      await anyone.goto(`${city.url}/layanan/kominfo/lapor-warga/daftar`);
      await picture(anyone, 'public-list');
      await anyone.goto(`${city.url}/lacak/${got.number}`);
      const seen = await text(anyone);
      must(seen.includes('Lubang sudah ditambal.') && !seen.includes('Dewi'), 'yang terbaca umum tidak benar', 'what everybody sees is wrong');
    });
  await step('Belum selesai: Dewi membuka kembali laporannya, dan laporan itu kembali ke daftar tugas.',
    'It is not solved: Dewi reopens her report, and it is back in the worklist.', async () => {
      await phone.goto(`${city.url}/lacak`);
      await b.fill(b.mainForm(phone), got);
      await b.send(phone);
      await Promise.all([phone.waitForNavigation(), phone.locator('main a[href$="/tindak/reopen"]').click()]);
      await picture(phone, 'act');
      await b.fill(b.mainForm(phone), { alasan: 'Sesudah hujan berlubang lagi.' });
      await b.send(phone);
      const field = await officer(city, browser, 'lapangan.pu');
      await field.goto(`${city.url}/kerja`);
      must((await text(field)).includes(got.number), 'laporan tidak kembali ke daftar tugas', 'the report is not back in the worklist');
    });
  return got;
}

// ---- proof ----------------------------------------------------------

// The log as anybody can mirror it: C2SP tlog-tiles.
async function mirror(city) {
  const checkpoint = await get(city, '/log/checkpoint');
  const size = Number(checkpoint.toString().split('\n')[1]);
  const put = async (where) => {
    fs.mkdirSync(path.dirname(at('log', where)), { recursive: true });
    fs.writeFileSync(at('log', where), await get(city, `/log/${where}`));
  };
  const name = (n) => {
    const parts = [String(n % 1000).padStart(3, '0')];
    for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
      parts.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
    }
    return parts.join('/');
  };
  fs.mkdirSync(at('log'), { recursive: true });
  fs.writeFileSync(at('log', 'checkpoint'), checkpoint);
  for (let level = 0, n = size; n > 0; level++, n = Math.floor(n / 256)) {
    for (const kind of level === 0 ? ['0', 'entries'] : [String(level)]) {
      for (let tile = 0; tile * 256 < n; tile++) {
        const width = Math.min(256, n - tile * 256);
        await put(`tile/${kind}/${name(tile)}${width < 256 ? `.p/${width}` : ''}`);
      }
    }
  }
  return size;
}

async function prove(city, browser, number) {
  await step('Siapa pun dapat menyalin log publik dan memeriksanya sendiri.',
    'Anybody can copy the public log and check it alone.', async () => {
      const page = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
      await page.goto(`${city.url}/log`);
      await picture(page, 'ledger');
      fs.writeFileSync(at('bandung.vkey'), await get(city, '/log/kunci'));
      fs.writeFileSync(at('policy'), await get(city, '/log/kebijakan'));
      const size = await mirror(city);
      return say(`${size} tindakan`, `${size} events`);
    });
  await step('Tanda terima Siti cocok, tanpa harus percaya kepada kota.',
    'Siti\'s receipt holds, without trusting the city.', async () => {
      for (const how of [['--policy', at('policy')], ['--key', at('bandung.vkey')]]) {
        const out = city.run('log', 'verify', at('receipt.tlog-proof'), ...how);
        must(out.includes(number), `tanda terima tidak menyebut ${number}`, `the receipt does not name ${number}`);
      }
    });
}

// What somebody with the administrator's password to the database could do.
async function tamper(city, number) {
  const copy = new b.City(balai, at('diubah'));
  const words = await step('Seseorang mengubah sebuah berkas langsung di (salinan) basis data: "balai log verify" menyebutnya.',
    'Somebody changes a record directly in (a copy of) the database: "balai log verify" names it.', async () => {
      city.run('backup', at('cadangan'));
      copy.run('restore', at('cadangan'));
      must(/cocok|hold/.test(copy.run('log', 'verify')), 'salinannya sudah tidak cocok', 'the copy does not hold as it is');
      const row = execFileSync('sqlite3', [path.join(copy.dir, 'balai.db'),
        `UPDATE record SET charge = 10000 WHERE number = '${number}' RETURNING id`], { encoding: 'utf8' }).trim();
      const r = copy.attempt('log', 'verify');
      must(r.code === 1 && (r.text.includes(number) || r.text.includes(`record ${row}:`)),
        `perubahan itu tidak ketahuan: ${r.text}`, `the change was not caught: ${r.text}`);
      return r.text;
    });
  fs.rmSync(at('cadangan'), { recursive: true });
  return words;
}

// ---- the whole ------------------------------------------------------

async function otherPages(city, browser) {
  const page = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
  for (const [kind, where] of [['about', '/tentang'], ['help', '/bantuan'], ['privacy', '/privasi'],
    ['accessibility', '/aksesibilitas'], ['verify-number', '/periksa'], ['ledger-check', '/log/periksa'],
    ['sign-in', '/masuk'], ['error', '/tidak-ada'], ['offline', '/luring']]) {
    await page.goto(city.url + where);
    await picture(page, kind);
  }
  const admin = await officer(city, browser, 'admin.satu');
  await admin.goto(`${city.url}/orang`);
  await picture(admin, 'people');
  await admin.goto(`${city.url}${await admin.locator('main .results a').first().getAttribute('href')}`);
  await picture(admin, 'person');
  await admin.goto(`${city.url}/aplikasi`);
  await picture(admin, 'apps');
  await admin.goto(`${city.url}/aplikasi/penanaman-modal/izin-reklame`);
  await picture(admin, 'app');
  const desk = await officer(city, browser, 'loket.izin');
  await desk.goto(`${city.url}/loket`);
  await picture(desk, 'counter');
}

// What the second half of the story tells with.
const teller = () => ({ step, part, must, say, at, text, get, picture, officer, patient, running });

function fiveMinutes(city, letter, other) {
  const short = (p) => path.relative(b.root, p);
  part('Lima menit untuk wali kota', 'Lima menit untuk wali kota: five minutes for the mayor');
  const lines = [
    [say('Formulir seorang warga, di telepon', 'A resident\'s form, on a phone'), `${city.url}/layanan/penanaman-modal/izin-reklame`],
    [say('Surat, diperiksa lewat kode QR-nya', 'A letter, checked by its QR code'), letter],
    [say('Apa yang menunggu dan terlambat, dan di mana', 'What waits, what is late, and where'), city.link('lapangan.pu')],
    [say('Portal Bangka Selatan, dengan tarif dan namanya sendiri', 'The portal of Bangka Selatan, with its own tariff and name'), portalOf(other)],
    [say('Berkas yang diubah diam-diam, ketahuan', 'A record changed in secret, caught'), `${short(balai)} -C ${short(at('diubah'))} log verify`],
  ];
  lines.forEach(([what, where], i) => console.log(`  ${i + 1}. ${what}\n     ${where}`));
}

async function tell(city, browser) {
  await foundCity(city);
  part('Warga mengajukan, petugas memutuskan', 'A resident applies, officers decide');
  const phone = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
  const permit = await apply(city, phone);
  await decide(city, browser, permit.number);
  await takeLetter(city, phone, permit);
  const letter = await checkLetter(city, browser);
  part('Warga melapor', 'A resident reports');
  await complain(city, browser);
  part('Bukti', 'Proof');
  await prove(city, browser, permit.number);
  await tamper(city, permit.number);
  await step('Setiap laman dipotret pada 360 dan 1280 piksel.', 'Every page is pictured at 360 and 1280 pixels.',
    () => otherPages(city, browser));
  return { letter, other: await tellGrant(teller(), browser, city, permit) };
}

async function main() {
  fs.rmSync(demo, { recursive: true, force: true });
  fs.mkdirSync(at('pages'), { recursive: true });
  const city = new b.City(balai, at('bandung'));
  const browser = await b.browse();
  let stopping = false;
  running.push(city);
  process.on('SIGINT', () => { stopping = true; });
  process.on('SIGTERM', () => { stopping = true; running.forEach((c) => c.process?.kill('SIGTERM')); });
  try {
    const { letter, other } = await tell(city, browser);
    await browser.close();
    if (!once) {
      fiveMinutes(city, letter, other);
      console.log(say('\nCtrl-C menghentikannya.', '\nCtrl-C stops it.'));
      for (const { code } of await Promise.all(running.map((c) => c.ended))) {
        must(stopping && code === 0, `kota berhenti sendiri (${code})`, `the city stopped by itself (${code})`);
      }
    } else {
      for (const one of running) {
        must(await one.stop(), 'kota tidak berhenti dengan bersih', 'the city did not stop clean');
        must(/cocok|hold/.test(one.run('log', 'verify')), 'log tidak cocok', 'the log does not hold');
      }
    }
    console.log(say(`\n${steps} langkah, semuanya berhasil; hasilnya di ${path.relative(b.root, demo)}/`,
      `\n${steps} steps, all of them done; what is left is in ${path.relative(b.root, demo)}/`));
  } catch (e) {
    console.error(`\n${say('GAGAL', 'FAILED')}: ${e.message}`);
    if (process.env.DEBUG) console.error(e.stack);
    process.exitCode = 1;
  } finally {
    await browser.close().catch(() => {});
    await Promise.all(running.map((c) => c.stop()));
  }
}

main();
