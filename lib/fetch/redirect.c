/* Redirects are followed here and not by libcurl, so that every hop waits for its host and is
 * looked at like a request of our own. */
#include "lib/fetch/fetch_internal.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fetch/url.h"

#include <string.h>

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool was_asked(const struct fetch *fetch, const char *url)
{
	const char *urls = (const char *)fetch->urls.data;
	for (size_t at = 0; at < fetch->urls.len; at += strlen(urls + at) + 1) {
		if (strcmp(urls + at, url) == 0)
			return true;
	}
	return false;
}

static int give_up(struct fetch *fetch, struct target *target, const char *why, unsigned count)
{
	fetch->location = netral_take(target->url);
	fetch_say(fetch, FETCH_REDIRECT, "%s %u: %s", why, count, fetch->location);
	return 0;
}

static int go_on(struct fetch *fetch, struct target *target, char **ret_host)
{
	unsigned limit = fetch->limits.redirects;
	if (was_asked(fetch, target->url))
		return give_up(fetch, target, "redirects in a circle, number", fetch->hops + 1);
	if (fetch->hops == limit)
		return give_up(fetch, target, "more redirects than", limit);
	if (fetch->spent_ms >= fetch->limits.whole_ms) {
		fetch_say(fetch, FETCH_TIMEOUT, "redirects: not complete in time");
		return 0;
	}
	if (fetch_add_url(fetch, target->url) < 0) {
		fetch_say(fetch, FETCH_LOCAL, "out of memory");
		return 0;
	}
	fetch->hops++;
	*ret_host = netral_take(target->host);
	return 1;
}

int redirect_follow(struct fetch *fetch, char **ret_host)
{
	struct transfer *t = fetch->transfer;
	struct curl_header *h = NULL;
	if (!t->headed || !is_redirect(t->answer.status) ||
	    curl_easy_header(t->easy, "Location", 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return 0;
	netral_cleanup(target_fini) struct target target = {0};
	char why[FETCH_REASON_SIZE];
	int r = target_parse(fetch_url(fetch), h->value, &target, why);
	if (r < 0) {
		fetch_say(fetch, r == NETRAL_ENOMEM ? FETCH_LOCAL : FETCH_REDIRECT,
			  "redirect to %.80s: %s", h->value, why);
		return 0;
	}
	return go_on(fetch, &target, ret_host);
}
