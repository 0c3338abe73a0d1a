/* correction.h - what people said of an event, laid over what was read. docs/corrections.md.
 *
 * Pure; any thread, one arena a thread. Errors: NETRAL_ENOMEM. */
#ifndef NETRAL_WORKERS_RECORD_CORRECTION_H
#define NETRAL_WORKERS_RECORD_CORRECTION_H

#include "proto/codec.h"

/* Puts what is said in place of what the update shows. Evidence and sureness of those fields go,
 * because they speak of what was read; with names that are removed or masked, those in the
 * sentence, the other evidence and the titles become initials. The rest is left, or borrowed. */
int correction_lay(const struct override *said, struct update *u, struct arena *arena);

/* Why this cannot be said of an event of this kind: a sentence for its author, or NULL. */
const char *correction_refusal(const struct override *said, enum event_kind kind);

/* Takes over the values of `fields` from `from`; the others stay. */
void correction_merge(struct override *to, const struct override *from, uint32_t fields);

/* A field's value as the history tells it: "FOUND", "81.71 Kota Ambon", "-" for none. Of people it
 * tells how many are named, never who. */
int correction_describe(const struct event *e, enum correction_field field, struct arena *arena,
			const char **ret_text);

#endif
