/* sources.h - the file that names the sources to poll.
 *
 *     source "ANTARA Ambon" {
 *             kind = feed
 *             url = "https://ambon.antaranews.com/rss/terkini.xml"
 *             min_interval = 5min
 *     }
 *
 * One thread. */
#ifndef NETRAL_LIB_SOURCE_SOURCES_H
#define NETRAL_LIB_SOURCE_SOURCES_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/buf.h"
#include "lib/config.h"

#include <stdbool.h>

enum {
	SOURCES_MAX = 20000,
	SOURCE_NAME_MAX = 64, /* bytes */
	SOURCES_ARENA_MAX = 128 << 20
};

enum source_kind {
	SOURCE_FEED,    /* lib/feed/feed.h */
	SOURCE_SITEMAP, /* lib/feed/sitemap.h; of news, or an index */
	SOURCE_PAGE,    /* a page whose links are followed */
};

struct source {
	struct text name; /* UTF-8 without control characters, unlike any other's */
	enum source_kind kind;
	struct text url;                           /* absolute, as url_resolve() writes it */
	uint64_t min_interval_ms, max_interval_ms; /* between two polls; min <= max */
	bool enabled;
};

/* All of it lives in the arena. */
struct sources {
	struct arena arena;
	struct source *list; /* in the order of the file */
	size_t count;
};

/* The keys of a section, for help and samples. */
extern const struct config_option source_options[];
extern const size_t source_option_count;

/* "feed", "sitemap", "page". */
const char *source_kind_name(enum source_kind kind);

/* Reads the file at `path`. On failure `error` is a sentence such as
 * `sources.conf:12: source "Kabar": kind: "rss" is not feed, sitemap or page`, and *ret_sources is
 * untouched. 0, NETRAL_ENOTFOUND, NETRAL_EACCES, NETRAL_EINVALID, NETRAL_ENOMEM. */
int sources_read(const char *path, struct sources *ret_sources, char *error, size_t error_size);

/* A section as a person states it; all but name and url may be NULL, for the default. */
struct source_statement {
	const char *name, *kind, *url;
	const char *min_interval; /* "5min" */
};

/* What the statement would be in a file, with its texts in `arena`. 0, or a negative code with a
 * sentence that names the key, as sources_read() would have it. */
int source_check(const struct source_statement *statement, struct arena *arena,
		 struct source *ret_source, char *error, size_t error_size);

/* Appends the section, so that reading it yields the same source whatever is in its strings. They
 * must have passed source_check(). 0, NETRAL_ENOMEM or NETRAL_ETOOBIG (the buffer's limit). */
int source_write(const struct source_statement *statement, struct buf *out);

/* Takes a zeroed object. */
void sources_free(struct sources *s);

#endif
