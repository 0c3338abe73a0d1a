#include "poller/reach.h"

#include "lib/web/url.h"

#include <string.h>

static bool has_port(const struct text *url)
{
	struct text origin = url_origin(url);
	const char *host = memmem(origin.ptr, origin.len, "://", 3);
	const char *end_of_host = origin.ptr + origin.len;
	if (!host)
		return false;
	const char *bracket = memchr(host, ']', (size_t)(end_of_host - host));
	host = bracket ? bracket : host + 3;
	return memchr(host, ':', (size_t)(end_of_host - host)) != NULL;
}

bool reach_allows(const struct reach *r, const struct text *url, bool *ret_public_only)
{
	*ret_public_only = !r->names(r->user, url);
	return !*ret_public_only || !has_port(url);
}

struct fetch_limits reach_limits(const struct reach *r, size_t body_max)
{
	struct fetch_limits l = fetch_limits_default();
	l.whole_ms = r->whole_ms;
	l.connect_ms = l.connect_ms < r->whole_ms ? l.connect_ms : r->whole_ms;
	l.body_max = body_max;
	l.redirects = 0;
	return l;
}
