/* robots.h - the rules of a site for one crawler, after RFC 9309.
 *
 * Pure: the file's bytes in, answers out. What is kept is only the group that the crawler has to
 * obey, so that the rules of many sites fit into memory. Any thread. */
#ifndef NETRAL_LIB_ROBOTS_ROBOTS_H
#define NETRAL_LIB_ROBOTS_ROBOTS_H

#include "lib/article.h"

#include <stdbool.h>

enum {
	ROBOTS_BYTES_MAX = 500 << 10,      /* read of a file (RFC 9309, 2.5) */
	ROBOTS_SITEMAPS_MAX = 64,          /* further ones are left out */
	ROBOTS_DELAY_MAX_MS = 3600 * 1000, /* longer delays count as this */
	ROBOTS_FRESH_MS = 24 * 3600 * 1000 /* how long a copy may be used (2.4) */
};

struct robots_rule; /* a pattern, and whether it allows */

/* One block of memory: free() ends it. */
struct robots {
	const struct robots_rule *rules;
	const char *patterns;
	size_t rule_count;
	bool by_name;      /* the rules name the crawler; otherwise they are those for all */
	uint32_t delay_ms; /* Crawl-delay, which RFC 9309 does not know; 0 for none */
	const struct text *sitemaps; /* as printed; they belong to no group */
	size_t sitemap_count;
};

/* What an answer to the request for /robots.txt means, once redirects were followed (2.3.1). */
enum robots_answer {
	ROBOTS_READ,      /* 2xx: the body counts */
	ROBOTS_ALLOW_ALL, /* 4xx, and redirects without end: there is no file */
	ROBOTS_DENY_ALL,  /* 5xx, no answer (status 0), and 429: ask again before anything else */
};
enum robots_answer robots_answer_of(int http_status);

/* Reads a file for the crawler with the product token `agent` (letters, '-' and '_'). All groups
 * that name it are one; when none does, those for '*' are. What is no rule is passed over, so there
 * is no file that cannot be read. 0 or NETRAL_ENOMEM. *ret_robots is the caller's. */
int robots_read(const char *data, size_t len, const char *agent, struct robots **ret_robots);

/* Whether `path`, with its query, may be fetched: the longest pattern that matches decides, allow
 * before disallow among equals, and what nothing matches is allowed; so is /robots.txt. An empty
 * path counts as "/". A path beyond ARTICLE_URL_MAX is not allowed. */
bool robots_allows(const struct robots *r, const char *path, size_t len);

#endif
