/* Writes one file a message type into the folder given as argument, and some broken ones. */
#include "samples.h"
#include "wire.h"

#include "lib/error.h"

#include <stdio.h>
#include <stdlib.h>

static void write_seed(const char *folder, const char *name, const struct buf *b)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "we");
	netral_assert(f && fwrite(b->data, 1, b->len, f) == b->len);
	netral_assert(fclose(f) == 0);
}

static void write_samples(const char *folder, struct arena *arena, struct buf *b)
{
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		struct message m;
		buf_clear(b);
		sample_message((enum msg_type)type, arena, &m);
		netral_assert(codec_encode(&m, b) == NETRAL_OK);
		write_seed(folder, codec_type_name((enum msg_type)type), b);
	}
}

static void write_stored(const char *folder, struct buf *b)
{
	struct article a;
	struct update u;
	sample_article(&a);
	sample_update(&u, 41);
	buf_clear(b);
	netral_assert(codec_encode_article(&a, b) == NETRAL_OK);
	write_seed(folder, "stored-Article", b);
	buf_clear(b);
	netral_assert(codec_encode_update(&u, b) == NETRAL_OK);
	write_seed(folder, "stored-Update", b);
}

static void write_broken(const char *folder, struct buf *b)
{
	buf_clear(b);
	write_seed(folder, "broken-empty", b);
	wire_number(b, 1, 77);
	wire_envelope(b, 2, 50);
	write_seed(folder, "broken-version", b);
	buf_clear(b);
	for (int i = 0; i < 2000; i++)
		netral_assert(buf_append(b, "\x12\0", 2) == NETRAL_OK);
	wire_envelope(b, CODEC_VERSION, 30);
	write_seed(folder, "broken-amplified", b);
}

int main(int argc, char **argv)
{
	netral_assert(argc == 2);
	struct arena arena;
	struct buf b;
	codec_arena_init(&arena);
	buf_init(&b, 0);
	write_samples(argv[1], &arena, &b);
	write_stored(argv[1], &b);
	write_broken(argv[1], &b);
	buf_fini(&b);
	arena_fini(&arena);
	return EXIT_SUCCESS;
}
