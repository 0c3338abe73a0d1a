#include "lib/fetch/url.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

static void handle_freep(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void curl_freep(char **s)
{
	curl_free(*s);
}

static int refuse(char *reason, CURLUcode code)
{
	if (code == CURLUE_OUT_OF_MEMORY) {
		snprintf(reason, FETCH_REASON_SIZE, "URL: out of memory");
		return NETRAL_ENOMEM;
	}
	snprintf(reason, FETCH_REASON_SIZE, "URL: %s", curl_url_strerror(code));
	return NETRAL_EINVALID;
}

/* The scheme is looked at last by libcurl; any is parsed here, so that ours can be named. */
static int check_scheme(CURLU *u, char *reason)
{
	netral_cleanup(curl_freep) char *scheme = NULL;
	CURLUcode code = curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
	if (code)
		return refuse(reason, code);
	if (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0)
		return NETRAL_OK;
	snprintf(reason, FETCH_REASON_SIZE, "URL: scheme %.20s, only http and https are fetched",
		 scheme);
	return NETRAL_EINVALID;
}

static int check_no_user(CURLU *u, char *reason)
{
	netral_cleanup(curl_freep) char *user = NULL, *password = NULL;
	if (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER &&
	    curl_url_get(u, CURLUPART_PASSWORD, &password, 0) == CURLUE_NO_PASSWORD)
		return NETRAL_OK;
	snprintf(reason, FETCH_REASON_SIZE, "URL: holds a user name, which is not sent on");
	return NETRAL_EINVALID;
}

/* libcurl turns letters beyond ASCII into punycode only where the locale of the process knows
 * them, and says "out of memory" elsewhere. */
static int check_ascii(const char *host, char *reason)
{
	for (const char *c = host; *c; c++) {
		if ((unsigned char)*c < 0x80)
			continue;
		snprintf(reason, FETCH_REASON_SIZE,
			 "URL: the host has letters beyond ASCII and is not in punycode");
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

static char *host_key(const char *host)
{
	char *key = strdup(host);
	size_t len = key ? strlen(key) : 0;
	for (size_t i = 0; i < len; i++)
		key[i] = (char)tolower((unsigned char)key[i]);
	if (len > 1 && key[len - 1] == '.')
		key[len - 1] = '\0';
	return key;
}

static int take_parts(CURLU *u, struct target *ret_target, char *reason)
{
	netral_cleanup(curl_freep) char *url = NULL, *host = NULL;
	CURLUcode code = curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (!code)
		code = curl_url_get(u, CURLUPART_URL, &url, 0);
	if (!code)
		code = curl_url_get(u, CURLUPART_HOST, &host, 0);
	if (code)
		return refuse(reason, code);
	int r = check_ascii(host, reason);
	if (r < 0)
		return r;
	if (strlen(url) > FETCH_URL_MAX) {
		snprintf(reason, FETCH_REASON_SIZE, "URL: longer than %d bytes", FETCH_URL_MAX);
		return NETRAL_EINVALID;
	}
	struct target t = {strdup(url), host_key(host)};
	if (!t.url || !t.host) {
		target_fini(&t);
		return refuse(reason, CURLUE_OUT_OF_MEMORY);
	}
	*ret_target = t;
	return NETRAL_OK;
}

int target_parse(const char *base, const char *reference, struct target *ret_target,
		 char reason[static FETCH_REASON_SIZE])
{
	if (strlen(reference) > FETCH_URL_MAX) {
		snprintf(reason, FETCH_REASON_SIZE, "URL: longer than %d bytes", FETCH_URL_MAX);
		return NETRAL_EINVALID;
	}
	netral_cleanup(handle_freep) CURLU *u = curl_url();
	if (!u)
		return refuse(reason, CURLUE_OUT_OF_MEMORY);
	CURLUcode code = base ? curl_url_set(u, CURLUPART_URL, base, 0) : CURLUE_OK;
	if (!code)
		code = curl_url_set(u, CURLUPART_URL, reference,
				    CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
	if (code)
		return refuse(reason, code);
	int r = check_scheme(u, reason);
	if (r == NETRAL_OK)
		r = check_no_user(u, reason);
	return r == NETRAL_OK ? take_parts(u, ret_target, reason) : r;
}

void target_fini(struct target *t)
{
	free(t->url);
	free(t->host);
	*t = (struct target){NULL, NULL};
}
