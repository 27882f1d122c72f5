/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of net share. */
#pragma once

#include "net/net.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

bool net_address_may(const struct in6_addr *at, bool allow_private);
bool net_sockaddr_may(const struct sockaddr *at, bool allow_private);

/* Set an option that this build of curl must know. */
#define NET_SET(curl, option, value)                                           \
    MUST(curl_easy_setopt((curl), CURLOPT_##option, (value)) == CURLE_OK)

/* Judges the address that is really connected to. */
struct net_guard {
    bool allow_private;
    char closed[INET6_ADDRSTRLEN]; /* the address that was refused */
};
curl_socket_t net_open_socket(void *guard, curlsocktype purpose,
                              struct curl_sockaddr *at);
/* Run it without a SIGPIPE. */
CURLcode net_perform(CURL *curl);
/* What went wrong with this host, as a sentence; `otherwise` where the code
 * tells nothing to people. */
err net_trouble(struct ctx *c, CURLcode code, const struct net_guard *guard,
                str host, const char *otherwise) MUST_USE;
/* The whole address has a host: curl also takes "http:x" and "http:///x". */
bool net_url_has_host(str url);
/* Blanks, letters that are not ASCII, backslashes: none of them. */
bool net_plain(str s);
