/* secret.h - secrets from files, and the signature of a webhook (Standard Webhooks 1.0.0, scheme
 * v1). Nothing here prints a secret. The main thread. */
#ifndef NETRAL_ALERT_SECRET_H
#define NETRAL_ALERT_SECRET_H

#include <stddef.h>
#include <stdint.h>

enum { SECRET_FILE_MAX = 2048, SECRET_KEY_MIN = 24, SECRET_KEY_MAX = 64 };

/* Reads a file of one line, without white space at its ends, into `text`. The file may be read by
 * its owner only; in $CREDENTIALS_DIRECTORY also by a group, where systemd grants access in that
 * way. 0, or with a sentence that names the file: NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EIO, or
 * NETRAL_EINVALID (not a plain file, open to others, empty, too long, more than one line). */
int secret_read(const char *path, char text[static SECRET_FILE_MAX], char *error,
		size_t error_size);

struct secret {
	uint8_t key[SECRET_KEY_MAX];
	size_t len;
};

/* "whsec_" and base64 of SECRET_KEY_MIN to SECRET_KEY_MAX bytes. 0 or NETRAL_EINVALID. */
int secret_parse(const char *text, struct secret *ret_secret);

/* "v1," and base64 of the HMAC-SHA256 of "id.timestamp.body". */
enum { SECRET_SIGNATURE_SIZE = 48 };
void secret_sign(const struct secret *s, const char *id, int64_t timestamp_s, const void *body,
		 size_t len, char ret[static SECRET_SIGNATURE_SIZE]);

#endif
