/* SPDX-License-Identifier: EUPL-1.2 */
/* grant: what a city gives to another, signed. Floor 8; uses the floors below.
 *
 * Every city publishes a TUF repository (specification 1.0.34: root, targets,
 * snapshot, timestamp; consistent snapshots, canonical JSON of the OLPC
 * dialect, Ed25519) and is a complete client of others'. Accord and deed are
 * signed notes. Adopting is one transaction and never automatic; nothing
 * unverified is ever parsed as an app. Formats: docs/formats.md. */
#pragma once

#include "app/app.h"
#include "base/base.h"
#include "city/city.h"
#include "data/data.h"
#include "ledger/ledger.h"
#include "seal/seal.h"
#include "store/store.h"

extern const struct ledger_applier grant_appliers[];
extern const size_t grant_appliers_n;

/* ---- keys --------------------------------------------------------- */

/* An offline key in a folder of its own (a stick): sealed by a passphrase
 * (Argon2id, XChaCha20-Poly1305), with its public half beside it. */
enum grant_role { GRANT_ROOT, GRANT_TARGETS, GRANT_HIBAH };

/* Make a city's offline keys, a folder a key: `dirs` are, in order, 3 for
 * root, 2 for hibah, 2 for targets (the same folder may be named again, its
 * files are told apart). Refuses a folder that holds keys already. */
struct grant_ceremony {
    str city, domain; /* "32.73", "latihan.bandung.example" */
    const char *const *dirs;
    size_t n;
    const str *passphrases; /* as many; at least 12 characters */
};
err grant_keys_make(struct ctx *c, const struct grant_ceremony *k) MUST_USE;

/* A secret half, opened; wiped when c->mem goes. */
struct grant_key;
/* "root", "targets", "hibah" */
bool grant_role_read(str word, enum grant_role *out);
/* New keys in the place of all of one role, for the city and beside the other
 * roles of `of`, which an opened key of that ceremony is: its file's head is
 * proved by its seal. They are worth nothing until a root (targets, root) or
 * an accord (hibah) names them. */
struct grant_replacing {
    const struct grant_key *of;
    enum grant_role role;
    const char *const *dirs; /* a folder a key: 3 for root, else 2 */
    size_t n;
    const str *passphrases; /* as many */
};
err grant_keys_replace(struct ctx *c, const struct grant_replacing *r) MUST_USE;
err grant_key_open(struct ctx *c, const char *dir, enum grant_role role,
                   str passphrase, struct grant_key **out) MUST_USE;
void grant_key_public(const struct grant_key *k, struct seal_key *out);

/* ---- the repository (TUF) ----------------------------------------- */

/* A city's own repository stands in the folder `repo` of its folder:
 * metadata/N.root.json ..., timestamp.json; targets/SECTOR/HASH.APP.tar.zst.
 * The snapshot and timestamp keys are the signer's. */
struct grant_publish {
    const char *repo;
    struct signer *signer;
    const struct grant_key *const *roots; /* 2 of 3, for a first or new root */
    size_t n_roots;
    const struct grant_key *const *targets; /* 2 of 2 */
    size_t n_targets;
    const struct app_package *const *apps;
    size_t n_apps;
    bool online; /* the signer makes new keys first; only with a new root */
};
/* Write the next edition: targets, metadata, snapshot, timestamp last; checked
 * by the client's own code before the timestamp is written. */
err grant_publish(struct ctx *c, const struct grant_publish *p,
                  int64_t *edition) MUST_USE;

/* The event of online keys that two officers had made anew. */
err grant_log_online(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     str with) MUST_USE;

/* A fresh timestamp for what is published, daily; a new snapshot too where the
 * last one ends within two months. */
err grant_renew(struct ctx *c, const char *repo,
                struct signer *signer) MUST_USE;

/* Copy the edition in force to a folder `to` (a stick), with a statement that
 * lasts 90 days and is refused over the line; the line gets a newer one at
 * once. Checked before it is given out. E_CONFLICT where `to` holds one. */
err grant_stick(struct ctx *c, const char *repo, struct signer *signer,
                const char *to, int64_t *expires) MUST_USE;

/* Check a repository folder whole: as a client that knows only its first
 * root, then each file written again and compared byte for byte. Each fault
 * is a finding that names the file; E_TAMPERED where there was one. */
err grant_check(struct ctx *c, const char *repo, struct findings *f) MUST_USE;

/* ---- the client --------------------------------------------------- */

/* Where a repository is read from: a folder or stick, or HTTP. `path` is
 * relative ("metadata/2.root.json"); at most `most` bytes. E_NOT_FOUND ends a
 * root walk; anything else fails. */
typedef err grant_fetch(struct ctx *c, void *arg, const char *path, size_t most,
                        str *bytes);
struct grant_source {
    grant_fetch *fetch;
    void *arg;
    bool line; /* over the network: no statement made for a stick passes */
};
/* A folder: plain files only, no links followed. */
struct grant_source grant_from_folder(struct ctx *c, const char *dir);
/* What a city publishes, "https://bandung.go.id/repo". `allow_private` as in
 * net.h: for training cities and listed partners. */
struct grant_source grant_from_url(struct ctx *c, str url, bool allow_private);

/* The trusted metadata of one other city, kept in `trust` (bytes as received,
 * written durably). */
struct grant_target {
    str app, version, path; /* "penanaman-modal/izin-reklame" */
    str tree;
    struct hash sha256;
    int64_t length;
    const struct data *custom; /* lineage and the like; verified */
    str city;                  /* whose, in words */
    str giver; /* whose, by code, as the root says; empty: none of balai's */
    str file;  /* what is fetched: "targets/SECTOR/HASH.APP.tar.zst" */
    const struct data *hashes; /* algorithm -> hex; all known ones must hold */
};
struct grant_edition {
    int64_t root, targets, snapshot, timestamp; /* versions */
    int64_t expires;                            /* of the timestamp */
    struct grant_target *all;
    size_t n;
    str city; /* whose, in words */
    /* Of root.json and timestamp.json as received: for the ledger, so that two
     * cities can compare what they were shown. `forked`: another timestamp of
     * this very version was shown now, of digest `other`. TUF takes the first;
     * an auditor wants both. */
    struct hash root_digest, timestamp_digest, other;
    bool forked;
    struct grant_tuf *tuf; /* the room's own */
};
/* Start to trust: the first root, whose SHA-256 an accord names. */
err grant_trust(struct ctx *c, const char *trust, str root_json,
                struct hash expected) MUST_USE;
/* Trust in a city by the newest accord in force with it, by its date, then by
 * when it was logged. Without a root yet it begins with the accord's; the same
 * accord again asks for nothing; where a newer accord names a root that no
 * chain joins to the one that is kept, the city replaced its root, and a person
 * must have heard the accord's eight words: then what was kept is set aside, an
 * event says so, and trust begins anew. No older accord brings a root back.
 * E_REFUSED where words are wanted, or where no accord is in force and no root
 * is kept; E_TAMPERED where the source's root is not the accord's. */
struct grant_trusting {
    struct store *store;
    struct ledger *ledger;
    str by;
    const char *all; /* the folder of all trust; its own is all/CODE */
    str code;
    const struct grant_source *from;
    str words; /* as they were heard; empty: nobody asked yet */
};
err grant_trust_by_accord(struct ctx *c,
                          const struct grant_trusting *t) MUST_USE;
/* How messages call the city: "Kota Bandung"; else the folder's own name. */
err grant_trust_name(struct ctx *c, const char *trust, str name) MUST_USE;
/* The client workflow of the specification, section 5.3 to 5.6, step by step.
 * Every refusal has its own sentence (attack table); what was verified before
 * it stays. */
err grant_refresh(struct ctx *c, const char *trust,
                  const struct grant_source *from,
                  struct grant_edition *out) MUST_USE;
/* The look-up of one path (section 5.6): delegated roles in pre-order, depth
 * first, fetched when they are needed. E_NOT_FOUND where no role has it. The
 * source of the refresh must still be there. */
err grant_find(struct ctx *c, const struct grant_edition *e, str path,
               struct grant_target *out) MUST_USE;
/* The edition's targets with those of all delegated roles, each as the look-up
 * finds it. */
err grant_delegated(struct ctx *c, struct grant_edition *e) MUST_USE;
/* The bytes of a target: length and hashes hold. */
err grant_fetch_target(struct ctx *c, const struct grant_source *from,
                       const struct grant_target *t, str *bytes) MUST_USE;
/* One target's package: length, hash, one frame, canonical archive, tree. */
err grant_fetch_app(struct ctx *c, const struct grant_source *from,
                    const struct grant_target *t, struct findings *f,
                    struct app_package **out) MUST_USE;

/* ---- accord and deed ---------------------------------------------- */

/* A signed note of ours: "balai/accord/v1", "balai/deed/v1",
 * "balai/end/v1". Lines are `key value`. */
struct grant_line {
    str key, value;
};
struct grant_note {
    str kind; /* "accord", "deed", "end", "offer", "answer" */
    str text; /* what is signed */
    struct grant_line *lines;
    size_t n;
    struct seal_note note;
};
err grant_note_read(struct ctx *c, str bytes, struct grant_note *out) MUST_USE;
str grant_note_value(const struct grant_note *n, const char *key);
/* "sha256:HEX" of its text: its name everywhere. */
str grant_note_digest(struct ctx *c, const struct grant_note *n);
/* As a file: the text, and its signatures where there are some. */
str grant_note_bytes(struct ctx *c, const struct grant_note *n);
/* The name that the note gives the city of this code; false: no party. */
bool grant_note_party(const struct grant_note *n, str code, str *name);
/* The keys on an accord's lines "hibah", "log" or "witness", of one city or
 * (code empty) of both. */
err grant_note_keys(struct ctx *c, const struct grant_note *accord,
                    const char *line, str code, struct seal_key **out,
                    size_t *n) MUST_USE;
/* Add the signatures of another copy of the same text. */
err grant_note_join(struct ctx *c, struct grant_note *n,
                    const struct grant_note *more) MUST_USE;
/* The lay check with standard tools, six lines of shell, for this file. */
str grant_note_recipe(struct ctx *c, str file, str vkey_file);

/* What a city says of itself for an accord: codes, name, keys, root. */
struct grant_party {
    str code, name;
    str root; /* root.json, latest */
    int64_t root_version;
    str hibah[2], log, witness; /* vkeys */
    str contact; /* of the office that answers, one word; or empty */
};
struct grant_accord {
    str number, from, until; /* dates */
    struct grant_party parties[2];
    const str *scope; /* "sector penanaman-modal", "app ...", "all" */
    size_t n_scope;
    int64_t support_months;
    str prose; /* the text of the agreement, kesepakatan.md */
    str copy;  /* bytes of the PDF that people signed beside it, or empty */
};
err grant_accord_draft(struct ctx *c, const struct grant_accord *a,
                       str *note) MUST_USE;
/* The agreement in words, kesepakatan.md, in Indonesian, made from the terms:
 * what `prose` is where the cities have no text of their own. */
err grant_accord_prose(struct ctx *c, const struct grant_accord *a,
                       str *out) MUST_USE;
struct grant_deed {
    str number, date, licence;
    str pks_number, pks_date, pks; /* the working agreement's, its bytes */
    str copy;                      /* as in an accord */
    const struct grant_note *accord;
    str giver, receiver; /* codes */
    str root;            /* the giver's latest root.json */
    int64_t root_version;
    const struct grant_target *apps;
    size_t n_apps;
};
err grant_deed_draft(struct ctx *c, const struct grant_deed *d,
                     str *note) MUST_USE;
/* Does the deed rest on this accord: its digest, its parties, its term and
 * scope? Each thing that does not is a finding. */
err grant_deed_check(struct ctx *c, const struct grant_note *deed,
                     const struct grant_note *accord,
                     struct findings *f) MUST_USE;
/* One party ends an accord; what was granted stays. Signed by its two keys. */
err grant_end_draft(struct ctx *c, const struct grant_note *accord, str code,
                    str date, str *note) MUST_USE;
/* Add a signature line; refuses a key that the note does not wait for. */
err grant_note_sign(struct ctx *c, str note, const struct grant_key *k,
                    str *out) MUST_USE;

/* A note as paper, in Indonesian, as PDF: for people to sign in ink, and to
 * check a note by. The accord prints its text; a deed prints as naskah hibah,
 * and, once the receiver's keys say that it has verified, as hand-over minutes
 * (berita acara serah terima). What was signed, its eight words, who has
 * signed, a QR code and the six lines of the lay check follow; then the list of
 * apps. Equal facts give equal bytes. It names the note's digest, so it cannot
 * be what the note's own "copy" names. Without `prose` the text of an accord is
 * made from its terms.
 *     E_REFUSED    no prose, and the accord has a text of its own; minutes of
 *                  a deed that is not in force
 *     E_TAMPERED   the prose is not what the accord names
 *     E_TOO_BIG    over 20 pages: some 500 apps */
struct grant_paper {
    const struct grant_note *note;
    const struct grant_note *accord; /* of a deed; else NULL */
    bool minutes;                    /* of a deed: its hand-over */
    str prose;
    str date; /* of the minutes; empty: left open, for ink */
};
err grant_paper(struct ctx *c, const struct grant_paper *p, str *pdf) MUST_USE;

/* In force: all four hibah keys of the accord have signed. `deed` needs its
 * accord. Each missing or wrong signature is a finding. */
enum grant_force { GRANT_DRAFT, GRANT_OFFERED, GRANT_IN_FORCE, GRANT_ENDED };
err grant_force(struct ctx *c, const struct grant_note *n,
                const struct seal_key *keys, size_t n_keys, int64_t now,
                struct findings *f, enum grant_force *out) MUST_USE;

/* Eight words of src/grant/words.txt for a text, read over the telephone. */
str grant_words(struct ctx *c, str text);

/* Log a step of a note in this city's ledger: `grant.accord_signed` ... and
 * keep its bytes. `act` is "grant.KIND_STEP": KIND the note's own, STEP one of
 * drafted, signed, in_force, ended. A step that was logged is nothing; one
 * that the signatures do not bear out is E_REFUSED; a deed's keys are those of
 * its accord, which must be known here. Another text under a known number is
 * E_CONFLICT: a fork. */
err grant_log(struct ctx *c, struct conn *tx, struct ledger *l, str act, str by,
              const struct grant_note *n) MUST_USE;

/* What this city knows of its notes, by number. */
struct grant_known {
    str kind, number, digest;
    enum grant_force force; /* as logged; the calendar may have ended it */
    int64_t since;
};
err grant_notes(struct ctx *c, struct conn *on, struct grant_known **out,
                size_t *n) MUST_USE;
/* How it came there, oldest first: each step with its event. */
struct grant_step {
    int64_t event, time;
    enum grant_force force;
};
err grant_steps(struct ctx *c, struct conn *on, str digest,
                struct grant_step **out, size_t *n) MUST_USE;
/* A known note, with all signatures that came in; E_NOT_FOUND. */
err grant_note_load(struct ctx *c, struct conn *on, str digest,
                    struct grant_note *out) MUST_USE;
/* Whether it is in force now: as logged, not ended by a note, and by date. */
err grant_note_holds(struct ctx *c, struct conn *on, const struct grant_note *n,
                     bool *holds) MUST_USE;

/* ---- adopting ----------------------------------------------------- */

/* What an adoption or an update would do, in words, before it is done. */
enum grant_change {
    GRANT_NEW,         /* not installed here */
    GRANT_SAME,        /* this very tree is installed */
    GRANT_UPDATE,      /* a later version */
    GRANT_OLDER,       /* earlier than ours: left out; refused where named */
    GRANT_NOT_COVERED, /* no accord and deed in force name it */
    GRANT_DIFFERS /* the same version as ours with other contents: refused */
};
struct grant_plan_app {
    const struct grant_target *target;
    enum grant_change change;
    struct app_package *package;
    struct app_overlay *overlay; /* ours, as it is; NULL: none */
    struct app_overlay *pinned;  /* it, saying which version it was made for */
    const struct grant_note *deed; /* that covers it; NULL: the licence */
    str was;                       /* the tree installed now, or empty */
    struct findings effects;       /* the diff of meaning, risks first */
    struct findings trouble; /* overlay lines that no longer fit, obstacles */
};
struct grant_plan {
    struct grant_plan_app *apps;
    size_t n;
};
/* By what an app is given: a deed, and the accord that it rests on. */
struct grant_title {
    const struct grant_note *accord, *deed;
};
struct grant_adopting {
    const struct city *city;
    const struct grant_edition *edition;
    const struct grant_source *from;
    const struct grant_note *accord, *deed; /* in force, or NULL with reason */
    const struct grant_title *also;         /* more deeds of the same giver */
    size_t n_also;
    str licence_reason; /* --under-licence */
    const str *only;    /* apps or sectors; none: all that the deed names */
    size_t n_only;
};

/* Meeting the other city, one way for commands and pages. Who asks fills the
 * first half; what is empty is looked for: among the notes kept here, then
 * among what came along with a folder. */
struct grant_meeting {
    const struct city *city; /* this one */
    const char *dir;         /* its folder: `trust` is kept there */
    struct store *store;
    struct ledger *ledger;
    str by;                 /* who meets */
    str where;              /* an address, or a folder */
    str accord_named, deed; /* notes as bytes */
    str deed_kept;          /* or a deed kept here, by its digest */
    str giver;              /* only with this city */
    str words;              /* of a new accord, as they were heard */
    str licence;            /* why it is taken without a deed */
    str root; /* without an accord: "sha256:HEX" or its eight words */
    /* found */
    str code; /* of the other city */
    bool has_accord;
    struct grant_note accord;
    struct grant_title *titles; /* deeds, the named or newest first */
    size_t n_titles;
    struct grant_source from;
    struct grant_edition edition;
};
/* Choose the notes. E_REFUSED where none is in force, where the accord is not
 * ours, or where neither accord nor `root` says whom to trust. */
err grant_meet_notes(struct ctx *c, struct conn *on,
                     struct grant_meeting *m) MUST_USE;
/* Then begin to trust, and refresh: this may take its time. */
err grant_meet(struct ctx *c, struct grant_meeting *m) MUST_USE;
/* What grant_plan() asks, but for the choice of apps. */
void grant_meeting_adopts(const struct grant_meeting *m,
                          struct grant_adopting *a);
/* An address, not a folder. */
bool grant_by_line(str where);
/* The code of the other party of an accord of ours; E_REFUSED. */
err grant_accord_other(struct ctx *c, const struct city *own,
                       const struct grant_note *accord, str *other) MUST_USE;

err grant_plan(struct ctx *c, struct conn *on, const struct grant_adopting *a,
               struct findings *f, struct grant_plan *out) MUST_USE;
/* Install all of the plan in one write, an event each: `app.installed` with
 * tree, and `grant.adopted` with the deed. */
err grant_adopt(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const struct grant_adopting *a,
                const struct grant_plan *plan) MUST_USE;

/* What differs in meaning between two effective apps: each change a finding
 * (risks are warnings: a new personal field, a fee, who may act, four eyes
 * removed, a shorter or longer deadline, visibility, retention, silence). */
err grant_meaning(struct ctx *c, const struct app *was, const struct app *now,
                  struct findings *f) MUST_USE;

/* The package with a lineage line more, for a city that publishes an improved
 * app; and who is credited. */
err grant_lineage_add(struct ctx *c, const struct app_package *p, str city,
                      str version, str credit, struct findings *f,
                      struct app_package **out) MUST_USE;

/* Where an app came from, oldest first; the last is the package itself. It
 * stands in the package's publiccode.yml (isBasedOn, url), so that catalogues
 * of public code read it too. A package without has none. */
struct grant_ancestor {
    str city, version; /* "32.73", "1.0.0" */
    str tree;          /* "sha256:HEX", or empty where nobody wrote it down */
    str credit;        /* who made it, as they want to be named */
};
err grant_lineage(struct ctx *c, const struct app_package *p,
                  struct grant_ancestor **out, size_t *n) MUST_USE;
/* The same for an app that came from another city and was improved here: the
 * version it was made from is named with its tree, from what was adopted. What
 * a city publishes when it gives back. */
err grant_offer(struct ctx *c, struct conn *on, const struct app_package *p,
                const struct city *k, str credit, struct findings *f,
                struct app_package **out) MUST_USE;

/* What was taken from whom: a row an app, for pages and for credit. */
struct grant_taken {
    str app, version, tree, city;
    str deed; /* digest, or empty: under the public licence */
    int64_t since;
};
err grant_taken(struct ctx *c, struct conn *on, struct grant_taken **out,
                size_t *n) MUST_USE;

/* ---- giving back -------------------------------------------------- */

/* The newest version that both come from: of the lineage of `theirs` the last
 * whose tree is in our lineage or was installed here, and whose files are
 * still here. NULL: there is none. */
err grant_common(struct ctx *c, struct conn *on,
                 const struct app_package *theirs,
                 const struct app_package *ours,
                 struct app_package **out) MUST_USE;

/* Two cities' changes of one app, merged by key and made a package again. */
struct grant_three {
    const struct app_package *base; /* NULL: every difference is a conflict */
    const struct app_package *theirs, *ours;
    const str *theirs_at; /* conflicts in which theirs stands; else ours */
    size_t n_theirs_at;
    struct grant_ancestor line; /* the new version: city, version, credit */
};
/* Each conflict left is a warning in `conflicts`, its key the path in app.yaml
 * ("fields.luas.max"), in another file ("scenario.yaml:biasa"), or a file
 * ("letters/izin.mustache"); what is wrong with the outcome is in `f`. The
 * package's lineage names both. */
err grant_three(struct ctx *c, const struct grant_three *t,
                struct findings *conflicts, struct findings *f,
                struct app_package **out) MUST_USE;

/* An offer is a note that the giver alone signs ("balai/offer/v1"), with the
 * package beside it; an answer ("balai/answer/v1") takes it or declines it for
 * a reason, and is signed by who answers. The reason goes to the partner and
 * into no log: what is logged is the note's digest, which a salt keeps from
 * being guessed at. */
struct grant_offer_of {
    str number, date;
    const struct grant_note *accord;
    str giver, receiver;               /* codes */
    const struct app_package *package; /* with its lineage */
};
err grant_offer_draft(struct ctx *c, const struct grant_offer_of *o,
                      str *note) MUST_USE;
struct grant_answer {
    const struct grant_note *offer;
    str date;
    str version, tree; /* what it came to; or, where it was declined, */
    str reason;
};
err grant_answer_draft(struct ctx *c, const struct grant_answer *a,
                       str *note) MUST_USE;
/* The package that came with an offer: one frame, the very tree that was
 * signed for. Nothing of it is parsed before that holds. */
err grant_offer_open(struct ctx *c, const struct grant_note *offer, str frame,
                     struct findings *f, struct app_package **out) MUST_USE;

/* The offers that this city made or got, oldest first. */
enum grant_offer_state { GRANT_WAITS, GRANT_TAKEN, GRANT_DECLINED };
struct grant_offered {
    str number, digest, giver, receiver, app, version, tree, credit;
    enum grant_force force;
    enum grant_offer_state state;
    bool answer_signed;
    str became; /* taken: the version that it came to */
    str reason; /* declined */
    int64_t since;
};
err grant_offers(struct ctx *c, struct conn *on, struct grant_offered **out,
                 size_t *n) MUST_USE;
/* The kept accord in force with another city, the newest; E_REFUSED. */
err grant_accord_with(struct ctx *c, struct conn *on, str other,
                      struct grant_note *out) MUST_USE;

/* What taking an offer would do here. */
struct grant_choices {
    const str *ours, *theirs; /* conflicts, by their keys */
    size_t n_ours, n_theirs;
    str version, credit; /* of what comes of it; empty: as usual */
};
struct grant_review {
    struct grant_note offer;
    struct app_package *theirs, *ours, *base, *result;
    struct app_overlay *overlay;
    bool merged; /* else it is taken as it came */
    struct findings conflicts, effects, trouble; /* not decided yet, ... */
};
/* E_NOT_FOUND: no offer to this city of that number; E_CONFLICT: answered, or
 * we have it; E_BAD_INPUT: a choice about what is no conflict. */
err grant_review(struct ctx *c, struct conn *on, const struct city *k,
                 str number, const struct grant_choices *choices,
                 struct grant_review *out) MUST_USE;
/* An offer to this city that nobody answered for good. */
err grant_offer_find(struct ctx *c, struct conn *on, const struct city *k,
                     str number, struct grant_note *out) MUST_USE;
/* Take it: install, log, and keep the answer's draft. */
err grant_take(struct ctx *c, struct conn *tx, struct ledger *l, str by,
               const struct grant_review *r, str answer) MUST_USE;
