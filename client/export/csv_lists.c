#include "client/export/csv_lists.h"

#include "client/json.h"
#include "lib/buf.h"
#include "lib/error.h"

#include <stdlib.h>
#include <string.h>

static void put_json(struct csv *c, json_t *list)
{
	char *text = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	c->exhausted |= !text;
	csv_word(c, text ? text : "");
	free(text);
}

static void put_joined(struct csv *c, struct buf *b, int r)
{
	c->exhausted |= r < 0;
	csv_text(c, (const char *)b->data, r < 0 ? 0 : b->len);
	buf_fini(b);
}

static json_t *json_strings(const char *const *strings, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_text(strings[i], strlen(strings[i])));
	return list;
}

void csv_strings(struct csv *c, const char *const *strings, size_t count, bool json)
{
	struct buf b;
	int r = NETRAL_OK;
	if (json) {
		put_json(c, json_strings(strings, count));
		return;
	}
	buf_init(&b, 0);
	for (size_t i = 0; i < count && r == NETRAL_OK; i++)
		r = buf_printf(&b, "%s%s", i ? "; " : "", strings[i]);
	put_joined(c, &b, r);
}

void csv_subjects(struct csv *c, const struct event *e, bool json)
{
	const char *names[EVENT_LIST_MAX];
	size_t n = 0;
	for (size_t i = 0; i < e->subject_count && n < EVENT_LIST_MAX; i++)
		names[n++] = event_subject_name((int)e->subjects[i]);
	csv_strings(c, names, n, json);
}

void csv_conduct(struct csv *c, const struct event *e, bool json)
{
	const char *names[EVENT_LIST_MAX];
	size_t n = 0;
	for (size_t i = 0; i < e->conduct_count && n < EVENT_LIST_MAX; i++)
		names[n++] = event_conduct_name((int)e->conduct[i]);
	csv_strings(c, names, n, json);
}

static json_t *json_people(const struct event *e)
{
	json_t *list = json_array();
	for (size_t i = 0; i < e->person_count; i++) {
		const struct event_person *p = &e->people[i];
		json_t *name = json_text(p->name, strlen(p->name));
		json_t *role = json_text_or_null(p->role, strlen(p->role));
		json_array_append_new(list, json_pack("{so so}", "name", name, "role", role));
	}
	return list;
}

void csv_people(struct csv *c, const struct event *e, bool json)
{
	struct buf b;
	int r = NETRAL_OK;
	if (json) {
		put_json(c, json_people(e));
		return;
	}
	buf_init(&b, 0);
	for (size_t i = 0; i < e->person_count && r == NETRAL_OK; i++) {
		const struct event_person *p = &e->people[i];
		bool role = p->role[0] != '\0';
		r = buf_printf(&b, "%s%s%s%s%s", i ? "; " : "", p->name, role ? " (" : "", p->role,
			       role ? ")" : "");
	}
	put_joined(c, &b, r);
}

void csv_report_urls(struct csv *c, const struct update *u, bool json)
{
	const char *urls[CODEC_REPORTS_MAX];
	size_t n = 0;
	if (u->listed_count == 0 && u->article.url.len)
		urls[n++] = u->article.url.ptr;
	for (size_t i = 0; i < u->listed_count && n < CODEC_REPORTS_MAX; i++) {
		if (u->reports[i].article.url.len)
			urls[n++] = u->reports[i].article.url.ptr;
	}
	csv_strings(c, urls, n, json);
}
