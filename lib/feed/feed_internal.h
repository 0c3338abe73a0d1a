/* feed_internal.h - what the readers of XML and JSON share. */
#ifndef NETRAL_LIB_FEED_INTERNAL_H
#define NETRAL_LIB_FEED_INTERNAL_H

#include "lib/feed/feed.h"

/* Writes the sentence into reason[FEED_REASON_SIZE] and returns `err`. */
int feed_fail(char *reason, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));

struct feed_item feed_item_empty(void);
struct feed feed_empty(enum feed_format format);

/* Whether an id is a URL itself. */
bool feed_is_url(const struct text *id);

/* Copies at most `max` bytes, cut between characters, without blanks around them.
 * Each of these: 0 or NETRAL_ENOMEM. */
int feed_copy(struct arena *arena, const char *s, size_t len, size_t max, struct text *ret_text);

/* The same, empty when there are more than `max`. */
int feed_copy_whole(struct arena *arena, const char *s, size_t len, size_t max,
		    struct text *ret_text);

/* A date as RFC 3339; *ret_text is left as it is when it cannot be read. 1 when it was. */
int feed_copy_date(struct arena *arena, const char *s, size_t len, struct text *ret_text);

/* An absolute URL; left empty when it is none. */
int feed_copy_url(struct arena *arena, const struct text *base, const char *s, size_t len,
		  struct text *ret_url);

/* The items while they are read; kept outside the arena, as their number is not known. */
struct feed_items {
	struct buf list; /* of struct feed_item */
	size_t left_out;
};
void feed_items_init(struct feed_items *items);
void feed_items_fini(struct feed_items *items);

/* Adds a copy of `item`, unless there are too many or it says nothing. 0 or NETRAL_ENOMEM. */
int feed_items_add(struct feed_items *items, const struct feed_item *item);

/* Moves the list into the arena. 0 or NETRAL_ENOMEM. */
int feed_items_end(struct feed_items *items, struct arena *arena, struct feed *feed);

/* Each format's reader, as feed_read(). */
int feed_read_xml(const char *data, size_t len, const struct text *charset, const struct text *base,
		  struct arena *arena, struct feed *ret_feed, char *reason);
int feed_read_json(const char *data, size_t len, const struct text *charset,
		   const struct text *base, struct arena *arena, struct feed *ret_feed,
		   char *reason);

#endif
