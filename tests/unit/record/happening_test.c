/* Rows of happenings: what is written comes back, what is damaged is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/error.h"
#include "workers/record/happening.h"

#include <string.h>

static struct story_sketch a_sketch(void)
{
	struct story_sketch s;
	for (unsigned i = 0; i < SKETCH_VALUES; i++)
		s.value[i] = i * 0x01020304U;
	return s;
}

/* Values lie at any address. */
static const uint8_t *shifted(uint8_t *bytes, size_t len)
{
	memmove(bytes + 1, bytes, len);
	return bytes + 1;
}

static void a_happening_comes_back(void **state)
{
	(void)state;
	const struct happening_row h = {
		.face = {UINT64_MAX - 1, 7}, .seq = 1234567890123, .count = 9};
	uint8_t bytes[HAPPENING_ROW_MAX + 1];
	struct happening_row back;
	size_t len = happening_row_encode(&h, bytes);
	const uint8_t *row = shifted(bytes, len);
	assert_int_equal(happening_row_decode(row, len, &back), 0);
	assert_true(report_id_equal(&back.face, &h.face));
	assert_int_equal(back.seq, h.seq);
	assert_int_equal(back.count, h.count);
	for (size_t n = 0; n < len; n++)
		assert_int_equal(happening_row_decode(row, n, &back), NETRAL_EMALFORMED);
	bytes[1] = 9; /* another format */
	assert_int_equal(happening_row_decode(row, len, &back), NETRAL_EMALFORMED);
}

static void a_report_comes_back(void **state)
{
	(void)state;
	struct report_row r = {.state = REPORT_FORMER,
			       .happening = {3, 4},
			       .status = EVENT_STATUS_FOUND,
			       .sketch = a_sketch()};
	uint8_t bytes[REPORT_HEAD_MAX + 8];
	struct report_row back;
	size_t len = report_row_encode(&r, bytes);
	memcpy(bytes + len, "body", 4);
	const uint8_t *row = shifted(bytes, len + 4);
	assert_int_equal(report_row_decode(row, len + 4, &back), 0);
	assert_int_equal(back.state, REPORT_FORMER);
	assert_true(report_id_equal(&back.happening, &r.happening));
	assert_int_equal(back.status, EVENT_STATUS_FOUND);
	assert_memory_equal(&back.sketch, &r.sketch, sizeof(r.sketch));
	assert_int_equal(back.body.len, 4);
	assert_memory_equal(back.body.ptr, "body", 4);
	for (size_t n = 0; n < len; n++)
		assert_int_equal(report_row_decode(row, n, &back), NETRAL_EMALFORMED);
	bytes[2] = 4; /* another state */
	assert_int_equal(report_row_decode(row, len, &back), NETRAL_EMALFORMED);
}

static struct candidate_row a_candidate(unsigned people)
{
	struct candidate_row c = {.happening = {5, 6},
				  .day = 19956,
				  .facts = {.kind = EVENT_KIND_VIOLATION,
					    .status = EVENT_STATUS_ALLEGED,
					    .scope = EVENT_SCOPE_CASE,
					    .area = "81.71",
					    .day = 20240821,
					    .press_day = 20240822,
					    .count = UINT64_MAX,
					    .count_qualifier = EVENT_QUALIFIER_ABOUT,
					    .conduct = 0x8001,
					    .offices = 0x4002,
					    .person_count = (uint8_t)people}};
	for (unsigned i = 0; i < people; i++)
		c.facts.people[i] = 0xFFFFFFFF - i;
	return c;
}

static void a_candidate_comes_back(void **state)
{
	(void)state;
	for (unsigned people = 0; people <= STORY_PEOPLE_MAX; people += STORY_PEOPLE_MAX) {
		struct candidate_row c = a_candidate(people), back;
		uint8_t bytes[CANDIDATE_ROW_MAX + 1];
		if (people)
			c.sketch = a_sketch();
		size_t len = candidate_row_encode(&c, bytes);
		assert_true(len <= CANDIDATE_ROW_MAX);
		const uint8_t *row = shifted(bytes, len);
		assert_int_equal(candidate_row_decode(row, len, &back), 0);
		assert_true(report_id_equal(&back.happening, &c.happening));
		assert_int_equal(back.day, 19956);
		assert_memory_equal(&back.facts, &c.facts, sizeof(c.facts));
		assert_memory_equal(&back.sketch, &c.sketch, sizeof(c.sketch));
		for (size_t n = 0; n < len; n++)
			assert_int_equal(candidate_row_decode(row, n, &back), NETRAL_EMALFORMED);
	}
}

static void too_many_people_are_damage(void **state)
{
	(void)state;
	enum {
		PERSON_COUNT_AT =
			1 + REPORT_ID_BYTES + 4 + 3 + EVENT_AREA_CODE_MAX + 4 + 4 + 8 + 1 + 2 + 2
	};
	struct candidate_row c = a_candidate(STORY_PEOPLE_MAX), back;
	uint8_t bytes[CANDIDATE_ROW_MAX];
	size_t len = candidate_row_encode(&c, bytes);
	assert_int_equal(bytes[PERSON_COUNT_AT], STORY_PEOPLE_MAX);
	bytes[PERSON_COUNT_AT]++;
	assert_int_equal(candidate_row_decode(bytes, len, &back), NETRAL_EMALFORMED);
}

static uint32_t day_of(const char *published, uint64_t accepted_days)
{
	const struct text t = {published, strlen(published)};
	return story_day(&t, accepted_days * 86400 * 1000000);
}

static void a_day_is_that_of_publication(void **state)
{
	(void)state;
	assert_int_equal(day_of("2024-08-21", 20000), 19956);
	assert_int_equal(day_of("2024-08-21T23:59:59+07:00", 20000), 19956);
	assert_int_equal(day_of("2024-08-21", 19955), 19956); /* east of Greenwich */
	assert_int_equal(day_of("2024-08-21", 19954), 19954);
	assert_int_equal(day_of("", 20000), 20000);
	assert_int_equal(day_of("2024-08", 20000), 20000);
	assert_int_equal(day_of("2024-0x-21", 20000), 20000);
	assert_int_equal(day_of("1969-12-30", 20000), 20000);
	assert_int_equal(day_of("1970-01-01", 20000), 0);
}

static void keys_sort_by_period_topic_and_record(void **state)
{
	(void)state;
	uint8_t a[CANDIDATE_KEY_BYTES], b[CANDIDATE_KEY_BYTES];
	const struct report_id first = {1, UINT32_MAX}, second = {2, 1};
	candidate_key(a, 255, 3, "99", &second);
	candidate_key(b, 256, 1, "11", &first);
	assert_true(memcmp(a, b, sizeof(a)) < 0);
	candidate_key(a, 256 + CANDIDATE_PERIOD_DAYS - 1, 1, "11", &second);
	assert_true(memcmp(b, a, sizeof(a)) < 0);
	assert_memory_equal(a, b, CANDIDATE_PREFIX_BYTES);
	assert_true(report_id_compare(&first, &second) < 0);
	assert_int_equal(report_id_compare(&first, &first), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_happening_comes_back),
		cmocka_unit_test(a_report_comes_back),
		cmocka_unit_test(a_candidate_comes_back),
		cmocka_unit_test(too_many_people_are_damage),
		cmocka_unit_test(a_day_is_that_of_publication),
		cmocka_unit_test(keys_sort_by_period_topic_and_record),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
