/* Two connections to netral-record: pages come from the replay socket, results go to the results
 * socket like those of a worker. A result says which classifier's events it replaces, so one that
 * is sent again, because its answer was lost, changes nothing, and neither does one that comes
 * after somebody else's.
 *
 * The page under work stays in its connection's memory until the next page is asked for. */
#include "client/reclassifier.h"

#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/story/sketch.h"
#include "libnetral/runtime.h"
#include "workers/classify/areas.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <zstd.h>

enum {
	ASK_MS = 2000, /* then the question is asked again */
	PAUSE_MS = 200,
	/* What one article may need beside its events: its text. A Record is sent as soon as the
	 * arena holds RECORD_BYTES. */
	ARENA_LIMIT = 64 << 20,
	RECORD_BYTES = 2 << 20,
};

struct reclassifier {
	struct reclassifier_options o;
	struct classifier_version version;
	struct connection *archive, *results;
	const struct connection *failed; /* that the last error is of */
	const char *error;               /* or what is wrong with an answer, or NULL */
	ZSTD_DCtx *zstd;
	struct arena arena; /* texts and events of one Record */
	bool has_epoch;
	struct epoch epoch;
	uint64_t through, head;
	char reason[ARTICLE_REASON_SIZE];
	/* the Record that is being filled */
	struct result batch[CODEC_RESULTS_MAX];
	const struct archived_article *articles[CODEC_RESULTS_MAX]; /* of each result */
	size_t batch_count;
};

/* --- asking --- */

static bool any_busy(const struct message *m)
{
	for (size_t i = 0; m->type == MSG_RECORDED && i < m->recorded.status_count; i++) {
		if (m->recorded.statuses[i].outcome == RECORD_BUSY)
			return true;
	}
	return false;
}

/* Asks again and again, for wait_ms, while netral-record is silent or has no room. */
static int ask(struct reclassifier *r, struct connection *c, struct message *question,
	       enum msg_type want, struct message *ret_answer)
{
	uint64_t deadline = clock_ms() + r->o.wait_ms;
	r->failed = c;
	for (;;) {
		*ret_answer = (struct message){.type = MSG_NONE};
		int err = connection_ask_within(c, question, want, ASK_MS, ret_answer);
		if (err == NETRAL_OK && any_busy(ret_answer))
			err = NETRAL_EAGAIN;
		if ((err != NETRAL_EAGAIN && err != NETRAL_ETIMEOUT) || clock_ms() >= deadline)
			return err;
		if (err == NETRAL_EAGAIN)
			connection_wait(c, -1, PAUSE_MS);
	}
}

/* --- one Record --- */

static void tell(struct reclassifier *r, const struct archived_article *a,
		 const struct record_status *status)
{
	struct reclassified what = {.article = a, .status = *status};
	r->o.fn(r->o.user, &what);
}

static void tell_refused(struct reclassifier *r, const struct archived_article *a,
			 const char *reason)
{
	struct record_status status = {.outcome = RECORD_REFUSED, .reason = reason};
	tell(r, a, &status);
}

/* NETRAL_ETOOBIG: not in one frame. */
static int send_some(struct reclassifier *r, size_t from, size_t count)
{
	struct message answer, m = {.type = MSG_RECORD,
				    .record = {.results = r->batch + from, .result_count = count}};
	crash_point("reclassify-before-record");
	int err = ask(r, r->results, &m, MSG_RECORDED, &answer);
	if (err < 0)
		return err;
	crash_point("reclassify-after-record");
	if (answer.recorded.status_count != count) {
		r->error = "netral-record did not answer for each result";
		return NETRAL_EMALFORMED;
	}
	for (size_t i = 0; i < count; i++)
		tell(r, r->articles[from + i], &answer.recorded.statuses[i]);
	return NETRAL_OK;
}

/* In halves where a frame does not hold them all. */
static int send_all(struct reclassifier *r, size_t from, size_t count)
{
	int err = count > 0 ? send_some(r, from, count) : NETRAL_OK;
	if (err != NETRAL_ETOOBIG)
		return err;
	if (count == 1) {
		tell_refused(r, r->articles[from], netral_strerror(err));
		return NETRAL_OK;
	}
	err = send_all(r, from, count / 2);
	return err < 0 ? err : send_all(r, from + count / 2, count - count / 2);
}

static int send_batch(struct reclassifier *r)
{
	int err = send_all(r, 0, r->batch_count);
	r->batch_count = 0;
	arena_reset(&r->arena);
	return err;
}

/* --- one article --- */

/* Ids of articles that were stored first by an older version do not cover the URL. */
static bool has_id(const struct article *a, const struct article_id *id)
{
	struct article_id older =
		article_id_of(a->title.ptr, a->title.len, a->text.ptr, a->text.len);
	return article_id_equal(&a->id, id) || article_id_equal(&older, id);
}

/* NULL, or what is wrong with what is stored. */
static const char *unpack(struct reclassifier *r, const struct archived_article *from,
			  struct article *ret)
{
	char *text = arena_alloc(&r->arena, (size_t)from->text_size + 1);
	if (!text)
		return netral_strerror(NETRAL_ENOMEM);
	size_t n = ZSTD_decompressDCtx(r->zstd, text, from->text_size, from->text_zstd.ptr,
				       from->text_zstd.len);
	if (n != from->text_size)
		return "text: what was stored is damaged";
	text[n] = '\0';
	*ret = (struct article){.url = from->url,
				.title = from->title,
				.text = {text, n},
				.published = from->published,
				.source = {"", 0}};
	if (article_check(ret, r->reason) < 0)
		return r->reason;
	return has_id(ret, &from->id) ? NULL : "text: not that of the article's id";
}

/* The store needs it where an article has its first events now. */
static int sketch_text(struct reclassifier *r, const struct text *text, struct bytes *ret)
{
	struct story_sketch *sketch = arena_alloc(&r->arena, sizeof(*sketch));
	if (!sketch)
		return NETRAL_ENOMEM;
	story_sketch(text->ptr, text->len, sketch);
	*ret = (struct bytes){(const uint8_t *)sketch->value, SKETCH_BYTES};
	return NETRAL_OK;
}

/* Adds its result to the batch, or tells that it was refused. */
static void classify_one(struct reclassifier *r, const struct archived_article *from)
{
	struct article a = {.accepted_us = 0};
	struct result *res = &r->batch[r->batch_count];
	const char *wrong = unpack(r, from, &a);
	if (wrong) {
		tell_refused(r, from, wrong);
		return;
	}
	*res = (struct result){.article_id = from->id,
			       .text_size = from->text_size,
			       .classifier = r->version,
			       .has_replaces = true,
			       .replaces = from->classifier};
	int err = classify(r->o.classifier, r->o.scratch, &a, &r->arena, &res->events,
			   &res->event_count);
	if (err == NETRAL_OK)
		err = classify_areas(r->o.classifier, r->o.scratch, &a, res->events,
				     res->event_count, &r->arena, &res->areas, &res->area_count);
	res->has_areas = err == NETRAL_OK;
	if (err == NETRAL_OK && res->event_count > 0)
		err = sketch_text(r, &a.text, &res->sketch);
	if (err < 0) {
		tell_refused(r, from, netral_strerror(err));
		return;
	}
	r->articles[r->batch_count++] = from;
}

static int classify_page(struct reclassifier *r, const struct msg_archive_page *page)
{
	int err = NETRAL_OK;
	for (size_t i = 0; err == NETRAL_OK && i < page->article_count; i++) {
		classify_one(r, &page->articles[i]);
		if (r->arena.used > RECORD_BYTES)
			err = send_batch(r);
	}
	return err == NETRAL_OK ? send_batch(r) : err;
}

/* --- pages --- */

int reclassifier_step(struct reclassifier *r)
{
	struct message answer, m = {.type = MSG_ARCHIVE,
				    .archive = {.has_epoch = r->has_epoch,
						.epoch = r->epoch,
						.from = r->through + 1,
						.current = r->version}};
	int err = ask(r, r->archive, &m, MSG_ARCHIVE_PAGE, &answer);
	if (err < 0)
		return err;
	const struct msg_archive_page *page = &answer.archive_page;
	r->has_epoch = true;
	r->epoch = page->epoch;
	err = classify_page(r, page);
	if (err < 0)
		return err;
	bool more = page->through < page->head && page->through > r->through;
	r->through = page->through;
	r->head = page->head;
	return more;
}

uint64_t reclassifier_through(const struct reclassifier *r)
{
	return r->through;
}

uint64_t reclassifier_head(const struct reclassifier *r)
{
	return r->head;
}

const char *reclassifier_error(const struct reclassifier *r)
{
	if (r && r->error)
		return r->error;
	return connection_error(r ? r->failed : NULL);
}

int reclassifier_exit_code(const struct reclassifier *r)
{
	if (r && r->error)
		return EX_PROTOCOL;
	return connection_exit_code(r ? r->failed : NULL);
}

/* --- life --- */

static int connect_to(struct reclassifier *r, const char *name, struct connection **ret)
{
	int err = connection_open(r->o.runtime_dir, name, ret);
	r->failed = *ret;
	return err;
}

static int set_up(struct reclassifier *r)
{
	r->version.revision = CLASSIFIER_REVISION;
	classifier_data_hash(r->o.classifier, r->version.data_hash);
	r->zstd = ZSTD_createDCtx();
	if (!r->zstd)
		return NETRAL_ENOMEM;
	int err = connect_to(r, RUNTIME_REPLAY, &r->archive);
	if (err == NETRAL_OK)
		err = connect_to(r, RUNTIME_RESULTS, &r->results);
	return err;
}

int reclassifier_new(const struct reclassifier_options *o, struct reclassifier **ret_reclassifier)
{
	struct reclassifier *r = calloc(1, sizeof(*r));
	*ret_reclassifier = r;
	if (!r)
		return NETRAL_ENOMEM;
	r->o = *o;
	arena_init(&r->arena, ARENA_LIMIT);
	return set_up(r);
}

void reclassifier_free(struct reclassifier *r)
{
	if (!r)
		return;
	connection_close(r->archive);
	connection_close(r->results);
	ZSTD_freeDCtx(r->zstd);
	arena_fini(&r->arena);
	free(r);
}
