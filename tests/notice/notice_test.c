/* SPDX-License-Identifier: EUPL-1.2 */
/* Residents are told, unasked: what, when, how often, and when not. */
#include "notice/notice.h"
#include "tests/bandung.h"
#include "tests/net/smtp.h"
#include "tests/town.h"

struct scene {
    struct town t;
    struct smtp *smtp;
    struct notice_via via;
};

static struct scene *scene_new(struct ctx *c)
{
    struct scene *s = NEW(c->mem, struct scene);
    struct record_folder f = {.dir = test_folder(c),
                              .synchronous = "OFF",
                              .domain = STR("bandung.example")};
    struct ledger_room rooms[] = {{0}, {notice_appliers, notice_appliers_n}};
    struct findings found = {0};

    rooms[0].all = record_rooms(c, &rooms[0].n);
    f.appliers = ledger_join(c, rooms, COUNT(rooms), &f.n);
    MUST(record_world_open(c, &f, &s->t.w) == E_OK);
    CHECK_OK(bandung_fill(c, &s->t.w, &found));
    s->smtp = smtp_start(c);
    s->via = (struct notice_via){
        .mail = true,
        .from = STR("layanan@bandung.example"),
        .postbox = {.server = arena_fmt(c->mem, "smtp://127.0.0.1:%u",
                                        (unsigned)s->smtp->port),
                    .plain = true,
                    .allow_private = true}};
    return s;
}

/* Everything new is read, and what is due is sent. */
static int told(struct ctx *c, struct scene *s)
{
    int before = atomic_load(&s->smtp->taken);
    bool more;
    size_t sent;

    do
        CHECK_OK(notice_gather(c, &s->t.w, &s->via, &more));
    while (more);
    CHECK_OK(notice_send(c, &s->t.w, &s->via, &sent));
    return atomic_load(&s->smtp->taken) - before;
}

static struct record_receipt permit_with_mail(struct ctx *c, struct scene *s,
                                              const char *mail)
{
    struct app_form form = town_form(
        c, arena_fmt(c->mem,
                     "pemohon.nama=Siti~Contoh pemohon.nik=9999010101900001 "
                     "pemohon.alamat=Jalan~Contoh~1 "
                     "pemohon.telepon=+6281200000000 pemohon.surel=%s "
                     "jenis=papan lokasi.region=32.73.01.1001 "
                     "lokasi.patokan=Depan~taman panjang=4 lebar=2 "
                     "mulai=2026-03-02 bulan=6",
                     mail)
               .p);
    struct record_submission in = {
        .app =
            app_catalogue_find(s->t.w.apps, STR("penanaman-modal/izin-reklame"))
                ->app,
        .form = &form,
        .actor = {.role = RECORD_RESIDENT, .channel = STR("web")}};
    struct record_receipt out = {.number = STR("")};
    struct findings f = {0};

    CHECK_OK(record_submit(c, &s->t.w, &in, &f, &out));
    return out;
}

static void hand_back(struct ctx *c, struct scene *s, str number)
{
    struct record_actor who = town_officer(c, &s->t, "periksa.izin");

    CHECK_OK(
        town_act(c, &s->t, number, &who, "return", "alasan=Patokan.", NULL));
}

static struct notice_state state_of(struct ctx *c, struct scene *s)
{
    struct conn *on = town_read(c, &s->t);
    struct notice_state n;

    CHECK_OK(notice_state(c, on, &n));
    store_done(on);
    return n;
}

TEST(nothing_of_the_past_is_told_when_telling_begins)
{
    struct scene *s = scene_new(c);

    permit_with_mail(c, s, "siti@surel.example");
    CHECK_I64(told(c, s), 0);
    CHECK_I64(told(c, s), 0);
}

TEST(a_resident_is_told_what_came_in_what_waits_and_what_ended)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    CHECK_I64(told(c, s), 1);
    CHECK(strstr(s->smtp->to, "<siti@surel.example>") != NULL);
    hand_back(c, s, r.number);
    CHECK_I64(told(c, s), 1);
    CHECK_I64(told(c, s), 0); /* once */
}

/* An act that asks nothing, and one that time does, seal nothing. */
TEST(what_ends_without_a_word_is_told_too)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;
    struct record_actor who = town_officer(c, &s->t, "periksa.izin");
    struct record_ticked done;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    hand_back(c, s, r.number);
    CHECK_I64(told(c, s), 2);
    c->now += 45 * TIME_DAY;
    CHECK_OK(record_time_confirm(c, &s->t.w, &who));
    CHECK_OK(record_tick(c, &s->t.w, &done));
    CHECK_I64(told(c, s), 1);
}

/* The address was typed by somebody; whoever reads it may be a stranger. */
TEST(a_letter_holds_neither_name_nor_code)
{
    struct scene *s = scene_new(c);
    struct record_receipt r = permit_with_mail(c, s, "siti@surel.example");
    struct notice_letter l;
    struct conn *on = town_read(c, &s->t);

    for (int k = 0; k < NOTICE_KINDS; k++) {
        CHECK_OK(
            notice_write(c, &s->t.w, on, r.number, (enum notice_kind)k, &l));
        CHECK(str_find(l.body, r.number) < l.body.n);
        CHECK(str_find(l.body, r.code) == l.body.n);
        CHECK(str_find(l.body, STR("Siti")) == l.body.n);
        CHECK(str_find(l.body, STR("{")) == l.body.n);
        CHECK(l.subject.n > 0 && str_find(l.subject, STR("{")) == l.subject.n);
        CHECK(!str_has(l.text, '\n') && l.text.n < 400);
    }
    store_done(on);
}

/* ---- requests about data ------------------------------------------ */

static int64_t asked(struct ctx *c, struct scene *s, str number)
{
    const struct record_ask x = {.number = number,
                                 .kind = STR("correct"),
                                 .path = STR("pemohon.nama"),
                                 .value = STR("Siti Aminah"),
                                 .why = STR("Salah tulis."),
                                 .actor = {.role = RECORD_RESIDENT,
                                           .level = 1,
                                           .record = number,
                                           .channel = STR("web")}};
    struct record_request *all;
    struct findings f = {0};
    struct conn *on;
    size_t n;

    CHECK_OK(record_ask(c, &s->t.w, &x, &f));
    on = town_read(c, &s->t);
    CHECK_OK(record_requests_of(c, &s->t.w, on, number, &all, &n));
    store_done(on);
    CHECK(n > 0);
    return n > 0 ? all[0].id : 0;
}

static void hours_go(struct ctx *c, struct scene *s, int64_t hours)
{
    struct record_actor who = town_officer(c, &s->t, "admin.satu");
    struct record_ticked out;

    c->now += hours * TIME_HOUR;
    CHECK_OK(record_time_confirm(c, &s->t.w, &who));
    CHECK_OK(record_tick(c, &s->t.w, &out));
}

/* The last letter, as its reader sees it. */
static const char *body_of(struct ctx *c, struct scene *s)
{
    str all = str_of(s->smtp->data), line, text;
    struct buf b = buf_new(c, 65536);

    all = str_slice(all, str_find(all, STR("\r\n\r\n")) + 4, all.n);
    while (str_next(&all, '\n', &line))
        buf_raw(&b, str_trim(line));
    CHECK(seal_unbase64(c, buf_str(&b), &text));
    return arena_str(c->mem, text).p;
}

TEST(who_decides_is_told_before_a_request_is_late_and_when_it_is)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;
    const char *body;
    int64_t id;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    id = asked(c, s, r.number);
    CHECK_I64(told(c, s), 1); /* that it came in */
    hours_go(c, s, 47);
    CHECK_I64(told(c, s), 0);
    hours_go(c, s, 1);
    CHECK_I64(told(c, s), 3); /* the head and two administrators */
    body = body_of(c, s);
    CHECK(strstr(body, "Siti") == NULL);
    CHECK(strstr(body, arena_fmt(c->mem, "/kerja/permintaan/%" PRId64, id).p) !=
          NULL);
    CHECK_I64(told(c, s), 0);
    hours_go(c, s, 25);
    CHECK_I64(told(c, s), 3);
    hours_go(c, s, 1);
    CHECK_I64(told(c, s), 0);
}

TEST(what_was_decided_meanwhile_is_told_to_its_person_and_to_no_officer)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;
    struct record_answer x = {.yes = true};
    struct findings f = {0};
    bool more;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    x.id = asked(c, s, r.number);
    CHECK_I64(told(c, s), 1);
    hours_go(c, s, 49);
    CHECK_OK(notice_gather(c, &s->t.w, &s->via, &more));
    x.actor = town_officer(c, &s->t, "kepala.izin");
    CHECK_OK(record_answer(c, &s->t.w, &x, &f));
    CHECK_I64(told(c, s), 1);
    CHECK(strstr(s->smtp->to, "<siti@surel.example>") != NULL);
    CHECK_I64(state_of(c, s).waiting, 0);
}

TEST(a_restriction_that_is_lifted_is_told_and_a_hold_is_not)
{
    struct scene *s = scene_new(c);
    struct record_holding h = {.key = STR("audit"), .why = STR("Uji.")};
    struct findings f = {0};

    told(c, s);
    h.number = permit_with_mail(c, s, "siti@surel.example").number;
    town_restrict(c, &s->t, h.number, "kepala.izin");
    CHECK_I64(told(c, s), 2); /* that it came in, and was granted */
    h.actor = town_officer(c, &s->t, "admin.satu");
    CHECK_OK(record_hold(c, &s->t.w, &h, &f));
    h.key = STR("");
    CHECK_OK(record_hold(c, &s->t.w, &h, &f));
    CHECK_I64(told(c, s), 0);
    CHECK_OK(town_lift(c, &s->t, h.number, "kepala.izin", "Rahasia."));
    CHECK_I64(told(c, s), 1);
    CHECK(strstr(s->smtp->to, "<siti@surel.example>") != NULL);
    CHECK(strstr(body_of(c, s), "Rahasia") == NULL);
}

TEST(who_gave_no_address_is_not_told_and_nothing_is_left_waiting)
{
    struct scene *s = scene_new(c);

    told(c, s);
    town_permit(c, &s->t, "token-1");
    CHECK_I64(told(c, s), 0);
    CHECK_I64(state_of(c, s).waiting, 0);
}

TEST(a_wish_is_kept_and_only_its_owner_has_it)
{
    struct scene *s = scene_new(c);
    struct notice_wish off = {false, true, STR("en")}, got;
    struct record_actor own,
        other = {.role = RECORD_RESIDENT, .record = STR("7K4M-2QX9-5")};
    struct record_receipt r;
    struct conn *on;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    own = (struct record_actor){.role = RECORD_RESIDENT, .record = r.number};
    CHECK(notice_wish_set(c, &s->t.w, &other, r.number, &off) == E_FORBIDDEN);
    CHECK_OK(notice_wish_set(c, &s->t.w, &own, r.number, &off));
    on = town_read(c, &s->t);
    CHECK_OK(notice_wish_of(c, on, r.number, &got));
    store_done(on);
    CHECK(!got.mail && got.message && str_eq(got.lang, STR("en")));
    CHECK_I64(told(c, s), 0);
    off.lang = STR("xx");
    CHECK(notice_wish_set(c, &s->t.w, &own, r.number, &off) == E_BAD_INPUT);
}

TEST(a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_not)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;
    struct conn *on;
    str why;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    s->smtp->rcpt = "450 come back\r\n";
    CHECK_I64(told(c, s), 0);
    CHECK_I64(state_of(c, s).waiting, 1);
    CHECK_I64(told(c, s), 0); /* not before its time */
    c->now += 2 * TIME_MINUTE;
    s->smtp->rcpt = "550 unknown\r\n";
    CHECK_I64(told(c, s), 0);
    CHECK(state_of(c, s).waiting == 0 && state_of(c, s).failed == 1);
    on = town_read(c, &s->t);
    CHECK_OK(notice_failed(c, on, r.number, &why));
    CHECK_STR(why, "REFUSED");
    store_done(on);
    /* The next word gets through, and the failure is history. */
    s->smtp->rcpt = NULL;
    hand_back(c, s, r.number);
    CHECK_I64(told(c, s), 1);
    on = town_read(c, &s->t);
    CHECK_OK(notice_failed(c, on, r.number, &why));
    CHECK(why.n == 0);
    store_done(on);
}

/* What is wrong with us is mended by us, and then all is sent. */
TEST(a_server_that_takes_nothing_of_ours_loses_no_notice)
{
    struct scene *s = scene_new(c);

    told(c, s);
    permit_with_mail(c, s, "siti@surel.example");
    s->smtp->rcpt = "530 authentication required\r\n";
    CHECK_I64(told(c, s), 0);
    CHECK(state_of(c, s).waiting == 1 && state_of(c, s).failed == 0);
    s->smtp->rcpt = NULL;
    c->now += 2 * TIME_MINUTE;
    CHECK_I64(told(c, s), 1);
}

TEST(what_is_no_longer_so_is_not_told)
{
    struct scene *s = scene_new(c);
    struct record_receipt r;
    struct record_actor own;

    told(c, s);
    r = permit_with_mail(c, s, "siti@surel.example");
    CHECK_I64(told(c, s), 1);
    hand_back(c, s, r.number);
    s->smtp->rcpt = "450 come back\r\n";
    CHECK_I64(told(c, s), 0);
    own = (struct record_actor){.role = RECORD_RESIDENT, .record = r.number};
    CHECK_OK(town_act(c, &s->t, r.number, &own, "withdraw", NULL, NULL));
    s->smtp->rcpt = NULL;
    c->now += 2 * TIME_MINUTE;
    CHECK_I64(told(c, s), 0);
    CHECK_I64(state_of(c, s).waiting, 0);
}

TEST(after_a_restore_nothing_that_waited_is_sent)
{
    struct scene *s = scene_new(c);

    told(c, s);
    permit_with_mail(c, s, "siti@surel.example");
    s->smtp->rcpt = "450 come back\r\n";
    CHECK_I64(told(c, s), 0);
    permit_with_mail(c, s, "dewi@surel.example"); /* not followed yet */
    CHECK_OK(notice_forget(c, s->t.w.store));
    s->smtp->rcpt = NULL;
    c->now += 10 * TIME_MINUTE;
    CHECK_I64(told(c, s), 0);
    CHECK_I64(state_of(c, s).waiting, 0);
    permit_with_mail(c, s, "siti@surel.example");
    CHECK_I64(told(c, s), 1);
}

TEST(a_way_is_offered_where_an_address_was_given)
{
    struct scene *s = scene_new(c);
    struct record_receipt with = permit_with_mail(c, s, "siti@surel.example"),
                          without = town_complaint(c, &s->t, "jalan");
    struct conn *on = town_read(c, &s->t);
    bool mail, message;

    CHECK_OK(notice_reaches(c, &s->t.w, on, with.number, &mail, &message));
    CHECK(mail && message);
    CHECK_OK(notice_reaches(c, &s->t.w, on, without.number, &mail, &message));
    CHECK(!mail && !message);
    store_done(on);
}

/* An address that no server can take does not keep others waiting. */
TEST(one_that_is_stuck_blocks_no_other)
{
    struct scene *s = scene_new(c);

    told(c, s);
    s->smtp->rcpt = "550 unknown\r\n", s->smtp->only = "siti";
    permit_with_mail(c, s, "siti@surel.example");
    permit_with_mail(c, s, "dewi@surel.example");
    CHECK_I64(told(c, s), 1);
    CHECK(strstr(s->smtp->to, "<dewi@surel.example>") != NULL);
}

struct reminding {
    struct scene *s;
    str number;
};

static err remind(struct ctx *c, struct conn *tx, void *arg)
{
    struct reminding *u = arg;
    struct ledger_event e = {.class = LEDGER_CASE, .subject = u->number};

    ledger_say(c, &e, "act", STR("remind"));
    ledger_say(c, &e, "record", u->number);
    ledger_say(c, &e, "by", STR("system"));
    ledger_say_time(c, &e, "due", c->now);
    ledger_say(c, &e, "for", STR("resident"));
    return ledger_append(c, tx, u->s->t.w.ledger, &e);
}

TEST(a_reminder_reaches_the_resident_as_long_as_something_lapses)
{
    struct scene *s = scene_new(c);
    struct record_receipt r = permit_with_mail(c, s, "siti@surel.example");
    struct reminding u = {s, r.number};
    struct record_actor own = {.role = RECORD_RESIDENT, .record = r.number};

    hand_back(c, s, r.number);
    told(c, s);
    CHECK_OK(store_write(c, s->t.w.store, remind, &u));
    CHECK_I64(told(c, s), 1);
    CHECK_OK(town_act(c, &s->t, r.number, &own, "withdraw", NULL, NULL));
    CHECK_OK(store_write(c, s->t.w.store, remind, &u));
    CHECK_I64(told(c, s), 0);
}

/* ---- a gateway for text messages ---------------------------------- */

static void take_message(struct server *s, int fd, str got)
{
    (void)s, (void)got;
    server_send(fd, STR("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
}

TEST(a_gateway_gets_number_and_text_in_its_own_json)
{
    struct scene *s = scene_new(c);
    struct server *gate = server_start(c, take_message);
    struct findings f = {0};
    struct data *body;

    CHECK_OK(data_read_yaml(c, STR("b"),
                            STR("{tujuan: '{{to}}', isi: {teks: '{{text}}'}, "
                                "jenis: [wa]}\n"),
                            &f, &body));
    s->via.mail = false, s->via.message = true, s->via.inner = true;
    s->via.url = server_url(c, gate, "/kirim"), s->via.body = body;
    told(c, s);
    permit_with_mail(c, s, "siti@surel.example");
    CHECK_I64(told(c, s), 0);
    CHECK_I64(atomic_load(&gate->asked), 1);
    CHECK(strstr(gate->last, "\"tujuan\":\"+6281200000000\"") != NULL);
    CHECK(strstr(gate->last, "lacak?nomor=") != NULL);
    /* Its address is judged, not its name. */
    s->via.inner = false;
    permit_with_mail(c, s, "siti@surel.example");
    told(c, s);
    CHECK_I64(atomic_load(&gate->asked), 1);
}

/* ---- delivery.yaml ------------------------------------------------ */

static err via_of(struct ctx *c, const char *text, unsigned mode,
                  struct findings *f, struct notice_via *out)
{
    const char *path = file_join(c, test_folder(c), "delivery.yaml");

    *f = (struct findings){0};
    CHECK_OK(file_write(c, path, str_of(text), mode));
    return notice_via_read(c, path, f, out);
}

TEST(without_the_file_nothing_is_sent)
{
    struct notice_via via;
    struct findings f = {0};

    CHECK_OK(notice_via_read(c, "/nonexistent/delivery.yaml", &f, &via));
    CHECK(!via.mail && !via.message);
}

TEST(a_delivery_file_is_read_or_refused_by_name)
{
    static const char good[] =
        "balai: 1\nmail: {server: 'smtps://surel.example', from: "
        "a@kota.example, user: u, password: p}\n"
        "message: {url: 'https://gerbang.example/x', headers: {X-Key: k}, "
        "body: {to: '{{to}}'}}\n";
    static const char *const bad[] = {
        "mail: {server: 'smtps://a.example', from: a@b.id}\n",
        "balai: 1\nmail: {server: 'smtps://a.example'}\n",
        "balai: 1\nmail: {server: 'http://a.example', from: a@b.id}\n",
        "balai: 1\nmail: {server: 'smtps://a.example', from: kota}\n",
        "balai: 1\nmail: {server: 'smtps://a.example', from: a@b.id, x: y}\n",
        "balai: 1\nmail: {server: 'smtps://a.example', from: a@b.id, plain: "
        "maybe}\n",
        "balai: 1\nmessage: {url: 'http://g.example', body: {a: b}}\n",
        "balai: 1\nmessage: {url: 'https://g.example', body: text}\n",
        "balai: 1\nmessage: {url: 'ftp://g.example', body: {a: b}}\n",
        "balai: 1\npigeon: {}\n",
        "balai: 1\nmail: [\n"};
    struct notice_via via;
    struct findings f;

    CHECK_OK(via_of(c, good, 0640, &f, &via));
    CHECK(via.mail && via.message && via.n_headers == 1);
    CHECK(via_of(c, good, 0644, &f, &via) == E_FORBIDDEN);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(via_of(c, bad[i], 0600, &f, &via) == E_BAD_INPUT &&
                   f.errors > 0))
            CHECK_STR(str_of(bad[i]), "");
}
