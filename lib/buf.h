/* buf.h - a growing byte buffer with a bound. One thread at a time. */
#ifndef NETRAL_LIB_BUF_H
#define NETRAL_LIB_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t limit; /* growing beyond it is NETRAL_ETOOBIG; 0 means no bound but memory */
};

void buf_init(struct buf *b, size_t limit);
void buf_fini(struct buf *b);  /* takes a zeroed buffer */
void buf_clear(struct buf *b); /* keeps the memory */

/* Makes room for `more` bytes behind len. 0, NETRAL_ENOMEM or NETRAL_ETOOBIG. */
int buf_reserve(struct buf *b, size_t more);
int buf_append(struct buf *b, const void *data, size_t len);
int buf_append_str(struct buf *b, const char *s);
int buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
