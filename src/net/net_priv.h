/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of net share. */
#pragma once

#include "net/net.h"

#include <netinet/in.h>

bool net_address_may(const struct in6_addr *at, bool allow_private);
bool net_sockaddr_may(const struct sockaddr *at, bool allow_private);
