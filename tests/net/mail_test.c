/* SPDX-License-Identifier: EUPL-1.2 */
/* Mail: what is written, what is refused, what a server says to it. */
#include "net/net.h"
#include "tests/net/smtp.h"

static struct net_mail letter(void)
{
    return (struct net_mail){
        .from = STR("layanan@bandung.example"),
        .from_name = STR("Layanan Kota Bandung"),
        .to = STR("siti.contoh+kota@surel.example"),
        .lang = STR("id"),
        .subject = STR("Permohonan 7K4M-2QX9-5 \xe2\x80\x93 perlu dilengkapi "
                       "sebelum tanggal 2 Maret 2026"),
        .body = STR("Yth. Bapak/Ibu,\n\n.\nBerkas Anda \xe2\x80\x9csiap\xe2"
                    "\x80\x9d.\n")};
}

static struct net_postbox postbox(struct ctx *c, const struct smtp *s)
{
    return (struct net_postbox){
        .server = arena_fmt(c->mem, "smtp://127.0.0.1:%u", (unsigned)s->port),
        .plain = true,
        .allow_private = true};
}

TEST(a_mail_server_takes_a_letter)
{
    struct smtp *s = smtp_start(c);
    struct net_postbox p = postbox(c, s);
    struct net_mail m = letter();

    CHECK_OK(net_mail_send(c, &p, &m));
    CHECK_I64(atomic_load(&s->taken), 1);
    CHECK_STR(str_trim(str_of(s->from)), "<layanan@bandung.example>");
    CHECK_STR(str_trim(str_of(s->to)), "<siti.contoh+kota@surel.example>");
    CHECK(strstr(s->data, "Auto-Submitted: auto-generated\r\n") != NULL);
}

TEST(what_a_server_refuses_for_good_is_told_apart_from_later)
{
    struct smtp *s = smtp_start(c);
    struct net_postbox p = postbox(c, s);
    struct net_mail m = letter();

    s->rcpt = "550 no such person\r\n";
    CHECK(net_mail_send(c, &p, &m) == E_REFUSED);
    s->rcpt = "450 come back\r\n";
    CHECK(net_mail_send(c, &p, &m) == E_TOO_MANY);
    /* About us, not about the letter: to be mended, and tried again. */
    s->rcpt = "530 authentication required\r\n";
    CHECK(net_mail_send(c, &p, &m) == E_FORBIDDEN);
    s->rcpt = "421 closing\r\n";
    CHECK(net_mail_send(c, &p, &m) == E_BUSY);
    CHECK_I64(atomic_load(&s->taken), 0);
}

TEST(mail_goes_out_by_tls_and_to_open_addresses_unless_told_otherwise)
{
    struct smtp *s = smtp_start(c);
    struct net_postbox p = postbox(c, s);
    struct net_mail m = letter();

    p.plain = false;
    CHECK(net_mail_send(c, &p, &m) == E_FORBIDDEN);
    CHECK(str_find(c->why, STR("TLS")) < c->why.n);
    p.plain = true, p.allow_private = false;
    CHECK(net_mail_send(c, &p, &m) == E_FORBIDDEN);
    CHECK(str_find(c->why, STR("127.0.0.1")) < c->why.n);
    CHECK_I64(atomic_load(&s->taken), 0);
}

TEST(addresses_that_could_mean_more_are_none)
{
    static const char *const good[] = {
        "a@b.id", "siti.contoh+kota@surel.example", "x_y-z@a-b.go.id"};
    static const char *const bad[] = {"",
                                      "a",
                                      "@b.id",
                                      "a@",
                                      "a@b",
                                      "a@b.id.",
                                      ".a@b.id",
                                      "a.@b.id",
                                      "a..b@c.id",
                                      "a b@c.id",
                                      "a@b.id\r\nBcc: x@y.id",
                                      "a@b.id, c@d.id",
                                      "<a@b.id>",
                                      "\"a\"@b.id",
                                      "a@-b.id",
                                      "a@b-.id",
                                      "a@b..id",
                                      "a@[127.0.0.1]",
                                      "a@b.id>",
                                      "a(b)@c.id",
                                      "a@b.id\n",
                                      "a\\@b.id",
                                      "si\xc3\xad@b.id"};

    for (size_t i = 0; i < COUNT(good); i++)
        if (!CHECK(net_mail_address(str_of(good[i]))))
            CHECK_STR(str_of(good[i]), "");
    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(!net_mail_address(str_of(bad[i]))))
            CHECK_STR(str_of(bad[i]), "");
    CHECK(!net_mail_address(((str){"a\0b@c.id", 8})));
}

/* A name or a subject with line ends in it stays one header. */
TEST(no_text_can_begin_a_header)
{
    struct net_mail m = letter();
    str out, line;
    size_t bcc = 0;

    m.subject = STR("Halo\r\nBcc: semua@kota.example\r\n\r\nIsi lain");
    m.from_name = STR("Kota\r\nBcc: semua@kota.example");
    CHECK_OK(net_mail_write(c, &m, &out));
    while (str_next(&out, '\n', &line))
        bcc += str_starts(line, STR("Bcc"));
    CHECK_I64((int64_t)bcc, 0);
    m.to = STR("a@b.id\r\nBcc: c@d.id");
    CHECK(net_mail_write(c, &m, &out) == E_BAD_INPUT);
    m = letter();
    m.lang = STR("id\r\nBcc: c@d.id");
    CHECK(net_mail_write(c, &m, &out) == E_BAD_INPUT);
}

TEST(a_mail_server_is_named_by_its_protocol)
{
    static const char *const bad[] = {"",
                                      "surel.example",
                                      "https://a.example",
                                      "smtp:/a",
                                      "smtp://",
                                      "smtp:///a",
                                      "smtp://u:p@a.example",
                                      "smtps://a.example#x",
                                      "smtp://a.example?x",
                                      "smtp://a b",
                                      "file:///etc/passwd"};
    str host;

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct net_postbox p = {.server = str_of(bad[i])};

        if (!CHECK(net_postbox_check(c, &p, &host) == E_BAD_INPUT))
            CHECK_STR(str_of(bad[i]), "");
    }
    CHECK_OK(net_postbox_check(
        c, &(struct net_postbox){.server = STR("smtps://surel.example:465")},
        &host));
    CHECK_STR(host, "surel.example:465");
}

static const char reader[] =
    "import email, email.policy, sys\n"
    "m = email.message_from_binary_file(open(sys.argv[1], 'rb'),"
    " policy=email.policy.default)\n"
    "assert not m.defects, m.defects\n"
    "assert m['subject'] == 'Permohonan 7K4M-2QX9-5 \\u2013 perlu dilengkapi "
    "sebelum tanggal 2 Maret 2026', m['subject']\n"
    "assert m['from'].addresses[0].display_name == 'Layanan Kota Bandung'\n"
    "assert m['to'].addresses[0].addr_spec == "
    "'siti.contoh+kota@surel.example'\n"
    "assert m['date'].datetime.year == 2026\n"
    "assert m.get_content().replace('\\r\\n', '\\n') == "
    "'Yth. Bapak/Ibu,\\n\\n.\\nBerkas Anda \\u201csiap\\u201d.\\n'\n";

/* Python's parser, strict about defects, reads what we wrote. */
TEST(another_reader_finds_in_a_letter_what_was_put_there)
{
    const char *dir = test_folder(c);
    struct net_mail m = letter();
    str out;

    if (system("command -v python3 >/dev/null 2>&1") != 0) {
        test_skip("python3 is not here");
        return;
    }
    c->now = INT64_C(1771207200) * TIME_SECOND;
    CHECK_OK(net_mail_write(c, &m, &out));
    CHECK_OK(file_write(c, file_join(c, dir, "m.eml"), out, 0600));
    CHECK_OK(file_write(c, file_join(c, dir, "baca.py"), str_of(reader), 0600));
    CHECK_I64(
        system(arena_fmt(c->mem, "python3 %s/baca.py %s/m.eml", dir, dir).p),
        0);
}
