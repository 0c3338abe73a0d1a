#include "lib/reader/reader.h"

#include "lib/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static int memory_file(const char *data, size_t len)
{
	int fd = memfd_create("reader_lines_test", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void assert_line(struct reader_lines *r, uint64_t number, const char *expected)
{
	struct text line;
	assert_int_equal(reader_lines_next(r, &line), 1);
	assert_int_equal(r->number, number);
	assert_int_equal(line.len, strlen(expected));
	assert_memory_equal(line.ptr, expected, line.len);
}

static void lines_are_counted_and_blank_ones_passed_over(void **state)
{
	(void)state;
	struct text line;
	struct reader_lines r;
	static const char data[] = "one\r\n\n  \n two\nthree";
	int fd = memory_file(data, sizeof(data) - 1);
	reader_lines_init(&r, fd);
	assert_line(&r, 1, "one");
	assert_line(&r, 4, "two");
	assert_line(&r, 5, "three");
	assert_int_equal(reader_lines_next(&r, &line), 0);
	assert_int_equal(reader_lines_next(&r, &line), 0);
	reader_lines_fini(&r);
	close(fd);
}

static void lines_longer_than_a_read_are_put_together(void **state)
{
	(void)state;
	enum { LINES = 5, LENGTH = 700001 };
	char *data = malloc((size_t)LINES * LENGTH);
	assert_non_null(data);
	for (int i = 0; i < LINES; i++) {
		memset(data + (size_t)i * LENGTH, 'a' + i, LENGTH);
		data[(size_t)(i + 1) * LENGTH - 1] = '\n';
	}
	int fd = memory_file(data, (size_t)LINES * LENGTH);
	struct reader_lines r;
	reader_lines_init(&r, fd);
	for (int i = 0; i < LINES; i++) {
		struct text line;
		assert_int_equal(reader_lines_next(&r, &line), 1);
		assert_int_equal(line.len, LENGTH - 1);
		assert_memory_equal(line.ptr, data + (size_t)i * LENGTH, LENGTH - 1);
	}
	reader_lines_fini(&r);
	close(fd);
	free(data);
}

static void a_line_without_end_is_given_up(void **state)
{
	(void)state;
	struct text line;
	struct reader_lines r;
	int fd = open("/dev/zero", O_RDONLY);
	assert_true(fd >= 0);
	reader_lines_init(&r, fd);
	assert_int_equal(reader_lines_next(&r, &line), NETRAL_ETOOBIG);
	assert_int_equal(r.number, 1);
	assert_int_equal(reader_lines_next(&r, &line), NETRAL_ECLOSED);
	reader_lines_fini(&r);
	close(fd);
}

static void a_descriptor_that_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	struct text line;
	struct reader_lines r;
	int fd = open("/", O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	reader_lines_init(&r, fd);
	assert_int_equal(reader_lines_next(&r, &line), NETRAL_EIO);
	reader_lines_fini(&r);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_counted_and_blank_ones_passed_over),
		cmocka_unit_test(lines_longer_than_a_read_are_put_together),
		cmocka_unit_test(a_line_without_end_is_given_up),
		cmocka_unit_test(a_descriptor_that_cannot_be_read_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
