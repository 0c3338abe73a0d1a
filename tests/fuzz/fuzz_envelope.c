/* Any bytes as an Envelope and as the stored forms. What decodes must encode, and what was encoded
 * must come back as the same bytes: so nothing that a decoder lets through is lost or changed. */
#include "fuzz.h"

#include "lib/error.h"
#include "proto/codec.h"

#include <string.h>

static void encode_again(const struct message *m, struct arena *arena)
{
	struct buf first, second;
	struct message back;
	buf_init(&first, 0);
	buf_init(&second, 0);
	netral_assert(codec_encode(m, &first) == NETRAL_OK);
	netral_assert(codec_decode(first.data, first.len, arena, &back, NULL) == NETRAL_OK);
	netral_assert(back.type == m->type);
	netral_assert(codec_encode(&back, &second) == NETRAL_OK);
	netral_assert(first.len == second.len);
	netral_assert(memcmp(first.data, second.data, first.len) == 0);
	buf_fini(&first);
	buf_fini(&second);
}

static void decode_envelope(const uint8_t *data, size_t size, struct arena *arena)
{
	struct message m;
	struct codec_fault fault;
	int r = codec_decode(data, size, arena, &m, &fault);
	if (r == NETRAL_OK) {
		encode_again(&m, arena);
		return;
	}
	netral_assert(fault.code != CODE_NONE && fault.reason[0] != '\0');
	netral_assert(m.type == MSG_NONE);
}

static void decode_stored(const uint8_t *data, size_t size, struct arena *arena)
{
	struct article a;
	struct update u;
	struct buf out;
	buf_init(&out, 0);
	if (codec_decode_article(data, size, arena, &a) == NETRAL_OK)
		netral_assert(codec_encode_article(&a, &out) == NETRAL_OK);
	if (codec_decode_update(data, size, arena, &u) == NETRAL_OK)
		netral_assert(codec_encode_update(&u, &out) == NETRAL_OK);
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	codec_arena_init(&arena);
	decode_envelope(data, size, &arena);
	arena_reset(&arena);
	decode_stored(data, size, &arena);
	arena_fini(&arena);
	return 0;
}
