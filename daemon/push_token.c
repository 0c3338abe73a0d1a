#include "daemon/push_token.h"

#include "lib/error.h"
#include "lib/secret_file.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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
	static const char key[] = "push_token_file: ";
	int at = snprintf(error, error_size, "%s", key);
	*ret_token = (struct push_token){.len = 0};
	int r = secret_file_read(path, ret_token->bytes, sizeof(ret_token->bytes), &ret_token->len,
				 error + at, error_size - (size_t)at);
	if (r == NETRAL_OK)
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
