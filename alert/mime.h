/* mime.h - the parts of an Internet message: RFC 5322, 2045, 2046, 2047.
 *
 * All output is ASCII with CRLF, in lines of at most 76 characters but for header fields of
 * addresses and ids, of which none can be broken. Nothing in a value can begin a line of its own.
 * Errors are those of buf.h. Pure; any thread. */
#ifndef NETRAL_ALERT_MIME_H
#define NETRAL_ALERT_MIME_H

#include "lib/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MIME_ADDRESS_MAX = 254, MIME_DATE_SIZE = 40 };

/* "local@domain" as SMTP takes it without quotes, all ASCII; an internationalised domain is written
 * in its "xn--" form. */
bool mime_address_ok(const char *address);

/* "Name: value" of unstructured UTF-8 text: as it is, or in encoded words where it is not ASCII, is
 * long or could be taken for an encoded word. Control characters become blanks. */
int mime_header(struct buf *out, const char *name, const char *value);

/* "Name: first,\r\n second": of values that were checked, each unbroken on a line. */
int mime_list(struct buf *out, const char *name, const char *const *values, size_t count,
	      const char *separator);

/* "Sun, 22 Nov 2026 05:06:07 +0000". */
void mime_date(uint64_t real_us, char ret[static MIME_DATE_SIZE]);

/* The fields Content-Type (`type`; charset=utf-8) and Content-Transfer-Encoding, an empty line and
 * the text, whose lines end with LF: quoted-printable or base64, whichever is shorter. Neither can
 * hold "=_", so a boundary with that in it needs no search. */
int mime_part(struct buf *out, const char *type, const char *text, size_t len);

#endif
