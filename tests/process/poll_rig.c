#include "tests/process/poll_rig.h"

#include "lib/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ARGS_MAX = 15 + 2 * POLL_SETS_MAX };

int poll_rig_set_up(void **state)
{
	struct poll_rig *p = calloc(1, sizeof(*p));
	void *daemon;
	assert_non_null(p);
	assert_int_equal(daemon_rig_set_up(&daemon), 0);
	p->d = daemon;
	p->web = web_start("127.0.0.1");
	peer_open(&p->control, p->d->transport, rig_endpoint(&p->d->rig, "poll-control"));
	rig_make_dir(&p->d->rig, "state");
	poll_rig_forget_sources(p);
	*state = p;
	return 0;
}

int poll_rig_tear_down(void **state)
{
	struct poll_rig *p = *state;
	void *daemon = p->d;
	web_stop(p->web);
	peer_close(&p->control);
	daemon_rig_tear_down(&daemon);
	free(p);
	return 0;
}

/* --- sources --- */

void poll_rig_forget_sources(struct poll_rig *p)
{
	rig_write_file(&p->d->rig, "sources.conf", "", 0);
}

void poll_rig_add(struct poll_rig *p, const char *name, const char *kind, const char *url)
{
	char section[1024];
	snprintf(section, sizeof(section),
		 "source \"%s\" {\n\tkind = %s\n\turl = \"%s\"\n\tmin_interval = 1s\n"
		 "\tmax_interval = 1s\n}\n",
		 name, kind, url);
	rig_append(&p->d->rig, "sources.conf", section);
}

/* --- the process --- */

void poll_rig_set(struct poll_rig *p, const char *assignment)
{
	assert_true(p->set_count < POLL_SETS_MAX);
	p->sets[p->set_count++] = assignment;
}

void poll_rig_launch(struct poll_rig *p, const char *const *env)
{
	char state[RIG_PATH_SIZE + 16], run[RIG_PATH_SIZE + 16], sources[RIG_PATH_SIZE + 16];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&p->d->rig, "state"));
	snprintf(run, sizeof(run), "runtime_dir=%s", p->d->rig.dir);
	snprintf(sources, sizeof(sources), "sources_file=%s", rig_path(&p->d->rig, "sources.conf"));
	const char *args[ARGS_MAX] = {"--config", "/dev/null",
				      "--set",    state,
				      "--set",    run,
				      "--set",    sources,
				      "--set",    "contact=tests@netral.invalid",
				      "--set",    "host_delay_ms=5ms",
				      "--set",    "allow_addresses=127.0.0.0/8"};
	size_t count = 0;
	while (args[count])
		count++;
	for (size_t i = 0; i < p->set_count; i++) {
		args[count++] = "--set";
		args[count++] = p->sets[i];
	}
	p->poll = rig_start(&p->d->rig, "netral-poll", args, env);
}

void poll_rig_start(struct poll_rig *p)
{
	poll_rig_launch(p, NULL);
	rig_wait_ready(p->poll);
}

/* --- questions --- */

uint64_t poll_rig_counter(struct poll_rig *p, const char *name)
{
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {++p->request}};
	peer_send(&p->control, &m);
	const struct msg_status_reply *reply =
		&peer_receive(&p->control, MSG_STATUS_REPLY)->status_reply;
	for (size_t i = 0; i < reply->counter_count; i++) {
		if (strcmp(reply->counters[i].name, name) == 0)
			return reply->counters[i].value;
	}
	rig_fail("no counter %s", name);
	return 0;
}

static void wait_for(struct poll_rig *p, const char *name, uint64_t least, uint64_t most)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS, is;
	while ((is = poll_rig_counter(p, name)) < least || is > most) {
		if (clock_ms() > deadline)
			rig_fail("%s is %lu instead of %lu", name, (unsigned long)is,
				 (unsigned long)least);
	}
}

void poll_rig_wait_counter(struct poll_rig *p, const char *name, uint64_t value)
{
	wait_for(p, name, value, value);
}

void poll_rig_wait_least(struct poll_rig *p, const char *name, uint64_t value)
{
	wait_for(p, name, value, UINT64_MAX);
}

const struct msg_source_page *poll_rig_sources(struct poll_rig *p, uint32_t after, uint32_t limit,
					       bool flagged_only)
{
	struct message m = {.type = MSG_SOURCE_LIST,
			    .source_list = {.request = ++p->request,
					    .after = after,
					    .limit = limit,
					    .flagged_only = flagged_only}};
	peer_send(&p->control, &m);
	return &peer_receive(&p->control, MSG_SOURCE_PAGE)->source_page;
}

const struct article *poll_rig_article(struct poll_rig *p)
{
	static struct article article;
	static struct peer worker;
	static char texts[5][65536];
	struct text *const fields[] = {&article.url, &article.title, &article.text,
				       &article.published, &article.source};
	/* A worker that waits for long in silence would lose its session. */
	daemon_rig_wait_counter(p->d, "netral_articles_pending", 1);
	daemon_rig_worker(p->d, &worker, "reader", 1);
	const struct msg_work *work = &peer_receive(&worker, MSG_WORK)->work;
	article = work->items[0].article;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		assert_true(fields[i]->len < sizeof(texts[i]));
		memcpy(texts[i], fields[i]->ptr, fields[i]->len);
		texts[i][fields[i]->len] = '\0';
		fields[i]->ptr = texts[i];
	}
	daemon_rig_done_all(&worker, work);
	daemon_rig_wait_counter(p->d, "netral_articles_recorded_total", ++p->taken);
	peer_close(&worker);
	return &article;
}

/* --- documents --- */

void poll_rig_put_page(struct poll_rig *p, const char *path, const char *word, const char *head)
{
	char html[4096];
	snprintf(html, sizeof(html),
		 "<html><head><title>Kabar %s</title>%s</head><body><article><h1>Kabar %s</h1>"
		 "<p>Kepala dinas %s mengajak seluruh pegawai negeri bersikap netral selama masa "
		 "kampanye berlangsung.</p>"
		 "<p>Laporan tentang %s dapat disampaikan kepada panitia pengawas di kecamatan "
		 "setempat.</p></article></body></html>",
		 word, head, word, word, word);
	web_put(p->web, path, "text/html; charset=utf-8", html);
}

void poll_rig_put_feed(struct poll_rig *p, const char *path, const char *const *items)
{
	char xml[8192];
	size_t len = (size_t)snprintf(xml, sizeof(xml),
				      "<rss version=\"2.0\"><channel><title>Kabar</title>");
	for (; *items; items += 2) {
		len += (size_t)snprintf(xml + len, sizeof(xml) - len,
					"<item><title>%s</title><link>@%s</link><guid>%s</guid>"
					"<pubDate>Wed, 21 Aug 2024 14:05:00 +0700</pubDate></item>",
					items[1], items[0], items[0]);
		assert_true(len < sizeof(xml) - 64);
	}
	snprintf(xml + len, sizeof(xml) - len, "</channel></rss>");
	web_put(p->web, path, "application/rss+xml", xml);
}
