#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static char reason[READER_REASON_SIZE];

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, READER_ARENA_MAX);
	reason[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fault_arm(NULL, 0);
	arena_fini(&arena);
	return 0;
}

static void assert_text(struct text t, const char *expected)
{
	assert_non_null(t.ptr);
	assert_string_equal(t.ptr, expected);
	assert_int_equal(t.len, strlen(expected));
}

static void formats_go_by_the_ending(void **state)
{
	(void)state;
	assert_int_equal(reader_format_of("a.txt"), READER_TEXT);
	assert_int_equal(reader_format_of("a.b.HTM"), READER_HTML);
	assert_int_equal(reader_format_of("a.html"), READER_HTML);
	assert_int_equal(reader_format_of("a.json"), READER_JSON);
	assert_int_equal(reader_format_of("a.jsonl"), READER_LINES);
	assert_int_equal(reader_format_of("a.pdf"), READER_UNKNOWN);
	assert_int_equal(reader_format_of("txt"), READER_UNKNOWN);
	assert_int_equal(reader_format_of(""), READER_UNKNOWN);
	assert_int_equal(reader_format_of("a.html.json"), READER_META);
	assert_int_equal(reader_format_of("a.HTM.Json"), READER_META);
	assert_int_equal(reader_format_of(".json"), READER_JSON);
	assert_int_equal(reader_format_of("html.json"), READER_JSON);
	assert_int_equal(reader_format_of("a.html.jsonl"), READER_LINES);
}

static void what_is_told_of_a_page_is_read(void **state)
{
	(void)state;
	struct reader_meta m;
	static const char all[] = "{\"url\":\"https://a.example/\",\"title\":\"J\","
				  "\"published\":\"2024-08-21\",\"source\":\"kurir\","
				  "\"charset\":\"latin1\",\"text\":7}";
	assert_int_equal(reader_meta(all, sizeof(all) - 1, &arena, &m, reason), 0);
	assert_text(m.url, "https://a.example/");
	assert_text(m.title, "J");
	assert_text(m.published, "2024-08-21");
	assert_text(m.source, "kurir");
	assert_text(m.charset, "latin1");
	assert_int_equal(reader_meta("{\"url\":null}", 12, &arena, &m, reason), 0);
	assert_text(m.url, "");
	assert_text(m.charset, "");
	assert_int_equal(reader_meta("{\"source\":1}", 12, &arena, &m, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "source: not a string");
	assert_int_equal(reader_meta("[]", 2, &arena, &m, reason), NETRAL_EMALFORMED);
	assert_int_equal(reader_meta("", 0, &arena, &m, reason), NETRAL_EMALFORMED);
}

static void text_has_a_short_first_line_as_title(void **state)
{
	(void)state;
	struct article a;
	static const char data[] =
		"\xef\xbb\xbf\r\n ASN Harus Netral \r\n\r\nIsi berita.\r\nLagi.\n";
	assert_int_equal(reader_text(data, sizeof(data) - 1, &arena, &a, reason), 0);
	assert_text(a.title, "ASN Harus Netral");
	assert_text(a.text, "\n ASN Harus Netral \n\nIsi berita.\nLagi.\n");
	assert_text(a.url, "");
	assert_text(a.published, "");
}

static void text_of_one_line_has_no_title(void **state)
{
	(void)state;
	struct article a;
	assert_int_equal(reader_text("Satu baris.\n", 12, &arena, &a, reason), 0);
	assert_text(a.title, "");
	assert_text(a.text, "Satu baris.\n");
}

static void text_with_a_long_first_line_has_no_title(void **state)
{
	(void)state;
	struct article a;
	char data[300];
	memset(data, 'x', sizeof(data));
	data[201] = '\n';
	assert_int_equal(reader_text(data, sizeof(data), &arena, &a, reason), 0);
	assert_text(a.title, "");
	data[200] = '\n';
	assert_int_equal(reader_text(data, sizeof(data), &arena, &a, reason), 0);
	assert_int_equal(a.title.len, 200);
}

static void text_names_the_line_of_a_bad_byte(void **state)
{
	(void)state;
	struct article a;
	assert_int_equal(reader_text("a\nb\xff", 4, &arena, &a, reason), NETRAL_EENCODING);
	assert_string_equal(reason, "line 2: byte 3 of the file is not valid UTF-8");
	assert_int_equal(reader_text("a\n\nb\0c", 6, &arena, &a, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "line 3: byte 4 of the file is a NUL");
}

static void json_fills_every_field(void **state)
{
	(void)state;
	struct article a;
	struct text id;
	static const char data[] =
		"{\"id\":\"x-1\",\"url\":\"https://a.example/1\",\"title\":\"Judul\","
		"\"published\":\"2024-08-21T10:00:00+07:00\",\"text\":\"Isi \\u00e9\\n\","
		"\"other\":[1,{\"a\":null}]}";
	assert_int_equal(reader_json(data, sizeof(data) - 1, &arena, &a, &id, reason), 0);
	assert_text(id, "x-1");
	assert_text(a.url, "https://a.example/1");
	assert_text(a.title, "Judul");
	assert_text(a.published, "2024-08-21T10:00:00+07:00");
	assert_text(a.text, "Isi \xc3\xa9\n");
	assert_text(a.source, "");
}

static void json_takes_a_number_or_nothing_as_id(void **state)
{
	(void)state;
	struct article a;
	struct text id;
	assert_int_equal(reader_json("{\"id\":17,\"text\":\"a\"}", 20, &arena, &a, &id, reason), 0);
	assert_text(id, "17");
	assert_int_equal(reader_json("{\"url\":null,\"text\":\"a\"}", 23, &arena, &a, &id, reason),
			 0);
	assert_text(id, "");
	assert_text(a.url, "");
	assert_int_equal(reader_json("{\"id\":[],\"text\":\"a\"}", 20, &arena, &a, NULL, reason),
			 0);
}

struct bad_json {
	const char *data;
	int err;
	const char *reason;
};

static void json_says_what_is_wrong(void **state)
{
	(void)state;
	static const struct bad_json cases[] = {
		{"{\"text\":\"a\"", NETRAL_EMALFORMED,
		 "JSON, column 11: '}' expected near end of file"},
		{"{\"title\":\"a\",\n\"text\":x}", NETRAL_EMALFORMED,
		 "JSON, line 2, column 8: invalid token near 'x'"},
		{"[]", NETRAL_EMALFORMED, "JSON: not an object"},
		{"{}", NETRAL_EINVALID, "text: missing or empty"},
		{"{\"text\":\"\"}", NETRAL_EINVALID, "text: missing or empty"},
		{"{\"text\":1}", NETRAL_EINVALID, "text: not a string"},
		{"{\"title\":{},\"text\":\"a\"}", NETRAL_EINVALID, "title: not a string"},
		{"{\"id\":[],\"text\":\"a\"}", NETRAL_EINVALID, "id: not a string"},
		{"{\"text\":\"a\",\"text\":\"b\"}", NETRAL_EMALFORMED,
		 "JSON, column 18: duplicate object key near '\"text\"'"},
		{"{\"text\":\"\\u0000\"}", NETRAL_EMALFORMED,
		 "JSON, column 16: \\u0000 is not allowed without JSON_ALLOW_NUL near "
		 "'\"\\u0000\"'"},
		{"{\"text\":\"\xff\"}", NETRAL_EMALFORMED,
		 "JSON, column 9: unable to decode byte 0xff near '\"'"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct article a;
		struct text id;
		int r = reader_json(cases[i].data, strlen(cases[i].data), &arena, &a, &id, reason);
		assert_string_equal(reason, cases[i].reason);
		assert_int_equal(r, cases[i].err);
	}
}

static void json_takes_no_more_memory_than_the_arena(void **state)
{
	(void)state;
	struct arena small;
	struct article a;
	char data[4096];
	arena_init(&small, 4096);
	snprintf(data, sizeof(data), "{\"text\":\"%03000d\"}", 0);
	assert_int_equal(reader_json(data, strlen(data), &small, &a, NULL, reason), NETRAL_ETOOBIG);
	assert_string_equal(reason, "JSON: takes too much memory");
	arena_fini(&small);
}

static void json_deep_nesting_is_refused(void **state)
{
	(void)state;
	struct article a;
	static char data[200000];
	memset(data, '[', sizeof(data));
	assert_int_equal(reader_json(data, sizeof(data), &arena, &a, NULL, reason),
			 NETRAL_EMALFORMED);
}

#ifdef NETRAL_TEST_HOOKS
static void json_survives_every_failed_allocation(void **state)
{
	(void)state;
	static const char data[] = "{\"id\":3,\"title\":\"Judul\",\"text\":\"Isi yang panjang\"}";
	struct article a;
	struct text id;
	unsigned n = 0;
	int r;
	do {
		fault_arm("alloc", ++n);
		arena_fini(&arena);
		r = reader_json(data, sizeof(data) - 1, &arena, &a, &id, reason);
		assert_true(r == 0 || r == NETRAL_ETOOBIG || r == NETRAL_ENOMEM);
	} while (r < 0 && n < 1000);
	assert_int_equal(r, 0);
	assert_true(n > 5);
	assert_text(a.text, "Isi yang panjang");
}
#endif

static int memory_file(const void *data, size_t len)
{
	int fd = memfd_create("reader_test", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void load_reads_a_file_and_refuses_an_empty_one(void **state)
{
	(void)state;
	struct buf b = {0};
	int fd = memory_file("isi", 3);
	assert_int_equal(reader_load(fd, &b, reason), 0);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "isi", 3);
	assert_int_equal(reader_load(fd, &b, reason), NETRAL_EINVALID);
	assert_string_equal(reason, "file: empty");
	close(fd);
	buf_fini(&b);
}

static void load_does_not_read_a_file_that_is_too_big(void **state)
{
	(void)state;
	struct buf b = {0};
	int fd = memory_file("", 0);
	assert_int_equal(ftruncate(fd, 200 << 20), 0);
	assert_int_equal(reader_load(fd, &b, reason), NETRAL_ETOOBIG);
	assert_string_equal(reason, "file: 209715200 bytes exceed the limit of 8388608");
	assert_int_equal(b.cap, 0);
	close(fd);
}

static void load_stops_reading_a_pipe_without_end(void **state)
{
	(void)state;
	struct buf b = {0};
	int fd = open("/dev/zero", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(reader_load(fd, &b, reason), NETRAL_ETOOBIG);
	assert_true(b.len < READER_FILE_MAX + (1 << 20));
	close(fd);
	buf_fini(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(formats_go_by_the_ending),
		TEST(what_is_told_of_a_page_is_read),
		TEST(text_has_a_short_first_line_as_title),
		TEST(text_of_one_line_has_no_title),
		TEST(text_with_a_long_first_line_has_no_title),
		TEST(text_names_the_line_of_a_bad_byte),
		TEST(json_fills_every_field),
		TEST(json_takes_a_number_or_nothing_as_id),
		TEST(json_says_what_is_wrong),
		TEST(json_takes_no_more_memory_than_the_arena),
		TEST(json_deep_nesting_is_refused),
#ifdef NETRAL_TEST_HOOKS
		TEST(json_survives_every_failed_allocation),
#endif
		TEST(load_reads_a_file_and_refuses_an_empty_one),
		TEST(load_does_not_read_a_file_that_is_too_big),
		TEST(load_stops_reading_a_pipe_without_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
