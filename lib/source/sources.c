#include "lib/source/sources.h"

#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/utf8.h"
#include "lib/web/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOURS(n) ((uint64_t)(n)*3600 * 1000)

struct section {
	char *kind;
	char *url;
	uint64_t min_interval;
	uint64_t max_interval;
	int enabled;
};

#define OPTION(key, type, min, max, def, help)                                                     \
	{                                                                                          \
#key, type, offsetof(struct section, key), min, max, def, help                     \
	}

const struct config_option source_options[] = {
	OPTION(kind, CONFIG_STRING, 1, 16, "feed", "feed, sitemap or page"),
	OPTION(url, CONFIG_STRING, 0, ARTICLE_URL_MAX, "", "what is polled: http or https"),
	OPTION(min_interval, CONFIG_MSEC, 1000, HOURS(24 * 30), "2min",
	       "least time between two polls, however much there is"),
	OPTION(max_interval, CONFIG_MSEC, 1000, HOURS(24 * 30), "6h",
	       "longest time between two polls, however little there is"),
	OPTION(enabled, CONFIG_BOOL, 0, 0, "true", "false: the source is known but not polled"),
};
const size_t source_option_count = netral_countof(source_options);

static const char *const kind_names[] = {
	[SOURCE_FEED] = "feed", [SOURCE_SITEMAP] = "sitemap", [SOURCE_PAGE] = "page"};

const char *source_kind_name(enum source_kind kind)
{
	return kind_names[kind];
}

struct reader {
	struct arena arena;
	struct buf list; /* of struct source */
};

static int say(char *error, size_t size, const char *sentence)
{
	snprintf(error, size, "%s", sentence);
	return NETRAL_EINVALID;
}

static int check_name(const char *name, char *error, size_t error_size)
{
	size_t len = strlen(name);
	if (len == 0 || len > SOURCE_NAME_MAX)
		return say(error, error_size, "the name must have 1 to 64 bytes");
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
			return say(error, error_size, "the name has a control character");
	}
	return NETRAL_OK;
}

static int take_kind(const char *name, enum source_kind *ret, char *error, size_t error_size)
{
	for (size_t i = 0; i < netral_countof(kind_names); i++) {
		if (strcmp(kind_names[i], name) == 0) {
			*ret = (enum source_kind)i;
			return NETRAL_OK;
		}
	}
	snprintf(error, error_size, "kind: \"%s\" is not feed, sitemap or page", name);
	return NETRAL_EINVALID;
}

static int take_url(struct reader *r, const char *url, struct text *ret, char *error,
		    size_t error_size)
{
	struct text none = {"", 0}, reference = {url, strlen(url)};
	int err = url_resolve(&none, &reference, &r->arena, ret);
	if (err == NETRAL_ENOMEM)
		snprintf(error, error_size, "url: out of memory");
	else if (err < 0 && url[0] == '\0')
		snprintf(error, error_size, "url: is missing");
	else if (err < 0)
		snprintf(error, error_size, "url: \"%.100s\" is no http or https URL", url);
	return err == NETRAL_ETOOBIG ? NETRAL_EINVALID : err;
}

static int add(struct reader *r, const char *name, struct source *source)
{
	size_t len = strlen(name);
	const char *copy = arena_strndup(&r->arena, name, len);
	source->name = (struct text){copy, len};
	return copy ? buf_append(&r->list, source, sizeof(*source)) : NETRAL_ENOMEM;
}

static int take_section(void *user, const char *name, const void *config, char *error,
			size_t error_size)
{
	struct reader *r = user;
	const struct section *s = config;
	struct source source = {.min_interval_ms = s->min_interval,
				.max_interval_ms = s->max_interval,
				.enabled = s->enabled};
	if (r->list.len / sizeof(source) == SOURCES_MAX)
		return say(error, error_size, "there are too many sources");
	int err = check_name(name, error, error_size);
	if (err == NETRAL_OK)
		err = take_kind(s->kind, &source.kind, error, error_size);
	if (err == NETRAL_OK)
		err = take_url(r, s->url, &source.url, error, error_size);
	if (err == NETRAL_OK && s->max_interval < s->min_interval)
		err = say(error, error_size, "max_interval: must be at least min_interval");
	if (err < 0)
		return err;
	err = add(r, name, &source);
	if (err < 0)
		snprintf(error, error_size, "out of memory");
	return err;
}

static int end_reading(struct reader *r, struct sources *ret, char *error, size_t error_size)
{
	struct source *list = arena_alloc(&r->arena, r->list.len);
	if (!list) {
		snprintf(error, error_size, "out of memory");
		return NETRAL_ENOMEM;
	}
	if (r->list.len > 0)
		memcpy(list, r->list.data, r->list.len);
	*ret = (struct sources){r->arena, list, r->list.len / sizeof(*list)};
	return NETRAL_OK;
}

int sources_read(const char *path, struct sources *ret_sources, char *error, size_t error_size)
{
	const struct config_sections sections = {.section = "source",
						 .options = source_options,
						 .count = source_option_count,
						 .config_size = sizeof(struct section),
						 .take = take_section};
	struct reader r;
	arena_init(&r.arena, SOURCES_ARENA_MAX);
	buf_init(&r.list, SOURCES_MAX * sizeof(struct source));
	int err = config_read_sections(&sections, &r, path, error, error_size);
	if (err == NETRAL_OK)
		err = end_reading(&r, ret_sources, error, error_size);
	if (err < 0)
		arena_fini(&r.arena);
	buf_fini(&r.list);
	return err;
}

/* --- what a person states --- */

static int set_key(struct section *s, const char *key, const char *value, char *error,
		   size_t error_size)
{
	char *assignment = NULL;
	if (!value)
		return NETRAL_OK;
	if (asprintf(&assignment, "%s=%s", key, value) < 0) {
		snprintf(error, error_size, "%s: out of memory", key);
		return NETRAL_ENOMEM;
	}
	int r = config_set(source_options, source_option_count, s, assignment, error, error_size);
	free(assignment);
	return r;
}

static int set_keys(const struct source_statement *st, struct section *s, char *error,
		    size_t error_size)
{
	int r = set_key(s, "kind", st->kind, error, error_size);
	if (r == NETRAL_OK)
		r = set_key(s, "url", st->url, error, error_size);
	if (r == NETRAL_OK)
		r = set_key(s, "min_interval", st->min_interval, error, error_size);
	return r;
}

int source_check(const struct source_statement *statement, struct arena *arena,
		 struct source *ret_source, char *error, size_t error_size)
{
	struct section s = {0};
	struct reader r = {.arena = *arena};
	if (utf8_check(statement->name, strlen(statement->name), NULL) < 0)
		return say(error, error_size, "the name is not valid UTF-8");
	int err = config_defaults(source_options, source_option_count, &s);
	if (err < 0)
		snprintf(error, error_size, "out of memory");
	else
		err = set_keys(statement, &s, error, error_size);
	if (err == NETRAL_OK)
		err = take_section(&r, statement->name, &s, error, error_size);
	if (err == NETRAL_OK)
		memcpy(ret_source, r.list.data, sizeof(*ret_source));
	config_free(source_options, source_option_count, &s);
	buf_fini(&r.list);
	*arena = r.arena;
	return err;
}

/* libconfuse puts environment variables in the place of ${NAME}, within quotes too. */
static int append_quoted(struct buf *out, const char *s)
{
	int r = buf_append(out, "\"", 1);
	for (; *s && r == NETRAL_OK; s++) {
		if (strchr("\"\\$", *s))
			r = buf_append(out, "\\", 1);
		if (r == NETRAL_OK)
			r = buf_append(out, s, 1);
	}
	return r == NETRAL_OK ? buf_append(out, "\"", 1) : r;
}

int source_write(const struct source_statement *statement, struct buf *out)
{
	int r = buf_append_str(out, "source ");
	if (r == NETRAL_OK)
		r = append_quoted(out, statement->name);
	if (r == NETRAL_OK)
		r = buf_append_str(out, " {\n");
	if (r == NETRAL_OK && statement->kind)
		r = buf_printf(out, "\tkind = %s\n", statement->kind);
	if (r == NETRAL_OK)
		r = buf_append_str(out, "\turl = ");
	if (r == NETRAL_OK)
		r = append_quoted(out, statement->url);
	if (r == NETRAL_OK && statement->min_interval)
		r = buf_printf(out, "\n\tmin_interval = %s", statement->min_interval);
	return r == NETRAL_OK ? buf_append_str(out, "\n}\n") : r;
}

void sources_free(struct sources *s)
{
	arena_fini(&s->arena);
	*s = (struct sources){.count = 0};
}
