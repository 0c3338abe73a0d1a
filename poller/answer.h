/* answer.h - what the answer of a source names: items of feeds, entries of sitemaps, links of
 * pages. Pure but for the arena; the loop thread only, because of the JSON reader. */
#ifndef NETRAL_POLLER_ANSWER_H
#define NETRAL_POLLER_ANSWER_H

#include "lib/arena.h"
#include "lib/source/schedule.h"
#include "lib/source/sources.h"

enum { ANSWER_REASON_SIZE = 160 };

struct found {
	struct text url; /* may be empty, in a feed */
	struct text id;  /* empty when it tells nothing */
	struct text title, published;
	struct text text; /* of a feed, or empty */
	bool is_html;     /* that text */
	bool is_content;  /* it may be the whole article */
};

/* A sitemap of an index. */
struct found_sitemap {
	struct text url;
	uint64_t changed_ms; /* since 1970; 0: undated */
	bool is_day;         /* only the day is known */
};

/* All of it lives in the arena. */
struct answer {
	struct found *items; /* those that may be new, in the order of the answer */
	size_t count;
	struct found_sitemap *sitemaps; /* of an index; there are no items then */
	size_t sitemap_count;
	size_t listed;      /* all that the answer names */
	bool is_partial;    /* damaged, cut, or more than is read */
	const char *damage; /* what is wrong with what was read, or "" */
	bool is_undated; /* a list whose dates say nothing: what is new is told by what is known */
	struct schedule_hints hints;
	uint64_t span_ms; /* from the oldest date to the newest */
};

struct answer_request {
	const char *data;
	size_t len;
	struct text charset;
	struct text url; /* where it came from in the end */
	uint64_t now_ms;
	uint64_t window_ms; /* how old an entry of a sitemap may be */
};

/* 0; or with a sentence in `reason` NETRAL_EMALFORMED, NETRAL_ETOOBIG, NETRAL_ENOMEM. */
int answer_read(enum source_kind kind, const struct answer_request *q, struct arena *arena,
		struct answer *ret_answer, char reason[static ANSWER_REASON_SIZE]);

#endif
