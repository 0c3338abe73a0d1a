/* feed.h - RSS 2.0 (and 0.9x), RSS 1.0, Atom 1.0 (and 0.3), JSON Feed 1.0 and 1.1 as one list of
 * items.
 *
 * Pure: bytes in, items out; no network, no clock, no file. The format is told by the content, not
 * by a name or a Content-Type. Facts are from the RSS 2.0 specification (rssboard.org), RSS 1.0
 * with its modules content, dc and syndication, RFC 4287, jsonfeed.org 1.1.
 *
 * A broken document gives what could be read of it and says in `damage` what was wrong; only one
 * that gives nothing is refused, with a sentence. One thread of a process at a time, because of the
 * JSON reader (lib/json_tree.h). */
#ifndef NETRAL_LIB_FEED_FEED_H
#define NETRAL_LIB_FEED_FEED_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/web/date.h"
#include "lib/web/xml.h"

enum {
	FEED_BYTES_MAX = 32 << 20,
	FEED_ITEMS_MAX = 5000,       /* further ones are counted in left_out */
	FEED_ID_MAX = 2048,          /* bytes; an item with a longer id has none */
	FEED_AUTHOR_MAX = 512,       /* bytes; cut */
	FEED_LANGUAGE_MAX = 35,      /* bytes; cut (RFC 5646, 4.4.1) */
	FEED_SUMMARY_MAX = 16 << 10, /* bytes; cut */
	FEED_CONTENT_MAX = 2 << 20,  /* bytes; an item with a longer content has none */
	FEED_ARENA_MAX = 128 << 20,  /* what the caller's arena should allow */
	FEED_REASON_SIZE = 160
};

enum feed_format { FEED_RSS, FEED_RSS1, FEED_ATOM, FEED_JSON };

/* Texts are UTF-8 without NUL, NUL-terminated, and empty where the feed has none. */
struct feed_item {
	struct text url;       /* absolute http or https URL of the article */
	struct text id;        /* guid, atom:id, rdf:about or id, as printed */
	struct text title;     /* one line of plain text */
	struct text published; /* RFC 3339 (date.h) */
	struct text updated;   /* the same */
	struct text author;    /* plain; several are divided by ", " */
	struct text summary;   /* one line of plain text */
	struct text content;   /* the full text, when the feed holds it */
	bool content_is_html;
	bool date_unreadable; /* one was printed that web_date_read() does not know */
};

/* What a feed asks of those who poll it; 0 where it asks nothing. */
struct feed_hints {
	uint32_t ttl_minutes;    /* RSS <ttl>, at most a year */
	uint32_t update_seconds; /* syn:updatePeriod divided by syn:updateFrequency */
	uint32_t skip_hours;     /* bit h: not in hour h of GMT */
	uint32_t skip_days;      /* bit d: not on that day of GMT, 0 is Sunday */
};

struct feed {
	enum feed_format format;
	struct text title;    /* one line of plain text */
	struct text language; /* as printed: id, id-ID, ... */
	struct text site_url; /* absolute, of the site's page */
	struct feed_hints hints;
	struct feed_item *items; /* in the order of the feed */
	size_t item_count;
	size_t left_out; /* items beyond FEED_ITEMS_MAX, and those without url, id and title */
	struct xml_damage damage;
};

/* `charset` is the parameter of the Content-Type, or empty; `base` the URL that the feed was
 * fetched from in the end, for relative URLs. Everything in *ret_feed lives in `arena`, which is
 * not reset here.
 * 0; or with a reason NETRAL_EMALFORMED (an HTML page, another kind of document, nothing),
 * NETRAL_ETOOBIG, NETRAL_ENOMEM. A feed without items is 0. */
int feed_read(const char *data, size_t len, const struct text *charset, const struct text *base,
	      struct arena *arena, struct feed *ret_feed, char reason[static FEED_REASON_SIZE]);

#endif
