#include "fixture.h"
#include "tests/folder.h"

#include "lib/cleanup.h"
#include "lib/id.h"
#include "workers/record/topics.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	/* In memory where that can be had: what is tested here is not the disk, and thousands of
	   commits would wait for it. */
	const char *root = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir;
	assert_true(folder_make_in(root, f->dir));
	snprintf(f->path, sizeof(f->path), "%s/store", f->dir);
	f->max_bytes = FIXTURE_MAX_BYTES;
	arena_init(&f->arena, SIZE_MAX);
	fixture_open(f);
	*state = f;
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *f = *state;
	fixture_close(f);
	arena_fini(&f->arena);
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

void fixture_open(struct fixture *f)
{
	char error[512];
	int r = store_open(f->path, f->max_bytes, &f->store, error, sizeof(error));
	if (r < 0)
		fail_msg("store_open: %d %s", r, error);
}

void fixture_close(struct fixture *f)
{
	store_close(netral_take(f->store));
}

void fixture_reopen(struct fixture *f)
{
	fixture_close(f);
	fixture_open(f);
}

/* --- results --- */

static struct bytes compress(struct arena *arena, const char *text, size_t len)
{
	size_t bound = ZSTD_compressBound(len);
	uint8_t *out = arena_alloc(arena, bound);
	size_t n = ZSTD_compress(out, bound, text, len, 1);
	assert_false(ZSTD_isError(n));
	return (struct bytes){out, n};
}

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static void fill_event(struct fixture *f, struct event *e, const struct spec *spec)
{
	size_t len = strlen(spec->date ? spec->date : "");
	event_init(e);
	e->kind = spec->kind;
	e->status = spec->status;
	e->scope = EVENT_SCOPE_CASE;
	e->confidence = 0.5;
	e->place.code = spec->area;
	e->place.name = arena_printf(&f->arena, "Area %s", spec->area);
	if (len)
		e->date = (struct event_date){.value = spec->date,
					      .precision = len == 10  ? EVENT_PRECISION_DAY
							   : len == 7 ? EVENT_PRECISION_MONTH
								      : EVENT_PRECISION_YEAR};
	e->election = spec->election ? spec->election : "";
}

struct result *fixture_result(struct fixture *f, unsigned n, uint32_t revision, uint8_t hash,
			      const struct spec *specs, size_t count)
{
	struct result *r = arena_calloc(&f->arena, 1, sizeof(*r));
	char *title = arena_printf(&f->arena, "Article %u", n);
	char *text = arena_printf(&f->arena, "This is the text of article %u, and it goes on.", n);
	assert_non_null(text);
	r->article_id = article_id_of(title, strlen(title), text, strlen(text));
	r->title = text_of(title);
	r->url = text_of("https://example.org/a");
	r->published = text_of("2024-08-21");
	r->source = text_of("submit");
	r->accepted_us = 1000 + n;
	r->text_size = (uint32_t)strlen(text);
	r->text_zstd = compress(&f->arena, text, r->text_size);
	r->classifier.revision = revision;
	memset(r->classifier.data_hash, hash, sizeof(r->classifier.data_hash));
	r->events = arena_calloc(&f->arena, count + 1, sizeof(*r->events));
	r->event_count = count;
	for (size_t i = 0; i < count; i++)
		fill_event(f, &r->events[i], &specs[i]);
	return r;
}

enum record_outcome fixture_record(struct fixture *f, const struct result *r)
{
	struct record_status status;
	assert_int_equal(store_record(f->store, r, FIXTURE_NOW_US, &status), 0);
	int committed = store_commit(f->store);
	assert_int_equal(committed, status.outcome == RECORD_RECORDED);
	return status.outcome;
}

enum record_outcome fixture_record_one(struct fixture *f, unsigned n, enum event_kind kind,
				       const char *area)
{
	struct spec spec = {kind, EVENT_STATUS_HELD, area, "2024-08-21", "Pilkada 2024"};
	return fixture_record(f, fixture_result(f, n, 1, 1, &spec, 1));
}

struct update fixture_decode(struct fixture *f, struct bytes stored)
{
	struct update u;
	assert_int_equal(codec_decode_update(stored.ptr, stored.len, &f->arena, &u), 0);
	return u;
}

struct update fixture_update(struct fixture *f, uint64_t seq)
{
	static struct store_page page;
	struct filter all = {0};
	assert_int_equal(store_read_begin(f->store), 0);
	assert_int_equal(store_replay(f->store, &all, seq, 1, &page), 0);
	assert_int_equal(page.count, 1);
	struct update u = fixture_decode(f, page.updates[0]);
	store_read_end(f->store);
	return u;
}

/* --- the whole store --- */

struct known_event {
	char id[64];
	uint64_t seq;
	bool removed;
};

struct checker {
	uint64_t next;
	uint64_t last[TOPICS_MAX];
	struct known_event *events;
	size_t count;
};

static struct known_event *find_event(struct checker *c, const char *id)
{
	for (size_t i = 0; i < c->count; i++) {
		if (strcmp(c->events[i].id, id) == 0)
			return &c->events[i];
	}
	c->events = realloc(c->events, (c->count + 1) * sizeof(*c->events));
	assert_non_null(c->events);
	struct known_event *e = &c->events[c->count++];
	*e = (struct known_event){.seq = 0};
	snprintf(e->id, sizeof(e->id), "%s", id);
	return e;
}

static void check_update(struct checker *c, const struct update *u)
{
	int topic = topic_number(u->event.kind, u->event.place.code);
	struct known_event *e = find_event(c, u->event.id);
	assert_int_equal(u->seq, c->next++);
	assert_int_equal(u->prev_in_topic, c->last[topic]);
	c->last[topic] = u->seq;
	assert_true(!e->removed || u->correction.at_us); /* only people bring one back */
	assert_int_equal(u->change == CHANGE_NEW, e->seq == 0 || e->removed);
	e->seq = u->seq;
	e->removed = u->change == CHANGE_REMOVED;
}

static void check_log(struct fixture *f, struct checker *c)
{
	static struct store_page page;
	struct filter all = {0};
	while (c->next <= store_head(f->store)) {
		assert_int_equal(store_replay(f->store, &all, c->next, 0, &page), 0);
		assert_true(page.count > 0);
		for (size_t i = 0; i < page.count; i++) {
			struct update u = fixture_decode(f, page.updates[i]);
			check_update(c, &u);
		}
		assert_int_equal(page.through, c->next - 1);
	}
}

static size_t check_present(struct fixture *f, struct checker *c)
{
	static struct store_page page;
	struct msg_query q = {.since = "", .until = ""};
	size_t n = 0;
	do {
		assert_int_equal(store_query(f->store, &q, &page), 0);
		for (size_t i = 0; i < page.count; i++, n++) {
			struct update u = fixture_decode(f, page.updates[i]);
			const struct known_event *e = find_event(c, u.event.id);
			assert_int_equal(e->seq, u.seq);
			assert_false(e->removed);
		}
		q.before = page.through;
	} while (page.through);
	return n;
}

void fixture_check(struct fixture *f)
{
	struct checker *c = calloc(1, sizeof(*c));
	struct store_counts counts;
	size_t present = 0;
	assert_non_null(c);
	c->next = 1;
	assert_int_equal(store_read_begin(f->store), 0);
	check_log(f, c);
	for (size_t i = 0; i < c->count; i++)
		present += !c->events[i].removed;
	assert_int_equal(check_present(f, c), present);
	store_read_end(f->store);
	store_counts(f->store, &counts);
	assert_int_equal(counts.events, present);
	assert_int_equal(counts.updates, c->next - 1);
	free(c->events);
	free(c);
}
