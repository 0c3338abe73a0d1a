/* push_token.h - the secret that whoever pushes articles has to show (RFC 6750, 2.1).
 *
 * It is read once, at the start, never printed, and wiped when it is no longer needed. One thread.
 */
#ifndef NETRAL_DAEMON_PUSH_TOKEN_H
#define NETRAL_DAEMON_PUSH_TOKEN_H

#include "lib/article.h"

#include <stdbool.h>
#include <stddef.h>

enum { PUSH_TOKEN_MIN = 16, PUSH_TOKEN_MAX = 512 };

struct push_token {
	size_t len;
	char bytes[PUSH_TOKEN_MAX];
};

/* Reads the token from a file: its content without white space at the end. The file may be read by
 * its owner only. One exception: in $CREDENTIALS_DIRECTORY, which systemd shuts off by itself, a
 * file has group bits where systemd grants access by an access control list.
 * 0, or with a sentence that names the file: NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EIO, or
 * NETRAL_EINVALID (not a plain file, open to others, too short, too long, no token). */
int push_token_load(const char *path, struct push_token *ret_token, char *error, size_t error_size);

void push_token_wipe(struct push_token *t);

/* Whether the value of an Authorization field shows this token. Takes as long for a wrong token as
 * for the right one. */
bool push_token_matches(const struct push_token *t, struct text authorization);

#endif
