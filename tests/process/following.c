#include "tests/process/following.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct netral_subscriber *following(struct bench *b, struct netral_options o)
{
	struct netral_subscriber *s = NULL;
	o.size = sizeof(o);
	if (!o.updates_endpoint)
		o.runtime_dir = b->rig.dir;
	assert_int_equal(netral_subscribe(&o, &s), 0);
	return s;
}

struct netral_subscriber *following_from_the_beginning(struct bench *b)
{
	return following(b, (struct netral_options){.start = NETRAL_FROM_BEGINNING});
}

int following_event(struct netral_subscriber *s, const struct netral_update **ret_update)
{
	int event;
	while ((event = netral_next(s, ret_update)) == NETRAL_NOTHING) {
		if (netral_wait(s, RIG_DEADLINE_MS) != 1)
			rig_fail("nothing came");
	}
	return event;
}

void following_wait(struct netral_subscriber *s, int event)
{
	const struct netral_update *u;
	int next;
	while ((next = following_event(s, &u)) != event)
		assert_int_not_equal(next, NETRAL_UPDATE);
}

const struct netral_update *following_expect(struct netral_subscriber *s, uint64_t number)
{
	const struct netral_update *u;
	int event;
	while ((event = following_event(s, &u)) != NETRAL_UPDATE) {
		assert_true(event > 0);
		assert_int_not_equal(event, NETRAL_EPOCH);
	}
	assert_int_equal(netral_update_seq(u), number);
	return u;
}

void following_expect_all(struct netral_subscriber *s, uint64_t first, uint64_t last)
{
	for (uint64_t n = first; n <= last; n++)
		following_expect(s, n);
}

void following_expect_no_more(struct netral_subscriber *s)
{
	netral_verify(s);
	following_wait(s, NETRAL_LIVE);
}

struct netral_position following_position(const struct netral_subscriber *s)
{
	struct netral_position p;
	assert_int_equal(netral_position(s, &p), 1);
	return p;
}

void following_wait_position(struct netral_subscriber *s, uint64_t seq)
{
	const struct netral_update *u;
	struct netral_position p;
	while (!netral_position(s, &p) || p.seq < seq) {
		assert_true(netral_next(s, &u) != NETRAL_UPDATE);
		assert_int_equal(netral_wait(s, RIG_DEADLINE_MS), 1);
	}
}

void following_restart(struct bench *b, const char *set)
{
	rig_kill(b->record);
	peer_close(&b->worker);
	peer_close(&b->replay);
	peer_close(&b->control);
	bench_run(b, set, NULL);
}
