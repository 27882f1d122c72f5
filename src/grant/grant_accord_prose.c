/* SPDX-License-Identifier: EUPL-1.2 */
/* The accord in words, as two heads of region sign it: Indonesian law knows
 * it as a kesepakatan bersama, and its language is Indonesian. */
#include "grant/grant_priv.h"

#define PROSE_MOST ((size_t)1 << 20)

struct writing {
    struct ctx *c; /* speaks Indonesian */
    struct buf *b;
    const struct grant_accord *a;
    int article;
};

static void article(struct writing *w, const char *title)
{
    buf_fmt(w->b, "\n## Pasal %d: %s\n\n", ++w->article, title);
}

static str day(struct writing *w, str date)
{
    struct date d;

    return time_parse_date(date, &d) ? city_show_date(w->c, d) : date;
}

static void heading(struct writing *w)
{
    const struct grant_party *p = w->a->parties;

    buf_fmt(w->b,
            "# Kesepakatan Bersama\n\n"
            "antara\n\n**Pemerintah %.*s** (%.*s)\n\ndan\n\n"
            "**Pemerintah %.*s** (%.*s)\n\n"
            "tentang\n\n**Hibah dan Replikasi Aplikasi Pemerintahan**\n\n"
            "Nomor: %.*s\n",
            STR_ARG(p[0].name), STR_ARG(p[0].code), STR_ARG(p[1].name),
            STR_ARG(p[1].code), STR_ARG(w->a->number));
    buf_lit(w->b,
            "\nKedua pemerintah daerah tersebut, selanjutnya disebut PARA "
            "PIHAK, menimbang bahwa aplikasi yang telah berjalan baik di satu "
            "daerah patut dimanfaatkan daerah lain tanpa membangunnya dari "
            "awal, dan bahwa perbaikan oleh satu pihak patut kembali kepada "
            "pihak lainnya, bersepakat atas hal-hal berikut.\n");
}

static void purpose(struct writing *w)
{
    article(w, "Maksud dan tujuan");
    buf_lit(w->b,
            "1. PARA PIHAK bekerja sama dalam pemberian, penerimaan, "
            "penyesuaian, dan pengembangan aplikasi pemerintahan.\n"
            "2. Kerja sama ini bertujuan meningkatkan mutu pelayanan publik, "
            "kinerja birokrasi, dan pencegahan korupsi di kedua daerah.\n");
}

static void scope_line(struct writing *w, int n, str scope)
{
    str what, word = grant_note_code(scope, &what);

    if (str_eq(word, STR("all")))
        buf_fmt(w->b, "%d. semua aplikasi yang diterbitkan pihak pemberi;\n",
                n);
    else if (str_eq(word, STR("sector")))
        buf_fmt(w->b, "%d. aplikasi bidang `%.*s`;\n", n, STR_ARG(what));
    else
        buf_fmt(w->b, "%d. aplikasi `%.*s`;\n", n, STR_ARG(what));
}

static void scope(struct writing *w)
{
    str *scopes = NEWS(w->c->mem, str, w->a->n_scope + 1);

    article(w, "Ruang lingkup");
    buf_lit(w->b, "Kesepakatan ini mencakup:\n\n");
    if (w->a->n_scope > 0)
        memcpy(scopes, w->a->scope, w->a->n_scope * sizeof *scopes);
    grant_sort(scopes, w->a->n_scope); /* as the note has them */
    for (size_t i = 0; i < w->a->n_scope; i++)
        scope_line(w, (int)i + 1, scopes[i]);
    buf_lit(w->b,
            "\nbeserta templat surat, terjemahan, dan skenario ujinya. Data "
            "penduduk, data permohonan, dan kunci elektronik tidak termasuk "
            "dan tidak pernah dipertukarkan.\n");
}

static void giving(struct writing *w)
{
    article(w, "Pelaksanaan hibah");
    buf_lit(
        w->b,
        "1. Setiap pemberian dituangkan dalam naskah hibah yang menyebut "
        "aplikasi, versi, dan sidik jari isinya, serta ditandatangani secara "
        "elektronik dengan kedua kunci hibah dari PARA PIHAK.\n"
        "2. Pihak penerima menandatangani setelah memeriksa bahwa isi yang "
        "diterima sama dengan yang tersebut dalam naskah hibah.\n"
        "3. Setiap tahap dicatat dalam log publik PARA PIHAK.\n"
        "4. Hibah diberikan tanpa imbalan.\n");
}

static void duties(struct writing *w)
{
    article(w, "Hak dan kewajiban");
    buf_fmt(w->b,
            "1. Pihak pemberi menerbitkan perbaikan dan menjawab pertanyaan "
            "pihak penerima selama %" PRId64 " bulan sejak tanggal naskah "
            "hibah.\n",
            w->a->support_months);
    buf_lit(
        w->b,
        "2. Pihak penerima menyesuaikan tarif, dasar hukum, dan perangkat "
        "daerahnya sendiri, dan bertanggung jawab atas penyelenggaraan "
        "layanannya.\n"
        "3. Pihak penerima mempertahankan keterangan asal-usul aplikasi.\n"
        "4. Pihak yang mengembangkan aplikasi menawarkan hasilnya kepada pihak "
        "lainnya; pihak lainnya bebas menerima atau menolaknya dengan alasan.\n"
        "5. PARA PIHAK saling menjadi saksi atas log publik masing-masing.\n");
}

static void privacy(struct writing *w)
{
    article(w, "Pelindungan data pribadi dan keamanan");
    buf_lit(
        w->b,
        "1. Setiap pihak adalah pengendali atas data pribadi warganya sendiri "
        "dan tidak memperoleh akses ke data pihak lainnya.\n"
        "2. Kunci elektronik tersebut dalam naskah kesepakatan disimpan oleh "
        "pemegangnya masing-masing; kehilangan atau kebocoran kunci "
        "diberitahukan kepada pihak lainnya pada hari yang sama.\n"
        "3. Delapan kata pengenal naskah kesepakatan dibacakan PARA "
        "PIHAK melalui telepon sebelum ditandatangani.\n");
}

static void term(struct writing *w)
{
    article(w, "Jangka waktu dan pengakhiran");
    buf_fmt(w->b,
            "1. Kesepakatan ini berlaku sejak tanggal %.*s sampai dengan "
            "tanggal %.*s dan dapat diperpanjang atas persetujuan PARA "
            "PIHAK.\n",
            STR_ARG(day(w, w->a->from)), STR_ARG(day(w, w->a->until)));
    buf_lit(w->b,
            "2. Salah satu pihak dapat mengakhirinya lebih awal dengan "
            "pemberitahuan tertulis yang ditandatangani dengan kedua kunci "
            "hibahnya.\n"
            "3. Berakhirnya kesepakatan tidak membatalkan hibah yang telah "
            "diberikan.\n");
}

static void closing(struct writing *w)
{
    const struct grant_party *p = w->a->parties;

    article(w, "Pembiayaan");
    buf_lit(w->b, "Setiap pihak menanggung biayanya sendiri melalui anggaran "
                  "pendapatan dan belanja daerah masing-masing.\n");
    article(w, "Penyelesaian perselisihan");
    buf_lit(w->b, "Perbedaan pendapat diselesaikan dengan musyawarah untuk "
                  "mufakat.\n");
    article(w, "Penutup");
    buf_lit(w->b,
            "1. Hal teknis diatur lebih lanjut dalam perjanjian kerja sama "
            "antara perangkat daerah PARA PIHAK.\n"
            "2. Kesepakatan ini dibuat rangkap dua di atas kertas dan dalam "
            "naskah elektronik yang memuat sidik jari teks ini; keduanya "
            "berkekuatan sama.\n\n");
    buf_fmt(w->b, "| Pemerintah %.*s | Pemerintah %.*s |\n| --- | --- |\n",
            STR_ARG(p[0].name), STR_ARG(p[1].name));
    buf_lit(w->b, "| (tanda tangan dan nama) | (tanda tangan dan nama) |\n");
}

err grant_accord_prose(struct ctx *c, const struct grant_accord *a, str *out)
{
    struct ctx in_indonesian = *c;
    struct buf b = buf_new(c, PROSE_MOST);
    struct writing w = {&in_indonesian, &b, a, 0};

    in_indonesian.lang = STR("id");
    heading(&w);
    purpose(&w);
    scope(&w);
    giving(&w);
    duties(&w);
    privacy(&w);
    term(&w);
    closing(&w);
    TRY(buf_done(c, &b, out));
    return data_nfc(c, *out, out);
}
