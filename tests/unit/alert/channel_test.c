/* The forms of messages that channels have of their own. */
#include "alert/channel.h"

#include "lib/error.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SUBJECT "netral.{kind}.{area_code}.{status}"

static struct notice violation(const char *area, enum event_status status)
{
	struct notice n = {.update = {.seq = 7, .change = CHANGE_NEW, .recorded_us = 1000000}};
	struct event *e = &n.update.event;
	event_init(e);
	e->id = "0123456789abcdef0123456789abcdef-1";
	e->kind = EVENT_KIND_VIOLATION;
	e->status = status;
	e->place = (struct event_place){area, "Kota \"Ambon\"", "Maluku"};
	e->sentence = "Kata dia: \"netral\"\n\\ \x01 </script> {{ .Labels }}";
	n.update.article.title = n.update.article.url = n.update.article.published =
		n.update.article.source = (struct text){"", 0};
	return n;
}

static struct told told(const char *area, enum event_status status)
{
	struct told t = {.digest = 1, .kind = EVENT_KIND_VIOLATION, .status = (uint8_t)status};
	snprintf(t.area, sizeof(t.area), "%s", area);
	return t;
}

/* --- NATS --- */

static void expect_subject(const struct notice *notices, size_t count, const char *subject)
{
	const struct receiver to = {
		.channel = &channel_nats, .subject = SUBJECT, .form = "", .chat = ""};
	struct buf out = {.limit = 0};
	assert_int_equal(message_write(&to, notices, count, false, &out), 0);
	assert_int_equal(buf_append(&out, "", 1), 0);
	char *end = strchr((char *)out.data, '\n');
	assert_non_null(end);
	assert_int_equal(end[1], count > 1 ? '[' : '{');
	*end = '\0';
	assert_string_equal((char *)out.data, subject);
	buf_fini(&out);
}

static void test_subjects(void **state)
{
	(void)state;
	struct notice n[2] = {violation("81.71", EVENT_STATUS_ALLEGED),
			      violation("81.71", EVENT_STATUS_FOUND)};
	expect_subject(n, 1, "netral.violation.81.71.alleged");
	expect_subject(n, 2, "netral.violation.81.71.several");
	n[0] = violation("", EVENT_STATUS_ALLEGED);
	expect_subject(n, 1, "netral.violation.none.alleged");
	n[0] = violation("8 *>\n1", EVENT_STATUS_ALLEGED);
	expect_subject(n, 1, "netral.violation.8____1.alleged");
}

/* --- Alertmanager --- */

static json_t *alerts_of(const struct notice *n, bool marked)
{
	const struct receiver to = {.channel = &channel_alertmanager,
				    .form = "",
				    .chat = "",
				    .active_ms = 3600 * 1000,
				    .kind_severity = {[EVENT_KIND_VIOLATION] = "warning"},
				    .status_severity = {[EVENT_STATUS_FOUND] = "critical"}};
	struct buf out = {.limit = 0};
	json_error_t error;
	assert_int_equal(message_write(&to, n, 1, marked, &out), 0);
	json_t *list = json_loadb((const char *)out.data, out.len, 0, &error);
	assert_non_null(list);
	buf_fini(&out);
	return list;
}

static const char *text_of(const json_t *list, size_t i, const char *of, const char *key)
{
	const json_t *alert = json_array_get(list, i);
	const char *s =
		json_string_value(json_object_get(of ? json_object_get(alert, of) : alert, key));
	return s ? s : "";
}

static void test_new_alert(void **state)
{
	(void)state;
	struct notice n = violation("81.71", EVENT_STATUS_ALLEGED);
	json_t *list = alerts_of(&n, false);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text_of(list, 0, NULL, "startsAt"), "1970-01-01T00:00:01.000Z");
	assert_string_equal(text_of(list, 0, NULL, "endsAt"), "1970-01-01T01:00:01.000Z");
	assert_string_equal(text_of(list, 0, NULL, "generatorURL"), "");
	assert_string_equal(text_of(list, 0, "labels", "severity"), "warning");
	assert_string_equal(text_of(list, 0, "annotations", "sentence"), n.update.event.sentence);
	json_decref(list);
}

static void test_same_labels(void **state)
{
	(void)state;
	struct notice n = violation("81.71", EVENT_STATUS_SANCTIONED);
	n.was = told("81.71", EVENT_STATUS_ALLEGED);
	json_t *list = alerts_of(&n, false);
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(text_of(list, 0, "annotations", "previous_status"), "ALLEGED");
	json_decref(list);
}

/* The alert of the labels before comes first, and is over. */
static void test_other_labels(void **state)
{
	(void)state;
	struct notice n = violation("81.71", EVENT_STATUS_FOUND);
	n.was = told("81", EVENT_STATUS_ALLEGED);
	json_t *list = alerts_of(&n, false);
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(text_of(list, 0, "labels", "area_code"), "81");
	assert_string_equal(text_of(list, 0, "labels", "severity"), "warning");
	assert_string_equal(text_of(list, 0, NULL, "endsAt"), "1970-01-01T00:00:01.000Z");
	assert_string_equal(text_of(list, 1, "labels", "area_code"), "81.71");
	assert_string_equal(text_of(list, 1, "labels", "severity"), "critical");
	assert_string_equal(text_of(list, 1, NULL, "endsAt"), "1970-01-01T01:00:01.000Z");
	json_decref(list);
}

static void test_over(void **state)
{
	(void)state;
	struct notice n = violation("81.71", EVENT_STATUS_DISMISSED);
	json_t *list = alerts_of(&n, false);
	assert_string_equal(text_of(list, 0, NULL, "endsAt"), "1970-01-01T00:00:01.000Z");
	json_decref(list);
	n = violation("81.71", EVENT_STATUS_FOUND);
	n.update.change = CHANGE_REMOVED;
	list = alerts_of(&n, false);
	assert_string_equal(text_of(list, 0, NULL, "endsAt"), "1970-01-01T00:00:01.000Z");
	json_decref(list);
}

static void test_sample(void **state)
{
	(void)state;
	struct notice n = violation("ID", EVENT_STATUS_ALLEGED);
	json_t *list = alerts_of(&n, true);
	assert_string_equal(text_of(list, 0, "labels", "alertname"), "netral_test");
	assert_string_equal(text_of(list, 0, NULL, "endsAt"), "1970-01-01T00:05:01.000Z");
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subjects),    cmocka_unit_test(test_new_alert),
		cmocka_unit_test(test_same_labels), cmocka_unit_test(test_other_labels),
		cmocka_unit_test(test_over),        cmocka_unit_test(test_sample),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
