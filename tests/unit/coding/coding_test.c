/* Content codings, whole and broken. */
#include "lib/coding/coding.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

enum { GZIP = 15 + 16, WRAPPED = 15, BARE = -15, MAX = 1 << 20 };

static const char words[] = "Satu kalimat, dua kalimat, dan satu kalimat lagi.";

/* RFC 7932: an uncompressed meta-block of four bytes, and an empty last one. */
static const char br[] = {'\x8b', '\x01', '\x80', 'I', 's', 'i', '.', '\x03'};

static struct {
	struct buf in, out;
} f;

static int set_up(void **state)
{
	(void)state;
	buf_init(&f.in, 0);
	buf_init(&f.out, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_fini(&f.in);
	buf_fini(&f.out);
	return 0;
}

/* Appends it to f.in, in what `bits` says. */
static void pack(int bits, const char *data, size_t len)
{
	z_stream z = {.next_in = (const Bytef *)data, .avail_in = (uInt)len};
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
	size_t room = deflateBound(&z, (uLong)len);
	assert_int_equal(buf_reserve(&f.in, room), 0);
	z.next_out = f.in.data + f.in.len;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	f.in.len += room - z.avail_out;
	deflateEnd(&z);
}

static int undo(const char *name, const void *data, size_t len, size_t max)
{
	const struct text coding = {name, strlen(name)};
	buf_clear(&f.out);
	/* Memory of exactly that size, so that a sanitizer sees any byte read beyond it. */
	char *exact = malloc(len ? len : 1);
	assert_non_null(exact);
	for (size_t i = 0; i < len; i++)
		exact[i] = ((const char *)data)[i];
	int r = coding_undo(&coding, exact, len, max, &f.out);
	free(exact);
	return r;
}

static void expect_out(const char *text)
{
	assert_int_equal(f.out.len, strlen(text));
	assert_memory_equal(f.out.data, text, f.out.len);
}

static const struct {
	const char *name;
	int bits;
} streams[] = {{"gzip", GZIP}, {"X-GZip", GZIP}, {"deflate", WRAPPED}, {"Deflate", BARE}};

static void whole_bodies_are_undone(void **state)
{
	(void)state;
	for (size_t i = 0; i < netral_countof(streams); i++) {
		buf_clear(&f.in);
		pack(streams[i].bits, words, sizeof(words) - 1);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len, MAX), CODING_DONE);
		expect_out(words);
	}
	assert_int_equal(undo("br", br, sizeof(br), MAX), CODING_DONE);
	expect_out("Isi.");
}

static void gzip_members_follow_one_another(void **state)
{
	(void)state;
	pack(GZIP, "satu ", 5);
	pack(GZIP, "", 0);
	pack(GZIP, "dua", 3);
	assert_int_equal(undo("gzip", f.in.data, f.in.len, MAX), CODING_DONE);
	expect_out("satu dua");
	assert_int_equal(undo("gzip", f.in.data, f.in.len - 1, MAX), CODING_CUT);
}

/* Wherever: in the header, in the data, in the check behind it. */
static void a_cut_is_seen_at_every_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < netral_countof(streams); i++) {
		buf_clear(&f.in);
		pack(streams[i].bits, words, sizeof(words) - 1);
		for (size_t len = 3; len < f.in.len; len++) {
			assert_int_equal(undo(streams[i].name, f.in.data, len, MAX), CODING_CUT);
			assert_true(f.out.len < sizeof(words));
			assert_memory_equal(f.out.data ? f.out.data : (uint8_t *)&f, words,
					    f.out.data ? f.out.len : 0);
		}
	}
	for (size_t len = 1; len < sizeof(br); len++)
		assert_int_equal(undo("br", br, len, MAX), CODING_CUT);
}

static void bytes_behind_the_end_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < netral_countof(streams); i++) {
		buf_clear(&f.in);
		pack(streams[i].bits, words, sizeof(words) - 1);
		assert_int_equal(buf_append(&f.in, "\0", 1), 0);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len, MAX), CODING_SURPLUS);
		expect_out(words);
	}
	assert_int_equal(undo("br", "\x8b\x01\x80Isi.\x03\n", 9, MAX), CODING_SURPLUS);
	expect_out("Isi.");
}

static void damage_is_told_from_a_cut(void **state)
{
	(void)state;
	pack(GZIP, words, sizeof(words) - 1);
	f.in.data[f.in.len - 8] ^= 1; /* the check */
	assert_int_equal(undo("gzip", f.in.data, f.in.len, MAX), CODING_DAMAGED);
	buf_clear(&f.in);
	pack(WRAPPED, words, sizeof(words) - 1);
	f.in.data[f.in.len - 1] ^= 1;
	assert_int_equal(undo("deflate", f.in.data, f.in.len, MAX), CODING_DAMAGED);
	assert_int_equal(undo("deflate", "\xff\xff\xff\xff", 4, MAX), CODING_DAMAGED);
	assert_int_equal(undo("br", "\xff\xff\xff\xff", 4, MAX), CODING_DAMAGED);
}

static void what_is_not_coded_is_let_be(void **state)
{
	(void)state;
	static const char *const names[] = {"gzip", "deflate", "br"};
	for (size_t i = 0; i < netral_countof(names); i++) {
		assert_int_equal(undo(names[i], "\xef\xbb\xbf\n<!doctype html>", 19, MAX),
				 CODING_NOT_THERE);
		assert_int_equal(undo(names[i], "", 0, MAX), CODING_NOT_THERE);
		assert_int_equal(f.out.len, 0);
	}
	assert_int_equal(undo("gzip", "halo dunia", 10, MAX), CODING_NOT_THERE);
	assert_int_equal(undo("zstd", "x", 1, MAX), NETRAL_ENOTFOUND);
	assert_int_equal(undo("identity", "x", 1, MAX), NETRAL_ENOTFOUND);
	assert_int_equal(undo("", "x", 1, MAX), NETRAL_ENOTFOUND);
}

/* Exactly so many bytes are in order. */
static void the_limit_is_exact(void **state)
{
	(void)state;
	const size_t len = sizeof(words) - 1;
	for (size_t i = 0; i < netral_countof(streams); i++) {
		buf_clear(&f.in);
		pack(streams[i].bits, words, len);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len, len), CODING_DONE);
		expect_out(words);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len, len - 1), CODING_FULL);
		assert_int_equal(f.out.len, len - 1);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len, 0), CODING_FULL);
		assert_int_equal(undo(streams[i].name, f.in.data, f.in.len - 1, len), CODING_CUT);
	}
	assert_int_equal(undo("br", br, sizeof(br), 4), CODING_DONE);
	assert_int_equal(undo("br", br, sizeof(br), 3), CODING_FULL);
	assert_int_equal(f.out.len, 3);
}

static void a_bomb_takes_no_more_than_the_limit(void **state)
{
	(void)state;
	enum { SIZE = 32 << 20, LIMIT = 100000 };
	char *zeros = calloc(1, SIZE);
	assert_non_null(zeros);
	pack(GZIP, zeros, SIZE);
	free(zeros);
	assert_int_equal(undo("gzip", f.in.data, f.in.len, LIMIT), CODING_FULL);
	assert_int_equal(f.out.len, LIMIT);
	assert_true(f.out.cap < 4 * LIMIT);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_bodies_are_undone),     TEST(gzip_members_follow_one_another),
		TEST(a_cut_is_seen_at_every_byte), TEST(bytes_behind_the_end_are_told),
		TEST(damage_is_told_from_a_cut),   TEST(what_is_not_coded_is_let_be),
		TEST(the_limit_is_exact),          TEST(a_bomb_takes_no_more_than_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
