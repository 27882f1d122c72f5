/* SPDX-License-Identifier: EUPL-1.2 */
/* PDF, by qpdf: is it a document, how many pages, and does it do anything but
 * be read? All that its trailer leads to is looked at, also what stands in
 * compressed streams; names are compared as they are meant, not as they are
 * spelt. (ISO 32000-1: 7.5 structure, 12.6 actions.) */
#include "reader/reader_priv.h"

#include <stdlib.h>

#include <qpdf/qpdf-c.h>

#define OBJECTS_MOST 200000
#define LOOKS_MOST   4000000

/* A key, or a key with this value; NULL: whatever it is. */
static const struct active {
    const char *key, *value;
    enum reader_verdict is;
} actives[] = {
    {"/JS", NULL, READER_SCRIPT},
    {"/JavaScript", NULL, READER_SCRIPT},
    {"/XFA", NULL, READER_SCRIPT},
    {"/S", "/JavaScript", READER_SCRIPT},
    {"/S", "/Rendition", READER_SCRIPT},
    {"/S", "/Launch", READER_LAUNCH},
    {"/S", "/ImportData", READER_LAUNCH},
    {"/S", "/SubmitForm", READER_LAUNCH},
    {"/S", "/GoToE", READER_LAUNCH},
    {"/EmbeddedFiles", NULL, READER_EMBEDS},
    {"/EF", NULL, READER_EMBEDS},
    {"/Type", "/EmbeddedFile", READER_EMBEDS},
    {"/Subtype", "/FileAttachment", READER_EMBEDS},
    {"/Subtype", "/RichMedia", READER_EMBEDS},
    {"/Subtype", "/Movie", READER_EMBEDS},
    {"/Subtype", "/Screen", READER_EMBEDS},
    {"/Subtype", "/3D", READER_EMBEDS},
};

struct look {
    struct ctx *c;
    qpdf_data pdf;
    qpdf_oh *open; /* still to be looked at */
    size_t n, room, seen;
    uint64_t *known; /* objects by number and generation; 0: free */
    size_t n_known;
};

#define KNOWN_ROOM ((size_t)1 << 19) /* more than twice OBJECTS_MOST */

/* False where this object was here before. */
static bool learn(struct look *l, uint64_t id)
{
    size_t at = (size_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 45);

    while (l->known[at] != 0) {
        if (l->known[at] == id)
            return false;
        at = (at + 1) % KNOWN_ROOM;
    }
    l->known[at] = id;
    l->n_known++;
    return true;
}

static bool is_new(struct look *l, qpdf_oh o)
{
    uint32_t number = (uint32_t)qpdf_oh_get_object_id(l->pdf, o);
    uint32_t generation = (uint32_t)qpdf_oh_get_generation(l->pdf, o);

    return number == 0 || learn(l, (uint64_t)number << 32 | generation);
}

/* What holds nothing is looked at where it is found. */
static void push(struct look *l, qpdf_oh o)
{
    bool holds = qpdf_oh_is_dictionary(l->pdf, o) ||
                 qpdf_oh_is_stream(l->pdf, o) || qpdf_oh_is_array(l->pdf, o);

    if (!holds || !is_new(l, o)) {
        qpdf_oh_release(l->pdf, o);
        return;
    }
    ARENA_GROW(l->c->mem, l->open, l->n, l->room);
    l->open[l->n++] = o;
}

static enum reader_verdict weigh(struct look *l, const char *key, qpdf_oh value)
{
    for (size_t i = 0; i < COUNT(actives); i++) {
        const struct active *a = &actives[i];

        if (strcmp(a->key, key) != 0)
            continue;
        if (a->value == NULL
                ? !qpdf_oh_is_null(l->pdf, value)
                : qpdf_oh_is_name_and_equals(l->pdf, value, a->value))
            return a->is;
    }
    return READER_FINE;
}

static enum reader_verdict look_into(struct look *l, qpdf_oh dict)
{
    qpdf_oh_begin_dict_key_iter(l->pdf, dict);
    while (qpdf_oh_dict_more_keys(l->pdf)) {
        const char *key = qpdf_oh_dict_next_key(l->pdf);
        qpdf_oh value = qpdf_oh_get_key(l->pdf, dict, key);
        enum reader_verdict v = weigh(l, key, value);

        if (v != READER_FINE)
            return v;
        push(l, value);
        if (++l->seen > LOOKS_MOST)
            return READER_UNREAD;
    }
    return READER_FINE;
}

static enum reader_verdict look_along(struct look *l, qpdf_oh array)
{
    int n = qpdf_oh_get_array_n_items(l->pdf, array);

    for (int i = 0; i < n; i++) {
        push(l, qpdf_oh_get_array_item(l->pdf, array, i));
        if (++l->seen > LOOKS_MOST)
            return READER_UNREAD;
    }
    return READER_FINE;
}

static enum reader_verdict look_at(struct look *l, qpdf_oh o)
{
    if (qpdf_oh_is_array(l->pdf, o))
        return look_along(l, o);
    if (qpdf_oh_is_stream(l->pdf, o))
        o = qpdf_oh_get_dict(l->pdf, o);
    return look_into(l, o);
}

static enum reader_verdict look_through(struct look *l)
{
    enum reader_verdict v = READER_FINE;

    push(l, qpdf_get_trailer(l->pdf));
    while (l->n > 0 && v == READER_FINE) {
        qpdf_oh o = l->open[--l->n];

        v = l->n_known > OBJECTS_MOST ? READER_UNREAD : look_at(l, o);
        qpdf_oh_release(l->pdf, o);
    }
    return v;
}

/* ---- before and after the document --------------------------------- */

/* A document ends with %%EOF and a line's end. What comes after is for some
 * other program; what has none was cut. */
static enum reader_verdict judge_end(str bytes)
{
    static const str mark = STR_INIT("%%EOF");
    size_t end = bytes.n;

    while (end > 0 && strchr(" \t\r\n\f", bytes.p[end - 1]) != NULL)
        end--; /* also NUL, which strchr finds */
    if (str_ends(str_slice(bytes, 0, end), mark))
        return READER_FINE;
    for (size_t i = end; i-- > 0;)
        if (str_starts(str_slice(bytes, i, end), mark))
            return READER_TAIL;
    return READER_BROKEN;
}

/* An error that nobody fetches would be told on standard error. */
static bool asks_password(qpdf_data pdf)
{
    return qpdf_has_error(pdf) &&
           qpdf_get_error_code(pdf, qpdf_get_error(pdf)) == qpdf_e_password;
}

static enum reader_verdict judge(struct ctx *c, qpdf_data pdf, str bytes,
                                 uint32_t *pages)
{
    struct look l = {.c = c, .pdf = pdf};
    QPDF_ERROR_CODE rc;
    int n;

    qpdf_set_suppress_warnings(pdf, QPDF_TRUE);
    qpdf_silence_errors(pdf);
    rc = qpdf_read_memory(pdf, "upload", bytes.p, bytes.n, NULL);
    if ((rc & QPDF_ERRORS) != 0)
        return asks_password(pdf) ? READER_LOCKED : READER_BROKEN;
    n = qpdf_get_num_pages(pdf);
    if (n <= 0)
        return READER_BROKEN;
    *pages = (uint32_t)n;
    l.known = NEWS(c->mem, uint64_t, KNOWN_ROOM);
    return look_through(&l);
}

enum reader_verdict reader_pdf_judge(struct ctx *c, str bytes, uint32_t *pages)
{
    enum reader_verdict v = judge_end(bytes);
    qpdf_data pdf;

    if (v != READER_FINE)
        return v;
    pdf = qpdf_init();
    v = judge(c, pdf, bytes, pages);
    (void)asks_password(pdf);
    qpdf_cleanup(&pdf);
    return v;
}
