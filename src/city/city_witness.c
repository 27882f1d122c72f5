/* SPDX-License-Identifier: EUPL-1.2 */
/* Who watches this city's log (items "witness.NAME"), whose log it watches
 * (items "neighbour.NAME"), and the policy that follows. */
#include "city/city_priv.h"
#include "net/net.h"
#include "seal/seal.h"

#define GROUP "saksi" /* the policy's own word among the witnesses' names */
#define MOST  32      /* the standard asks readers for no more */

static const char *const heads[] = {
    [CITY_WITNESS] = "witness.", [CITY_NEIGHBOUR] = "neighbour."};

size_t city_parties(struct ctx *c, const struct city *k,
                    enum city_party_kind kind, struct city_party **out)
{
    str head = str_of(heads[kind]);
    size_t n = 0;

    *out = NEWS(c->mem, struct city_party, k->n_items);
    for (size_t i = 0; i < k->n_items; i++) {
        const struct data *v = k->items[i].value;
        str key = k->items[i].key;

        if (str_starts(key, head))
            (*out)[n++] = (struct city_party){
                .name = str_slice(key, head.n, key.n),
                .vkey = data_text(data_get(v, STR("vkey"))),
                .url = data_text(data_get(v, STR("url"))),
                .inner =
                    str_eq(data_text(data_get(v, STR("inner"))), STR("true"))};
    }
    return n;
}

/* ---- changing ----------------------------------------------------- */

static err check_name(struct ctx *c, str name)
{
    bool ok = name.n > 0 && name.n <= 40 && !str_eq(name, STR("none")) &&
              !str_eq(name, STR(GROUP));

    for (size_t i = 0; ok && i < name.n; i++)
        ok = (name.p[i] >= 'a' && name.p[i] <= 'z') ||
             (name.p[i] >= '0' && name.p[i] <= '9') ||
             (name.p[i] == '-' && i > 0);
    if (ok)
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c,
                    "\"%.*s\" tidak dapat menjadi nama saksi. Gunakan paling "
                    "banyak 40 huruf kecil, angka dan tanda hubung, misalnya "
                    "bangka-selatan.",
                    "\"%.*s\" cannot be a witness's name. Use at most 40 small "
                    "letters, digits and hyphens, such as bangka-selatan."),
                name.n > 80 ? 80 : (int)name.n, name.p);
}

/* The key is of the right kind, and not this city's own. */
static err check_key(struct ctx *c, const struct city *k,
                     enum city_party_kind kind, str vkey)
{
    static const struct {
        uint8_t type;
        const char *own;
    } kinds[] = {[CITY_WITNESS] = {SEAL_COSIGNATURE, "/witness"},
                 [CITY_NEIGHBOUR] = {SEAL_ED25519, "/log"}};
    struct seal_key key;

    TRY(seal_vkey_read(c, vkey, &key));
    if (key.type != kinds[kind].type)
        return fail(c, E_BAD_INPUT, "%s",
                    kind == CITY_WITNESS
                        ? say(c,
                              "Ini bukan kunci saksi (jenis 04). Silakan minta "
                              "hasil perintah balai witness key di sana.",
                              "This is no witness's key (type 04). Ask there "
                              "for what balai witness key prints.")
                        : say(c,
                              "Ini bukan kunci log (jenis 01). Silakan minta "
                              "hasil perintah balai log key di sana.",
                              "This is no log's key (type 01). Ask there for "
                              "what balai log key prints."));
    if (!str_eq(key.name, arena_fmt(c->mem, "%.*s%s", STR_ARG(k->domain),
                                    kinds[kind].own)))
        return E_OK;
    return fail(c, E_BAD_INPUT, "%s",
                say(c, "Ini kunci kota ini sendiri; saksi adalah pihak lain.",
                    "This is this city's own key; a witness is somebody "
                    "else."));
}

/* One key under two names would count twice. */
static err check_others(struct ctx *c, const struct city *k,
                        enum city_party_kind kind, str name, str vkey)
{
    struct city_party *all;
    size_t n = city_parties(c, k, kind, &all), others = 0;

    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].name, name))
            continue;
        others++;
        if (str_eq(all[i].vkey, vkey))
            return fail(c, E_CONFLICT,
                        say(c, "Kunci ini sudah dipakai dengan nama %.*s.",
                            "This key stands under the name %.*s already."),
                        STR_ARG(all[i].name));
    }
    if (others >= MOST)
        return fail(c, E_TOO_BIG,
                    say(c, "Paling banyak %d saksi.", "At most %d witnesses."),
                    MOST);
    return E_OK;
}

static err check_url(struct ctx *c, const struct city_party *p)
{
    struct net_url u;

    TRY(net_url_read(c, p->url, &u));
    if (!u.query)
        return E_OK;
    return fail(c, E_BAD_INPUT, "%s",
                say(c, "Alamat saksi tidak boleh memuat tanda tanya.",
                    "A witness's address may hold no question mark."));
}

static str item_key(struct ctx *c, enum city_party_kind kind, str name)
{
    return arena_fmt(c->mem, "%s%.*s", heads[kind], STR_ARG(name));
}

err city_party_set(struct ctx *c, const struct city *k,
                   enum city_party_kind kind, const struct city_party *p,
                   struct city_change *out)
{
    struct data *v = data_new(c, DATA_MAP);
    str url = p->url;

    TRY(check_name(c, p->name));
    TRY(check_key(c, k, kind, p->vkey));
    TRY(check_others(c, k, kind, p->name, p->vkey));
    data_put_text(c, v, STR("vkey"), p->vkey);
    if (kind == CITY_WITNESS) {
        TRY(check_url(c, p));
        while (str_ends(url, STR("/")))
            url = str_slice(url, 0, url.n - 1);
        data_put_text(c, v, STR("url"), url);
        if (p->inner)
            data_put_text(c, v, STR("inner"), STR("true"));
    }
    *out = (struct city_change){.key = item_key(c, kind, p->name), .value = v};
    out->was = city_item(k, out->key);
    return E_OK;
}

err city_party_drop(struct ctx *c, const struct city *k,
                    enum city_party_kind kind, str name,
                    struct city_change *out)
{
    *out = (struct city_change){.key = item_key(c, kind, name)};
    out->was = city_item(k, out->key);
    if (out->was != NULL)
        return E_OK;
    return fail(c, E_NOT_FOUND,
                say(c, "Tidak ada yang bernama %.*s di sini.",
                    "There is nobody named %.*s here."),
                name.n > 80 ? 80 : (int)name.n, name.p);
}

/* ---- the policy --------------------------------------------------- */

str city_policy(struct ctx *c, const struct city *k, str log, str url)
{
    struct buf b = buf_new(c, (size_t)1 << 20);
    struct city_party *all;
    size_t n = city_parties(c, k, CITY_WITNESS, &all);

    buf_fmt(&b, "log %.*s%s%.*s\n", STR_ARG(log), url.n > 0 ? " " : "",
            STR_ARG(url));
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "witness %.*s %.*s %.*s\n", STR_ARG(all[i].name),
                STR_ARG(all[i].vkey), STR_ARG(all[i].url));
    if (n > 0)
        buf_lit(&b, "group " GROUP " any");
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, " %.*s", STR_ARG(all[i].name));
    buf_lit(&b, n > 0 ? "\nquorum " GROUP "\n" : "quorum none\n");
    return buf_str(&b);
}
