/* gunzip.h - a gzip file in memory, with a bound on what comes out. Any thread. */
#ifndef NETRAL_LIB_FEED_GUNZIP_H
#define NETRAL_LIB_FEED_GUNZIP_H

#include "lib/buf.h"

#include <stdbool.h>

/* By its first bytes (RFC 1952, 2.3.1). */
bool gunzip_is(const char *data, size_t len);

/* Appends what `data` unpacks to, all members of it (RFC 1952, 2.2), up to out->limit. *ret_cut
 * says that there was more, or that the file breaks off or is damaged: what came before is there.
 * 0, NETRAL_EMALFORMED when nothing could be unpacked, NETRAL_ENOMEM. */
int gunzip(const char *data, size_t len, struct buf *out, bool *ret_cut);

#endif
