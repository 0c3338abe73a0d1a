#include "poller/roster.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/web/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct schedule_bounds watch_bounds(const struct watch *w)
{
	return (struct schedule_bounds){w->source->min_interval_ms, w->source->max_interval_ms};
}

/* --- order --- */

static int compare_keys(const struct source_key *a, const struct source_key *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int compare_watches(const void *a, const void *b)
{
	const struct watch *const *x = a, *const *y = b;
	return compare_keys(&(*x)->key, &(*y)->key);
}

static int compare_texts(const void *a, const void *b)
{
	const struct text *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->ptr, y->ptr, len);
	return order ? order : (x->len > y->len) - (x->len < y->len);
}

struct watch *roster_find(const struct roster *r, const struct source_key *key)
{
	size_t low = 0, high = r->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare_keys(&r->by_key[middle]->key, key);
		if (order == 0)
			return r->by_key[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool roster_names(const struct roster *r, const struct text *url)
{
	struct text host = url_host(url);
	return r->host_count > 0 &&
	       bsearch(&host, r->hosts, r->host_count, sizeof(*r->hosts), compare_texts);
}

/* --- reading --- */

static void free_lists(struct roster *r)
{
	free(r->list);
	free(r->by_key);
	free(r->hosts);
	sources_free(&r->sources);
	*r = (struct roster){.count = 0};
}

static int make_lists(struct roster *r)
{
	size_t room = r->sources.count + 1;
	r->list = fault_calloc(room, sizeof(struct watch *));
	r->by_key = fault_calloc(room, sizeof(struct watch *));
	r->hosts = fault_calloc(room, sizeof(struct text));
	return r->list && r->by_key && r->hosts ? NETRAL_OK : NETRAL_ENOMEM;
}

/* All of them before any of the old ones is touched. */
static int make_watches(struct roster *r)
{
	for (size_t i = 0; i < r->sources.count; i++) {
		const struct source *s = &r->sources.list[i];
		struct watch *w = fault_calloc(1, sizeof(*w));
		if (!w)
			return NETRAL_ENOMEM;
		w->source = s;
		w->key = key_of_source(s);
		r->list[r->count] = r->by_key[r->count] = w;
		r->hosts[r->count++] = url_host(&s->url);
	}
	r->host_count = r->count;
	qsort(r->by_key, r->count, sizeof(struct watch *), compare_watches);
	qsort(r->hosts, r->host_count, sizeof(struct text), compare_texts);
	return NETRAL_OK;
}

static int check_twins(const struct roster *r, const char *path, char *error, size_t error_size)
{
	for (size_t i = 1; i < r->count; i++) {
		const struct source *a = r->by_key[i - 1]->source, *b = r->by_key[i]->source;
		if (compare_keys(&r->by_key[i - 1]->key, &r->by_key[i]->key) != 0)
			continue;
		snprintf(error, error_size, "%s: \"%s\" and \"%s\" are the same source", path,
			 a->name.ptr, b->name.ptr);
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

/* Puts the watches of `old` that go on in the places of new ones. */
static void take_over(struct roster *r, const struct roster *old, roster_watch_fn *load, void *user)
{
	for (size_t i = 0; i < r->count; i++) {
		struct watch *fresh = r->list[i];
		netral_assert(fresh);
		struct watch *known = roster_find(old, &fresh->key);
		if (!known) {
			load(user, fresh);
			continue;
		}
		known->source = fresh->source;
		r->list[i] = known;
		free(fresh);
	}
	memcpy(r->by_key, r->list, r->count * sizeof(struct watch *));
	qsort(r->by_key, r->count, sizeof(struct watch *), compare_watches);
}

static void free_watches(struct roster *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->list[i]);
}

int roster_read(struct roster *r, const char *path, roster_watch_fn *load, roster_watch_fn *gone,
		void *user, char *error, size_t error_size)
{
	struct roster fresh = {.count = 0};
	int err = sources_read(path, &fresh.sources, error, error_size);
	if (err < 0)
		return err;
	snprintf(error, error_size, "%s: out of memory", path);
	err = make_lists(&fresh);
	if (err == NETRAL_OK)
		err = make_watches(&fresh);
	if (err == NETRAL_OK)
		err = check_twins(&fresh, path, error, error_size);
	if (err < 0) {
		free_watches(&fresh);
		free_lists(&fresh);
		return err;
	}
	for (size_t i = 0; i < r->count; i++) {
		if (roster_find(&fresh, &r->list[i]->key))
			continue;
		gone(user, r->list[i]);
	}
	struct roster old = *r;
	take_over(&fresh, &old, load, user);
	for (size_t i = 0; i < old.count; i++) {
		if (!roster_find(&fresh, &old.list[i]->key))
			free(old.list[i]);
	}
	free_lists(&old);
	*r = fresh;
	return NETRAL_OK;
}

void roster_fini(struct roster *r)
{
	free_watches(r);
	free_lists(r);
}
