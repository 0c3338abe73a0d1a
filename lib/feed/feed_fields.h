/* feed_fields.h - which element of which format means what. */
#ifndef NETRAL_LIB_FEED_FIELDS_H
#define NETRAL_LIB_FEED_FIELDS_H

#include "lib/web/xml.h"

/* Where an element stands. */
enum feed_place {
	PLACE_TOP = 1,   /* the document */
	PLACE_FEED = 2,  /* rss, RDF, feed, channel */
	PLACE_ITEM = 4,  /* item, entry */
	PLACE_AUTHOR = 8 /* atom:author of an entry */
};

enum feed_field {
	FIELD_NONE, /* passed over with what is in it */
	FIELD_FEED, /* opens PLACE_FEED */
	FIELD_ITEM,
	FIELD_AUTHOR, /* opens PLACE_AUTHOR */
	FIELD_INSIDE, /* passed over, but not what is in it */
	FIELD_TITLE,
	FIELD_LINK, /* URL as text */
	FIELD_HREF, /* URL as attribute, with rel */
	FIELD_ID,
	FIELD_PUBLISHED,
	FIELD_UPDATED,
	FIELD_NAME,
	FIELD_SUMMARY,
	FIELD_CONTENT,
	FIELD_LANGUAGE,
	FIELD_TTL,
	FIELD_PERIOD,
	FIELD_FREQUENCY,
	FIELD_HOUR,
	FIELD_DAY,
	FIELD_COUNT
};

/* Of two elements that mean the same field, the one of higher rank counts; of equal ones the
 * first. Ranks are at least 1. */
enum feed_field feed_field_of(enum feed_place place, const struct xml_element *e, int *ret_rank);

#endif
