/* The parsed tree lives in the caller's arena: jansson allocates from it and frees nothing. So the
 * memory that a hostile file can take is the arena's limit, strings need no second copy, and there
 * is nothing to leak.
 *
 * jansson 2.14 goes on with half a string when its buffer cannot grow, and then reads beyond it.
 * So a failed allocation never returns to it: it jumps out, which is safe as nothing is to be
 * freed. */
#include "lib/reader/json_tree.h"

#include "lib/fault.h"

#include <setjmp.h>

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

json_t *json_tree_load(const char *data, size_t len, size_t flags, struct arena *arena,
		       json_error_t *ret_error, bool *ret_exhausted)
{
	json_malloc_t old_malloc;
	json_free_t old_free;
	json_t *volatile object = NULL;

	json_get_alloc_funcs(&old_malloc, &old_free);
	json_set_alloc_funcs(tree_malloc, tree_free);
	tree.arena = arena;
	*ret_exhausted = setjmp(tree.exhausted) != 0;
	if (!*ret_exhausted)
		object = json_loadb(data, len, flags, ret_error);
	json_set_alloc_funcs(old_malloc, old_free);
	return object;
}
