/* One commit a correction: people are slow, and each wants to know what became of it. */
#include "workers/record/operate.h"

#include "lib/clock.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "workers/record/publish.h"

#include <stdio.h>

static void refuse(struct router *r, const struct peer_id *peer, uint64_t request,
		   const struct store_refusal *refusal)
{
	struct msg_error e = {.request = request, .code = refusal->code, .reason = refusal->reason};
	router_reply_error(r, peer, &e);
}

/* Nothing was changed; the same may succeed later. */
static int fail(struct router *r, const struct peer_id *peer, uint64_t request, int err)
{
	char reason[200];
	snprintf(reason, sizeof(reason), "not done: %s", netral_strerror(err));
	const struct store_refusal busy = {CODE_BUSY, reason};
	r->recorder->counters.commit_failures++;
	log_error("%s: a correction was not recorded, error=\"%s\"", r->name, netral_strerror(err));
	refuse(r, peer, request, &busy);
	return store_usable_after(err) ? NETRAL_OK : err;
}

static int commit(struct recorder *r)
{
	int committed = store_commit(r->store);
	if (committed < 1)
		return committed;
	r->counters.commits++;
	publisher_send_batch(r->publisher);
	crash_point("record-after-publish");
	return NETRAL_OK;
}

/* Commits what the store did, or tells why it did nothing. 1 when it is to be answered; else what
 * the router is told. */
static int settle(struct router *r, const struct peer_id *peer, uint64_t request, int err,
		  const struct store_refusal *refusal)
{
	if (err == NETRAL_OK)
		err = commit(r->recorder);
	if (err < 0)
		return fail(r, peer, request, err);
	if (refusal->code) {
		refuse(r, peer, request, refusal);
		return NETRAL_OK;
	}
	return 1;
}

int operate_correct(struct router *r, const struct peer_id *peer, const struct msg_correct *m)
{
	struct recorder *recorder = r->recorder;
	struct store_corrected done;
	int err = store_correct(recorder->store, m, clock_real_us(), &done);
	int settled = settle(r, peer, m->request, err, &done.refusal);
	if (settled != 1)
		return settled;
	recorder->counters.corrections++;
	log_info("%s: corrected, event=%s by=\"%s\" updates=%u", r->name, done.id, m->by,
		 done.updates);
	const struct message reply = {
		.type = MSG_CORRECTED,
		.corrected = {.request = m->request, .id = done.id, .updates = done.updates}};
	router_reply(r, peer, &reply);
	return NETRAL_OK;
}

int operate_take_down(struct router *r, const struct peer_id *peer, const struct msg_take_down *m)
{
	struct recorder *recorder = r->recorder;
	struct store_taken_down done;
	int err = store_take_down(recorder->store, m, clock_real_us(), &done);
	int settled = settle(r, peer, m->request, err, &done.refusal);
	if (settled != 1)
		return settled;
	recorder->counters.takedowns += done.articles;
	log_info("%s: taken down, articles=%u by=\"%s\"", r->name, done.articles, m->by);
	const struct message reply = {.type = MSG_TAKEN_DOWN,
				      .taken_down = {.request = m->request,
						     .articles = done.articles,
						     .changed = done.changed,
						     .removed = done.removed,
						     .rewritten = done.rewritten,
						     .more = done.more}};
	router_reply(r, peer, &reply);
	return NETRAL_OK;
}

/* --- the history --- */

/* In the arena of the message that asked, which lives until the next one is read. */
static int reply_history(struct router *r, const struct peer_id *peer, uint64_t request,
			 const struct store_history *page)
{
	struct correction_entry *entries =
		arena_calloc(&r->arena, page->count + 1, sizeof(*entries));
	int err = entries ? NETRAL_OK : NETRAL_ENOMEM;
	for (size_t i = 0; err == NETRAL_OK && i < page->count; i++)
		err = codec_decode_entry(page->entries[i].ptr, page->entries[i].len, &r->arena,
					 &entries[i]);
	if (err < 0)
		return err;
	const struct message reply = {.type = MSG_CORRECTION_PAGE,
				      .correction_page = {.request = request,
							  .entries = entries,
							  .entry_count = page->count,
							  .next = page->next}};
	router_reply(r, peer, &reply);
	return NETRAL_OK;
}

static int answer_history(struct router *r, const struct peer_id *peer,
			  const struct msg_correction_list *m, struct store_history *page)
{
	int err = store_history(r->recorder->store, m, page);
	if (err < 0)
		return err;
	if (page->refusal.code) {
		refuse(r, peer, m->request, &page->refusal);
		return NETRAL_OK;
	}
	return reply_history(r, peer, m->request, page);
}

int operate_history(struct router *r, const struct peer_id *peer,
		    const struct msg_correction_list *m, struct store_history *page)
{
	struct store *store = r->recorder->store;
	int err = store_read_begin(store);
	if (err == NETRAL_OK) {
		err = answer_history(r, peer, m, page);
		store_read_end(store);
	}
	if (err == NETRAL_OK)
		return err;
	const struct store_refusal failed = {CODE_INTERNAL, netral_strerror(err)};
	refuse(r, peer, m->request, &failed);
	return err == NETRAL_ENOMEM || store_usable_after(err) ? NETRAL_OK : err;
}
