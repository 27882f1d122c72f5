/* SPDX-License-Identifier: EUPL-1.2 */
/* A note as paper. What makes it binding on paper is ink, what makes it so for
 * a program are the signatures of the note; the paper names the note by its
 * digest, and whoever has the note prints the same paper again. */
#include "grant/grant_priv.h"

#include "letter/letter.h"

#define BODY_MOST ((size_t)256 << 10)
#define CODE_WIDE 92 /* letters of a line of code */
#define FEW_APPS  8  /* as many stand in the text, more in an annex */
#define DOTS      "................................................"

struct paper {
    struct ctx *c; /* speaks Indonesian */
    struct buf *b;
    const struct grant_paper *p;
    const struct grant_note *n;
    str giver, receiver, giver_code, receiver_code;
    str digest, url;
    size_t apps;
    int article;
};

static str fact(const struct paper *w, str value)
{
    return letter_fact(w->c, value);
}

static str line_of(const struct paper *w, const char *key)
{
    return grant_note_value(w->n, key);
}

static str day(const struct paper *w, str date)
{
    struct date d;

    return time_parse_date(date, &d) ? city_show_date(w->c, d) : date;
}

static void article(struct paper *w, const char *title)
{
    buf_fmt(w->b, "\n# Pasal %d: %s\n\n", ++w->article, title);
}

/* ---- who it is between -------------------------------------------- */

static void find_parties(struct paper *w)
{
    str *codes[2] = {&w->giver_code, &w->receiver_code};
    str *names[2] = {&w->giver, &w->receiver};
    size_t k = 0;

    for (size_t i = 0; i < w->n->n && k < 2; i++) {
        const struct grant_line *l = &w->n->lines[i];

        if (str_eq(l->key, STR("party")) || str_eq(l->key, STR("giver")) ||
            str_eq(l->key, STR("receiver"))) {
            *codes[k] = grant_note_code(l->value, names[k]);
            k++;
        }
    }
}

static void parties(struct paper *w)
{
    const str names[2] = {w->giver, w->receiver};
    const str codes[2] = {w->giver_code, w->receiver_code};
    static const char *const as[2] = {"PIHAK KESATU, pemberi hibah",
                                      "PIHAK KEDUA, penerima hibah"};

    for (size_t i = 0; i < 2; i++)
        buf_fmt(w->b,
                "%zu. **Pemerintah %.*s** (kode wilayah %.*s), yang dalam hal "
                "ini diwakili oleh " DOTS " selaku " DOTS
                ", selanjutnya disebut %s%s\n",
                i + 1, STR_ARG(fact(w, names[i])), STR_ARG(codes[i]), as[i],
                i == 0 ? "; dan" : ".");
}

/* Room for two signatures and a seal of ink. */
static void signatures(struct paper *w, const char *left, const char *right)
{
    buf_fmt(
        w->b, "\n| **%s** | **%s** |\n| Pemerintah %.*s | Pemerintah %.*s |\n",
        left, right, STR_ARG(fact(w, w->giver)), STR_ARG(fact(w, w->receiver)));
    buf_lit(w->b, "|  |  |\n|  |  |\n|  |  |\n|  |  |\n"
                  "| (.......................................) | "
                  "(.......................................) |\n");
}

/* ---- the list of apps --------------------------------------------- */

static void app_list(struct paper *w)
{
    size_t k = 0;

    for (size_t i = 0; i < w->n->n; i++) {
        str id, rest, version, tree;

        if (!str_eq(w->n->lines[i].key, STR("app")))
            continue;
        str_cut(w->n->lines[i].value, ' ', &id, &rest);
        str_cut(rest, ' ', &version, &tree);
        buf_fmt(w->b, "    %4zu  %.*s  versi %.*s\n          %.*s\n", ++k,
                STR_ARG(id), STR_ARG(version), STR_ARG(tree));
    }
}

static void apps_here(struct paper *w)
{
    if (w->apps <= FEW_APPS) {
        buf_lit(w->b, "dengan versi dan sidik jari isi sebagai berikut.\n\n");
        app_list(w);
    } else {
        buf_lit(w->b, "yang disebut dengan versi dan sidik jari isinya dalam "
                      "lampiran, yang merupakan bagian tidak terpisahkan dari "
                      "naskah ini.\n");
    }
}

static void annex(struct paper *w)
{
    if (w->apps <= FEW_APPS)
        return;
    buf_fmt(w->b, "\n\f\n# Lampiran: daftar %zu aplikasi\n\n", w->apps);
    app_list(w);
}

/* ---- the note behind the paper ------------------------------------ */

/* Long lines go on with a backslash, as the shell reads them: broken at a
 * blank that stands in no quotes. */
static void code_line(struct buf *b, str line)
{
    size_t from = 0, blank = 0, i = 0;
    char in = 0;

    for (; i < line.n; i++) {
        char ch = line.p[i];

        if (in == 0 && (ch == '\'' || ch == '"'))
            in = ch;
        else if (ch == in)
            in = 0;
        if (in == 0 && ch == ' ')
            blank = i;
        if (i - from < CODE_WIDE || blank <= from)
            continue;
        buf_fmt(b, "    %s%.*s \\\n", from > 0 ? "  " : "", (int)(blank - from),
                line.p + from);
        from = blank + 1;
    }
    buf_fmt(b, "    %s%.*s\n", from > 0 ? "  " : "", (int)(i - from),
            line.p + from);
}

static void recipe(struct paper *w, const char *file)
{
    str rest = grant_note_recipe(w->c, str_of(file), STR("kunci.vkey")), line;

    buf_fmt(w->b,
            "\n# Pemeriksaan oleh siapa pun\n\n"
            "Simpanlah naskah elektroniknya sebagai %s dan salah satu kunci di "
            "atas, satu baris, sebagai kunci.vkey. Dengan enam perintah ini, "
            "satu tanda tangan diperiksa tanpa balai; jawabannya Signature "
            "Verified Successfully. Garis miring terbalik di ujung baris "
            "berarti perintahnya bersambung.\n\n",
            file);
    while (str_next(&rest, '\n', &line))
        code_line(w->b, line);
}

static void key_line(struct paper *w, const struct seal_key *k)
{
    static const char *const says[] = {
        [SEAL_SIGNED] = "telah menandatangani",
        [SEAL_SILENT] = "belum menandatangani",
        [SEAL_FORGED] = "TANDA TANGAN TIDAK COCOK",
    };

    buf_fmt(w->b, "    %.*s\n      %s\n", STR_ARG(seal_vkey_show(w->c, k)),
            says[seal_note_word(&w->n->note, k)]);
}

static err behind(struct paper *w, const char *file)
{
    const struct grant_note *accord =
        w->p->accord != NULL ? w->p->accord : w->n;
    struct seal_key *keys;
    size_t n;

    buf_lit(w->b,
            "\n\f\n# Naskah elektronik\n\n"
            "Kertas ini dicetak dari naskah elektronik bertanda tangan. "
            "Bila keduanya berbeda, mintalah penjelasan kedua pihak.\n\n");
    buf_fmt(w->b, "Delapan kata : **%.*s**\n\n",
            STR_ARG(grant_words(w->c, w->n->text)));
    buf_fmt(w->b, "    sidik jari   %.*s\n", STR_ARG(w->digest));
    if (w->p->accord != NULL)
        buf_fmt(w->b, "    root pemberi %.*s\n", STR_ARG(line_of(w, "root")));
    if (line_of(w, "copy").n > 0)
        buf_fmt(w->b, "    salinan PDF  %.*s\n", STR_ARG(line_of(w, "copy")));
    buf_lit(w->b, "\nKedelapan kata itu dibacakan kedua pihak melalui telepon "
                  "dan harus sama. Kunci hibah, dua setiap pihak:\n\n");
    TRY(grant_note_keys(w->c, accord, "hibah", STR(""), &keys, &n));
    for (size_t i = 0; i < n; i++)
        key_line(w, &keys[i]);
    recipe(w, file);
    return E_OK;
}

/* ---- naskah hibah ------------------------------------------------- */

static void grounds(struct paper *w)
{
    str number, date, rest;

    buf_fmt(w->b, "Kesepakatan Bersama Nomor %.*s",
            STR_ARG(fact(w, grant_note_value(w->p->accord, "number"))));
    if (line_of(w, "pks").n == 0)
        return;
    str_cut(line_of(w, "pks"), ' ', &number, &rest);
    str_cut(rest, ' ', &date, &rest);
    buf_fmt(w->b, " dan Perjanjian Kerja Sama Nomor %.*s tanggal %.*s",
            STR_ARG(fact(w, number)), STR_ARG(day(w, date)));
}

/* The contact that the accord names for the giver. */
static str contact_of(const struct paper *w, const struct grant_note *accord,
                      str code)
{
    for (size_t i = 0; i < accord->n; i++) {
        str who, of = grant_note_code(accord->lines[i].value, &who);

        if (str_eq(accord->lines[i].key, STR("contact")) && str_eq(of, code))
            return fact(w, who);
    }
    return STR("");
}

static void support(struct paper *w)
{
    str unit,
        months =
            grant_note_code(grant_note_value(w->p->accord, "support"), &unit),
        contact = contact_of(w, w->p->accord, w->giver_code);

    buf_fmt(
        w->b,
        "4. PIHAK KESATU menerbitkan perbaikan dan menjawab pertanyaan PIHAK "
        "KEDUA selama %.*s bulan sejak tanggal naskah ini",
        STR_ARG(months));
    if (contact.n > 0)
        buf_fmt(w->b, ", melalui %.*s", STR_ARG(contact));
    buf_lit(w->b, ".\n");
}

static void deed_rights(struct paper *w)
{
    article(w, "Hak dan kewajiban");
    buf_fmt(w->b,
            "1. PIHAK KEDUA berhak memakai, menyesuaikan, mengembangkan, dan "
            "meneruskan aplikasi tersebut menurut lisensi %.*s.\n",
            STR_ARG(fact(w, line_of(w, "licence"))));
    buf_lit(w->b,
            "2. PIHAK KEDUA mempertahankan keterangan asal-usul aplikasi, "
            "menetapkan sendiri tarif, dasar hukum, dan perangkat daerah "
            "pelaksananya, serta bertanggung jawab atas penyelenggaraan "
            "layanannya.\n"
            "3. Hibah ini tidak memuat data penduduk, data permohonan, atau "
            "kunci elektronik.\n");
}

static void deed_body(struct paper *w)
{
    buf_lit(w->b, "Naskah hibah ini dibuat antara:\n\n");
    parties(w);
    buf_lit(w->b, "\nBerdasarkan ");
    grounds(w);
    buf_lit(w->b, ", PARA PIHAK sepakat atas hibah aplikasi pemerintahan "
                  "dengan ketentuan sebagai berikut.\n");
    article(w, "Objek hibah");
    buf_fmt(w->b,
            "PIHAK KESATU memberikan kepada PIHAK KEDUA, tanpa imbalan, %zu "
            "aplikasi beserta templat surat, terjemahan, dan skenario ujinya, ",
            w->apps);
    apps_here(w);
    deed_rights(w);
    support(w);
    article(w, "Serah terima dan penutup");
    buf_lit(w->b,
            "PIHAK KEDUA menandatangani naskah elektronik setelah memeriksa "
            "bahwa isi yang diterima sama dengan yang tersebut dalam naskah "
            "ini. Setelah itu serah terima dituangkan dalam berita acara.\n");
    buf_fmt(w->b,
            "\nNaskah ini bertanggal %.*s dan dibuat rangkap dua, "
            "masing-masing berkekuatan sama.\n",
            STR_ARG(day(w, line_of(w, "date"))));
    signatures(w, "PIHAK KESATU", "PIHAK KEDUA");
}

/* ---- berita acara serah terima ------------------------------------ */

static void minutes_body(struct paper *w)
{
    if (w->p->date.n > 0)
        buf_fmt(w->b, "Pada tanggal %.*s", STR_ARG(day(w, w->p->date)));
    else
        buf_lit(w->b, "Pada hari ini, .................., tanggal " DOTS);
    buf_lit(w->b, ", yang bertanda tangan di bawah ini:\n\n");
    parties(w);
    buf_lit(w->b, "\nBerdasarkan ");
    grounds(w);
    buf_fmt(w->b,
            " serta Naskah Hibah Nomor %.*s tanggal %.*s, PARA PIHAK "
            "menyatakan:\n\n",
            STR_ARG(fact(w, line_of(w, "number"))),
            STR_ARG(day(w, line_of(w, "date"))));
    buf_fmt(w->b,
            "1. PIHAK KESATU telah menyerahkan dan PIHAK KEDUA telah menerima "
            "%zu aplikasi beserta templat surat, terjemahan, dan skenario "
            "ujinya, ",
            w->apps);
    apps_here(w);
    buf_lit(w->b,
            "\n2. PIHAK KEDUA telah memeriksa bahwa tanda tangan repositori "
            "sah dan bahwa isi setiap aplikasi yang diterima sama dengan sidik "
            "jarinya, lalu menandatangani naskah hibah dengan kedua kuncinya.\n"
            "3. Sejak penandatanganan berita acara ini, PIHAK KEDUA "
            "bertanggung jawab atas penyelenggaraan layanan dengan aplikasi "
            "tersebut.\n"
            "\nDemikian berita acara ini dibuat rangkap dua, masing-masing "
            "berkekuatan sama.\n");
    signatures(w, "Yang menyerahkan, PIHAK KESATU",
               "Yang menerima, PIHAK KEDUA");
}

/* Only what the receiver has verified was handed over. */
static err check_minutes(struct paper *w, struct ctx *in)
{
    struct findings ignored = {0};
    struct seal_key *keys;
    enum grant_force force;
    size_t n;

    TRY(grant_note_keys(w->c, w->p->accord, "hibah", STR(""), &keys, &n));
    TRY(grant_force(w->c, w->n, keys, n, w->c->now, &ignored, &force));
    if (force == GRANT_IN_FORCE)
        return E_OK;
    return fail(in, E_REFUSED, "%s",
                say(in,
                    "Berita acara serah terima dibuat setelah pihak penerima "
                    "memeriksa isinya dan keempat kunci hibah menandatangani; "
                    "naskah hibah ini belum berlaku.",
                    "Hand-over minutes are made once the receiver has verified "
                    "and all four hibah keys have signed; this deed is not in "
                    "force."));
}

/* ---- the accord --------------------------------------------------- */

/* The terms again, to make the text from. */
static struct grant_accord terms(const struct paper *w, bool swapped,
                                 str *scope)
{
    struct grant_accord a = {.number = line_of(w, "number"),
                             .from = line_of(w, "from"),
                             .until = line_of(w, "until"),
                             .scope = scope};
    str unit, months = grant_note_code(line_of(w, "support"), &unit);

    a.parties[swapped].code = w->giver_code;
    a.parties[swapped].name = w->giver;
    a.parties[!swapped].code = w->receiver_code;
    a.parties[!swapped].name = w->receiver;
    if (!str_is_i64(months, &a.support_months))
        a.support_months = 0;
    for (size_t i = 0; i < w->n->n; i++)
        if (str_eq(w->n->lines[i].key, STR("scope")))
            scope[a.n_scope++] = w->n->lines[i].value;
    return a;
}

static err find_prose(struct paper *w, struct ctx *in, str *prose)
{
    str name, named = grant_note_code(line_of(w, "text"), &name);
    str *scope = NEWS(w->c->mem, str, w->n->n);

    *prose = w->p->prose;
    if (prose->n > 0)
        return str_eq(seal_show_hash(w->c, seal_sha256(*prose)), named)
                   ? E_OK
                   : fail(in, E_TAMPERED, "%s",
                          say(in,
                              "Teks ini bukan teks yang disebut kesepakatan.",
                              "This text is not the one that the accord "
                              "names."));
    /* The note sorts its parties; who drafted it may have named them so. */
    for (int swapped = 0; swapped < 2; swapped++) {
        struct grant_accord a = terms(w, swapped, scope);

        TRY(grant_accord_prose(w->c, &a, prose));
        if (str_eq(seal_show_hash(w->c, seal_sha256(*prose)), named))
            return E_OK;
    }
    return fail(in, E_REFUSED,
                say(in,
                    "Kesepakatan ini mempunyai teksnya sendiri. Sebutkan "
                    "berkasnya, %.*s, dengan --text.",
                    "This accord has a text of its own. Name its file, %.*s, "
                    "with --text."),
                STR_ARG(name));
}

/* A row of a table of two; the rule below its head is room for ink. */
static void prose_row(struct paper *w, str line)
{
    if (str_starts(line, STR("| -")) || str_starts(line, STR("|-")))
        buf_lit(w->b, "|  |  |\n|  |  |\n|  |  |\n|  |  |\n");
    else
        buf_fmt(w->b, "%.*s\n", STR_ARG(line));
}

/* Markdown as a letter has it: what the frame says falls away. */
static void prose_body(struct paper *w, str prose)
{
    str line;

    while (prose.n > 0) {
        str_cut(prose, '\n', &line, &prose);
        if (str_starts(line, STR("# ")) || str_starts(line, STR("Nomor: ")))
            continue;
        if (str_starts(line, STR("|"))) {
            prose_row(w, line);
            continue;
        }
        if (str_starts(line, STR("## ")))
            line = str_slice(line, 1, line.n);
        for (size_t i = 0; i < line.n; i++)
            if (line.p[i] != '`')
                buf_char(w->b, line.p[i]);
        buf_char(w->b, '\n');
    }
}

static void contacts(struct paper *w)
{
    const str codes[2] = {w->giver_code, w->receiver_code};
    const str names[2] = {w->giver, w->receiver};

    if (line_of(w, "contact").n == 0)
        return;
    buf_lit(w->b, "\n# Kontak\n\n");
    for (size_t i = 0; i < 2; i++) {
        str who = contact_of(w, w->n, codes[i]);

        if (who.n > 0)
            buf_fmt(w->b, "%.*s : %.*s\n", STR_ARG(fact(w, names[i])),
                    STR_ARG(who));
    }
}

/* ---- the sheet ---------------------------------------------------- */

/* "latihan.bandung.example", of the first party's or the giver's keys. */
static str domain_of(struct paper *w)
{
    const struct grant_note *accord =
        w->p->accord != NULL ? w->p->accord : w->n;
    struct seal_key *keys;
    size_t n;
    str domain = STR("");

    if (grant_note_keys(w->c, accord, "hibah", w->giver_code, &keys, &n) ==
            E_OK &&
        n > 0)
        grant_hibah_domain(keys[0].name, 1, &domain);
    return domain;
}

static struct letter_frame frame_of(struct paper *w, const char *title)
{
    str domain = domain_of(w), head, hex;

    str_cut(w->digest, ':', &head, &hex);
    w->url = arena_fmt(w->c->mem, "https://%.*s/kerja-sama/%.*s",
                       STR_ARG(domain), STR_ARG(hex));
    return (struct letter_frame){
        .title = str_of(title),
        .number = w->p->minutes ? STR("........................")
                                : line_of(w, "number"),
        .verify_url = w->url,
        .verify_text =
            arena_fmt(w->c->mem,
                      "Keadaan naskah ini, bila telah berlaku, dan naskah "
                      "elektroniknya: %.*s",
                      STR_ARG(w->url)),
        .lang = STR("id"),
        .watermark =
            str_starts(domain, STR("latihan.")) ? STR("CONTOH") : STR(""),
    };
}

static err accord_body(struct paper *w, struct ctx *in)
{
    str prose;

    TRY(find_prose(w, in, &prose));
    prose_body(w, prose);
    contacts(w);
    return behind(w, "kesepakatan.note");
}

static err body_of(struct paper *w, struct ctx *in)
{
    if (w->p->accord == NULL)
        return accord_body(w, in);
    if (w->p->minutes)
        TRY(check_minutes(w, in));
    if (w->p->minutes)
        minutes_body(w);
    else
        deed_body(w);
    TRY(behind(w, "hibah.note"));
    annex(w);
    return E_OK;
}

static err check_kind(struct ctx *c, const struct grant_paper *p)
{
    bool accord = str_eq(p->note->kind, STR("accord"));
    struct findings f = {0};

    if (accord && p->accord == NULL && !p->minutes)
        return E_OK;
    if (accord || p->accord == NULL || !str_eq(p->note->kind, STR("deed")))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c,
                        "Yang dicetak adalah kesepakatan, atau naskah hibah "
                        "beserta kesepakatannya.",
                        "What is printed is an accord, or a deed with its "
                        "accord."));
    TRY(grant_deed_check(c, p->note, p->accord, &f));
    return f.errors == 0 ? E_OK
                         : fail(c, E_TAMPERED, "%.*s", STR_ARG(f.all[0].what));
}

err grant_paper(struct ctx *c, const struct grant_paper *p, str *pdf)
{
    struct ctx in_indonesian = *c;
    struct buf b = buf_new(c, BODY_MOST);
    struct paper w = {.c = &in_indonesian, .b = &b, .p = p, .n = p->note};
    struct letter_frame f;
    str body;
    err e;

    c->why = STR("");
    in_indonesian.lang = STR("id");
    TRY(check_kind(c, p));
    find_parties(&w);
    w.digest = grant_note_digest(c, p->note);
    w.apps = grant_note_count(p->note, STR("app"));
    f = frame_of(&w, p->accord == NULL ? "KESEPAKATAN BERSAMA"
                     : p->minutes      ? "BERITA ACARA SERAH TERIMA"
                                       : "NASKAH HIBAH");
    e = body_of(&w, c);
    if (e != E_OK && c->why.n == 0)
        c->why = in_indonesian.why;
    TRY(e);
    TRY(buf_done(c, &b, &body));
    return letter_pdf(c, &f, body, pdf);
}
