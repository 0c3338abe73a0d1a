/* While intake is stopped the journal is asked again only every RECHECK_MS: finding out walks its
 * list of free pages, and whoever submits without pause would have it done for every article. */
#include "daemon/intake.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BATCH_ARTICLES = 1024,
	BATCH_BYTES = 6 << 20,
	RECHECK_MS = 100,
	/* After a failed commit the disk is left alone for a while. */
	RETRY_MS = 1000,
	REASONS_MAX_BYTES = 4 << 20,
};

struct intake {
	struct journal *journal;
	struct arena reasons;
	size_t batch_articles;
	size_t batch_bytes;
	uint64_t batch_duplicates;
	int batch_error; /* the batch is dead */
	bool stopped;
	bool stopped_in_batch;                /* what was accepted before it says nothing */
	bool commits_fail;                    /* only a commit can show that it is over */
	uint64_t recheck_ms;                  /* not before */
	size_t wanted_articles, wanted_bytes; /* what there was no room for */
	char problem[JOURNAL_REASON_SIZE];
	struct intake_counts counts;
};

int intake_new(struct journal *j, struct intake **ret_intake)
{
	struct intake *i = fault_calloc(1, sizeof(*i));
	if (!i)
		return NETRAL_ENOMEM;
	i->journal = j;
	arena_init(&i->reasons, REASONS_MAX_BYTES);
	*ret_intake = i;
	return NETRAL_OK;
}

void intake_free(struct intake *i)
{
	if (!i)
		return;
	arena_fini(&i->reasons);
	free(i);
}

/* --- stopping and resuming --- */

static void stop(struct intake *i, uint64_t recheck_ms)
{
	i->recheck_ms = recheck_ms;
	i->stopped_in_batch = true;
	if (i->stopped)
		return;
	i->stopped = true;
	i->counts.stops++;
	log_error("intake: stopped, articles are refused as BUSY, reason=\"%s\"", i->problem);
}

static void resume(struct intake *i)
{
	if (!i->stopped)
		return;
	i->stopped = false;
	log_info("intake: resumed");
}

bool intake_is_stopped(const struct intake *i, uint64_t now_ms)
{
	return i->stopped && now_ms < i->recheck_ms;
}

const char *intake_problem(const struct intake *i)
{
	return i->stopped ? i->problem : NULL;
}

static bool has_room(struct intake *i, size_t bytes, uint64_t now_ms)
{
	if (intake_is_stopped(i, now_ms))
		return false;
	size_t articles = i->batch_articles + 1;
	bytes += i->batch_bytes;
	if (journal_room(i->journal, articles, bytes, i->problem) == NETRAL_OK)
		return true;
	i->wanted_articles = articles;
	i->wanted_bytes = bytes;
	stop(i, now_ms + RECHECK_MS);
	return false;
}

/* --- articles --- */

static void refuse(struct intake *i, struct submit_status *ret, enum submit_outcome outcome,
		   const char *reason)
{
	const char *copy = arena_strdup(&i->reasons, reason);
	*ret = (struct submit_status){.outcome = outcome, .reason = copy ? copy : ""};
	if (outcome == SUBMIT_BUSY)
		i->counts.busy++;
	else
		i->counts.refused++;
}

static size_t size_of(const struct article *a)
{
	return a->text.len + a->title.len + a->url.len + a->published.len + a->source.len;
}

static void append(struct intake *i, const struct article *a, size_t bytes,
		   struct submit_status *ret)
{
	int r = journal_append(i->journal, a);
	if (r < 0) {
		i->batch_error = r;
		refuse(i, ret, SUBMIT_BUSY, netral_strerror(r));
		return;
	}
	*ret = (struct submit_status){.outcome = SUBMIT_DUPLICATE, .id = a->id, .reason = ""};
	if (r == JOURNAL_KNOWN) {
		i->batch_duplicates++;
		return;
	}
	ret->outcome = SUBMIT_ACCEPTED;
	i->batch_articles++;
	i->batch_bytes += bytes;
}

void intake_add(struct intake *i, struct article *a, const char *source, uint64_t now_ms,
		struct submit_status *ret_status)
{
	char reason[ARTICLE_REASON_SIZE];
	if (a->source.len == 0)
		a->source = (struct text){source, strlen(source)};
	if (article_check(a, reason) < 0) {
		refuse(i, ret_status, SUBMIT_REFUSED, reason);
		return;
	}
	a->accepted_us = clock_real_us();
	size_t bytes = size_of(a);
	if (i->batch_error < 0)
		refuse(i, ret_status, SUBMIT_BUSY, netral_strerror(i->batch_error));
	else if (!has_room(i, bytes, now_ms))
		refuse(i, ret_status, SUBMIT_BUSY, i->problem);
	else
		append(i, a, bytes, ret_status);
}

void intake_count_refused(struct intake *i)
{
	i->counts.refused++;
}

bool intake_is_full(const struct intake *i)
{
	return i->batch_articles >= BATCH_ARTICLES || i->batch_bytes >= BATCH_BYTES ||
	       i->batch_error < 0;
}

bool intake_has_batch(const struct intake *i)
{
	return i->batch_articles > 0 || i->batch_error < 0;
}

int intake_error(const struct intake *i)
{
	return i->batch_error;
}

/* --- the end of a batch --- */

void intake_committed(struct intake *i)
{
	if (i->commits_fail || (i->batch_articles > 0 && !i->stopped_in_batch))
		resume(i);
	i->commits_fail = false;
}

void intake_failed(struct intake *i, const char *why, uint64_t now_ms)
{
	i->counts.busy += i->batch_articles + i->batch_duplicates;
	i->batch_duplicates = 0;
	snprintf(i->problem, sizeof(i->problem), "journal: commit failed: %s", why);
	i->commits_fail = true;
	stop(i, now_ms + RETRY_MS);
}

void intake_recheck(struct intake *i, uint64_t now_ms)
{
	if (!i->stopped || i->commits_fail || intake_is_stopped(i, now_ms))
		return;
	if (journal_room(i->journal, i->wanted_articles, i->wanted_bytes, i->problem) == NETRAL_OK)
		resume(i);
}

void intake_next_batch(struct intake *i)
{
	i->counts.duplicate += i->batch_duplicates;
	i->batch_articles = i->batch_bytes = 0;
	i->batch_duplicates = 0;
	i->batch_error = NETRAL_OK;
	i->stopped_in_batch = false;
	arena_reset(&i->reasons);
}

struct intake_counts intake_counts(const struct intake *i)
{
	return i->counts;
}
