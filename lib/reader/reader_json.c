#include "lib/reader/reader.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/json_tree.h"
#include "lib/reader/reader_internal.h"

#include <string.h>

/* The library's messages quote what they found, which may be anything: printable ASCII only. */
static void make_printable(char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			*s = '?';
	}
}

static int syntax_error(json_error_t *e, bool one_line, char *reason)
{
	make_printable(e->text);
	if (one_line)
		return reader_fail(reason, NETRAL_EMALFORMED, "JSON, column %d: %s", e->column,
				   e->text);
	return reader_fail(reason, NETRAL_EMALFORMED, "JSON, line %d, column %d: %s", e->line,
			   e->column, e->text);
}

/* The string under `key`, or empty when it is absent or null. */
static int get_string(const json_t *object, const char *key, struct text *ret_text, char *reason)
{
	const json_t *value = json_object_get(object, key);
	*ret_text = (struct text){"", 0};
	if (!value || json_is_null(value))
		return NETRAL_OK;
	if (!json_is_string(value))
		return reader_fail(reason, NETRAL_EINVALID, "%s: not a string", key);
	*ret_text = (struct text){json_string_value(value), json_string_length(value)};
	return NETRAL_OK;
}

static int get_id(const json_t *object, struct arena *arena, struct text *ret_id, char *reason)
{
	const json_t *value = json_object_get(object, "id");
	if (!json_is_integer(value))
		return get_string(object, "id", ret_id, reason);
	const char *digits =
		arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	if (!digits)
		return reader_fail(reason, NETRAL_ENOMEM, "id: out of memory");
	*ret_id = (struct text){digits, strlen(digits)};
	return NETRAL_OK;
}

static int from_object(const json_t *object, struct arena *arena, struct article *ret_article,
		       struct text *ret_id, char *reason)
{
	struct article a = {.source = {"", 0}};
	struct text id = {"", 0};
	int r = ret_id ? get_id(object, arena, &id, reason) : NETRAL_OK;
	if (r == NETRAL_OK)
		r = get_string(object, "url", &a.url, reason);
	if (r == NETRAL_OK)
		r = get_string(object, "title", &a.title, reason);
	if (r == NETRAL_OK)
		r = get_string(object, "published", &a.published, reason);
	if (r == NETRAL_OK)
		r = get_string(object, "text", &a.text, reason);
	if (r < 0)
		return r;
	if (a.text.len == 0)
		return reader_fail(reason, NETRAL_EINVALID, "text: missing or empty");
	*ret_article = a;
	if (ret_id)
		*ret_id = id;
	return NETRAL_OK;
}

static int load_object(const char *data, size_t len, struct arena *arena, const json_t **ret,
		       char *reason)
{
	json_error_t error;
	bool exhausted;
	reader_skip_bom(&data, &len);
	*ret = json_tree_load(data, len, JSON_REJECT_DUPLICATES, arena, &error, &exhausted);
	if (exhausted)
		return reader_fail(reason, NETRAL_ETOOBIG, "JSON: takes too much memory");
	if (!*ret)
		return syntax_error(&error, memchr(data, '\n', len) == NULL, reason);
	if (!json_is_object(*ret))
		return reader_fail(reason, NETRAL_EMALFORMED, "JSON: not an object");
	return NETRAL_OK;
}

int reader_json(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		struct text *ret_id, char reason[static READER_REASON_SIZE])
{
	const json_t *object;
	int r = load_object(data, len, arena, &object, reason);
	return r < 0 ? r : from_object(object, arena, ret_article, ret_id, reason);
}

int reader_meta(const char *data, size_t len, struct arena *arena, struct reader_meta *ret_meta,
		char reason[static READER_REASON_SIZE])
{
	const json_t *object;
	struct reader_meta m;
	const struct {
		const char *key;
		struct text *value;
	} keys[] = {{"url", &m.url},
		    {"title", &m.title},
		    {"published", &m.published},
		    {"source", &m.source},
		    {"charset", &m.charset}};
	int r = load_object(data, len, arena, &object, reason);
	for (size_t i = 0; i < netral_countof(keys) && r == NETRAL_OK; i++)
		r = get_string(object, keys[i].key, keys[i].value, reason);
	if (r == NETRAL_OK)
		*ret_meta = m;
	return r;
}

int reader_meta_load(int fd, struct arena *arena, struct reader_meta *ret_meta,
		     char reason[static READER_REASON_SIZE])
{
	netral_cleanup(buf_fini) struct buf data = {.limit = 0};
	char why[READER_REASON_SIZE];
	int r = reader_load(fd, &data, why);
	if (r == NETRAL_OK)
		r = reader_meta((const char *)data.data, data.len, arena, ret_meta, why);
	return r < 0 ? reader_fail(reason, r, "metadata: %.*s", READER_REASON_SIZE - 16, why) : r;
}
