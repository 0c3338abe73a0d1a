/* What the rule of one happening says of pairs of articles: story_pairs DATA_DIR < LINES
 *
 * A line is {"id", "kind", "a", "b"}; an article has title, published, text, and the events that it
 * tells by its labels. Printed is, a line each: the resemblance of the texts, whether the
 * classifier found events of the kind in both, and why one in the first is the same as one in the
 * second, by the classifier's events (`found`) and by the labels (`told`). */
#include "lib/cleanup.h"
#include "lib/json_tree.h"
#include "lib/story/same.h"
#include "workers/classify/classify.h"

#include <stdio.h>
#include <string.h>

struct reader {
	struct classifier *classifier;
	struct classifier_scratch *scratch;
	struct arena arena;
};

struct events {
	struct event *list;
	size_t count;
};

struct side {
	const char *published;
	struct story_sketch sketch;
	struct events found, told;
};

static const char *member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s ? s : "";
}

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

/* The number of a name in one of the enums, or 0. */
static int number_of(const char *(*name_of)(int), int last, const char *name)
{
	for (int i = 1; i <= last; i++)
		if (strcmp(name_of(i), name) == 0)
			return i;
	return 0;
}

static struct event_date date_of(const char *value)
{
	size_t len = strlen(value);
	return (struct event_date){value, len == 10  ? EVENT_PRECISION_DAY
					  : len == 7 ? EVENT_PRECISION_MONTH
					  : len == 4 ? EVENT_PRECISION_YEAR
						     : EVENT_PRECISION_NONE};
}

static void read_lists(struct reader *r, const json_t *o, struct event *e)
{
	const json_t *conduct = json_object_get(o, "conduct");
	const json_t *people = json_object_get(o, "people");
	enum event_conduct *numbers =
		arena_calloc(&r->arena, json_array_size(conduct) + 1, sizeof(*numbers));
	struct event_person *persons =
		arena_calloc(&r->arena, json_array_size(people) + 1, sizeof(*persons));
	if (!numbers || !persons)
		return;
	e->conduct = numbers;
	e->people = persons;
	for (; e->conduct_count < json_array_size(conduct); e->conduct_count++)
		numbers[e->conduct_count] = (enum event_conduct)number_of(
			event_conduct_name, EVENT_CONDUCT_OTHER,
			json_string_value(json_array_get(conduct, e->conduct_count)));
	for (; e->person_count < json_array_size(people); e->person_count++) {
		const json_t *p = json_array_get(people, e->person_count);
		persons[e->person_count] =
			(struct event_person){member(p, "name"), member(p, "role")};
	}
}

/* The labels name the offices of the accused as their roles, also of those without a name. */
static void read_offices(struct reader *r, struct event *e)
{
	struct event_evidence *offices =
		arena_calloc(&r->arena, e->person_count + 1, sizeof(*offices));
	e->evidence = offices;
	for (; offices && e->evidence_count < e->person_count; e->evidence_count++)
		offices[e->evidence_count] = (struct event_evidence){
			.field = "subjects", .text = e->people[e->evidence_count].role};
}

static void read_event(struct reader *r, const json_t *o, struct event *e)
{
	event_init(e);
	e->kind = (enum event_kind)event_kind_parse(member(o, "kind"));
	e->status = (enum event_status)event_status_parse(member(o, "status"));
	e->place.code = member(o, "place");
	e->date = date_of(member(o, "date"));
	e->as_of = date_of(member(o, "as_of"));
	e->count.value = (uint64_t)json_integer_value(json_object_get(o, "count"));
	e->count.qualifier = (enum event_qualifier)number_of(
		event_qualifier_name, EVENT_QUALIFIER_SEVERAL, member(o, "qualifier"));
	e->scope = strcmp(member(o, "scope"), "TOTAL") == 0 ? EVENT_SCOPE_TOTAL : EVENT_SCOPE_CASE;
	read_lists(r, o, e);
	read_offices(r, e);
}

static void read_told(struct reader *r, const json_t *list, struct events *ret)
{
	*ret = (struct events){
		arena_calloc(&r->arena, json_array_size(list) + 1, sizeof(*ret->list)), 0};
	for (; ret->list && ret->count < json_array_size(list); ret->count++)
		read_event(r, json_array_get(list, ret->count), &ret->list[ret->count]);
}

static bool read_side(struct reader *r, const json_t *o, struct side *ret)
{
	char reason[ARTICLE_REASON_SIZE];
	struct article a = {.title = text_of(member(o, "title")),
			    .published = text_of(member(o, "published")),
			    .text = text_of(member(o, "text"))};
	if (article_check(&a, reason) < 0) {
		fprintf(stderr, "story_pairs: %s: %s\n", member(o, "id"), reason);
		return false;
	}
	ret->published = a.published.ptr;
	story_sketch(a.text.ptr, a.text.len, &ret->sketch);
	read_told(r, json_object_get(o, "events"), &ret->told);
	return classify(r->classifier, r->scratch, &a, &r->arena, &ret->found.list,
			&ret->found.count) == 0;
}

/* Why the two events that agree most are one, of those of the kind. */
static enum same_why compare(const struct side *a, const struct events *in_a, const struct side *b,
			     const struct events *in_b, enum event_kind kind, double resemblance)
{
	enum same_why why = SAME_NOT;
	int best = INT32_MIN;
	for (size_t i = 0; i < in_a->count; i++)
		for (size_t j = 0; j < in_b->count; j++) {
			struct story_facts x, y;
			if (in_a->list[i].kind != kind || in_b->list[j].kind != kind)
				continue;
			story_facts(&in_a->list[i], a->published, &x);
			story_facts(&in_b->list[j], b->published, &y);
			enum same_why now = story_same(&x, &y, resemblance);
			int agreement = story_agreement(&x, &y, resemblance);
			if (now != SAME_NOT && agreement > best) {
				why = now;
				best = agreement;
			}
		}
	return why;
}

static bool tells(const struct events *events, enum event_kind kind)
{
	for (size_t i = 0; i < events->count; i++)
		if (events->list[i].kind == kind)
			return true;
	return false;
}

static bool answer(struct reader *r, const json_t *pair)
{
	static const char *const why[] = {"", "TEXT", "DAY", "PEOPLE", "TOTAL"};
	enum event_kind kind = (enum event_kind)event_kind_parse(member(pair, "kind"));
	struct side a, b;
	if (!read_side(r, json_object_get(pair, "a"), &a) ||
	    !read_side(r, json_object_get(pair, "b"), &b))
		return false;
	double resemblance = story_resemblance(&a.sketch, &b.sketch);
	bool classified = tells(&a.found, kind) && tells(&b.found, kind);
	printf("{\"id\": \"%s\", \"resemblance\": %.3f, \"classified\": %s, \"found\": \"%s\", "
	       "\"told\": \"%s\"}\n",
	       member(pair, "id"), resemblance, classified ? "true" : "false",
	       why[compare(&a, &a.found, &b, &b.found, kind, resemblance)],
	       why[compare(&a, &a.told, &b, &b.told, kind, resemblance)]);
	return true;
}

static bool answer_lines(struct reader *r)
{
	netral_cleanup(netral_freep) char *line = NULL;
	size_t size = 0;
	bool ok = true;
	for (ssize_t len; ok && (len = getline(&line, &size, stdin)) > 0;) {
		json_error_t error;
		bool exhausted;
		arena_reset(&r->arena);
		const json_t *pair =
			json_tree_load(line, (size_t)len, 0, &r->arena, &error, &exhausted);
		ok = pair && answer(r, pair);
	}
	return ok;
}

int main(int argc, char *argv[])
{
	char error[512];
	struct reader r = {0};
	if (argc != 2 || classifier_new(argv[1], &r.classifier, error, sizeof(error)) < 0) {
		fprintf(stderr, "story_pairs: %s\n", argc == 2 ? error : "DATA_DIR is missing");
		return 1;
	}
	arena_init(&r.arena, 64 << 20);
	bool ok = classifier_scratch_new(&r.scratch) == 0 && answer_lines(&r);
	classifier_scratch_free(r.scratch);
	arena_fini(&r.arena);
	classifier_free(r.classifier);
	return ok ? 0 : 1;
}
