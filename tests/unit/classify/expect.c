#include "tests/unit/classify/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct classifier *classifier;
static struct classifier_scratch *scratch;
static struct arena arena;

int expect_up(void **state)
{
	(void)state;
	char error[512];
	if (classifier_new(TESTS_DATA_DIR, &classifier, error, sizeof(error)) < 0) {
		print_error("%s\n", error);
		return -1;
	}
	arena_init(&arena, 64 << 20);
	return classifier_scratch_new(&scratch);
}

int expect_down(void **state)
{
	(void)state;
	classifier_scratch_free(scratch);
	classifier_free(classifier);
	arena_fini(&arena);
	return 0;
}

struct classifier *expect_classifier(void)
{
	return classifier;
}

char *expect_read_file(const char *path)
{
	FILE *file = fopen(path, "rbe");
	if (!file)
		fail_msg("%s cannot be opened", path);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	long size = ftell(file);
	rewind(file);
	assert_true(size >= 0);
	char *content = malloc((size_t)size + 1);
	assert_non_null(content);
	assert_int_equal(fread(content, 1, (size_t)size, file), (size_t)size);
	content[size] = '\0';
	fclose(file);
	return content;
}

/* The event as JSON, in the words of the labels. */
static json_t *names(size_t count, const char *(*name_of)(int), const int *values)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(name_of(values[i])));
	return list;
}

static json_t *strings(size_t count, const char *const *values)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(values[i]));
	return list;
}

static json_t *subjects_of(const struct event *e)
{
	int values[EVENT_LIST_MAX];
	for (size_t i = 0; i < e->subject_count; i++)
		values[i] = (int)e->subjects[i];
	return names(e->subject_count, event_subject_name, values);
}

static json_t *conduct_of(const struct event *e)
{
	int values[EVENT_LIST_MAX];
	for (size_t i = 0; i < e->conduct_count; i++)
		values[i] = (int)e->conduct[i];
	return names(e->conduct_count, event_conduct_name, values);
}

static json_t *stages_of(const struct event *e)
{
	json_t *stages = json_object();
	for (size_t i = 0; i < e->stage_count; i++)
		json_object_set_new(stages, event_status_name((int)e->stages[i].status),
				    json_integer((json_int_t)e->stages[i].value));
	return stages;
}

static json_t *event_json(const struct event *e)
{
	json_t *o = json_object();
	json_object_set_new(o, "kind", json_string(event_kind_name((int)e->kind)));
	json_object_set_new(o, "status", json_string(event_status_name((int)e->status)));
	json_object_set_new(o, "place", json_string(e->place.code));
	json_object_set_new(o, "date", json_string(e->date.value));
	json_object_set_new(o, "count", json_integer((json_int_t)e->count.value));
	json_object_set_new(o, "qualifier",
			    json_string(event_qualifier_name((int)e->count.qualifier)));
	json_object_set_new(o, "scope", json_string(event_scope_name((int)e->scope)));
	json_object_set_new(o, "election", json_string(e->election));
	json_object_set_new(o, "subjects", subjects_of(e));
	json_object_set_new(o, "conduct", conduct_of(e));
	json_object_set_new(o, "sanctions", strings(e->sanction_count, e->sanctions));
	json_object_set_new(o, "legal", strings(e->legal_basis_count, e->legal_basis));
	json_object_set_new(o, "stages", stages_of(e));
	return o;
}

static bool contains(const json_t *list, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (json_equal(json_array_get(list, i), value))
			return true;
	}
	return false;
}

static bool same(const json_t *want, const json_t *got)
{
	if (!json_is_array(want))
		return json_equal(want, got);
	if (json_array_size(want) != json_array_size(got))
		return false;
	for (size_t i = 0; i < json_array_size(want); i++) {
		if (!contains(got, json_array_get(want, i)))
			return false;
	}
	return true;
}

static unsigned differences(json_t *label, const json_t *event, const char *name, bool print)
{
	unsigned count = 0;
	const char *key;
	json_t *want;
	json_object_foreach(label, key, want)
	{
		const json_t *got = json_object_get(event, key);
		if (same(want, got))
			continue;
		count++;
		if (!print)
			continue;
		char *wanted = json_dumps(want, JSON_ENCODE_ANY);
		char *gotten = got ? json_dumps(got, JSON_ENCODE_ANY) : NULL;
		print_error("%s: %s: want %s, got %s\n", name, key, wanted,
			    gotten ? gotten : "nothing");
		free(wanted);
		free(gotten);
	}
	return count;
}

/* Each label takes the event that differs least from it. */
static unsigned match_label(const char *name, json_t *label, json_t *events)
{
	size_t best = 0;
	unsigned least = 1000;
	for (size_t i = 0; i < json_array_size(events); i++) {
		json_t *event = json_array_get(events, i);
		unsigned n = differences(label, event, name, false);
		if (!json_equal(json_object_get(label, "kind"), json_object_get(event, "kind")))
			n += 100;
		if (n < least) {
			least = n;
			best = i;
		}
	}
	if (least >= 100) {
		print_error("%s: no %s\n", name, json_string_value(json_object_get(label, "kind")));
		return 1;
	}
	differences(label, json_array_get(events, best), name, true);
	json_array_remove(events, best);
	return least;
}

/* What is true of every event, whatever the article. */
static void check_evidence(const struct article *a, const struct event *e)
{
	assert_true(e->confidence > 0 && e->confidence <= 1);
	assert_true(e->evidence_count <= EVENT_EVIDENCE_MAX);
	for (size_t i = 0; i < e->evidence_count; i++) {
		const struct event_evidence *v = &e->evidence[i];
		assert_true(v->start < v->end && v->end <= a->text.len);
		assert_memory_equal(a->text.ptr + v->start, v->text, v->end - v->start);
		assert_int_equal(strlen(v->text), v->end - v->start);
	}
}

unsigned expect_events(const char *name, const char *title, const char *published, const char *text,
		       const json_t *labels)
{
	struct article a = {.title = {title, strlen(title)},
			    .published = {published, strlen(published)},
			    .text = {text, strlen(text)}};
	char reason[ARTICLE_REASON_SIZE];
	struct event *events = NULL;
	size_t count = 0;
	if (article_check(&a, reason) < 0)
		fail_msg("%s: %s", name, reason);
	arena_reset(&arena);
	assert_int_equal(classify(classifier, scratch, &a, &arena, &events, &count), 0);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		check_evidence(&a, &events[i]);
		json_array_append_new(list, event_json(&events[i]));
	}
	unsigned wrong = 0;
	for (size_t i = 0; i < json_array_size(labels); i++)
		wrong += match_label(name, json_array_get(labels, i), list);
	for (size_t i = 0; i < json_array_size(list); i++) {
		char *event = json_dumps(json_array_get(list, i), 0);
		print_error("%s: not expected: %s\n", name, event);
		free(event);
		wrong++;
	}
	json_decref(list);
	return wrong;
}
