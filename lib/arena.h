/* arena.h - bump allocation with a bound, for what lives as long as one message or one article.
 * An arena belongs to one thread. Memory from it is freed all at once, by reset or fini. */
#ifndef NETRAL_LIB_ARENA_H
#define NETRAL_LIB_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;
struct arena {
	struct arena_block *head; /* the block that is being filled */
	size_t used;              /* bytes handed out since the last reset */
	size_t limit;             /* arena_alloc() returns NULL beyond it */
};

/* `limit` bounds the bytes handed out between resets. Allocates nothing yet. */
void arena_init(struct arena *a, size_t limit);

/* Frees everything. Takes a zeroed arena. */
void arena_fini(struct arena *a);

/* Overwrites everything that was handed out, with zeroes: before arena_fini(), where secrets were
 * in it. */
void arena_wipe(struct arena *a);

/* Forgets everything that was handed out; keeps one block of at most 4 MiB for the next round. */
void arena_reset(struct arena *a);

/* 16-byte aligned, not zeroed; NULL when the limit or the memory is reached. */
void *arena_alloc(struct arena *a, size_t size);

/* Zeroed array of `count` members; NULL as above or when the product overflows. */
void *arena_calloc(struct arena *a, size_t count, size_t size);

/* Copies `len` bytes and puts a NUL behind them; NULL as above. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
