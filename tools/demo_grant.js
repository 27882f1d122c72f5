// SPDX-License-Identifier: EUPL-1.2
// The second half of the story: two cities sign, one gives, the other opens
// its portal, both improve what they share, and each watches the other's log.
// `t` is what demo.js tells with: step, part, must, say, at, text, ...
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const b = require('./page.js');

const LAPOR = 'kominfo/lapor-warga';
const REKLAME = 'penanaman-modal/izin-reklame';
const PASSPHRASE = 'empat kata yang mudah diingat';
const KEYS = ['root-1', 'root-2', 'root-3', 'hibah-1', 'hibah-2', 'targets-1', 'targets-2'];

const rahmat = {
  'pemohon.nama': 'Rahmat Hidayat', 'pemohon.nik': '9999010101880002',
  'pemohon.alamat': 'Jalan Contoh Nomor 2', 'pemohon.telepon': '0812 0000 0003',
  jenis: 'papan', panjang: '4', lebar: '2',
  'lokasi.region': '19.03.01.1001', 'lokasi.patokan': 'Di depan pelabuhan', bulan: '6',
};

// ---- two cities -----------------------------------------------------

// Where a city's own people keep things: its sticks, its party file.
function partner(t, city, name, code) {
  return { city, name, code,
    stick: (key) => t.at('sticks', name, key),
    pass: t.at('sticks', name, 'frasa-sandi') };
}

async function foundReceiver(t, taker) {
  await t.step('Kota latihan Bangka Selatan dibuat: perangkat daerah, kalender, pegawai, tanpa satu pun aplikasi.',
    'A training city Bangka Selatan is made: offices, calendar, officers, and not one app.',
    () => taker.city.found({ code: taker.code, domain: 'bangka-selatan.example',
      files: path.join(b.root, 'cities/bangka-selatan'), apps: [] }));
  await t.step('Bangka Selatan melayani di alamatnya sendiri.', 'Bangka Selatan serves at its own address.',
    () => taker.city.serve('bangka-selatan.localhost', t.at('log-bangka-selatan.txt')));
}

// ---- keys and the first edition -------------------------------------

function ceremony(t, who) {
  fs.mkdirSync(path.dirname(who.pass), { recursive: true });
  fs.writeFileSync(who.pass, `${PASSPHRASE}\n`);
  who.city.run('keys', 'ceremony', ...KEYS.map(who.stick), '--city', who.code,
    '--domain', `latihan.${who.name}.example`, '--passphrases', who.pass);
  const public_ = fs.readFileSync(path.join(who.stick('hibah-1'), 'hibah-1.key'), 'utf8');
  const vkeys = public_.split('\n').filter((l) => l.startsWith('hibah ')).map((l) => l.slice(6));
  t.must(vkeys.length === 2, 'kunci hibah tidak lengkap', 'a hibah key is missing');
  vkeys.forEach((key, i) => fs.writeFileSync(t.at(`${who.name}.hibah.${i + 1}.vkey`), `${key}\n`));
}

function publish(who, first, ...more) {
  const two = (role) => `${who.stick(`${role}-1`)},${who.stick(`${role}-2`)}`;
  return who.city.run('repo', 'publish', '--targets', two('targets'),
    ...(first ? ['--roots', two('root')] : []), '--passphrases', who.pass, ...more).trim();
}

async function keys(t, giver, taker) {
  await t.step('Upacara kunci: di tiap kota tujuh kunci luring pada tujuh media, bersegel frasa sandi.',
    'The key ceremony: in each city seven offline keys on seven sticks, sealed by passphrases.',
    () => { ceremony(t, giver); ceremony(t, taker); });
  await t.step('Bandung menerbitkan edisi pertama repositorinya, ditandatangani dua dari dua kunci targets.',
    'Bandung publishes the first edition of its repository, signed by two of two targets keys.',
    () => { publish(taker, true); return publish(giver, true); });
}

// ---- accord and deed ------------------------------------------------

function sign(t, kind, note, who) {
  for (const key of ['hibah-1', 'hibah-2']) {
    who.city.run(kind, 'sign', note, who.stick(key), '--passphrases', who.pass);
  }
}

function party(t, who) {
  const file = t.at('sticks', who.name, 'pihak.json');
  fs.writeFileSync(file, who.city.run('party', path.join(who.stick('hibah-1'), 'hibah-1.key')));
  return file;
}

const words = (text) => (/(?:telepon|telephone): (.*)/.exec(text) || [])[1];
const day = (city, years = 0) => {
  const d = new Date(city.now() + 7 * 3600000);
  return `${d.getUTCFullYear() + years}-${String(d.getUTCMonth() + 1).padStart(2, '0')}-${years ? '01' : String(d.getUTCDate()).padStart(2, '0')}`;
};

async function accord(t, giver, taker) {
  const note = t.at('accord.note');
  await t.step('Kesepakatan bersama disusun: kesepakatan.md untuk dibaca, accord.note untuk ditandatangani.',
    'The accord is drafted: kesepakatan.md to read, accord.note to sign.', () => {
      giver.city.run('accord', 'draft', t.at(), party(t, giver), party(t, taker),
        '--number', '1/KB/XI/2026', '--scope', 'sector kominfo,sector penanaman-modal',
        '--from', day(giver.city), '--until', day(giver.city, 5));
      t.must(fs.readFileSync(t.at('kesepakatan.md'), 'utf8').includes('Bangka Selatan'),
        'kesepakatan.md tidak menyebut para pihak', 'kesepakatan.md does not name the parties');
    });
  await t.step('Delapan kata dibacakan lewat telepon; kedua kota melihat kata yang sama.',
    'Eight words are read over the telephone; both cities see the same ones.', () => {
      const seen = [giver, taker].map((who) => words(who.city.attempt('accord', 'show', note).text));
      t.must(seen[0] && seen[0] === seen[1], 'delapan katanya berbeda', 'the eight words differ');
      return seen[0];
    });
  await t.step('Dua pejabat di tiap kota menandatangani; kedua log mencatatnya berlaku.',
    'Two officials of each city sign; both logs record it as in force.', () => {
      for (const who of [giver, taker]) sign(t, 'accord', note, who);
      const kept = [giver, taker].map((who) => who.city.run('accord', 'keep', note));
      t.must(kept.every((k) => k.includes('in_force')), 'kesepakatan belum berlaku', 'the accord is not in force');
    });
}

async function deed(t, giver, taker, file, number) {
  giver.city.run('deed', 'draft', t.at(file), t.at('accord.note'), '--number', number);
  sign(t, 'deed', t.at(file), giver);
  const before = taker.city.attempt('deed', 'verify', t.at(file), t.at('accord.note'));
  t.must(before.code === 1, 'naskah yang baru ditawarkan sudah berlaku', 'a deed that is only offered is in force already');
  sign(t, 'deed', t.at(file), taker);
  for (const who of [giver, taker]) who.city.run('deed', 'keep', t.at(file));
  return taker.city.run('deed', 'verify', t.at(file), t.at('accord.note'));
}

// The lines that the program prints on a deed, run by the shell alone.
function citizen(t, shown, key) {
  const lines = shown.split('\n');
  const from = lines.findIndex((l) => l.startsWith('name=$(cut'));
  const recipe = lines.slice(from, from + 6).join('\n');
  t.must(from >= 0, 'naskah tidak memuat cara memeriksanya', 'the deed does not say how to check it');
  const dir = fs.mkdtempSync(t.at('periksa-'));
  try {
    fs.copyFileSync(t.at(key), path.join(dir, 'kunci.vkey'));
    return execFileSync('bash', ['-ec', recipe], { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (e) {
    return `${e.stdout}${e.stderr}`;
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}

async function sealTheGift(t, giver, taker) {
  let shown;
  await t.step('Naskah hibah: Bandung menawarkan dua aplikasi, Bangka Selatan memeriksa, lalu ikut menandatangani.',
    'The deed: Bandung offers two apps, Bangka Selatan verifies, then signs too.', async () => {
      shown = await deed(t, giver, taker, 'deed.note', '1/HIBAH/XI/2026');
      return shown.split('\n').filter((l) => l.startsWith('app ')).map((l) => `${l.slice(0, 60)}…`).join('\n');
    });
  await t.step('Warga memeriksanya dengan enam baris perkakas biasa (sed, awk, base64, openssl): empat tanda tangan sah.',
    'A citizen checks it with six lines of common tools (sed, awk, base64, openssl): four signatures hold.', () => {
      for (const name of ['bandung', 'bangka-selatan']) {
        for (const n of [1, 2]) {
          const said = citizen(t, shown, `${name}.hibah.${n}.vkey`);
          t.must(/Verified Successfully/.test(said), `tanda tangan ${name}/${n} tidak cocok: ${said}`, `the signature ${name}/${n} does not hold: ${said}`);
        }
      }
      const good = fs.readFileSync(t.at('deed.note'));
      fs.writeFileSync(t.at('deed.note'), good.toString().replace('1/HIBAH', '7/HIBAH'));
      const said = citizen(t, shown, 'bandung.hibah.1.vkey');
      fs.writeFileSync(t.at('deed.note'), good);
      t.must(!/Verified Successfully/.test(said), 'naskah yang diubah lolos', 'a changed deed passed');
    });
}

// ---- adopting -------------------------------------------------------

async function adopt(t, giver, taker) {
  await t.step('Media pembawa tiba dengan kapal; satu bita yang diubah di dalamnya ditolak, basis data tetap.',
    'The stick comes by boat; one byte changed on it is refused, the database stays as it was.', () => {
      giver.city.run('grant', t.at('sticks', 'hibah'));
      fs.cpSync(t.at('sticks', 'hibah'), t.at('rusak'), { recursive: true });
      const target = t.at('rusak', 'repo', 'metadata', '1.targets.json');
      const bytes = fs.readFileSync(target);
      bytes[500] ^= 1;
      fs.writeFileSync(target, bytes);
      const before = taker.city.run('db', 'digest');
      const r = taker.city.attempt('adopt', t.at('rusak'));
      fs.rmSync(t.at('rusak'), { recursive: true });
      t.must(r.code !== 0 && taker.city.run('db', 'digest') === before,
        'media yang diubah diterima', 'a changed stick was accepted');
      return r.text.split('\n').pop();
    });
  await t.step('Bangka Selatan mengambil Lapor Warga dari media itu, dan Izin Reklame lewat jaringan.',
    'Bangka Selatan takes Lapor Warga from the stick, and Izin Reklame over the network.', () => {
      taker.city.run('adopt', t.at('sticks', 'hibah'), '--apps', LAPOR);
      taker.city.run('adopt', `${giver.city.url}/repo`, '--apps', REKLAME);
    });
  await t.step('Tarif, dasar hukum, dan tenggatnya disesuaikan di atas aplikasi, bukan di dalamnya; layanan dibuka.',
    'Its tariff, laws and deadlines are laid over the apps, not into them; the services open.', () => {
      taker.city.run('city', 'load', path.join(b.root, 'cities/bangka-selatan'));
      for (const app of [LAPOR, REKLAME]) taker.city.run('open', app);
    });
}

// A charge that a resident sees before sending; nothing is sent.
async function charged(t, city, page) {
  const d = new Date(city.now() + 20 * 86400000);
  await b.apply(page, `${city.url}/layanan/${REKLAME}`, { ...rahmat,
    'mulai.d': String(d.getUTCDate()), 'mulai.m': String(d.getUTCMonth() + 1), 'mulai.y': String(d.getUTCFullYear()) });
  return t.text(page);
}

async function portal(t, browser, taker) {
  const page = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
  await t.step('Portal Bangka Selatan terbuka pada jam yang sama: nama, lambang, dan tarifnya sendiri (Rp80.000, bukan Rp120.000).',
    'Bangka Selatan\'s portal is open the same hour: its own name, crest and tariff (Rp80,000, not Rp120,000).', async () => {
      await page.goto(taker.city.url);
      const home = await page.locator('body').innerText();
      t.must(home.includes('Bangka Selatan') && !home.includes('Bandung'), 'portalnya bukan milik Bangka Selatan', 'the portal is not Bangka Selatan\'s');
      await t.picture(page, 'bangka-selatan-home');
      await page.goto(`${taker.city.url}/layanan/${REKLAME}`);
      await t.picture(page, 'bangka-selatan-service');
      t.must(!(await t.text(page)).includes('Bandung'), 'laman layanannya menyebut Bandung', 'the service page names Bandung');
    });
  await t.step('Seorang warga Toboali mengajukan: pajaknya Rp960.000 menurut tarif kabupatennya.',
    'A resident of Toboali applies: the tax is Rp960,000 by the regency\'s own tariff.', async () => {
      const seen = await charged(t, taker.city, page);
      await t.picture(page, 'bangka-selatan-check');
      t.must(seen.includes('Rp960.000'), 'pajaknya tidak menurut tarif sendiri', 'the tax does not follow its own tariff');
      const got = await b.submit(page);
      return `${got.number}`;
    });
}

// ---- improving, both ways -------------------------------------------

// The next version of an app in a folder of the city's own, as its IT staff
// would write it.
function nextVersion(t, folder, app, changes) {
  const home = t.at(folder);
  fs.mkdirSync(path.join(home, path.dirname(app)), { recursive: true });
  fs.cpSync(path.join(b.root, 'apps/base'), path.join(home, 'base'), { recursive: true });
  fs.cpSync(path.join(b.root, 'apps', app), path.join(home, app), { recursive: true });
  const file = path.join(home, app, 'app.yaml');
  let text = fs.readFileSync(file, 'utf8');
  for (const [was, now] of changes) {
    t.must(text.includes(was), `${app} tidak lagi memuat "${was}"`, `${app} no longer holds "${was}"`);
    text = text.replace(was, now);
  }
  fs.writeFileSync(file, text);
  return path.join(home, app);
}

const effects = (text) => text.split('\n').filter((l) => /^app\.yaml:/.test(l))
  .map((l) => l.replace(/^app\.yaml:\d+:\d+: /, '')).join('\n');

async function improve(t, giver, taker) {
  await t.step('Bandung memperbaiki Izin Reklame (isian baru "Isi reklame") dan menerbitkan edisi berikutnya.',
    'Bandung improves Izin Reklame (a new field "What it says") and publishes the next edition.', () => {
      const dir = nextVersion(t, 'lanjutan/bandung', REKLAME, [
        ['version: 1.1.0', 'version: 1.2.0'],
        ['Izin memasang reklame tetap atau insidental.', 'Izin memasang reklame, tetap atau sementara.'],
        ['  pbg:\n', '  materi:\n    type: text\n    label: {id: Isi reklame, en: What it says}\n    optional: true\n    max_length: 120\n  pbg:\n'],
        ['fields: [jenis, panjang, lebar]', 'fields: [jenis, panjang, lebar, materi]'],
      ]);
      giver.city.run('app', 'install', dir, '--credit', 'DPMPTSP Kota Bandung');
      return publish(giver, false);
    });
  await t.step('Bangka Selatan melihat perubahannya dalam kata-kata, lalu memperbarui; tarif Rp80.000 tetap miliknya.',
    'Bangka Selatan sees the change in words, then updates; the tariff of Rp80,000 stays its own.', () => {
      const lay = () => taker.city.run('app', 'overlay', REKLAME).replace(/^of: .*\n/m, '');
      const before = lay();
      const shown = effects(taker.city.run('update', `${giver.city.url}/repo`, '--dry-run'));
      taker.city.run('update', `${giver.city.url}/repo`);
      t.must(lay() === before && before.includes('80000'), 'penyesuaiannya hilang', 'the overlay was lost');
      t.must(/izin-reklame +1\.2\.0/.test(taker.city.run('app', 'list')), 'versi barunya tidak terpasang', 'the new version is not installed');
      return shown;
    });
}

async function giveBack(t, giver, taker) {
  await t.step('Bangka Selatan memperbaiki Lapor Warga (kategori "Dermaga") dan menerbitkannya, dengan asal-usulnya.',
    'Bangka Selatan improves Lapor Warga (a category "Pier") and publishes it, with its lineage.', () => {
      const dir = nextVersion(t, 'lanjutan/bangka-selatan', LAPOR, [
        ['version: 1.1.0', 'version: 1.2.0'],
        ['      air: {id: Air bersih', '      dermaga: {id: Dermaga atau tambatan perahu, en: Pier or mooring}\n      air: {id: Air bersih'],
        ['          air: water-utility.field', '          dermaga: public-works.field\n          air: water-utility.field'],
      ]);
      taker.city.run('app', 'install', dir, '--credit', 'Diskominfo Kabupaten Bangka Selatan');
      return publish(taker, false, '--apps', LAPOR);
    });
  await t.step('Hibah balik: Bandung melihat perbedaannya, ikut menandatangani, dan memasangnya; nama pembuatnya tercantum.',
    'Given back: Bandung sees the difference, signs too, and installs it; its maker is credited.', async () => {
      await deed(t, taker, giver, 'balik.note', '1/HIBAH-BALIK/XI/2026');
      const shown = effects(giver.city.run('update', `${taker.city.url}/repo`, '--dry-run'));
      giver.city.run('update', `${taker.city.url}/repo`);
      const list = giver.city.run('app', 'list');
      t.must(list.includes('Diskominfo Kabupaten Bangka Selatan'), 'pembuatnya tidak tercantum', 'its maker is not credited');
      publish(giver, false);
      return `${shown.split('\n').filter((l) => l.includes('options')).join('\n')}\n${list.split('\n').filter((l) => /19\.03 1\.2/.test(l)).join('\n').trim()}`;
    });
  fs.rmSync(t.at('lanjutan'), { recursive: true });
}

// ---- each other's witness -------------------------------------------

function watch(of, by) {
  of.city.run('witness', 'add', by.name, by.city.run('witness', 'key').trim(), `${by.city.url}/saksi`, '--inner');
  by.city.run('witness', 'trust', of.name, of.city.run('log', 'key').trim());
}

async function witness(t, browser, giver, taker, permit) {
  await t.step('Tiap kota menjadi saksi log kota lain: tak satu pun dapat diam-diam menulis ulang sejarahnya sendiri.',
    'Each city witnesses the other\'s log: neither can alone quietly rewrite its past.', async () => {
      watch(giver, taker);
      watch(taker, giver);
      for (const [who, by] of [[giver, taker], [taker, giver]]) {
        await t.patient(async () => (await t.get(who.city, '/log/checkpoint')).toString().includes(`latihan.${by.name}.example/witness`),
          `log ${who.name} tidak disaksikan`, `the log of ${who.name} is not witnessed`);
      }
    });
  await t.step('Tanda terima Siti kini disaksikan Bangka Selatan; "balai log verify --witnessed" menerimanya.',
    'Siti\'s receipt is now witnessed by Bangka Selatan; "balai log verify --witnessed" accepts it.', async () => {
      for (const who of [giver, taker]) fs.writeFileSync(t.at(`${who.name}.vkey`), await t.get(who.city, '/log/kunci'));
      fs.writeFileSync(t.at('policy'), giver.city.run('log', 'policy'));
      fs.writeFileSync(t.at('receipt.tlog-proof'), giver.city.run('log', 'receipt', permit.number));
      return giver.city.run('log', 'verify', t.at('receipt.tlog-proof'), '--policy', t.at('policy'), '--witnessed').trim().split('\n').pop();
    });
  const page = await b.visitor(browser, { viewport: { width: 360, height: 740 } });
  await page.goto(`${taker.city.url}/log`);
  await t.picture(page, 'bangka-selatan-ledger');
}

// ---- the administrator's pages --------------------------------------

async function adminPages(t, browser, taker) {
  const page = await b.visitor(browser, { viewport: { width: 1280, height: 900 } });
  await b.enter(page, taker.city, 'admin.satu');
  for (const [kind, where] of [['adopt', '/adopsi'], ['updates', '/pembaruan'], ['apps', '/aplikasi'],
    ['app', `/aplikasi/${LAPOR}`]]) {
    const r = await page.goto(taker.city.url + where);
    t.must(r.status() === 200 && new URL(page.url()).pathname === where, `${where} tidak terbuka`, `${where} does not open`);
    await t.picture(page, `bangka-selatan-${kind}`);
  }
  t.must((await t.text(page)).includes('Diskominfo Kabupaten Bangka Selatan'),
    'asal-usulnya tidak tampak', 'its lineage is not shown');
}

// ---- some days later ------------------------------------------------

// The first half was told as of two weeks ago; now it is today, and what waits
// is late.
async function later(t, browser, giver) {
  return t.step('Dua minggu kemudian: daftar tugas menyebut laporan Dewi terlambat, berapa hari, dan di mana berhentinya.',
    'Two weeks later: the worklist says that Dewi\'s report is late, by how much, and where it rests.', async () => {
      giver.city.run('clock', 'sekarang');
      giver.city.ahead = 0;
      const page = await b.visitor(browser, { viewport: { width: 1280, height: 900 } });
      await b.enter(page, giver.city, 'lapangan.pu');
      await page.goto(`${giver.city.url}/kerja`);
      await t.picture(page, 'worklist-late');
      t.must(/lewat \d+ hari/.test(await t.text(page)), 'tidak ada yang terlambat', 'nothing is late');
    });
}

// ---- the whole ------------------------------------------------------

async function tellGrant(t, browser, bandung, permit) {
  const giver = partner(t, bandung, 'bandung', '32.73');
  const taker = partner(t, new b.City(bandung.balai, t.at('bangka-selatan')), 'bangka-selatan', '19.03');
  t.running.push(taker.city);
  await later(t, browser, giver);
  t.part('Dua kota bersepakat', 'Two cities agree');
  await foundReceiver(t, taker);
  await keys(t, giver, taker);
  await accord(t, giver, taker);
  await sealTheGift(t, giver, taker);
  t.part('Bangka Selatan mengambil dan membuka', 'Bangka Selatan takes and opens');
  await adopt(t, giver, taker);
  await portal(t, browser, taker);
  t.part('Yang lebih baik dibagi, ke dua arah', 'What is better is shared, both ways');
  await improve(t, giver, taker);
  await giveBack(t, giver, taker);
  t.part('Saling menyaksikan', 'Each other\'s witness');
  await witness(t, browser, giver, taker, permit);
  await t.step('Laman administrator Bangka Selatan dipotret.', 'The administrator\'s pages of Bangka Selatan are pictured.',
    async () => { await adminPages(t, browser, taker); });
  await t.step('Repositori Bandung diperiksa, berkas demi berkas.', 'Bandung\'s repository is checked, file by file.', () => {
    fs.cpSync(path.join(bandung.dir, 'repo'), t.at('repo'), { recursive: true });
    return giver.city.run('repo', 'check', t.at('repo')).trim();
  });
  return taker.city;
}

module.exports = { tellGrant, portalOf: (city) => `${city.url}/layanan/${REKLAME}` };
