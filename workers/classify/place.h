/* place.h - which areas a text names, and which of them an event is in. */
#ifndef NETRAL_WORKERS_CLASSIFY_PLACE_H
#define NETRAL_WORKERS_CLASSIFY_PLACE_H

#include "lib/arena.h"
#include "workers/classify/gazetteer.h"

struct doc;
struct sentence;

enum place_role {
	PLACE_BARE,     /* the name alone */
	PLACE_AT,       /* "di Ambon" */
	PLACE_OFFICE,   /* a body there: "Bawaslu Kota Kupang" */
	PLACE_LEVELLED, /* its level is told: "Kota Kupang" */
	PLACE_DISTRICT, /* a district in it: "Kecamatan Adiluwih" */
	PLACE_HEAD,     /* the governor of a province, who may be anywhere */
	PLACE_DATELINE, /* the newsroom's city in front of the lead */
};

enum place_flag {
	PLACE_IS_AT = 1,     /* "di" stands in front, of its level too */
	PLACE_IS_OFFICE = 2, /* a body stands in front, of its level too */
	PLACE_IS_FROM = 4,   /* "asal", "dari": where someone comes from */
	PLACE_STAMPED = 8,   /* "di Ambon, Selasa (21/8)": where it happened, or was said */
	PLACE_LISTED = 16,   /* one of three or more in its sentence */
	PLACE_AROUND = 32,   /* the province behind its regency: "Lamongan, Jawa Timur" */
	PLACE_SAID = 64,     /* stamped, in a sentence that quotes: where somebody spoke */
};

/* A name in the text and the area it stands for. */
struct place_mention {
	uint32_t start, end; /* in the plain text, with the level word in front */
	uint32_t sentence;
	uint16_t area;
	uint8_t role;
	uint8_t kind; /* enum name_kind */
	uint8_t flags;
};

struct places {
	struct place_mention *list;
	uint32_t count;
	uint16_t main;                     /* the area the article speaks of most, or AREA_NONE */
	uint32_t *levelled;                /* by area: how often its level is told with its name */
	uint32_t level_words[AREA_LEVELS]; /* by level: how often the text says "kabupaten", "wali
					      kota" */
	uint32_t *named; /* by area: how often it, or one of its regencies, is named */
};

/* Fills d->places. Needs hits and sentences. 0 or NETRAL_ENOMEM. */
int place_read(struct doc *d);

/* The area that sentence `s` itself tells, the deepest first, or -1: index of a mention. */
int place_of_sentence(const struct doc *d, const struct sentence *s);

/* Index of the first mention that ends behind byte `at` of the plain text. */
uint32_t place_first(const struct doc *d, uint32_t at);

/* Whether `inner` is `outer` or lies in it. */
bool place_within(const struct doc *d, uint16_t inner, uint16_t outer);

#endif
