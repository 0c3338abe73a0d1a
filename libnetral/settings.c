#include "libnetral/settings.h"

#include "lib/error.h"
#include "libnetral/runtime.h"
#include "proto/filter.h"

#include <stdio.h>
#include <string.h>

enum { SETTINGS_BYTES = 256 * 1024, TIMEOUT_MS = 10000, TIMEOUT_MAX_MS = 24 * 3600 * 1000 };

/* The structs as they were first published: a smaller one was never in a header. */
enum {
	FILTER_FIRST_SIZE = offsetof(struct netral_filter, min_confidence) + sizeof(double),
	OPTIONS_FIRST_SIZE = offsetof(struct netral_options, timeout_ms) + sizeof(uint64_t),
};

/* What a later version adds must make a struct larger, or a library of this one would not see that
 * something is asked for: no struct ends in padding. */
_Static_assert(sizeof(struct netral_filter) == FILTER_FIRST_SIZE, "padding at the end");
_Static_assert(sizeof(struct netral_options) == OPTIONS_FIRST_SIZE, "padding at the end");

/* What a program knew of a struct when it was compiled, and zeroes for what came later. A struct
 * that is larger than ours comes from a later header: nothing unknown may be asked for in it. */
static int take_struct(void *to, size_t to_size, const void *from, size_t from_size, size_t least)
{
	memset(to, 0, to_size);
	if (from_size < least)
		return NETRAL_EINVALID;
	memcpy(to, from, from_size < to_size ? from_size : to_size);
	for (size_t i = to_size; i < from_size; i++) {
		if (((const unsigned char *)from)[i])
			return NETRAL_EVERSION;
	}
	return NETRAL_OK;
}

static int take_text(struct settings *s, const char *from, const char *fallback, char **ret)
{
	*ret = arena_strdup(&s->arena, from ? from : fallback);
	return *ret ? NETRAL_OK : NETRAL_ENOMEM;
}

/* --- the filter --- */

/* Of a list that the caller gives. */
static int check_list(const void *list, size_t count)
{
	if (count > CODEC_FILTER_MAX)
		return NETRAL_ETOOBIG;
	return count && !list ? NETRAL_EINVALID : NETRAL_OK;
}

static int take_texts(struct settings *s, const char *const *from, size_t count, const char ***ret)
{
	int r = check_list(from, count);
	if (r < 0)
		return r;
	*ret = arena_calloc(&s->arena, count, sizeof(**ret));
	if (!*ret)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (!from[i])
			return NETRAL_EINVALID;
		(*ret)[i] = arena_strdup(&s->arena, from[i]);
		if (!(*ret)[i])
			return NETRAL_ENOMEM;
	}
	return NETRAL_OK;
}

static int take_kinds(struct settings *s, const struct netral_filter *f)
{
	int r = check_list(f->kinds, f->kind_count);
	if (r < 0)
		return r;
	s->filter.kinds = arena_calloc(&s->arena, f->kind_count, sizeof(*s->filter.kinds));
	s->filter.kind_count = f->kind_count;
	if (!s->filter.kinds)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < f->kind_count; i++) {
		if (event_kind_name(f->kinds[i])[0] == '\0')
			return NETRAL_EINVALID;
		s->filter.kinds[i] = (enum event_kind)f->kinds[i];
	}
	return NETRAL_OK;
}

static int take_statuses(struct settings *s, const struct netral_filter *f)
{
	int r = check_list(f->statuses, f->status_count);
	if (r < 0)
		return r;
	s->filter.statuses = arena_calloc(&s->arena, f->status_count, sizeof(*s->filter.statuses));
	s->filter.status_count = f->status_count;
	if (!s->filter.statuses)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < f->status_count; i++) {
		if (event_status_name(f->statuses[i])[0] == '\0')
			return NETRAL_EINVALID;
		s->filter.statuses[i] = (enum event_status)f->statuses[i];
	}
	return NETRAL_OK;
}

static int take_areas(struct settings *s, const struct netral_filter *f)
{
	int r = take_texts(s, f->areas, f->area_count, &s->filter.areas);
	s->filter.area_count = f->area_count;
	for (size_t i = 0; r == NETRAL_OK && i < f->area_count; i++)
		r = filter_area_check(s->filter.areas[i]);
	return r;
}

static int take_filter(struct settings *s, const struct netral_filter *from)
{
	struct netral_filter f;
	if (!from)
		return NETRAL_OK;
	int r = take_struct(&f, sizeof(f), from, from->size, FILTER_FIRST_SIZE);
	if (r == NETRAL_OK)
		r = take_kinds(s, &f);
	if (r == NETRAL_OK)
		r = take_statuses(s, &f);
	if (r == NETRAL_OK)
		r = take_areas(s, &f);
	if (r == NETRAL_OK)
		r = take_texts(s, f.sources, f.source_count, &s->sources);
	s->source_count = f.source_count;
	s->min_confidence = f.min_confidence;
	/* Written so that NaN is refused. */
	if (r == NETRAL_OK && !(f.min_confidence >= 0 && f.min_confidence <= 1))
		r = NETRAL_EINVALID;
	return r;
}

static bool source_matches(const struct settings *s, const struct text *source)
{
	for (size_t i = 0; i < s->source_count; i++) {
		if (strncmp(source->ptr, s->sources[i], strlen(s->sources[i])) == 0)
			return true;
	}
	return s->source_count == 0;
}

bool settings_match(const struct settings *s, const struct update *u)
{
	return u->event.confidence >= s->min_confidence && source_matches(s, &u->article.source);
}

/* --- the rest --- */

static int take_endpoint(struct settings *s, const char *given, const char *dir, const char *name,
			 char **ret)
{
	if (given)
		return take_text(s, given, "", ret);
	*ret = arena_printf(&s->arena, "ipc://%s/%s", dir, name);
	return *ret ? NETRAL_OK : NETRAL_ENOMEM;
}

static int take_endpoints(struct settings *s, const struct netral_options *o)
{
	char dir[RUNTIME_PATH_SIZE] = "", error[400];
	int r = NETRAL_OK;
	if (!o->updates_endpoint || !o->replay_endpoint)
		r = runtime_find(o->runtime_dir, dir, sizeof(dir), error, sizeof(error));
	if (r == NETRAL_OK)
		r = take_endpoint(s, o->updates_endpoint, dir, RUNTIME_UPDATES, &s->updates);
	if (r == NETRAL_OK)
		r = take_endpoint(s, o->replay_endpoint, dir, RUNTIME_REPLAY, &s->replay);
	return r;
}

static int take_start(struct settings *s, const struct netral_options *o)
{
	s->start = (enum netral_start)o->start;
	s->position = o->position;
	s->number = o->number;
	switch (s->start) {
	case NETRAL_FROM_NOW:
	case NETRAL_FROM_BEGINNING:
		return NETRAL_OK;
	case NETRAL_FROM_POSITION:
		return o->position.seq < UINT64_MAX ? NETRAL_OK : NETRAL_EINVALID;
	case NETRAL_FROM_NUMBER:
		return o->number > 0 ? NETRAL_OK : NETRAL_EINVALID;
	}
	return NETRAL_EINVALID;
}

int settings_init(struct settings *s, const struct netral_options *from)
{
	static const struct netral_options defaults = {.size = sizeof(defaults)};
	struct netral_options o;
	memset(s, 0, sizeof(*s));
	arena_init(&s->arena, SETTINGS_BYTES);
	from = from ? from : &defaults;
	int r = take_struct(&o, sizeof(o), from, from->size, OPTIONS_FIRST_SIZE);
	if (r == NETRAL_OK)
		r = take_endpoints(s, &o);
	if (r == NETRAL_OK)
		r = take_filter(s, o.filter);
	if (r == NETRAL_OK)
		r = take_start(s, &o);
	if (r == NETRAL_OK)
		r = take_text(s, o.since, "", &s->since);
	if (r == NETRAL_OK)
		r = take_text(s, o.until, "", &s->until);
	s->timeout_ms = o.timeout_ms ? o.timeout_ms : TIMEOUT_MS;
	return r == NETRAL_OK && s->timeout_ms > TIMEOUT_MAX_MS ? NETRAL_EINVALID : r;
}

void settings_fini(struct settings *s)
{
	arena_fini(&s->arena);
}
