/* What a hostile or broken peer sends, and what happens when memory runs out. */
#include "proto/codec.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "samples.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
	struct arena samples, arena;
	struct buf out;
	struct message m;
	struct codec_fault fault;
};

static int set_up(void **state)
{
	static struct rig rig;
	codec_arena_init(&rig.samples);
	codec_arena_init(&rig.arena);
	buf_init(&rig.out, 0);
	*state = &rig;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	arena_fini(&rig->samples);
	arena_fini(&rig->arena);
	buf_fini(&rig->out);
	return 0;
}

/* Decodes a copy of exact size, so that a sanitizer sees any byte read beyond it. */
static int decode_copy(struct rig *rig, const void *wire, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, wire, len);
	arena_reset(&rig->arena);
	int r = codec_decode(copy, len, &rig->arena, &rig->m, &rig->fault);
	free(copy);
	return r;
}

static void encode_sample(struct rig *rig, int type)
{
	struct message m;
	arena_reset(&rig->samples);
	buf_clear(&rig->out);
	sample_message((enum msg_type)type, &rig->samples, &m);
	assert_int_equal(codec_encode(&m, &rig->out), NETRAL_OK);
}

/* A prefix either is refused with a reason, or happens to be a message that ends there. */
static void truncation_at_every_byte_is_harmless(void **state)
{
	struct rig *rig = *state;
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		encode_sample(rig, type);
		for (size_t len = 0; len < rig->out.len; len++) {
			int r = decode_copy(rig, rig->out.data, len);
			assert_int_equal(r, NETRAL_EMALFORMED);
			assert_int_equal(rig->fault.code, CODE_MALFORMED);
			assert_true(rig->fault.reason[0] != '\0');
			assert_int_equal(rig->m.type, MSG_NONE);
		}
	}
}

static void every_flipped_bit_is_harmless(void **state)
{
	struct rig *rig = *state;
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		encode_sample(rig, type);
		size_t refused = 0;
		for (size_t bit = 0; bit < rig->out.len * 8; bit++) {
			rig->out.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
			int r = decode_copy(rig, rig->out.data, rig->out.len);
			refused += r < 0;
			assert_int_equal(r < 0, rig->fault.code != CODE_NONE);
			assert_int_equal(r < 0, rig->m.type == MSG_NONE);
			rig->out.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		}
		assert_true(refused > 0);
	}
}

static void garbage_is_refused(void **state)
{
	struct rig *rig = *state;
	static const struct {
		const char *bytes;
		size_t len;
	} garbage[] = {
		{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11},
		{"\x08\x01\x52\xff\xff\xff\xff\x0f", 8},     /* a length beyond the end */
		{"\x08\x01\x52\xff\xff\xff\xff\xff\xff", 9}, /* an endless length */
		{"\x08\x01\x53\x54", 4},                     /* groups */
		{"\x08\x01\x57", 3},                         /* a wire type that does not exist */
		{"GET / HTTP/1.1\r\n\r\n", 18},
		{"{\"version\":1}", 13},
		{"\x08", 1},
	};
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		assert_int_equal(decode_copy(rig, garbage[i].bytes, garbage[i].len),
				 NETRAL_EMALFORMED);
		assert_int_equal(rig->fault.code, CODE_MALFORMED);
		assert_string_equal(rig->fault.reason, "not a valid Envelope");
	}
}

static void an_empty_message_and_an_empty_body_are_malformed(void **state)
{
	struct rig *rig = *state;
	assert_int_equal(decode_copy(rig, "", 0), NETRAL_EMALFORMED);
	assert_string_equal(rig->fault.reason, "Envelope: empty message");
	assert_int_equal(codec_decode(NULL, 0, &rig->arena, &rig->m, &rig->fault),
			 NETRAL_EMALFORMED);

	wire_number(&rig->out, 1, CODEC_VERSION);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_EMALFORMED);
	assert_int_equal(rig->fault.code, CODE_MALFORMED);
	assert_string_equal(rig->fault.reason,
			    "body: missing, or of a type that is not known here");
}

static void a_body_of_tomorrow_is_malformed_and_unknown_fields_are_not(void **state)
{
	struct rig *rig = *state;
	wire_number(&rig->out, 1, 5);
	wire_envelope(&rig->out, CODEC_VERSION, 200);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_EMALFORMED);

	buf_clear(&rig->out);
	wire_number(&rig->out, 1, 77);
	wire_number(&rig->out, 99, 1);
	wire_bytes(&rig->out, 1000, "later", 5);
	wire_envelope(&rig->out, CODEC_VERSION, 50);
	wire_bytes(&rig->out, 300, "later", 5);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_OK);
	assert_int_equal(rig->m.type, MSG_STATUS_REQUEST);
	assert_int_equal(rig->m.status_request.request, 77);
}

static void other_versions_are_told_so(void **state)
{
	struct rig *rig = *state;
	static const uint32_t versions[] = {0, 2, 3, UINT32_MAX};
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		buf_clear(&rig->out);
		wire_number(&rig->out, 1, 42);
		wire_envelope(&rig->out, versions[i], 50);
		assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_EVERSION);
		assert_int_equal(rig->fault.code, CODE_VERSION);
		assert_int_equal(rig->fault.request, 42);
		assert_non_null(strstr(rig->fault.reason, "is not supported, only 1"));
	}
	/* Version 2 may hold what version 1 cannot read: here a Submit that is a number. */
	buf_clear(&rig->out);
	wire_number(&rig->out, 1, 2);
	wire_number(&rig->out, 10, 1);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_EVERSION);
}

static void the_request_number_is_found_where_there_is_one(void **state)
{
	struct rig *rig = *state;
	/* Envelope.body of every message that asks, cut short behind its first field. */
	static const unsigned bodies[] = {10, 30, 42, 44, 46, 50, 52, 54};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		buf_clear(&rig->out);
		wire_number(&rig->out, 1, 1000 + i);
		wire_bytes(&rig->out, 2, "\xff\xff\xff", 3);
		wire_bytes(&rig->out, 3, "padding", 7);
		wire_envelope(&rig->out, CODEC_VERSION, bodies[i]);
		assert_true(decode_copy(rig, rig->out.data, rig->out.len - 5) < 0);
		assert_int_equal(rig->fault.request, 1000 + i);
	}
	/* Hello begins with a name, Done with a list. */
	buf_clear(&rig->out);
	wire_number(&rig->out, 1, 9);
	wire_envelope(&rig->out, CODEC_VERSION, 20);
	assert_true(decode_copy(rig, rig->out.data, rig->out.len) < 0);
	assert_int_equal(rig->fault.request, 0);
}

static void a_field_out_of_bounds_keeps_its_request_number(void **state)
{
	struct rig *rig = *state;
	wire_number(&rig->out, 1, 31337);
	wire_number(&rig->out, 3, 0);
	wire_envelope(&rig->out, CODEC_VERSION, 42);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_EMALFORMED);
	assert_int_equal(rig->fault.request, 31337);
	/* The fault may be unwanted. */
	assert_int_equal(codec_decode(rig->out.data, rig->out.len, &rig->arena, &rig->m, NULL),
			 NETRAL_EMALFORMED);
}

static void a_frame_beyond_the_limit_is_too_big(void **state)
{
	struct rig *rig = *state;
	static uint8_t bytes[CODEC_FRAME_MAX];
	wire_number(&rig->out, 1, 4);
	wire_bytes(&rig->out, 2, bytes, sizeof(bytes));
	wire_envelope(&rig->out, CODEC_VERSION, 10);
	assert_int_equal(decode_copy(rig, rig->out.data, rig->out.len), NETRAL_ETOOBIG);
	assert_int_equal(rig->fault.code, CODE_TOO_BIG);
	assert_int_equal(rig->fault.request, 4);
	assert_int_equal(rig->arena.used, 0);
}

/* Two bytes on the wire become a sub-message of 200: the arena's limit is what stops it. */
static void amplification_is_bounded_by_the_arena(void **state)
{
	struct rig *rig = *state;
	static const unsigned bodies[] = {10, 22, 23, 30, 43, 51};
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		buf_clear(&rig->out);
		for (size_t n = 0; n < (2U << 20); n++)
			assert_int_equal(buf_append(&rig->out, "\x12\0\x0a", 3), NETRAL_OK);
		rig->out.len--;
		wire_envelope(&rig->out, CODEC_VERSION, bodies[i]);
		assert_true(decode_copy(rig, rig->out.data, rig->out.len) < 0);
		assert_true(rig->arena.used <= rig->arena.limit);
	}
}

static void an_exhausted_arena_is_the_peers_error(void **state)
{
	struct rig *rig = *state;
	encode_sample(rig, MSG_RECORD);
	size_t refused = 0;
	int r = NETRAL_ETOOBIG;
	for (size_t limit = 16; r < 0; limit += 16) {
		struct arena small;
		arena_init(&small, limit);
		r = codec_decode(rig->out.data, rig->out.len, &small, &rig->m, &rig->fault);
		if (r < 0) {
			assert_int_equal(r, NETRAL_ETOOBIG);
			assert_int_equal(rig->fault.code, CODE_TOO_BIG);
			assert_int_equal(rig->fault.request, 7);
			refused++;
		}
		arena_fini(&small);
	}
	assert_int_equal(r, NETRAL_OK);
	assert_true(refused > 100);
}

/* --- the n-th allocation fails, for every n --- */

static void decoding_survives_every_failed_allocation(void **state)
{
	struct rig *rig = *state;
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		encode_sample(rig, type);
		int r = NETRAL_ENOMEM;
		for (unsigned n = 1; r < 0; n++) {
			struct arena fresh;
			codec_arena_init(&fresh);
			fault_arm("alloc", n);
			r = codec_decode(rig->out.data, rig->out.len, &fresh, &rig->m, &rig->fault);
			fault_arm(NULL, 0);
			if (r < 0) {
				assert_int_equal(r, NETRAL_ENOMEM);
				assert_int_equal(rig->fault.code, CODE_BUSY);
			}
			arena_fini(&fresh);
		}
		assert_int_equal(r, NETRAL_OK);
	}
}

static void encoding_survives_every_failed_allocation(void **state)
{
	struct rig *rig = *state;
	for (int type = MSG_FIRST; type <= MSG_LAST; type++) {
		struct message m;
		arena_reset(&rig->samples);
		sample_message((enum msg_type)type, &rig->samples, &m);
		int r = NETRAL_ENOMEM;
		unsigned n = 0;
		while (r < 0) {
			struct buf fresh;
			buf_init(&fresh, 0);
			fault_arm("alloc", ++n);
			r = codec_encode(&m, &fresh);
			fault_arm(NULL, 0);
			if (r < 0) {
				assert_int_equal(r, NETRAL_ENOMEM);
				assert_int_equal(fresh.len, 0);
			}
			buf_fini(&fresh);
		}
		assert_true(n > 1); /* the buffer at least is allocated */
	}
}

static void splicing_survives_failed_allocations(void **state)
{
	struct rig *rig = *state;
	const struct work_stored item = {1, 2, 3, {(const uint8_t *)"\x0a\0", 2}};
	fault_arm("alloc", 1);
	int r = codec_encode_work(&item, 1, &rig->out);
	fault_arm(NULL, 0);
	assert_int_equal(r, NETRAL_ENOMEM);
	assert_int_equal(rig->out.len, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(truncation_at_every_byte_is_harmless),
		TEST(every_flipped_bit_is_harmless),
		TEST(garbage_is_refused),
		TEST(an_empty_message_and_an_empty_body_are_malformed),
		TEST(a_body_of_tomorrow_is_malformed_and_unknown_fields_are_not),
		TEST(other_versions_are_told_so),
		TEST(the_request_number_is_found_where_there_is_one),
		TEST(a_field_out_of_bounds_keeps_its_request_number),
		TEST(a_frame_beyond_the_limit_is_too_big),
		TEST(amplification_is_bounded_by_the_arena),
		TEST(an_exhausted_arena_is_the_peers_error),
		TEST(decoding_survives_every_failed_allocation),
		TEST(encoding_survives_every_failed_allocation),
		TEST(splicing_survives_failed_allocations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
