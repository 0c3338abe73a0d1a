/* The JSON forms, byte by byte: other programs read them. */
#include "capture.h"
#include "client/json.h"
#include "lib/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void expect_line(json_t *object, const char *expected)
{
	struct capture c;
	capture_begin(&c);
	assert_int_equal(json_line(c.out, object), 0);
	capture_expect(&c, expected);
}

#define FULL_EVENT                                                                                 \
	"{\"id\":\"0123456789abcdef0123456789abcdef-2\",\"kind\":\"VIOLATION\","                   \
	"\"status\":\"UNDER_REVIEW\",\"place\":{\"code\":\"81.71\",\"name\":\"Kota Ambon\","       \
	"\"province\":\"Maluku\"},\"date\":{\"value\":\"2024-08-21\",\"precision\":\"day\"},"      \
	"\"count\":{\"value\":2,\"qualifier\":\"exact\"},\"subjects\":[\"ASN\"],"                  \
	"\"conduct\":[\"SOCIAL_MEDIA\",\"ENDORSEMENT\"],"                                          \
	"\"institutions\":[\"Bawaslu Kota Ambon\",\"KASN\"],"                                      \
	"\"people\":[{\"name\":\"Rina Salampessy\",\"role\":\"Ketua Bawaslu\"}],"                  \
	"\"sanctions\":[\"moral\"],\"legal_basis\":[\"UU 5/2014\",\"PP 42/2004\"],"                \
	"\"election\":\"Pilkada 2024\",\"scope\":\"CASE\",\"confidence\":0.9,"                     \
	"\"sure\":{\"status\":0.75,\"place\":0.5,\"date\":0.25},"                                  \
	"\"notes\":[{\"field\":\"legal_basis\","                                                   \
	"\"value\":\"UU 5/2014\",\"text\":\"replaced by UU 20/2023\"}],"                           \
	"\"evidence\":["                                                                           \
	"{\"field\":\"kind\",\"start\":41,\"end\":73,"                                             \
	"\"text\":\"Keduanya diduga mengunggah dukun\"},"                                          \
	"{\"field\":\"status\",\"start\":8,\"end\":17,\"text\":\"memeriksa\"},"                    \
	"{\"field\":\"place\",\"start\":29,\"end\":39,\"text\":\"Kota Ambon\"},"                   \
	"{\"field\":\"count\",\"start\":18,\"end\":21,\"text\":\"dua\"}]}"

static void test_full_event(void **state)
{
	(void)state;
	expect_line(json_event(&capture_full_update()->event), FULL_EVENT "\n");
}

static void test_event_that_knows_nothing(void **state)
{
	(void)state;
	struct event e;
	event_init(&e);
	e.id = "x-1";
	e.kind = EVENT_KIND_SESSION;
	e.status = EVENT_STATUS_HELD;
	expect_line(json_event(&e),
		    "{\"id\":\"x-1\",\"kind\":\"SESSION\",\"status\":\"HELD\",\"place\":null,"
		    "\"date\":null,\"count\":null,\"subjects\":[],\"conduct\":[],"
		    "\"institutions\":[],\"people\":[],\"sanctions\":[],\"legal_basis\":[],"
		    "\"election\":null,\"scope\":null,\"confidence\":0.0,\"sure\":{},\"notes\":[],"
		    "\"evidence\":[]}\n");
}

static void test_total(void **state)
{
	(void)state;
	const struct event_stage stages[] = {{EVENT_STATUS_ALLEGED, 490},
					     {EVENT_STATUS_FOUND, 372}};
	struct event e;
	event_init(&e);
	e.id = "x-1";
	e.kind = EVENT_KIND_VIOLATION;
	e.status = EVENT_STATUS_FOUND;
	e.place = (struct event_place){"ID", "Nasional", ""};
	e.count = (struct event_count){372, EVENT_QUALIFIER_AT_LEAST};
	e.scope = EVENT_SCOPE_TOTAL;
	e.as_of = (struct event_date){"2020-08", EVENT_PRECISION_MONTH};
	e.stages = stages;
	e.stage_count = netral_countof(stages);
	e.confidence = 0.875;
	expect_line(json_event(&e),
		    "{\"id\":\"x-1\",\"kind\":\"VIOLATION\",\"status\":\"FOUND\","
		    "\"place\":{\"code\":\"ID\",\"name\":\"Nasional\",\"province\":null},"
		    "\"date\":null,\"count\":{\"value\":372,\"qualifier\":\"at least\"},"
		    "\"subjects\":[],\"conduct\":[],\"institutions\":[],\"people\":[],"
		    "\"sanctions\":[],\"legal_basis\":[],\"election\":null,\"scope\":\"TOTAL\","
		    "\"confidence\":0.875,\"sure\":{},\"notes\":[],\"evidence\":[],"
		    "\"as_of\":{\"value\":\"2020-08\",\"precision\":\"month\"},"
		    "\"stages\":[{\"status\":\"ALLEGED\",\"value\":490},"
		    "{\"status\":\"FOUND\",\"value\":372}]}\n");
}

static void test_several_without_a_number(void **state)
{
	(void)state;
	struct event e;
	event_init(&e);
	e.count.qualifier = EVENT_QUALIFIER_SEVERAL;
	json_t *j = json_event(&e);
	json_t *count = json_object_get(j, "count");
	assert_true(json_is_null(json_object_get(count, "value")));
	assert_string_equal(json_string_value(json_object_get(count, "qualifier")), "several");
	json_decref(j);
}

#define ARTICLE                                                                                    \
	"\"id\":\"01010101010101010101010101010101\","                                             \
	"\"url\":\"https://example.org/a\","                                                       \
	"\"title\":\"Dua ASN di Ambon Diperiksa karena Unggahan\","                                \
	"\"published\":\"2024-08-22\",\"source\":\"spool:a.txt\""

static void test_update(void **state)
{
	(void)state;
	expect_line(json_update(capture_full_update()),
		    "{\"seq\":7,\"epoch\":\"abababababababababababababababab\",\"change\":\"new\","
		    "\"cause\":null,\"correction\":null,"
		    "\"recorded\":\"2024-08-21T02:00:00.123Z\",\"article\":{" ARTICLE "},"
		    "\"report_count\":1,\"reports\":[{" ARTICLE ",\"status\":\"UNDER_REVIEW\"}],"
		    "\"event\":" FULL_EVENT "}\n");
}

static void test_reports(void **state)
{
	(void)state;
	struct update u = *capture_full_update();
	struct update_report reports[] = {
		{u.article, EVENT_STATUS_ALLEGED},
		{{{{2}}, {"", 0}, {"", 0}, {"", 0}, {"", 0}}, EVENT_STATUS_FOUND}};
	u.change = CHANGE_CHANGED;
	u.cause = CAUSE_STAGE;
	u.reports = reports;
	u.listed_count = 2;
	u.report_count = 40;
	expect_line(json_update(&u),
		    "{\"seq\":7,\"epoch\":\"abababababababababababababababab\","
		    "\"change\":\"changed\",\"cause\":\"stage\",\"correction\":null,"
		    "\"recorded\":\"2024-08-21T02:00:00.123Z\",\"article\":{" ARTICLE "},"
		    "\"report_count\":40,\"reports\":[{" ARTICLE
		    ",\"status\":\"ALLEGED\"},{\"id\":\"02000000000000000000000000000000\","
		    "\"url\":null,\"title\":null,\"published\":null,\"source\":null,"
		    "\"status\":\"FOUND\"}],"
		    "\"event\":" FULL_EVENT "}\n");
}

static void test_correction(void **state)
{
	(void)state;
	struct update u = *capture_full_update();
	u.change = CHANGE_REMOVED;
	u.cause = CAUSE_RETRACTED;
	u.correction = (struct correction_mark){1724205600123000, "hak jawab",
						CORRECTION_BIT(CORRECTION_STATUS) |
							CORRECTION_BIT(CORRECTION_PEOPLE)};
	expect_line(json_update(&u),
		    "{\"seq\":7,\"epoch\":\"abababababababababababababababab\","
		    "\"change\":\"removed\",\"cause\":\"retracted\","
		    "\"correction\":{\"corrected\":\"2024-08-21T02:00:00.123Z\","
		    "\"note\":\"hak jawab\",\"fields\":[\"status\",\"people\"]},"
		    "\"recorded\":\"2024-08-21T02:00:00.123Z\",\"article\":{" ARTICLE "},"
		    "\"report_count\":1,\"reports\":[{" ARTICLE ",\"status\":\"UNDER_REVIEW\"}],"
		    "\"event\":" FULL_EVENT "}\n");
}

static void test_strings_from_outside(void **state)
{
	(void)state;
	json_t *list = json_array();
	assert_int_equal(json_array_append_new(list, json_text("a\"\n\033", 4)), 0);
	assert_int_equal(json_array_append_new(list, json_text("a\xff"
							       "b\xc3",
							       4)),
			 0);
	assert_int_equal(json_array_append_new(list, json_text_or_null("", 0)), 0);
	assert_int_equal(json_array_append_new(list, json_text("\xc3\xa9", 2)), 0);
	expect_line(list, "[\"a\\\"\\n\\u001B\",\"a\xEF\xBF\xBD"
			  "b\xEF\xBF\xBD\",null,\"\xc3\xa9\"]\n");
}

static void test_status(void **state)
{
	(void)state;
	struct counter counters[] = {{"netral_b_total", 2}, {"netral_a", 1}};
	struct worker_status workers[] = {{"classify-1", "0.1.0", 256, 3, 10, 1}};
	const struct msg_status_reply s = {.program = "netrald",
					   .version = "0.1.0",
					   .pid = 42,
					   .uptime_ms = 1500,
					   .state = "running",
					   .counters = counters,
					   .counter_count = 2,
					   .workers = workers,
					   .worker_count = 1};
	expect_line(json_status(&s),
		    "{\"program\":\"netrald\",\"state\":\"running\",\"version\":\"0.1.0\","
		    "\"pid\":42,\"uptime_ms\":1500,\"counters\":{\"netral_b_total\":2,"
		    "\"netral_a\":1},\"workers\":[{\"name\":\"classify-1\",\"version\":\"0.1.0\","
		    "\"credit\":256,\"held\":3,\"done\":10,\"failed\":1}]}\n");
}

static void test_receivers(void **state)
{
	(void)state;
	struct receiver_status receivers[] = {
		{"desk", false, 5, 6000, 1724209200007, 70, 3, 1724209205007, "HTTP 503"},
		{"sms", true, 0, 0, 0, 0, 0, 0, ""}};
	const struct msg_status_reply s = {.program = "netral-alert",
					   .version = "0.1.0",
					   .state = "running",
					   .receivers = receivers,
					   .receiver_count = 2};
	expect_line(json_status(&s),
		    "{\"program\":\"netral-alert\",\"state\":\"running\",\"version\":\"0.1.0\","
		    "\"pid\":0,\"uptime_ms\":0,\"counters\":{},\"workers\":[],\"receivers\":["
		    "{\"name\":\"desk\",\"disabled\":false,\"waiting\":5,\"bytes\":6000,"
		    "\"oldest\":\"2024-08-21T03:00:00.007Z\",\"behind\":70,\"tries\":3,"
		    "\"next_try\":\"2024-08-21T03:00:05.007Z\",\"last_error\":\"HTTP 503\"},"
		    "{\"name\":\"sms\",\"disabled\":true,\"waiting\":0,\"bytes\":0,"
		    "\"oldest\":null,\"behind\":0,\"tries\":0,\"next_try\":null,"
		    "\"last_error\":null}]}\n");
}

static void test_source(void **state)
{
	(void)state;
	struct source_status s = {.name = "Kabar",
				  .kind = "feed",
				  .url = "https://kabar.example/feed",
				  .enabled = true,
				  .flags = 1 | 8 | 1U << 31,
				  .articles = 12,
				  .items = 15,
				  .given_up = 1,
				  .polls = 90,
				  .failures = 3,
				  .failures_in_row = 2,
				  .last_article_ms = 1724209200007,
				  .patience_ms = 86400000,
				  .last_error = "no answer"};
	expect_line(json_source(&s),
		    "{\"name\":\"Kabar\",\"kind\":\"feed\","
		    "\"url\":\"https://kabar.example/feed\",\"enabled\":true,"
		    "\"flags\":[\"silent\",\"unparsed\"],\"articles\":12,\"items\":15,"
		    "\"given_up\":1,\"polls\":90,\"failures\":3,\"failures_in_row\":2,"
		    "\"last_article\":\"2024-08-21T03:00:00.007Z\",\"last_poll\":null,"
		    "\"next_poll\":null,\"patience_ms\":86400000,\"last_error\":\"no answer\"}\n");
}

static void test_without_memory_nothing_is_printed(void **state)
{
	(void)state;
	struct capture c;
	capture_begin(&c);
	assert_true(json_line(c.out, NULL) < 0);
	capture_expect(&c, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_event),
		cmocka_unit_test(test_event_that_knows_nothing),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_several_without_a_number),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_correction),
		cmocka_unit_test(test_reports),
		cmocka_unit_test(test_strings_from_outside),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_without_memory_nothing_is_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
