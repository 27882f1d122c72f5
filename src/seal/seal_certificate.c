/* SPDX-License-Identifier: EUPL-1.2 */
/* What a certificate says of itself. */
#include "seal/seal.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

static bool read_until(str pem, int64_t *until)
{
    BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509 *x = b == NULL ? NULL : PEM_read_bio_X509(b, NULL, NULL, NULL);
    struct tm t = {.tm_mday = 1};
    bool well = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) == 1;

    if (well)
        *until = time_instant(
            (struct date){t.tm_year + 1900, t.tm_mon + 1, t.tm_mday},
            t.tm_hour * TIME_HOUR + t.tm_min * TIME_MINUTE +
                t.tm_sec * TIME_SECOND,
            0);
    X509_free(x);
    BIO_free(b);
    return well;
}

err seal_certificate_until(struct ctx *c, str pem, int64_t *until)
{
    if (pem.n <= 1 << 20 && read_until(pem, until))
        return E_OK;
    return fail(c, E_BAD_INPUT, "%s",
                say(c,
                    "Berkas sertifikat tidak memuat sertifikat yang dapat "
                    "dibaca.",
                    "The certificate file holds no certificate that can be "
                    "read."));
}
