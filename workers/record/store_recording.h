/* store_recording.h - one result on its way into the batch: shared by the files of the store that
 * put it there. All of them return 0 or an error of the store, after which the batch is given up;
 * what they read of it they read through the batch, so that the results of one turn see one
 * another. */
#ifndef NETRAL_WORKERS_RECORD_STORE_RECORDING_H
#define NETRAL_WORKERS_RECORD_STORE_RECORDING_H

#include "workers/record/change.h"
#include "workers/record/happening.h"
#include "workers/record/store_internal.h"

/* A classification of an article as it is put into the batch. */
struct recording {
	const struct result *result;
	uint64_t now_us;
	uint64_t record;
	struct article_record article;    /* as it will be */
	const struct article_record *old; /* as it was; NULL for a new one */
	const char *published;            /* the article's, ended with a NUL */
	struct story_sketch sketch;       /* empty: not known */
	struct record_status *status;     /* counts its updates */
};

/* An event of that article. */
struct report {
	struct report_id id;
	const struct event *event; /* its id is that of the report */
	struct story_facts facts;
};

/* --- store_log.c: the update log --- */

enum { EVENT_ID_SIZE = ARTICLE_ID_HEX + 1 + 10 + 1 };

struct article_ref store_article_ref(const struct article_record *a);

/* Gives the update the next number in the log; the batch decides its epoch, numbers and times. */
int store_log(struct store *s, const struct recording *rec, const struct update *draft);

int store_load_update(struct store *s, uint64_t seq, struct arena *arena, struct update *ret);

/* Is `e`, whatever its id, the event of this update? */
int store_same_event(struct store *s, const struct update *u, const struct event *e,
		     bool *ret_same);

/* --- store_candidates.c: what a new report is compared with --- */

/* A new event and the happening that it joins. */
struct join {
	bool joins;
	struct report_id happening;
};

/* Fills `joins`, one a report, with the best pairs of the new reports and the happenings around
 * them. Happenings that the article reports or reported before (`own`) are left out. */
int store_find_joins(struct store *s, const struct recording *rec, const struct report *reports,
		     size_t count, const struct report_id *own, size_t own_count,
		     struct join *joins);

/* Puts a report among the candidates, with its article's sketch; nothing where joining is off. */
int store_put_candidate(struct store *s, const struct article_record *a,
			const struct report_id *report, const struct report_id *happening,
			const struct story_facts *facts, const struct story_sketch *sketch);
/* Takes it out, if it is there. `area` and `kind` are those of its entry in `a`. */
int store_drop_candidate(struct store *s, const struct article_record *a, int kind,
			 const char *area, const struct report_id *report);
/* 1 with the row, 0 when it is none. */
int store_get_candidate(struct store *s, const struct article_record *a, int kind, const char *area,
			const struct report_id *report, struct candidate_row *ret);

/* The last entry before `key`, or the last of all: a code of LMDB. */
int store_seek_before(MDB_cursor *c, const uint8_t *key, size_t len, MDB_val *k, MDB_val *v);

/* --- store_happenings.c: reports and what they share --- */

/* The happening of a report: its own unless it joined another. *ret_row is what is kept of a report
 * whose happening has, or had, more than one; 1 when there is such a row, 0, or an error. */
int store_get_report(struct store *s, MDB_txn *txn, const struct report_id *id,
		     struct report_row *ret_row);
/* 1 with the row of a happening that has, or had, more than one report; 0 when it is none. */
int store_get_happening(struct store *s, MDB_txn *txn, const struct report_id *id,
			struct happening_row *ret_row);

/* Each puts what it has to into the batch and sets *ret_seq to what the article's record keeps: the
 * update with the report's event, or 0 where the event is kept with the report's row. */
int store_found(struct store *s, struct recording *rec, const struct report *report,
		uint64_t *ret_seq);
int store_join(struct store *s, struct recording *rec, const struct report *report,
	       const struct report_id *happening, uint64_t *ret_seq);
int store_read_anew(struct store *s, struct recording *rec, const struct report *report,
		    const struct event_entry *old, uint64_t *ret_seq);
/* A report that its article no longer has. */
int store_withdraw(struct store *s, struct recording *rec, const struct event_entry *old);

#endif
