/* reader_internal.h - what the readers share. */
#ifndef NETRAL_LIB_READER_INTERNAL_H
#define NETRAL_LIB_READER_INTERNAL_H

#include "lib/reader/reader.h"

/* Writes the sentence into reason[READER_REASON_SIZE] and returns `err`. */
int reader_fail(char *reason, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* 0, or NETRAL_EENCODING or NETRAL_EINVALID with line and byte in the reason. */
int reader_check_utf8(const char *data, size_t len, char *reason);

void reader_skip_bom(const char **data, size_t *len);

/* Without blanks and line ends around it; borrowed. */
struct text reader_trim(const char *s, size_t len);

#endif
