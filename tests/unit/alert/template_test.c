#include "alert/template.h"

#include "lib/error.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct template_values nothing = {
#define X(name) .name = "",
	TEMPLATE_VALUES(X)
#undef X
};

/* The body as JSON. */
static json_t *filled(const char *form, struct template_values v)
{
	struct buf out = {.limit = 0};
	json_error_t error;
	assert_int_equal(template_fill(form, &v, &out), 0);
	json_t *j = json_loadb((const char *)out.data, out.len, 0, &error);
	assert_non_null(j);
	buf_fini(&out);
	return j;
}

static void expect(const char *form, const char *text, const char *key, const char *wanted)
{
	struct template_values v = nothing;
	v.text = text;
	json_t *j = filled(form, v);
	assert_string_equal(json_string_value(json_object_get(j, key)), wanted);
	json_decref(j);
}

static void test_whatever_is_in_a_value(void **state)
{
	(void)state;
	const char *const texts[] = {"kata \"netral\"", "C:\\x\\", "baris\nbaris\t\x01\x1f",
				     "\",\"x\":\"",     "{url}",   "\xE2\x80\xA8 \xF0\x9F\x97\xB3"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect("{\"a\":\"{text}\"}", texts[i], "a", texts[i]);
}

static void test_nobody_is_called(void **state)
{
	(void)state;
	expect("slack", "<!channel> a&b", "text", "&lt;!channel&gt; a&amp;b");
	expect("mattermost", "@all", "text",
	       "@\xE2\x80\x8B"
	       "all");
	expect("telegram", "<b>@x", "text", "<b>@x");
	json_t *j = filled("discord", nothing);
	json_t *parse = json_object_get(json_object_get(j, "allowed_mentions"), "parse");
	assert_true(json_is_array(parse) && json_array_size(parse) == 0);
	json_decref(j);
}

static void test_braces(void **state)
{
	(void)state;
	struct template_values v = nothing;
	v.kind = "SESSION";
	v.chat = "-100";
	json_t *j = filled("{\"a\":{\"b\":\"{kind}\"},\"c\":\"{ {}\"}", v);
	assert_string_equal(json_string_value(json_object_get(json_object_get(j, "a"), "b")),
			    "SESSION");
	assert_string_equal(json_string_value(json_object_get(j, "c")), "{ {}");
	json_decref(j);
	j = filled("telegram", v);
	assert_string_equal(json_string_value(json_object_get(j, "chat_id")), "-100");
	json_decref(j);
}

static void test_check(void **state)
{
	(void)state;
	const char *const good[] = {"",           "slack",   "mattermost",
				    "telegram",   "discord", "{\"a\":\"{title}\"}",
				    "[\"{url}\"]"};
	const char *const bad[] = {"irc",
				   "{\"a\":\"{nobody}\"}",
				   "{\"a\":",
				   "{\"a\":{text}x}",
				   "{\"a\":\"{text}\"} {}",
				   "{\"a\":{confidence}}",
				   "{{text}:1}",
				   "{\"a\":\"\\{text}\"}"};
	char error[200];
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(template_check(good[i], error, sizeof(error)), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(template_check(bad[i], error, sizeof(error)), NETRAL_EINVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whatever_is_in_a_value),
		cmocka_unit_test(test_nobody_is_called),
		cmocka_unit_test(test_braces),
		cmocka_unit_test(test_check),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
