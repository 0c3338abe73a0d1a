/* The library as its users see it: loading, bad tables, determinism, large and odd texts, memory
 * that runs out. */
#include "tests/folder.h"
#include "tests/unit/classify/expect.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char session[] =
	"AMBON - Pemkot Ambon menggelar sosialisasi netralitas ASN di Hotel Marina, Kota Ambon, "
	"Rabu (4/9/2024). Kegiatan diikuti 180 ASN. Seorang lurah di Kota Ambon diduga tidak "
	"netral.";

static int run(const char *text, struct arena *arena, struct event **ret_events, size_t *ret_count)
{
	struct article a = {.text = {text, strlen(text)}};
	char reason[ARTICLE_REASON_SIZE];
	struct classifier_scratch *s = NULL;
	assert_int_equal(article_check(&a, reason), 0);
	int r = classifier_scratch_new(&s);
	if (r == 0)
		r = classify(expect_classifier(), s, &a, arena, ret_events, ret_count);
	classifier_scratch_free(s);
	return r;
}

static struct event first_event(const char *text, struct arena *arena)
{
	struct event *events;
	size_t count;
	assert_int_equal(run(text, arena, &events, &count), 0);
	assert_true(count > 0);
	return events[0];
}

/* 4 September 2024 was a Wednesday. */
static void test_sureness(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20);
	struct event right = first_event(session, &arena);
	struct event wrong = first_event(
		"AMBON - Pemkot Ambon menggelar sosialisasi netralitas ASN di Hotel Marina, Kota "
		"Ambon, Senin (4/9/2024). Kegiatan diikuti 180 ASN. Seorang lurah di Kota Ambon "
		"diduga tidak netral.",
		&arena);
	assert_string_equal(wrong.date.value, right.date.value);
	assert_true(wrong.sure.date > 0 && wrong.sure.date < right.sure.date);
	assert_true(right.sure.status > 0 && right.sure.place > 0 && right.sure.count > 0);
	struct event bare = first_event(
		"Bawaslu menggelar sosialisasi netralitas ASN yang diikuti para camat.", &arena);
	assert_int_equal(bare.date.precision, EVENT_PRECISION_NONE);
	assert_true(bare.sure.date <= 0 && bare.sure.count <= 0);
	arena_fini(&arena);
}

static void test_ids_and_order(void **state)
{
	(void)state;
	struct arena arena;
	struct event *events = NULL;
	size_t count = 0;
	arena_init(&arena, 1 << 20);
	assert_int_equal(run(session, &arena, &events, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(events[0].kind, EVENT_KIND_SESSION);
	assert_int_equal(events[1].kind, EVENT_KIND_VIOLATION);
	assert_int_equal(strlen(events[0].id), 34);
	assert_string_equal(events[0].id + 32, "-1");
	assert_string_equal(events[1].id + 32, "-2");
	assert_memory_equal(events[0].id, events[1].id, 32);
	assert_non_null(strstr(events[0].sentence, "menggelar sosialisasi"));
	arena_fini(&arena);
}

/* Empty, other scripts and languages, capitals, no spaces: silence, and no crash. */
static void test_odd_texts(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"x",
		"\xd8\xa7\xd9\x84\xd8\xad\xd9\x8a\xd8\xa7\xd8\xaf "
		"\xd8\xa7\xd9\x84\xd8\xaa\xd8\xa7\xd9\x85",
		"The city held a workshop on the neutrality of civil servants.",
		"ASNNETRALITASSOSIALISASIDIGELARDIHOTELAMBON",
		"ASN\nnetral\n\n\n\"\"''()()[]",
		"netral ASN (((((((((((((((/////------.......",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(expect_events(texts[i], "", "", texts[i], NULL), 0);
}

static void test_same_text_same_events(void **state)
{
	(void)state;
	struct arena a, b;
	struct event *x = NULL, *y = NULL;
	size_t n = 0, m = 0;
	arena_init(&a, 1 << 20);
	arena_init(&b, 1 << 20);
	assert_int_equal(run(session, &a, &x, &n), 0);
	assert_int_equal(run(session, &b, &y, &m), 0);
	assert_int_equal(n, m);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(x[i].id, y[i].id);
		assert_int_equal(x[i].evidence_count, y[i].evidence_count);
		assert_string_equal(x[i].sentence, y[i].sentence);
	}
	arena_fini(&a);
	arena_fini(&b);
}

/* The largest article that intake admits, full of cues, within the arena's bound. */
static void test_largest_article(void **state)
{
	(void)state;
	struct arena arena;
	struct event *events = NULL;
	size_t count = 0, size = ARTICLE_TEXT_MAX, n = strlen(session);
	char *text = malloc(size + 1);
	assert_non_null(text);
	for (size_t i = 0; i < size; i++)
		text[i] = session[i % n];
	text[size] = '\0';
	arena_init(&arena, 1 << 20);
	assert_int_equal(run(text, &arena, &events, &count), 0);
	assert_true(count >= 1 && count <= EVENTS_PER_ARTICLE_MAX);
	arena_fini(&arena);
	free(text);
}

static void test_small_arena(void **state)
{
	(void)state;
	struct event *events = NULL;
	size_t count = 1;
	for (size_t limit = 0; limit < 4096; limit += 512) {
		struct arena arena;
		arena_init(&arena, limit);
		assert_int_equal(run(session, &arena, &events, &count), NETRAL_ENOMEM);
		assert_int_equal(count, 0);
		arena_fini(&arena);
	}
}

/* The n-th allocation fails, for each n until the whole succeeds. */
static void test_allocation_faults_while_loading(void **state)
{
	(void)state;
#ifdef NETRAL_TEST_HOOKS
	int r = NETRAL_ENOMEM;
	unsigned n = 0;
	while (r == NETRAL_ENOMEM && n < 1000) {
		struct classifier *c = NULL;
		char error[256];
		fault_arm("alloc", ++n);
		r = classifier_new(TESTS_DATA_DIR, &c, error, sizeof(error));
		if (r < 0)
			assert_string_not_equal(error, "");
		classifier_free(c);
	}
	fault_arm(NULL, 0);
	assert_int_equal(r, 0);
	assert_true(n > 20);
#else
	skip();
#endif
}

static void test_allocation_faults_while_classifying(void **state)
{
	(void)state;
#ifdef NETRAL_TEST_HOOKS
	int r = NETRAL_ENOMEM;
	unsigned n = 0;
	while (r == NETRAL_ENOMEM && n < 1000) {
		struct arena arena;
		struct event *events = NULL;
		size_t count = 0;
		arena_init(&arena, 1 << 20);
		fault_arm("alloc", ++n);
		r = run(session, &arena, &events, &count);
		arena_fini(&arena);
	}
	fault_arm(NULL, 0);
	assert_int_equal(r, 0);
	assert_true(n > 2);
#else
	skip();
#endif
}

/* A folder with links to the tables, in which one is replaced. */
static char dir[FOLDER_SIZE];

static void for_each_table(void (*what)(const char *from, const char *to))
{
	DIR *tables = opendir(TESTS_DATA_DIR);
	assert_non_null(tables);
	for (struct dirent *e; (e = readdir(tables));) {
		char from[512], to[512];
		const char *dot = strrchr(e->d_name, '.');
		if (!dot || strcmp(dot, ".tsv") != 0)
			continue;
		snprintf(from, sizeof(from), "%s/%s", TESTS_DATA_DIR, e->d_name);
		snprintf(to, sizeof(to), "%s/%s", dir, e->d_name);
		what(from, to);
	}
	closedir(tables);
}

static void make_link(const char *from, const char *to)
{
	assert_int_equal(symlink(from, to), 0);
}

static void remove_link(const char *from, const char *to)
{
	(void)from;
	unlink(to);
}

static void expect_refusal(const char *name, const char *content, const char *where)
{
	char path[512], error[512];
	struct classifier *c = NULL;
	for_each_table(make_link);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
	if (content) {
		FILE *file = fopen(path, "wbe");
		assert_non_null(file);
		fputs(content, file);
		fclose(file);
	}
	int r = classifier_new(dir, &c, error, sizeof(error));
	for_each_table(remove_link);
	assert_int_equal(r, content ? NETRAL_EINVALID : NETRAL_ENOTFOUND);
	if (!strstr(error, where))
		fail_msg("\"%s\" does not tell \"%s\"", error, where);
}

static void test_bad_tables(void **state)
{
	(void)state;
	assert_true(folder_make(dir));
	expect_refusal("cues.tsv", NULL, "cues.tsv");
	expect_refusal("cues.tsv", "form\tgroup\tvalue\nx\tNOPE\ty\n",
		       "cues.tsv:2: no group is called \"NOPE\"");
	expect_refusal("cues.tsv", "form\tgroup\tvalue\n\nx\tSTATUS\tMAYBE\n",
		       "cues.tsv:3: group STATUS has no value \"MAYBE\"");
	expect_refusal("numbers.tsv", "form\tkind\tvalue\nsatu\tUNIT\tone\n", "numbers.tsv:2:");
	expect_refusal("calendar.tsv", "form\tkind\tvalue\nMei\tMONTH\t13\n", "calendar.tsv:2:");
	expect_refusal("agencies.tsv", "form\tnormal\tkind\tpart\nKPU\tKPU\tx\tANY\n",
		       "agencies.tsv:2:");
	expect_refusal("agencies.tsv", "form\tnormal\tkind\tpart\nKPU\tKPU\tLOCAL\tx\n",
		       "agencies.tsv:2:");
	expect_refusal("words.tsv", "form\nabcdefghijklmnopqrstuvwxyzabcdefgh\n", "words.tsv:2:");
	expect_refusal("instruments.tsv", "form\tnormal\nSKB 2022\n", "instruments.tsv:2:");
	expect_refusal("legal_notes.tsv",
		       "form\tsince\tnote\tsource\nUU 5/2014\t2023-13-01\tx\ty\n",
		       "legal_notes.tsv:2: \"2023-13-01\" is neither a day");
	expect_refusal("certainty_weights.tsv", "field\tsign\tweight\nwho\tBIAS\t1\n",
		       "certainty_weights.tsv:2: no field is called \"who\"");
	expect_refusal("certainty_weights.tsv", "field\tsign\tweight\ndate\tLUCK\t1\n",
		       "certainty_weights.tsv:2: no sign is called \"LUCK\"");
	expect_refusal("areas.tsv", "code\tname\tbare\trisk\n81.71\tKota Ambon\tAmbon\tlow\n",
		       "areas.tsv:2: province 81 must come before 81.71");
	expect_refusal("areas.tsv", "code\tname\tbare\trisk\n8171\tKota Ambon\tAmbon\tlow\n",
		       "areas.tsv:2: \"8171\" is not a new code");
	expect_refusal("place_names.tsv", "form\tcodes\tkind\tsource\nX\t99.99\tshort\tx\n",
		       "place_names.tsv:2: no area has the code \"99.99\"");
	expect_refusal("place_prefixes.tsv", "form\tkind\ndi\tHERE\n", "place_prefixes.tsv:2:");
	rmdir(dir);
}

static void test_data_hash(void **state)
{
	(void)state;
	uint8_t a[8], b[8];
	char error[256];
	struct classifier *c = NULL;
	assert_int_equal(classifier_new(TESTS_DATA_DIR, &c, error, sizeof(error)), 0);
	classifier_data_hash(c, a);
	classifier_data_hash(expect_classifier(), b);
	assert_memory_equal(a, b, sizeof(a));
	classifier_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sureness),
		cmocka_unit_test(test_ids_and_order),
		cmocka_unit_test(test_odd_texts),
		cmocka_unit_test(test_same_text_same_events),
		cmocka_unit_test(test_largest_article),
		cmocka_unit_test(test_small_arena),
		cmocka_unit_test(test_allocation_faults_while_loading),
		cmocka_unit_test(test_allocation_faults_while_classifying),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_data_hash),
	};
	return cmocka_run_group_tests(tests, expect_up, expect_down);
}
