/* print.h - events for people. The main thread. */
#ifndef NETRAL_CLIENT_PRINT_H
#define NETRAL_CLIENT_PRINT_H

#include "client/style.h"
#include "proto/codec.h"

/* One update as a block of lines: what, where, when, how many; title; the sentence it was read
 * from; how many articles report it, and the other outlets among them; where it came in. Ends with
 * an empty line. */
void print_update(FILE *out, const struct style *s, const struct update *u);

/* One event without an article's particulars, for `netral classify`. */
void print_event(FILE *out, const struct style *s, const struct event *e);

/* Every field of an event that says something, one a line, under its kind and status. */
void print_fields(FILE *out, const struct style *s, const struct event *e);

/* "label" in a fixed column and a wrapped value; nothing when the value is empty. */
void print_field(FILE *out, const struct style *s, const char *label, const char *value,
		 size_t value_len);

/* Why an event was changed, in words; "" when that is not known. */
const char *print_cause(enum update_cause cause);

enum style_ink print_status_ink(enum event_status status);

/* Short forms, into `ret`, cut where they do not fit: "Kota Ambon, Maluku (81.71)", "2024-08-21",
 * "about 120". Empty when unknown. */
enum { PRINT_SHORT_SIZE = 160 };
void print_place(const struct event_place *p, char ret[static PRINT_SHORT_SIZE]);
void print_count(const struct event_count *c, char ret[static PRINT_SHORT_SIZE]);

/* Local time of the day for today's times, else date and time. */
void print_time(uint64_t real_us, char ret[static PRINT_SHORT_SIZE]);

#endif
