/* probe.h - looks at one source as a poller would: its robots.txt, the feed, sitemap or page, and
 * the first article it names. Nothing is handed to netrald. The main thread. */
#ifndef NETRAL_CLIENT_PROBE_H
#define NETRAL_CLIENT_PROBE_H

#include "lib/extract/discover.h"
#include "lib/extract/extract.h"
#include "lib/feed/feed.h"
#include "lib/feed/sitemap.h"

#include <stdbool.h>

enum { PROBE_ALLOW_MAX = 16, PROBE_REASON_SIZE = 512, PROBE_SITEMAPS_MAX = 8 };

struct probe_options {
	const char *url;
	const char *contact;      /* for the User-Agent: a mail address or URL */
	const char *const *allow; /* address ranges that are not refused, such as 127.0.0.0/8 */
	size_t allow_count;
};

enum probe_kind {
	PROBE_NOTHING,
	PROBE_FEED,
	PROBE_SITEMAP,
	PROBE_PAGE, /* with an article, or with feeds that it names */
};

/* What was seen. Texts live in the probe's arena. */
struct probe_report {
	enum probe_kind kind;
	const char *url; /* where it was in the end, after redirects */
	struct feed feed;
	struct sitemap sitemap;
	uint32_t crawl_delay_ms; /* as robots.txt asks for */
	/* Of a page: what could be polled in its place. */
	struct text feeds[DISCOVER_MAX]; /* that the page names */
	size_t feed_count;
	struct text sitemaps[PROBE_SITEMAPS_MAX]; /* that robots.txt names */
	size_t sitemap_count;
	struct text article_url; /* of the article that was looked at, or empty */
	bool has_article;
	struct extracted article;
	char article_reason[PROBE_REASON_SIZE]; /* why there is no article; "" when none was named
						 */
};

struct probe;

/* Fetches and reads, until all is done. 0 with *ret_report, which lives until probe_free(); or a
 * negative code with a sentence in `reason`: the source gives nothing to take in. */
int probe_run(const struct probe_options *o, struct probe **ret_probe,
	      const struct probe_report **ret_report, char reason[static PROBE_REASON_SIZE]);
void probe_free(struct probe *p); /* takes NULL */

#endif
