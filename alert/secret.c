#include "alert/secret.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t len = dir ? strlen(dir) : 0;
	return len > 0 && strncmp(path, dir, len) == 0 && path[len] == '/' &&
	       !strchr(path + len + 1, '/');
}

static int check_file(const char *path, int fd, char *error, size_t size)
{
	struct stat st;
	mode_t forbidden = is_credential(path) ? S_IRWXO : S_IRWXG | S_IRWXO;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		snprintf(error, size, "%s: not a plain file", path);
		return NETRAL_EINVALID;
	}
	if (st.st_mode & forbidden) {
		snprintf(error, size, "%s: others than its owner may use it (mode %04o): chmod 600",
			 path, (unsigned)(st.st_mode & 07777));
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int check_text(const char *path, char *text, size_t len, char *error, size_t size)
{
	while (len > 0 && is_space(text[len - 1]))
		len--;
	text[len] = '\0';
	if (len == 0 || strlen(text) != len || strpbrk(text, "\r\n")) {
		snprintf(error, size, "%s: not one line", path);
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

int secret_read(const char *path, char text[static SECRET_FILE_MAX], char *error, size_t error_size)
{
	netral_cleanup(netral_closep) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return netral_error_from_errno(errno);
	}
	int r = check_file(path, fd, error, error_size);
	if (r < 0)
		return r;
	ssize_t n = read(fd, text, SECRET_FILE_MAX);
	if (n < 0 || n == SECRET_FILE_MAX) {
		snprintf(error, error_size, "%s: %s", path, n < 0 ? strerror(errno) : "too long");
		r = n < 0 ? NETRAL_EIO : NETRAL_EINVALID;
	} else {
		r = check_text(path, text, (size_t)n, error, error_size);
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
