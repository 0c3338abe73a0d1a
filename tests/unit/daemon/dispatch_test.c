/* Articles 1 to f->queued are in the journal; the clock is f->now. Failures are noted as text. */
#include "daemon/dispatch.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SILENCE_MS = 5000, BACKOFF_MS = 1000, BACKOFF_MAX_MS = 6000, TICK_MS = 1000 };

struct fixture {
	struct dispatch *d;
	uint64_t queued;
	uint64_t ended[16]; /* numbers that left the queue */
	size_t ended_count;
	uint64_t now;
	char failures[1024];
	struct hand_out last[64]; /* of the last hand_out_to() */
	size_t last_count;
};

static int next(void *user, uint64_t after_seq, uint64_t *ret_seq)
{
	struct fixture *f = user;
	for (uint64_t seq = after_seq + 1; seq <= f->queued; seq++) {
		bool ended = false;
		for (size_t i = 0; i < f->ended_count; i++)
			ended = ended || f->ended[i] == seq;
		*ret_seq = seq;
		if (!ended)
			return 1;
	}
	return 0;
}

static void on_failure(void *user, const struct dispatch_failure *failure)
{
	struct fixture *f = user;
	size_t len = strlen(f->failures);
	if (failure->dead)
		snprintf(f->failures + len, sizeof(f->failures) - len, "%lu:%u dead;",
			 (unsigned long)failure->seq, failure->tries);
	else
		snprintf(f->failures + len, sizeof(f->failures) - len, "%lu:%u%s %lu;",
			 (unsigned long)failure->seq, failure->tries,
			 failure->suspect ? " suspect" : "", (unsigned long)failure->wait_ms);
	assert_non_null(failure->reason);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->now = 1000000;
	const struct dispatch_options o = {.workers_max = 3,
					   .waiting_max = 10,
					   .max_tries = 3,
					   .backoff_ms = BACKOFF_MS,
					   .backoff_max_ms = BACKOFF_MAX_MS,
					   .silence_ms = SILENCE_MS,
					   .held_bytes_max = 1000,
					   .first_lease = 500,
					   .next = next,
					   .on_failure = on_failure,
					   .user = f};
	assert_int_equal(dispatch_new(&o, &f->d), 0);
	dispatch_tick(f->d, f->now, TICK_MS);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	dispatch_free(f->d);
	free(f);
	return 0;
}

static struct peer_id peer(char name)
{
	return (struct peer_id){.len = 1, .bytes = {(uint8_t)name}};
}

static int hello(struct fixture *f, char name, uint32_t credit)
{
	struct peer_id p = peer(name);
	char text[2] = {name, '\0'};
	struct msg_hello m = {.name = text, .version = "1", .credit = credit};
	return dispatch_hello(f->d, &p, &m, f->now);
}

static struct dispatch_worker *worker(struct fixture *f, char name)
{
	struct peer_id p = peer(name);
	return dispatch_hear(f->d, &p, f->now);
}

/* Hands out what can be, and returns it as text: "a:1,2 b:3". Notes the hand-outs of the last. */
static const char *hand_out(struct fixture *f)
{
	static char text[512];
	struct dispatch_worker *w;
	text[0] = '\0';
	while ((w = dispatch_pick(f->d, f->now))) {
		struct hand_out h;
		f->last_count = 0;
		while (dispatch_take(f->d, w, f->now, &h) == 1) {
			f->last[f->last_count++] = h;
			size_t len = strlen(text);
			if (f->last_count == 1)
				len += (size_t)snprintf(text + len, sizeof(text) - len,
							"%s%s:", len ? " " : "",
							dispatch_worker_status(w).name);
			snprintf(text + len, sizeof(text) - len, "%s%lu",
				 f->last_count > 1 ? "," : "", (unsigned long)h.seq);
		}
		if (f->last_count == 0)
			break;
	}
	return text;
}

static struct lease last_lease(struct fixture *f, size_t i)
{
	return (struct lease){f->last[i].seq, f->last[i].lease};
}

static void done(struct fixture *f, char name, struct lease lease)
{
	assert_true(dispatch_done(f->d, worker(f, name), lease));
	f->ended[f->ended_count++] = lease.seq;
}

static void failed(struct fixture *f, char name, struct lease lease, bool permanent)
{
	struct msg_failed m = {lease, permanent, "no"};
	assert_true(dispatch_failed(f->d, worker(f, name), &m, f->now));
}

/* Lets time pass in ticks; the named workers say Ping at each. */
static void pass(struct fixture *f, uint64_t ms, const char *alive)
{
	for (uint64_t end = f->now + ms; f->now < end;) {
		f->now += TICK_MS;
		for (const char *name = alive; *name; name++)
			worker(f, *name);
		dispatch_tick(f->d, f->now, TICK_MS);
	}
}

static void credit_is_the_bound_and_order_is_kept(void **state)
{
	struct fixture *f = *state;
	f->queued = 10;
	assert_string_equal(hand_out(f), "");
	assert_int_equal(hello(f, 'a', 3), 0);
	assert_string_equal(hand_out(f), "a:1,2,3");
	struct lease second = last_lease(f, 1);
	assert_string_equal(hand_out(f), "");
	done(f, 'a', second);
	assert_string_equal(hand_out(f), "a:4");
	assert_int_equal(hello(f, 'b', 2), 0);
	assert_string_equal(hand_out(f), "b:5,6");
	assert_int_equal(dispatch_counts(f->d).in_flight, 5);
	assert_string_equal(f->failures, "");
}

static void large_articles_count_by_size(void **state)
{
	struct fixture *f = *state;
	struct hand_out h;
	f->queued = 10;
	hello(f, 'a', 10);
	struct dispatch_worker *w = dispatch_pick(f->d, f->now);
	assert_int_equal(dispatch_take(f->d, w, f->now, &h), 1);
	dispatch_weigh(f->d, w, &h, 999);
	assert_int_equal(dispatch_take(f->d, w, f->now, &h), 1);
	dispatch_weigh(f->d, w, &h, 1);
	assert_int_equal(dispatch_take(f->d, w, f->now, &h), 0);
	done(f, 'a', (struct lease){h.seq, h.lease});
	assert_int_equal(dispatch_take(f->d, w, f->now, &h), 1);
}

static void a_lease_must_be_held_by_who_names_it(void **state)
{
	struct fixture *f = *state;
	f->queued = 2;
	hello(f, 'a', 1);
	hello(f, 'b', 1);
	hand_out(f);
	struct lease of_b = last_lease(f, 0);
	struct lease wrong = {of_b.seq, of_b.lease + 1}, unknown = {99, of_b.lease};
	struct msg_failed m = {of_b, false, "no"};
	assert_false(dispatch_done(f->d, worker(f, 'a'), of_b));
	assert_false(dispatch_handled(f->d, worker(f, 'a'), of_b));
	assert_false(dispatch_failed(f->d, worker(f, 'a'), &m, f->now));
	assert_false(dispatch_done(f->d, worker(f, 'b'), wrong));
	assert_false(dispatch_done(f->d, worker(f, 'b'), unknown));
	assert_int_equal(dispatch_counts(f->d).in_flight, 2);
	assert_true(dispatch_done(f->d, worker(f, 'b'), of_b));
	assert_false(dispatch_done(f->d, worker(f, 'b'), of_b));
	assert_string_equal(f->failures, "");
}

static void a_silent_worker_loses_its_articles_and_others_do_not(void **state)
{
	struct fixture *f = *state;
	f->queued = 4;
	hello(f, 'a', 2);
	hello(f, 'b', 2);
	assert_string_equal(hand_out(f), "a:1,2 b:3,4");
	pass(f, SILENCE_MS, "b");
	assert_string_equal(f->failures, "");
	pass(f, TICK_MS, "b");
	assert_string_equal(f->failures, "2:1 suspect 1000;1:1 suspect 1000;");
	assert_null(worker(f, 'a'));
	assert_non_null(worker(f, 'b'));
	assert_int_equal(dispatch_counts(f->d).lost_workers, 1);
}

static void time_in_which_nobody_listened_is_not_silence(void **state)
{
	struct fixture *f = *state;
	f->queued = 1;
	hello(f, 'a', 1);
	hand_out(f);
	f->now += UINT64_C(100) * SILENCE_MS;
	dispatch_tick(f->d, f->now, TICK_MS);
	assert_non_null(worker(f, 'a'));
	pass(f, SILENCE_MS + TICK_MS, "");
	assert_null(worker(f, 'a'));
}

static void suspects_are_handed_out_alone_and_only_that_counts(void **state)
{
	struct fixture *f = *state;
	f->queued = 5;
	hello(f, 'a', 3);
	assert_string_equal(hand_out(f), "a:1,2,3");
	dispatch_lose(f->d, worker(f, 'a'), f->now, "killed");
	assert_string_equal(f->failures, "3:1 suspect 1000;2:1 suspect 1000;1:1 suspect 1000;");
	hello(f, 'b', 3);
	assert_string_equal(hand_out(f), "b:4,5");
	f->failures[0] = '\0';
	pass(f, BACKOFF_MS, "b");
	/* The only worker is busy: it is reserved, and gets nothing until it is idle. */
	f->queued = 6;
	assert_string_equal(hand_out(f), "");
	struct lease four = last_lease(f, 0), five = last_lease(f, 1);
	done(f, 'b', four);
	assert_string_equal(hand_out(f), "");
	done(f, 'b', five);
	assert_string_equal(hand_out(f), "b:1");
	dispatch_lose(f->d, worker(f, 'b'), f->now, "killed");
	assert_string_equal(f->failures, "1:2 suspect 2000;");
	hello(f, 'c', 3);
	assert_string_equal(hand_out(f), "c:2");
	done(f, 'c', last_lease(f, 0));
	assert_string_equal(hand_out(f), "c:3");
	done(f, 'c', last_lease(f, 0));
	assert_string_equal(hand_out(f), "c:6");
	done(f, 'c', last_lease(f, 0));
	f->failures[0] = '\0';
	pass(f, UINT64_C(2) * BACKOFF_MS, "c");
	assert_string_equal(hand_out(f), "c:1");
	assert_int_equal(f->last[0].tries, 2);
	dispatch_lose(f->d, worker(f, 'c'), f->now, "killed");
	assert_string_equal(f->failures, "1:3 dead;");
	assert_int_equal(dispatch_counts(f->d).waiting, 0);
}

/* An innocent article in a batch with one that kills: tried twice with others, counted once. */
static void a_second_failure_among_others_does_not_count(void **state)
{
	struct fixture *f = *state;
	f->queued = 2;
	hello(f, 'a', 2);
	hand_out(f);
	failed(f, 'a', last_lease(f, 0), false);
	assert_string_equal(f->failures, "1:1 1000;");
	pass(f, BACKOFF_MS, "a");
	assert_string_equal(hand_out(f), "a:1");
	f->failures[0] = '\0';
	dispatch_lose(f->d, worker(f, 'a'), f->now, "killed");
	assert_string_equal(f->failures, "1:1 suspect 1000;2:1 suspect 1000;");
}

static void suspects_do_not_stop_the_others(void **state)
{
	struct fixture *f = *state;
	f->queued = 4;
	hello(f, 'a', 4);
	hand_out(f);
	dispatch_lose(f->d, worker(f, 'a'), f->now, "killed");
	hello(f, 'b', 1);
	hello(f, 'c', 1);
	pass(f, BACKOFF_MS, "bc");
	f->queued = 9;
	/* One of the two works on suspects, the other one on the rest. */
	assert_string_equal(hand_out(f), "b:1 c:5");
	struct lease five = last_lease(f, 0);
	done(f, 'c', five);
	assert_string_equal(hand_out(f), "c:6");
}

static void a_reserved_worker_returns_when_no_suspect_is_left(void **state)
{
	struct fixture *f = *state;
	f->queued = 3;
	hello(f, 'a', 2);
	hand_out(f); /* a:1,2 */
	struct lease one = last_lease(f, 0), two = last_lease(f, 1);
	hello(f, 'b', 1);
	assert_string_equal(hand_out(f), "b:3");
	dispatch_lose(f->d, worker(f, 'b'), f->now, "killed");
	pass(f, BACKOFF_MS, "a");
	done(f, 'a', one);
	assert_string_equal(hand_out(f), ""); /* reserved */
	hello(f, 'c', 1);
	done(f, 'a', two);
	f->queued = 5;
	assert_string_equal(hand_out(f), "a:3 c:4");
	done(f, 'c', last_lease(f, 0));
	assert_string_equal(hand_out(f), "c:5");
}

static void what_was_handled_is_not_blamed(void **state)
{
	struct fixture *f = *state;
	f->queued = 2;
	hello(f, 'a', 2);
	hand_out(f);
	assert_true(dispatch_handled(f->d, worker(f, 'a'), last_lease(f, 0)));
	dispatch_lose(f->d, worker(f, 'a'), f->now, "killed");
	assert_string_equal(f->failures, "2:1 suspect 1000;");
	hello(f, 'b', 2);
	assert_string_equal(hand_out(f), "b:1");
	assert_int_equal(f->last[0].tries, 0);
}

static void failures_back_off_and_end_in_dead(void **state)
{
	struct fixture *f = *state;
	f->queued = 1;
	hello(f, 'a', 1);
	hand_out(f);
	failed(f, 'a', last_lease(f, 0), false);
	assert_int_equal(dispatch_next_due_ms(f->d, f->now), f->now + 1000);
	assert_string_equal(hand_out(f), "");
	pass(f, 1000, "a");
	assert_int_equal(dispatch_next_due_ms(f->d, f->now), UINT64_MAX);
	assert_string_equal(hand_out(f), "a:1");
	failed(f, 'a', last_lease(f, 0), false);
	pass(f, 1000, "a");
	assert_string_equal(hand_out(f), "");
	pass(f, 1000, "a");
	assert_string_equal(hand_out(f), "a:1");
	failed(f, 'a', last_lease(f, 0), false);
	assert_string_equal(f->failures, "1:1 1000;1:2 2000;1:3 dead;");
	assert_int_equal(dispatch_counts(f->d).failures, 3);
}

static void a_permanent_failure_is_the_last(void **state)
{
	struct fixture *f = *state;
	f->queued = 1;
	hello(f, 'a', 1);
	hand_out(f);
	failed(f, 'a', last_lease(f, 0), true);
	assert_string_equal(f->failures, "1:1 dead;");
	assert_string_equal(hand_out(f), "");
}

static void waiting_has_a_bound(void **state)
{
	struct fixture *f = *state;
	f->queued = 30;
	hello(f, 'a', 1);
	for (int i = 0; i < 10; i++) {
		hand_out(f);
		failed(f, 'a', last_lease(f, 0), false);
	}
	assert_int_equal(dispatch_counts(f->d).waiting, 10);
	assert_string_equal(hand_out(f), "");
	pass(f, BACKOFF_MS, "a");
	assert_string_equal(hand_out(f), "a:1");
}

static void backoff_has_a_bound(void **state)
{
	struct fixture *f = *state;
	f->queued = 1;
	assert_int_equal(dispatch_restore(f->d, 1, 2, false, f->now), 0);
	dispatch_free(f->d);
	const struct dispatch_options o = {.workers_max = 1,
					   .waiting_max = 10,
					   .max_tries = 100,
					   .backoff_ms = BACKOFF_MS,
					   .backoff_max_ms = BACKOFF_MAX_MS,
					   .silence_ms = SILENCE_MS,
					   .held_bytes_max = 1000,
					   .next = next,
					   .on_failure = on_failure,
					   .user = f};
	assert_int_equal(dispatch_new(&o, &f->d), 0);
	assert_int_equal(dispatch_restore(f->d, 1, 90, false, f->now), 0);
	hello(f, 'a', 1);
	assert_string_equal(hand_out(f), "a:1");
	failed(f, 'a', last_lease(f, 0), false);
	assert_string_equal(f->failures, "1:91 6000;");
}

static void bye_finishes_what_is_held_and_gets_nothing_more(void **state)
{
	struct fixture *f = *state;
	f->queued = 3;
	hello(f, 'a', 1);
	hand_out(f);
	dispatch_bye(f->d, worker(f, 'a'));
	dispatch_settle(f->d, worker(f, 'a'));
	assert_string_equal(hand_out(f), "");
	done(f, 'a', last_lease(f, 0));
	assert_string_equal(hand_out(f), "");
	dispatch_settle(f->d, worker(f, 'a'));
	assert_null(worker(f, 'a'));
	assert_int_equal(dispatch_counts(f->d).workers, 0);
	assert_int_equal(dispatch_counts(f->d).lost_workers, 0);
}

static void a_second_hello_frees_what_was_held_without_a_try(void **state)
{
	struct fixture *f = *state;
	f->queued = 3;
	hello(f, 'a', 2);
	assert_string_equal(hand_out(f), "a:1,2");
	struct lease old = last_lease(f, 0);
	hello(f, 'a', 3);
	assert_int_equal(dispatch_counts(f->d).workers, 1);
	assert_string_equal(hand_out(f), "a:1,2,3");
	assert_int_equal(f->last[0].tries, 0);
	assert_false(dispatch_done(f->d, worker(f, 'a'), old));
	assert_string_equal(f->failures, "");
}

static void too_many_workers_are_refused(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(hello(f, 'a', 1), 0);
	assert_int_equal(hello(f, 'b', 1), 0);
	assert_int_equal(hello(f, 'c', 1), 0);
	assert_int_equal(hello(f, 'd', 1), NETRAL_EBUSY);
	assert_null(worker(f, 'd'));
	assert_int_equal(hello(f, 'c', 2), 0);
}

static void what_could_not_be_sent_is_handed_out_later(void **state)
{
	struct fixture *f = *state;
	struct hand_out h[2];
	f->queued = 2;
	hello(f, 'a', 2);
	struct dispatch_worker *a = dispatch_pick(f->d, f->now);
	assert_int_equal(dispatch_take(f->d, a, f->now, &h[0]), 1);
	assert_int_equal(dispatch_take(f->d, a, f->now, &h[1]), 1);
	dispatch_take_back(f->d, a, h, 2, f->now);
	assert_string_equal(hand_out(f), "");
	assert_int_equal(dispatch_counts(f->d).in_flight, 0);
	pass(f, TICK_MS, "a");
	assert_string_equal(hand_out(f), "a:1,2");
	assert_string_equal(f->failures, "");
}

static void restored_articles_keep_their_tries_and_are_not_handed_out_twice(void **state)
{
	struct fixture *f = *state;
	f->queued = 4;
	assert_int_equal(dispatch_restore(f->d, 2, 2, false, f->now + 3000), 0);
	assert_int_equal(dispatch_restore(f->d, 3, 1, true, f->now), 0);
	hello(f, 'a', 10);
	assert_string_equal(hand_out(f), "a:3");
	done(f, 'a', last_lease(f, 0));
	assert_string_equal(hand_out(f), "a:1,4");
	pass(f, 3000, "a");
	assert_string_equal(hand_out(f), "a:2");
	failed(f, 'a', last_lease(f, 0), false);
	assert_string_equal(f->failures, "2:3 dead;");
}

static void a_forgotten_article_is_gone(void **state)
{
	struct fixture *f = *state;
	f->queued = 1;
	hello(f, 'a', 1);
	hand_out(f);
	dispatch_forget(f->d, worker(f, 'a'), &f->last[0]);
	assert_int_equal(dispatch_counts(f->d).in_flight, 0);
	assert_string_equal(hand_out(f), "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(credit_is_the_bound_and_order_is_kept),
		TEST(large_articles_count_by_size),
		TEST(a_lease_must_be_held_by_who_names_it),
		TEST(a_silent_worker_loses_its_articles_and_others_do_not),
		TEST(time_in_which_nobody_listened_is_not_silence),
		TEST(suspects_are_handed_out_alone_and_only_that_counts),
		TEST(a_second_failure_among_others_does_not_count),
		TEST(suspects_do_not_stop_the_others),
		TEST(a_reserved_worker_returns_when_no_suspect_is_left),
		TEST(what_was_handled_is_not_blamed),
		TEST(failures_back_off_and_end_in_dead),
		TEST(a_permanent_failure_is_the_last),
		TEST(waiting_has_a_bound),
		TEST(backoff_has_a_bound),
		TEST(bye_finishes_what_is_held_and_gets_nothing_more),
		TEST(a_second_hello_frees_what_was_held_without_a_try),
		TEST(too_many_workers_are_refused),
		TEST(what_could_not_be_sent_is_handed_out_later),
		TEST(restored_articles_keep_their_tries_and_are_not_handed_out_twice),
		TEST(a_forgotten_article_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
