#include "daemon/push_token.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
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
		snprintf(error, size, "push_token_file: %s: not a plain file", path);
		return NETRAL_EINVALID;
	}
	if (st.st_mode & forbidden) {
		snprintf(error, size,
			 "push_token_file: %s: others than its owner may use it (mode %04o): "
			 "chmod 600",
			 path, (unsigned)(st.st_mode & 07777));
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* b64token of RFC 6750: what a header field can carry as one word. */
static bool is_token(const char *s, size_t len)
{
	size_t n = len;
	while (n > 0 && s[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++) {
		bool is_alnum = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'A' && s[i] <= 'Z') ||
				(s[i] >= 'a' && s[i] <= 'z');
		if (!is_alnum && (s[i] == '\0' || !strchr("-._~+/", s[i])))
			return false;
	}
	return n > 0;
}

static int check_token(const char *path, const struct push_token *t, char *error, size_t size)
{
	if (t->len < PUSH_TOKEN_MIN)
		snprintf(error, size, "push_token_file: %s: the token has less than %d bytes", path,
			 PUSH_TOKEN_MIN);
	else if (t->len >= PUSH_TOKEN_MAX)
		snprintf(error, size, "push_token_file: %s: the token has %d bytes or more", path,
			 PUSH_TOKEN_MAX);
	else if (!is_token(t->bytes, t->len))
		snprintf(error, size,
			 "push_token_file: %s: a token is one word of letters, digits and -._~+/",
			 path);
	else
		return NETRAL_OK;
	return NETRAL_EINVALID;
}

int push_token_load(const char *path, struct push_token *ret_token, char *error, size_t error_size)
{
	netral_cleanup(netral_closep) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(error, error_size, "push_token_file: %s: %s", path, strerror(errno));
		return netral_error_from_errno(errno);
	}
	int r = check_file(path, fd, error, error_size);
	if (r < 0)
		return r;
	*ret_token = (struct push_token){.len = 0};
	ssize_t n = read(fd, ret_token->bytes, sizeof(ret_token->bytes));
	if (n < 0) {
		snprintf(error, error_size, "push_token_file: %s: %s", path, strerror(errno));
		return NETRAL_EIO;
	}
	ret_token->len = (size_t)n;
	while (ret_token->len > 0 && is_space(ret_token->bytes[ret_token->len - 1]))
		ret_token->len--;
	r = check_token(path, ret_token, error, error_size);
	if (r < 0)
		push_token_wipe(ret_token);
	return r;
}

void push_token_wipe(struct push_token *t)
{
	explicit_bzero(t, sizeof(*t));
}

/* Looks at every byte of the token, whatever was shown. */
static bool is_equal(const struct push_token *t, const char *shown, size_t len)
{
	unsigned char differs = t->len != len;
	for (size_t i = 0; i < t->len; i++)
		differs |= (unsigned char)(t->bytes[i] ^ (i < len ? shown[i] : 0));
	return !differs;
}

bool push_token_matches(const struct push_token *t, struct text authorization)
{
	static const char scheme[] = "Bearer ";
	const size_t scheme_len = sizeof(scheme) - 1;
	const char *s = authorization.ptr;
	size_t len = authorization.len;
	if (len < scheme_len || strncasecmp(s, scheme, scheme_len) != 0)
		return false;
	for (s += scheme_len, len -= scheme_len; len > 0 && *s == ' '; s++)
		len--;
	return is_equal(t, s, len);
}
