/* sitemap.h - sitemaps, sitemap indexes, news sitemaps, plain lists of URLs; gzip or not.
 *
 * Facts: sitemaps.org protocol 0.9 (urlset, sitemapindex, 50,000 entries and 50 MB a file, text
 * files of one URL a line), Google's news extension (news:news with publication, publication_date
 * and title). Pure, like feed.h; any thread. */
#ifndef NETRAL_LIB_FEED_SITEMAP_H
#define NETRAL_LIB_FEED_SITEMAP_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/web/xml.h"

enum {
	SITEMAP_ENTRIES_MAX = 50000,   /* further ones are counted in left_out */
	SITEMAP_BYTES_MAX = 52428800,  /* after decompression; what is beyond is not read */
	SITEMAP_PACKED_MAX = 52428800, /* before it */
	SITEMAP_ARENA_MAX = 160 << 20, /* what the caller's arena should allow */
	SITEMAP_NAME_MAX = 512,        /* bytes of a publication's name; cut */
	SITEMAP_LANGUAGE_MAX = 35,     /* bytes; cut */
	SITEMAP_REASON_SIZE = 160
};

enum sitemap_kind {
	SITEMAP_URLS,
	SITEMAP_INDEX, /* the entries are sitemaps */
	SITEMAP_TEXT,  /* only the URLs are known */
};

/* Texts are empty where the sitemap says nothing. */
struct sitemap_entry {
	struct text url;            /* absolute */
	struct text changed;        /* lastmod, as RFC 3339 (lib/web/date.h) */
	struct text news_title;     /* one line of plain text */
	struct text news_published; /* RFC 3339 */
	struct text news_name;      /* of the publication */
	struct text news_language;
};

struct sitemap {
	enum sitemap_kind kind;
	struct sitemap_entry *entries; /* in the order of the file */
	size_t entry_count;
	size_t left_out; /* entries beyond SITEMAP_ENTRIES_MAX, and those without a good URL */
	bool cut;        /* the file goes on beyond SITEMAP_BYTES_MAX, or its gzip breaks off */
	struct xml_damage damage;
};

/* `charset` and `base` as in feed_read(). Everything in *ret_sitemap lives in `arena`.
 * 0; or with a reason NETRAL_EMALFORMED, NETRAL_ETOOBIG, NETRAL_ENOMEM. */
int sitemap_read(const char *data, size_t len, const struct text *charset, const struct text *base,
		 struct arena *arena, struct sitemap *ret_sitemap,
		 char reason[static SITEMAP_REASON_SIZE]);

#endif
