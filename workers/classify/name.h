/* name.h - the names of people: words with capitals that are no known ones. */
#ifndef NETRAL_WORKERS_CLASSIFY_NAME_H
#define NETRAL_WORKERS_CLASSIFY_NAME_H

#include "workers/classify/engine.h"

#include <ctype.h>

struct persons;

/* Where names are looked for, and who has been found. */
struct reader {
	const struct doc *d;
	const struct sentence *s;
	uint32_t index; /* of the sentence */
	struct persons *persons;
};

/* Bytes of the plain text, without titles and degrees. */
struct name {
	uint32_t start, end;
	unsigned words;
};

static inline bool name_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static inline bool name_capital(char c)
{
	return isupper((unsigned char)c);
}

static inline uint32_t name_spaces(const char *t, uint32_t at)
{
	while (t[at] == ' ')
		at++;
	return at;
}

/* The hit of a group, or of an office of this kind, that starts at `at`; or NULL. */
const struct hit *name_hit(const struct reader *r, uint32_t at, enum phrase_group group);
const struct hit *name_job(const struct reader *r, uint32_t at, int kind);

/* The end of the area named at `at`, or `at`. */
uint32_t name_place_end(const struct reader *r, uint32_t at);

/* The end of the word at `at`: letters, with "'", "-" and stops between them ("S.Sos", "A.A."). */
uint32_t name_word_end(const char *t, uint32_t at);

/* Whether an ordinary word stands at `at`, see words.h. */
bool name_is_word(const struct reader *r, uint32_t at);

/* Behind "(inf)", "(P)" at `at`; or `at`. */
uint32_t name_skip_bracket(const char *t, uint32_t at);

/* Whether the capitals at..end begin a name: "HW Musyafirin". */
bool name_led(const struct reader *r, uint32_t at, uint32_t end);

/* The end of the name's word at `at`, with the stop of an initial or a short form; or `at`. */
uint32_t name_word(const struct reader *r, uint32_t at);

/* The name that begins at `at`, behind titles; no words when there is none. */
struct name name_read(const struct reader *r, uint32_t at);

/* The name that ends at `end`. */
struct name name_before(const struct reader *r, uint32_t end);

/* The index of the first comma of ", S.H., M.H." in front of `at`; or `at`. */
uint32_t name_before_degrees(const char *t, uint32_t from, uint32_t at);

/* Whether the words make a person's name, and not a part of something else. */
bool name_is_whole(const struct reader *r, const struct name *n);

#endif
