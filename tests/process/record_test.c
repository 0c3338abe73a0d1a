/* What netral-record says and answers. */
#include "tests/process/recorder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zmq.h>

#include <cmocka.h>

/* --- live --- */

static void a_result_is_recorded_and_published(void **state)
{
	(void)state;
	struct bench b;
	struct peer heads, updates;
	bench_begin(&b, "head_ms=60s", NULL); /* what comes, comes because of what happens here */
	peer_subscribe(&updates, b.transport, rig_endpoint(&b.rig, "updates"), "event.session.81");
	peer_subscribe(&heads, b.transport, rig_endpoint(&b.rig, "updates"), "head");
	const struct msg_head *h = &peer_receive_topic(&heads, "head", MSG_HEAD)->head;
	assert_int_equal(h->seq, 0);
	assert_int_equal(bench_counter(&b, "netral_subscribers"), 1);
	/* The subscription of `updates` was sent before that of `heads`, on another connection:
	   only an update tells that it is there. */
	unsigned n = 0;
	do {
		struct result r = bench_result(&b, n++, "81.71");
		assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	} while (!peer_has_message(&updates, 100));
	struct result other = bench_result(&b, n++, "53.71");
	bench_record(&b, &other, 1);
	struct result last = bench_result(&b, n++, "81.71");
	bench_record(&b, &last, 1);

	uint64_t before = 0;
	const struct update *u;
	do { /* those that came, up to the last, name one another */
		u = &peer_receive_topic(&updates, "event.session.81.71", MSG_UPDATE)->update;
		assert_true(before == 0 || u->prev_in_topic == before);
		before = u->seq;
	} while (u->seq < n);
	assert_true(article_id_equal(&u->article.id, &last.article_id));
	assert_int_equal(u->prev_in_topic, n - 2);

	struct peer second;
	peer_subscribe(&second, b.transport, rig_endpoint(&b.rig, "updates"), "head");
	h = &peer_receive_topic(&second, "head", MSG_HEAD)->head;
	assert_int_equal(h->seq, n);
	assert_int_equal(h->prev, 0);
	assert_false(h->unknown);
	assert_int_equal(h->changed_count, 2);
	for (size_t i = 0; i < h->changed_count; i++) {
		bool ambon = strcmp(h->changed[i].topic, "event.session.81.71") == 0;
		assert_int_equal(h->changed[i].seq, ambon ? n : n - 1);
	}
	peer_close(&second);
	peer_close(&heads);
	peer_close(&updates);
	rig_stop(b.record);
	bench_end(&b);
}

/* A worker with much credit and small Records: whatever piles up, each is answered. */
static void every_record_of_a_burst_is_answered(void **state)
{
	(void)state;
	enum { BURST = 900 };
	struct bench b;
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 1, "81.71"); /* the connection stands */
	rig_signal(b.record, SIGSTOP);
	for (unsigned n = 1; n <= BURST; n++) {
		struct result r = bench_result(&b, n, "81.71");
		struct message m = {.type = MSG_RECORD,
				    .record = {.request = n, .results = &r, .result_count = 1}};
		peer_send(&b.worker, &m);
	}
	rig_signal(b.record, SIGCONT);
	for (unsigned n = 1; n <= BURST; n++) {
		const struct msg_recorded *r = &peer_receive(&b.worker, MSG_RECORDED)->recorded;
		assert_int_equal(r->request, n);
		assert_int_equal(r->statuses[0].outcome, RECORD_RECORDED);
	}
	assert_true(bench_counter(&b, "netral_commits_total") < BURST); /* they share commits */
	assert_int_equal(bench_counter(&b, "netral_replies_dropped_total"), 0);
	bench_end(&b);
}

static void the_first_head_after_a_start_admits_what_it_does_not_know(void **state)
{
	(void)state;
	struct bench b;
	struct peer heads;
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 5, "81.71");
	rig_stop(b.record);
	b.record = bench_start(&b, NULL, NULL);
	peer_subscribe(&heads, b.transport, rig_endpoint(&b.rig, "updates"), "head");
	const struct msg_head *h = &peer_receive_topic(&heads, "head", MSG_HEAD)->head;
	assert_int_equal(h->seq, 5);
	/* The first one is unknown; this may be the second, which says that nothing changed. */
	assert_true(h->unknown || (h->prev == 5 && h->changed_count == 0));
	peer_close(&heads);
	bench_end(&b);
}

/* --- replay, query, show --- */

static void replay_yields_everything_in_pages(void **state)
{
	(void)state;
	struct bench b;
	const char *areas[] = {"53"};
	struct filter all = {0}, kupang = {.areas = areas, .area_count = 1};
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 1500, "81.71");
	bench_record_range(&b, 1500, 1510, "53.71");
	uint64_t next = 1, pages = 0;
	const struct msg_replay_page *page;
	do {
		page = bench_replay(&b, next, all, 0);
		pages++;
		assert_int_equal(page->head, 1510);
		for (size_t i = 0; i < page->update_count; i++)
			assert_int_equal(page->updates[i].seq, next++);
		assert_int_equal(page->through, next - 1);
	} while (page->through < page->head);
	assert_int_equal(next, 1511);
	assert_true(pages > 1);
	assert_int_equal(bench_counter(&b, "netral_replay_requests_total"), pages);

	page = bench_replay(&b, 1, kupang, 0);
	assert_int_equal(page->update_count, 10);
	assert_int_equal(page->through, page->head);
	page = bench_replay(&b, 1, kupang, 3);
	assert_int_equal(page->update_count, 3);
	assert_int_equal(page->through, 1503);
	page = bench_replay(&b, 1511, all, 0);
	assert_int_equal(page->update_count, 0);
	assert_int_equal(page->through, 1510);
	bench_end(&b);
}

static void another_epoch_and_the_future_are_refused(void **state)
{
	(void)state;
	struct bench b;
	struct filter all = {0};
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 3, "81.71");
	struct epoch epoch = bench_replay(&b, 1, all, 0)->epoch;
	struct message m = {.type = MSG_REPLAY,
			    .replay = {.from = 1, .has_epoch = true, .epoch = epoch}};
	bench_ask(&b, &m, &m.replay.request, MSG_REPLAY_PAGE);

	m.replay.epoch.bytes[0] ^= 1;
	const struct msg_error *e = &bench_ask(&b, &m, &m.replay.request, MSG_ERROR)->error;
	assert_int_equal(e->code, CODE_EPOCH);
	assert_int_equal(e->request, b.request);
	assert_int_equal(e->head, 3);
	assert_memory_equal(&e->epoch, &epoch, sizeof(epoch));

	m.replay.epoch = epoch;
	m.replay.from = 5;
	e = &bench_ask(&b, &m, &m.replay.request, MSG_ERROR)->error;
	assert_int_equal(e->code, CODE_FUTURE);
	assert_int_equal(e->head, 3);
	bench_end(&b);
}

/* docs/protocol.md, Classifying again, step by step. */
static void the_archive_is_read_and_replaced(void **state)
{
	(void)state;
	struct bench b;
	struct message m = {.type = MSG_ARCHIVE,
			    .archive = {.from = 1, .current = {1, "changed"}, .limit = 2}};
	bench_begin(&b, NULL, NULL);
	bench_record_range(&b, 0, 5, "81.71");
	const struct msg_archive_page *page =
		&bench_ask(&b, &m, &m.archive.request, MSG_ARCHIVE_PAGE)->archive_page;
	assert_int_equal(page->request, b.request);
	assert_int_equal(page->article_count, 2);
	assert_int_equal(page->through, 2);
	assert_int_equal(page->head, 5);
	assert_string_equal(page->articles[1].title.ptr, "Title 1");
	struct result r = {.article_id = page->articles[1].id,
			   .text_size = page->articles[1].text_size,
			   .classifier = m.archive.current,
			   .has_replaces = true,
			   .replaces = page->articles[1].classifier};
	m.archive.has_epoch = true;
	m.archive.epoch = page->epoch;

	const struct record_status *s = bench_record(&b, &r, 1)->statuses;
	assert_int_equal(s->outcome, RECORD_RECORDED);
	assert_int_equal(s->added + s->changed, 0);
	assert_int_equal(s->removed, 1);
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_UNCHANGED);

	m.archive.limit = 0;
	page = &bench_ask(&b, &m, &m.archive.request, MSG_ARCHIVE_PAGE)->archive_page;
	assert_int_equal(page->article_count, 4);
	assert_int_equal(page->through, page->head);
	assert_int_equal(bench_counter(&b, "netral_archive_requests_total"), 2);
	m.archive.from = 7;
	const struct msg_error *e = &bench_ask(&b, &m, &m.archive.request, MSG_ERROR)->error;
	assert_int_equal(e->code, CODE_FUTURE);
	assert_int_equal(e->head, 5);
	m.archive.epoch.bytes[0] ^= 1;
	e = &bench_ask(&b, &m, &m.archive.request, MSG_ERROR)->error;
	assert_int_equal(e->code, CODE_EPOCH);
	bench_end(&b);
}

static void an_article_is_shown_with_its_text(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct result r = bench_result(&b, 7, "81.71");
	bench_record(&b, &r, 1);
	struct message m = {.type = MSG_SHOW, .show = {.id = r.events[0].id}};
	const struct msg_shown *s = &bench_ask(&b, &m, &m.show.request, MSG_SHOWN)->shown;
	assert_string_equal(s->text.ptr, "Text of article 7, about 81.71.");
	assert_int_equal(s->update_count, 1);
	assert_int_equal(s->classifier.revision, 1);
	m.show.id = "00000000";
	assert_int_equal(bench_ask(&b, &m, &m.show.request, MSG_ERROR)->error.code, CODE_NOT_FOUND);

	struct message q = {.type = MSG_QUERY, .query = {.since = "2024-08-21", .until = ""}};
	const struct msg_query_page *page =
		&bench_ask(&b, &q, &q.query.request, MSG_QUERY_PAGE)->query_page;
	assert_int_equal(page->update_count, 1);
	assert_int_equal(page->next, 0);
	q.query.since = "2024-08-22";
	page = &bench_ask(&b, &q, &q.query.request, MSG_QUERY_PAGE)->query_page;
	assert_int_equal(page->update_count, 0);
	bench_end(&b);
}

/* A frame that looks right from outside, so that it is recorded, and is not. */
static void a_damaged_text_is_said_when_it_is_shown(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct result r = bench_result(&b, 7, "81.71");
	/* A raw block of 40 bytes; what is behind its header is not UTF-8. */
	uint8_t frame[] = {0x28, 0xB5, 0x2F, 0xFD, 0x20, 4, 0x21, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
	r.text_zstd = (struct bytes){frame, sizeof(frame)};
	r.text_size = 4;
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	struct message m = {.type = MSG_SHOW, .show = {.id = r.events[0].id}};
	assert_int_equal(bench_ask(&b, &m, &m.show.request, MSG_ERROR)->error.code, CODE_INTERNAL);
	bench_end(&b);
}

/* --- what is wrong --- */

static void garbage_costs_its_sender_an_error(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct peer *const peers[] = {&b.worker, &b.replay, &b.control};
	struct message wrong = {.type = MSG_PING};
	uint8_t noise[300];
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * 151 + 7);
	for (size_t i = 0; i < 3; i++) {
		peer_send_bytes(peers[i], noise, sizeof(noise));
		assert_int_equal(peer_receive(peers[i], MSG_ERROR)->error.code, CODE_MALFORMED);
		peer_send_bytes(peers[i], "", 0);
		assert_int_equal(peer_receive(peers[i], MSG_ERROR)->error.code, CODE_MALFORMED);
		peer_send_bytes(peers[i], "\x08\x02", 2);
		assert_int_equal(peer_receive(peers[i], MSG_ERROR)->error.code, CODE_VERSION);
		peer_send(peers[i], &wrong);
		assert_int_equal(peer_receive(peers[i], MSG_ERROR)->error.code, CODE_WRONG_TYPE);
		zmq_send(peers[i]->socket, "a", 1, ZMQ_SNDMORE);
		zmq_send(peers[i]->socket, "b", 1, 0);
		assert_int_equal(peer_receive(peers[i], MSG_ERROR)->error.code, CODE_MALFORMED);
	}
	assert_int_equal(bench_counter(&b, "netral_protocol_errors_total"), 15);
	struct result r = bench_result(&b, 1, "81.71");
	assert_int_equal(bench_record(&b, &r, 1)->statuses[0].outcome, RECORD_RECORDED);
	rig_stop(b.record);
	bench_end(&b);
}

static void a_bad_result_is_refused_alone(void **state)
{
	(void)state;
	struct bench b;
	bench_begin(&b, NULL, NULL);
	struct result results[3];
	for (unsigned i = 0; i < 3; i++)
		results[i] = bench_result(&b, i, "81.71");
	results[1].text_zstd.len--;
	const struct msg_recorded *r = bench_record(&b, results, 3);
	assert_int_equal(r->statuses[0].outcome, RECORD_RECORDED);
	assert_int_equal(r->statuses[1].outcome, RECORD_REFUSED);
	assert_non_null(strstr(r->statuses[1].reason, "text_zstd"));
	assert_int_equal(r->statuses[2].outcome, RECORD_RECORDED);
	r = bench_record(&b, results, 3);
	assert_int_equal(r->statuses[0].outcome, RECORD_UNCHANGED);
	assert_int_equal(bench_counter(&b, "netral_results_refused_total"), 2);
	assert_int_equal(bench_counter(&b, "netral_results_unchanged_total"), 2);
	assert_int_equal(bench_counter(&b, "netral_articles_stored"), 2);
	bench_record(&b, results, 0); /* an empty Record is answered too */
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_recorded_and_published),
		cmocka_unit_test(every_record_of_a_burst_is_answered),
		cmocka_unit_test(the_first_head_after_a_start_admits_what_it_does_not_know),
		cmocka_unit_test(replay_yields_everything_in_pages),
		cmocka_unit_test(another_epoch_and_the_future_are_refused),
		cmocka_unit_test(the_archive_is_read_and_replaced),
		cmocka_unit_test(an_article_is_shown_with_its_text),
		cmocka_unit_test(a_damaged_text_is_said_when_it_is_shown),
		cmocka_unit_test(garbage_costs_its_sender_an_error),
		cmocka_unit_test(a_bad_result_is_refused_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
