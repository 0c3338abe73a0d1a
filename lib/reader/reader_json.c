/* The parsed tree lives in the caller's arena: jansson allocates from it and frees nothing. So the
 * memory that a hostile file can take is the arena's limit, strings need no second copy, and there
 * is nothing to leak.
 *
 * jansson 2.14 goes on with half a string when its buffer cannot grow, and then reads beyond it.
 * So a failed allocation never returns to it: it jumps out, which is safe as nothing is to be
 * freed. */
#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/reader/reader_internal.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

static struct {
	struct arena *arena;
	jmp_buf exhausted;
} tree;

static void *tree_malloc(size_t size)
{
	void *p = fault_hit("alloc") ? NULL : arena_alloc(tree.arena, size);
	if (!p)
		longjmp(tree.exhausted, 1);
	return p;
}

static void tree_free(void *p)
{
	(void)p; /* the arena is reset by the caller */
}

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
	if (!json_is_object(object))
		return reader_fail(reason, NETRAL_EMALFORMED, "JSON: not an object");
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

static json_t *load(const char *data, size_t len, struct arena *arena, json_error_t *ret_error,
		    bool *ret_exhausted)
{
	json_malloc_t old_malloc;
	json_free_t old_free;
	json_t *volatile object = NULL;

	json_get_alloc_funcs(&old_malloc, &old_free);
	json_set_alloc_funcs(tree_malloc, tree_free);
	tree.arena = arena;
	*ret_exhausted = setjmp(tree.exhausted) != 0;
	if (!*ret_exhausted)
		object = json_loadb(data, len, JSON_REJECT_DUPLICATES, ret_error);
	json_set_alloc_funcs(old_malloc, old_free);
	return object;
}

int reader_json(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		struct text *ret_id, char reason[static READER_REASON_SIZE])
{
	json_error_t error;
	bool exhausted;
	reader_skip_bom(&data, &len);
	const json_t *object = load(data, len, arena, &error, &exhausted);
	if (exhausted)
		return reader_fail(reason, NETRAL_ETOOBIG, "JSON: takes too much memory");
	if (!object)
		return syntax_error(&error, memchr(data, '\n', len) == NULL, reason);
	return from_object(object, arena, ret_article, ret_id, reason);
}
