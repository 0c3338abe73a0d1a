#include "alert/secret.h"

#include "lib/error.h"
#include "lib/secret_file.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

int secret_read(const char *path, char text[static SECRET_FILE_MAX], char *error, size_t error_size)
{
	size_t len;
	int r = secret_file_read(path, text, SECRET_FILE_MAX, &len, error, error_size);
	if (r == NETRAL_OK && len == SECRET_FILE_MAX) {
		snprintf(error, error_size, "%s: too long", path);
		r = NETRAL_EINVALID;
	} else if (r == NETRAL_OK) {
		text[len] = '\0';
		if (len == 0 || strlen(text) != len || strpbrk(text, "\r\n")) {
			snprintf(error, error_size, "%s: not one line", path);
			r = NETRAL_EINVALID;
		}
	}
	if (r < 0)
		sodium_memzero(text, SECRET_FILE_MAX);
	return r;
}

int secret_parse(const char *text, struct secret *ret_secret)
{
	static const char prefix[] = "whsec_";
	struct secret s = {.len = 0};
	const char *end = NULL;
	if (strncmp(text, prefix, sizeof(prefix) - 1) != 0)
		return NETRAL_EINVALID;
	text += sizeof(prefix) - 1;
	if (sodium_base642bin(s.key, sizeof(s.key), text, strlen(text), NULL, &s.len, &end,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    *end || s.len < SECRET_KEY_MIN)
		return NETRAL_EINVALID;
	*ret_secret = s;
	sodium_memzero(&s, sizeof(s));
	return NETRAL_OK;
}

void secret_sign(const struct secret *s, const char *id, int64_t timestamp_s, const void *body,
		 size_t len, char ret[static SECRET_SIGNATURE_SIZE])
{
	crypto_auth_hmacsha256_state state;
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char time[32];
	int n = snprintf(time, sizeof(time), ".%" PRId64 ".", timestamp_s);
	crypto_auth_hmacsha256_init(&state, s->key, s->len);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)id, strlen(id));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)time, (size_t)n);
	crypto_auth_hmacsha256_update(&state, body, len);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
	static const char version[] = "v1,";
	const size_t at = sizeof(version) - 1;
	snprintf(ret, SECRET_SIGNATURE_SIZE, "%s", version);
	sodium_bin2base64(ret + at, SECRET_SIGNATURE_SIZE - at, mac, sizeof(mac),
			  sodium_base64_VARIANT_ORIGINAL);
}
