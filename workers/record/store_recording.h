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

/* --- store_members.c: rows of happenings and reports --- */

struct happening {
	struct report_id id;
	bool stored; /* it has a row */
	struct happening_row row;
	struct update last; /* what it shows; in the store's scratch arena */
};

/* The members that an update lists, in their order: the first, and the newest. */
struct members {
	struct report_id ids[CODEC_REPORTS_MAX];
	enum event_status statuses[CODEC_REPORTS_MAX];
	size_t count;
};

/* The happening of a report: its own unless it joined another. *ret_row is what is kept of a report
 * whose happening has, or had, more than one; 1 when there is such a row, 0, or an error. */
int store_get_report(struct store *s, MDB_txn *txn, const struct report_id *id,
		     struct report_row *ret_row);
/* 1 with the row of a happening that has, or had, more than one report; 0 when it is none. */
int store_get_happening(struct store *s, MDB_txn *txn, const struct report_id *id,
			struct happening_row *ret_row);

int store_put_happening(struct store *s, const struct happening *h);
/* `e` is the event that is kept with the row, or NULL. */
int store_put_report(struct store *s, const struct recording *rec, const struct report_id *id,
		     const struct report_row *row, const struct event *e);
/* Of the databases "happenings" and "reports". */
int store_drop_row(struct store *s, MDB_dbi db, const struct report_id *id);

int store_put_member(struct store *s, const struct report_id *happening,
		     const struct report_id *report, enum event_status status);
int store_drop_member(struct store *s, const struct report_id *happening,
		      const struct report_id *report);
int store_list_members(struct store *s, const struct happening *h, struct members *ret);
/* Fills a report for each; strings point into the store until something is put. */
int store_describe_members(struct store *s, const struct recording *rec, const struct members *m,
			   struct update_report *reports);
int store_find_ref(struct store *s, const struct recording *rec, uint64_t record,
		   struct article_ref *ret);

/* NULL: the article has no such event. */
const struct event_entry *store_find_entry(const struct article_record *a, uint32_t number);
/* The event of a report of another article than the one that is being recorded, and its article's
 * reference. */
int store_load_event(struct store *s, const struct report_id *id, struct arena *arena,
		     struct update *ret);
int store_event_facts(const struct update *u, struct arena *arena, struct story_facts *ret);

/* Puts a report that is shown again among the candidates; `shown` has its event. */
int store_put_face_candidate(struct store *s, const struct happening *h,
			     const struct report_id *face, const struct update *shown);
int store_drop_member_candidate(struct store *s, const struct recording *rec,
				const struct happening *h, const struct report_id *id);
/* After a report came, or the face changed: takes those out of the candidates that have just ceased
 * to be the first, the face or one of the newest, or that came too late to be. */
int store_leave_out(struct store *s, const struct recording *rec, const struct happening *h,
		    const struct members *m, const struct report_id *old_face,
		    const struct report *report);

/* --- store_coverage.c: the areas that articles are about --- */

/* NULL, or what is wrong with a result's areas. */
const char *store_check_areas(const struct result *r);
/* Counts a new article, or one that is classified again instead of as it was counted before. */
int store_count_new(struct store *s, const struct recording *rec);
int store_count_again(struct store *s, const struct recording *rec);
/* Before the commit: puts what the batch changed. */
int store_put_coverage(struct store *s);

/* --- store_happenings.c: what becomes of reports --- */

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
