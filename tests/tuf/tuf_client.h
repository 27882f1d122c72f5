/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of tuf-client share. */
#pragma once

#include "grant/grant_priv.h"

/* The kinds of keys that the specification names beside Ed25519. */
extern const struct grant_schemes tuf_client_schemes;
