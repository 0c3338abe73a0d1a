/* mask.h - names of people who are accused, hidden in what is passed on.
 *
 * In a VIOLATION a name is hidden unless the policy shows it: the person handles the case (the
 * head of a Bawaslu, say), or holds a public office of the policy's rank or above. The initials
 * stay, so that two people of one event can be told apart. Sessions and pledges name those who
 * act in office, and are left as they are.
 *
 * What is known of people is what the event lists: a name that the classifier did not recognise
 * cannot be hidden. Initials that the article prints instead of a name stay as they are. Where in
 * doubt a name is hidden: an office that is not listed has no rank.
 *
 * Pure; any thread, one arena a thread. */
#ifndef NETRAL_LIB_MASK_H
#define NETRAL_LIB_MASK_H

#include "lib/arena.h"
#include "lib/article.h"
#include "lib/event.h"

#include <stdbool.h>

/* X(name as operators and data/public_offices.tsv write it, enumerator), the lowest first. */
#define MASK_RANKS(X)                                                                              \
	X("village", MASK_VILLAGE)                                                                 \
	X("district", MASK_DISTRICT)                                                               \
	X("regency", MASK_REGENCY)                                                                 \
	X("province", MASK_PROVINCE)                                                               \
	X("national", MASK_NATIONAL)

/* What a phrase in a role tells. */
enum mask_kind {
	MASK_NONE = 0,
#define X(name, enumerator) enumerator,
	MASK_RANKS(X)
#undef X
		MASK_ACTING, /* stands before an office: Pj, Plt */
	MASK_SPEAKER,        /* begins the role of one who speaks for a body: Ketua, Anggota */
	MASK_BODY,           /* a body that handles cases: Bawaslu, BKN */
};

struct mask_office {
	const char *form;
	enum mask_kind kind;
};

struct mask_policy {
	bool full;           /* nothing is hidden */
	enum mask_kind from; /* the lowest rank whose names are shown; MASK_NONE: none are */
	const struct mask_office *offices;
	size_t office_count;
};

/* "mask", "full", or the rank from which names are shown. 0 or NETRAL_EINVALID; the offices are
 * left as they are. */
int mask_policy_parse(const char *name, struct mask_policy *policy);

/* The kind that a table calls `name` (a rank, "acting", "speaker", "body"), or MASK_NONE. */
enum mask_kind mask_kind_parse(const char *name);

bool mask_hides(const struct mask_policy *p, const struct event *e, const struct event_person *who);

/* Copies *e with the hidden names as initials in people, the sentence and the evidence, whose
 * offsets go on to count in the stored text. What needs no change is borrowed from *e. 0 or
 * NETRAL_ENOMEM. */
int mask_event(const struct mask_policy *p, const struct event *e, struct arena *arena,
	       struct event *ret_event);

/* The same for a text about the event, such as the title of its article: whole names, and single
 * words of them with a capital letter. */
int mask_text(const struct mask_policy *p, const struct event *e, struct arena *arena,
	      const struct text *text, struct text *ret_text);

#endif
