/* SPDX-License-Identifier: EUPL-1.2 */
/* What every exchange shares, whatever its protocol: the address that is
 * connected to is judged, and what goes wrong is said. */
#include "net/net_priv.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

curl_socket_t net_open_socket(void *arg, curlsocktype purpose,
                              struct curl_sockaddr *at)
{
    struct net_guard *g = arg;
    char host[INET6_ADDRSTRLEN] = "?";
    struct sockaddr_in6 in6;
    struct sockaddr_in in;

    if (purpose == CURLSOCKTYPE_IPCXN &&
        net_sockaddr_may(&at->addr, g->allow_private))
        return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
    if (at->family == AF_INET) {
        memcpy(&in, &at->addr, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, host, sizeof host);
    } else if (at->family == AF_INET6) {
        memcpy(&in6, &at->addr, sizeof in6);
        inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof host);
    }
    memcpy(g->closed, host, sizeof host);
    return CURL_SOCKET_BAD;
}

/* With NOSIGNAL curl leaves SIGPIPE to us, and TLS writes may raise it. */
CURLcode net_perform(CURL *curl)
{
    static const struct timespec at_once = {0};
    sigset_t pipe, before;
    CURLcode code;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    code = curl_easy_perform(curl);
    while (!sigismember(&before, SIGPIPE) &&
           sigtimedwait(&pipe, NULL, &at_once) == SIGPIPE)
        continue;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

/* ---- what can go wrong -------------------------------------------- */

static const struct trouble {
    CURLcode code;
    err e;
    const char *id, *en;
} troubles[] = {
    {CURLE_COULDNT_RESOLVE_HOST, E_BUSY, "namanya tidak ditemukan",
     "its name was not found"},
    {CURLE_COULDNT_CONNECT, E_BUSY, "tidak dapat dihubungi",
     "it cannot be reached"},
    {CURLE_OPERATION_TIMEDOUT, E_BUSY, "terlalu lambat menjawab",
     "it is too slow to answer"},
    {CURLE_PEER_FAILED_VERIFICATION, E_TAMPERED, "sertifikatnya tidak berlaku",
     "its certificate does not hold"},
    {CURLE_SSL_CACERT_BADFILE, E_BUSY,
     "daftar sertifikat tepercaya di mesin ini tidak dapat dibaca",
     "this machine's list of trusted certificates cannot be read"},
    {CURLE_SSL_CONNECT_ERROR, E_BUSY, "sambungan TLS gagal",
     "the TLS connection failed"},
    {CURLE_USE_SSL_FAILED, E_FORBIDDEN, "tidak menawarkan sambungan TLS",
     "it offers no TLS"},
    {CURLE_LOGIN_DENIED, E_FORBIDDEN, "nama pengguna atau sandinya ditolak",
     "it refused the user's name or password"},
    {CURLE_GOT_NOTHING, E_BUSY, "tidak menjawab apa pun",
     "it answered nothing"},
    {CURLE_PARTIAL_FILE, E_BUSY, "jawabannya terputus",
     "its answer was cut short"},
    {CURLE_RECV_ERROR, E_BUSY, "sambungan terputus", "the connection was cut"},
    {CURLE_SEND_ERROR, E_BUSY, "sambungan terputus", "the connection was cut"},
    {CURLE_ABORTED_BY_CALLBACK, E_BUSY, "dihentikan", "it was stopped"},
};

err net_trouble(struct ctx *c, CURLcode code, const struct net_guard *guard,
                str host, const char *otherwise)
{
    const struct trouble *t = NULL;

    if (guard->closed[0] != 0)
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "Server %.*s tidak dihubungi: alamatnya, %s, bukan "
                        "alamat umum di Internet.",
                        "The server %.*s was not contacted: its address, %s, "
                        "is not a public one on the Internet."),
                    STR_ARG(host), guard->closed);
    for (size_t i = 0; i < COUNT(troubles); i++)
        if (troubles[i].code == code)
            t = &troubles[i];
    return fail(c, t == NULL ? E_BUSY : t->e,
                say(c, "Server %.*s: %s.", "The server %.*s: %s."),
                STR_ARG(host), t == NULL ? otherwise : say(c, t->id, t->en));
}
