/* Every text of tests/corpus/texts.jsonl must yield what its label says, and nothing else. */
#include "tests/unit/classify/expect.h"

#include <string.h>

static void test_corpus(void **state)
{
	(void)state;
	char *content = expect_read_file(TESTS_SOURCE_DIR "/corpus/texts.jsonl");
	unsigned texts = 0, silent = 0, wrong = 0;
	char *rest = content;
	for (char *line; (line = strsep(&rest, "\n"));) {
		if (*line == '\0')
			continue;
		json_error_t error;
		json_t *o = json_loads(line, 0, &error);
		if (!o)
			fail_msg("line %u: %s", texts + 1, error.text);
		const json_t *labels = json_object_get(o, "expect");
		wrong += expect_events(json_string_value(json_object_get(o, "id")),
				       json_string_value(json_object_get(o, "title")),
				       json_string_value(json_object_get(o, "published")),
				       json_string_value(json_object_get(o, "text")), labels);
		silent += json_array_size(labels) == 0;
		texts++;
		json_decref(o);
	}
	free(content);
	assert_int_equal(wrong, 0);
	assert_true(texts >= 40);
	assert_true(silent >= 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus)};
	return cmocka_run_group_tests(tests, expect_up, expect_down);
}
