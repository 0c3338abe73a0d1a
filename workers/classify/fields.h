/* fields.h - fills an event from the sentences of a finding. */
#ifndef NETRAL_WORKERS_CLASSIFY_FIELDS_H
#define NETRAL_WORKERS_CLASSIFY_FIELDS_H

#include "workers/classify/date_choice.h"
#include "workers/classify/kinds.h"
#include "workers/classify/person.h"

/* An event that is being filled, with room for its lists; all memory is of d->out. */
struct draft {
	const struct doc *d;
	const struct finding *finding;
	const struct findings *all; /* of the article */
	struct event *event;
	struct date_options dates;       /* those that were weighed */
	int dated;                       /* the mention that was chosen, or -1 */
	struct event_evidence *evidence; /* room for EVENT_EVIDENCE_MAX */
	struct count_mention counted;    /* where the event's count was read, if it has one */
	bool no_memory;                  /* sticky */
	const struct share *share;       /* NULL: the article tells no other event */
	uint32_t bit;                    /* this event in the share's masks */
	const struct persons *persons;   /* of the article; NULL: not read yet */
};

/* Which of an article's events its sentences speak of, as bits. */
struct share {
	uint32_t *owners; /* by sentence */
	uint32_t sessions, pledges, cases;
};

/* Everyone named in the article, read once; NULL without memory, noted by the sticky flag. */
const struct persons *draft_persons(struct draft *t);

/* Whether the sentence with this index speaks of the event, see share.c. */
bool draft_owns(const struct draft *t, uint32_t sentence);

/* Whether the event is the one for which the sentence cites a rule. */
bool draft_cites(const struct draft *t, uint32_t sentence);

/* Notes that `field` was read from start..end of the plain text; the title leaves no evidence. */
void draft_evidence(struct draft *t, const char *field, uint32_t start, uint32_t end);
void draft_evidence_hit(struct draft *t, const char *field, const struct hit *h);

/* A copy of start..end of the plain text; "" and the sticky flag without memory. */
const char *draft_text(struct draft *t, uint32_t start, uint32_t end);

/* Whether no other case or total is told of; the headline is on it then. */
bool draft_is_only_case(const struct draft *t);

void fields_place(struct draft *t);
void fields_date(struct draft *t);
void fields_count(struct draft *t);
void fields_subjects(struct draft *t);
void fields_conduct(struct draft *t);
void fields_sanctions(struct draft *t);
void fields_election(struct draft *t);
void fields_legal(struct draft *t);        /* legal.c */
void fields_institutions(struct draft *t); /* agency.c */
void fields_people(struct draft *t);       /* people.c */

#endif
