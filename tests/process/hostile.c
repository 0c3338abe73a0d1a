#include "tests/process/hostile.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char good_name[] = "Baik";

int hostile_set_up(void **state)
{
	struct hostile *h = calloc(1, sizeof(*h));
	void *p;
	assert_non_null(h);
	assert_int_equal(poll_rig_set_up(&p), 0);
	h->p = p;
	poll_rig_add(h->p, good_name, "feed", web_url(h->p->web, "/feed.xml"));
	*state = h;
	return 0;
}

/* The poller ends in order, which is part of each test; then the sites. */
int hostile_tear_down(void **state)
{
	struct hostile *h = *state;
	void *p = h->p;
	if (h->p->poll && h->p->poll->pid)
		rig_stop(h->p->poll);
	if (h->worker.socket)
		peer_close(&h->worker);
	for (size_t i = 0; i < h->site_count; i++)
		web_stop(h->sites[i]);
	poll_rig_tear_down(&p);
	free(h);
	return 0;
}

struct web *hostile_site(struct hostile *h)
{
	char address[32];
	assert_true(h->site_count < HOSTILE_SITES_MAX);
	snprintf(address, sizeof(address), "127.0.1.%zu", h->site_count + 1);
	struct web *web = web_start(address);
	h->sites[h->site_count++] = web;
	return web;
}

unsigned hostile_add(struct hostile *h, const char *kind, const char *url)
{
	char name[32];
	snprintf(name, sizeof(name), "Jahat %u", h->sources);
	poll_rig_add(h->p, name, kind, url);
	return h->sources++;
}

unsigned hostile_feed(struct hostile *h, server_fn *fn, const void *user)
{
	struct web *web = hostile_site(h);
	web_on(web, "/feed.xml", fn, (void *)(uintptr_t)user);
	return hostile_add(h, "feed", web_url(web, "/feed.xml"));
}

/* --- the good site --- */

static void publish(struct hostile *h)
{
	char path[32], word[32];
	snprintf(path, sizeof(path), "/baik-%u", h->good);
	snprintf(word, sizeof(word), "nomor %u", h->good);
	poll_rig_put_page(h->p, path, word, "");
	poll_rig_put_feed(h->p, "/feed.xml", (const char *const[]){path, word, NULL, NULL});
	h->good++;
}

/* Sources are listed in the order of the file. */
static const struct source_status *source(struct hostile *h, uint32_t place)
{
	const struct msg_source_page *page = poll_rig_sources(h->p, place, 1, false);
	assert_int_equal(page->source_count, 1);
	return &page->sources[0];
}

static const struct source_status *good_source(struct hostile *h)
{
	const struct source_status *s = source(h, 0);
	assert_string_equal(s->name, good_name);
	return s;
}

static void await_good(struct hostile *h)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	const struct source_status *s;
	while ((s = good_source(h))->articles < h->good) {
		if (clock_ms() > deadline)
			rig_fail("the good source gave %lu articles instead of %u, its error is "
				 "\"%s\"",
				 (unsigned long)s->articles, h->good, s->last_error);
	}
	assert_int_equal(s->failures, 0);
	assert_int_equal(s->given_up, 0);
}

void hostile_start(struct hostile *h)
{
	publish(h);
	/* The worker of a test says nothing while the test waits for something else. */
	daemon_rig_set(h->p->d, "silence_ms=10min");
	daemon_rig_start(h->p->d);
	poll_rig_start(h->p);
	await_good(h);
}

void hostile_expect_undisturbed(struct hostile *h)
{
	publish(h);
	await_good(h);
	assert_true(daemon_rig_counter(h->p->d, "netral_articles_accepted_total") >= h->good);
}

/* --- the hostile ones --- */

const struct source_status *hostile_source(struct hostile *h, unsigned number)
{
	return source(h, number + 1);
}

void hostile_expect(struct hostile *h, unsigned number, const char *text)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	const struct source_status *s;
	while (!strstr((s = hostile_source(h, number))->last_error, text)) {
		if (clock_ms() > deadline)
			rig_fail("%s says \"%s\" instead of \"%s\", polls %lu", s->name,
				 s->last_error, text, (unsigned long)s->polls);
	}
}

void hostile_expect_articles(struct hostile *h, unsigned number, uint64_t count)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	const struct source_status *s;
	while ((s = hostile_source(h, number))->articles < count) {
		if (clock_ms() > deadline)
			rig_fail("%s gave %lu articles instead of %lu, its error is \"%s\"",
				 s->name, (unsigned long)s->articles, (unsigned long)count,
				 s->last_error);
	}
	assert_int_equal(s->articles, count);
}

void hostile_expect_given_up(struct hostile *h, unsigned number, uint64_t count)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	const struct source_status *s;
	while ((s = hostile_source(h, number))->given_up < count) {
		if (clock_ms() > deadline)
			rig_fail("%s: %lu items were given up instead of %lu, its error is \"%s\"",
				 s->name, (unsigned long)s->given_up, (unsigned long)count,
				 s->last_error);
	}
	assert_int_equal(s->given_up, count);
}

void hostile_expect_log(struct hostile *h, const char *text)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	while (!rig_log_has(h->p->poll, text)) {
		if (clock_ms() > deadline)
			rig_fail("netral-poll wrote no line with \"%s\"", text);
		(void)hostile_source(h, 0); /* it has turned since */
	}
}

const struct article *hostile_article(struct hostile *h)
{
	if (!h->worker.socket)
		daemon_rig_worker(h->p->d, &h->worker, "reader", 1);
	const struct msg_work *work = &peer_receive(&h->worker, MSG_WORK)->work;
	daemon_rig_done_all(&h->worker, work);
	return &work->items[0].article;
}

/* --- memory --- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
void hostile_expect_memory(struct hostile *h, unsigned mib)
{
	(void)h;
	(void)mib;
}
#else
void hostile_expect_memory(struct hostile *h, unsigned mib)
{
	char path[64], line[256];
	unsigned long peak_kib = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)h->p->poll->pid);
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) && sscanf(line, "VmHWM: %lu", &peak_kib) != 1) {
	}
	fclose(f);
	assert_in_range(peak_kib, 1, (unsigned long)mib << 10);
}
#endif
