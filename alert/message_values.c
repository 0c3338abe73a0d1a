#include "alert/message_values.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <inttypes.h>
#include <string.h>

enum {
	SENTENCE_MAX = 900,
	TITLE_MAX = 300,
	TEXT_MAX = 1900,
	MORE_SIZE = 16, /* for how many more there are */
	ONE_MAX = 256 * 1024,
};

/* At most `max` bytes, of whole characters. */
static char *cut(struct arena *arena, const char *s, size_t len, size_t max)
{
	if (len > max) {
		for (len = max; len > 0 && ((unsigned char)s[len] & 0xC0) == 0x80;)
			len--;
	}
	return arena_strndup(arena, s, len);
}

static const char *change_name(enum update_change change)
{
	return change == CHANGE_NEW ? "new" : change == CHANGE_REMOVED ? "removed" : "changed";
}

static char *count_text(struct arena *arena, const struct event_count *c)
{
	if (!c->qualifier)
		return arena_strdup(arena, "");
	const char *word = event_qualifier_name((int)c->qualifier);
	if (c->qualifier == EVENT_QUALIFIER_EXACT)
		return arena_printf(arena, "%" PRIu64, c->value);
	if (c->value == 0)
		return arena_strdup(arena, word);
	return arena_printf(arena, "%s %" PRIu64, word, c->value);
}

static char *place_text(struct arena *arena, const struct event_place *p)
{
	bool in_province = p->province[0] && strcmp(p->province, p->name) != 0;
	return arena_printf(arena, "%s%s%s", p->name, in_province ? ", " : "",
			    in_province ? p->province : "");
}

static const char *people_word(const struct event_count *c)
{
	if (!c->qualifier)
		return "";
	return c->qualifier == EVENT_QUALIFIER_EXACT && c->value == 1 ? " person" : " people";
}

/* Two or three lines: what, where, when, how many; the sentence; the article. */
static char *people_text(struct arena *arena, const struct notice *n,
			 const struct template_values *v, bool marked)
{
	const struct update *u = &n->update;
	const char *place = place_text(arena, &u->event.place), *was = message_was(n);
	const char *mark = marked ? "[TEST] " : u->change == CHANGE_REMOVED ? "[REMOVED] " : "";
	/* Or it would be taken for one case of so many people. */
	bool total = u->event.scope == EVENT_SCOPE_TOTAL;
	if (!place || !v->sentence || !v->title || !v->url)
		return NULL;
	char *text = arena_printf(arena, "%s%s %s%s%s%s%s%s%s%s%s%s%s%s\n%s%s%s%s%s", mark, v->kind,
				  v->status, total ? " TOTAL" : "", was[0] ? " (was " : "", was,
				  was[0] ? ")" : "", place[0] ? " - " : "", place,
				  v->date[0] ? " - " : "", v->date, v->count[0] ? " - " : "",
				  v->count, people_word(&u->event.count), v->sentence,
				  v->title[0] ? "\n" : "", v->title, v->url[0] ? "\n" : "", v->url);
	return text ? cut(arena, text, strlen(text), TEXT_MAX) : NULL;
}

static int fill_values(const struct receiver *receiver, const struct notice *n, bool marked,
		       struct arena *arena, struct template_values *v)
{
	const struct update *u = &n->update;
	const struct event *e = &u->event;
	const struct article_ref *a = &u->article;
	char id[MESSAGE_ID_SIZE];
	message_id(u, id);
	*v = (struct template_values){
		.id = arena_strdup(arena, id),
		.kind = event_kind_name((int)e->kind),
		.status = event_status_name((int)e->status),
		.change = change_name(u->change),
		.area = e->place.name,
		.area_code = e->place.code,
		.province = e->place.province,
		.date = e->date.precision ? e->date.value : "",
		.count = count_text(arena, &e->count),
		.sentence = cut(arena, e->sentence, strlen(e->sentence), SENTENCE_MAX),
		.title = cut(arena, a->title.ptr, a->title.len, TITLE_MAX),
		.url = arena_strndup(arena, a->url.ptr, a->url.len),
		.published = arena_strndup(arena, a->published.ptr, a->published.len),
		.confidence = arena_printf(arena, "%.2f", e->confidence),
		.chat = receiver->chat,
	};
	if (!v->id || !v->count || !v->published || !v->confidence)
		return NETRAL_ENOMEM;
	v->text = people_text(arena, n, v, marked);
	return v->text ? NETRAL_OK : NETRAL_ENOMEM;
}

/* --- several --- */

/* What is not the same in both says nothing of both. */
static void keep_common(struct template_values *v, const struct template_values *other)
{
#define X(name)                                                                                    \
	if (strcmp(v->name, other->name) != 0)                                                     \
		v->name = "";
	TEMPLATE_VALUES(X)
#undef X
}

/* Whole texts as long as there is room, then how many more there are. */
static int join_text(struct buf *text, const char *next, size_t left)
{
	if (text->len + strlen(next) + 2 + MORE_SIZE > TEXT_MAX)
		return buf_printf(text, "\n\n+ %zu", left);
	int r = text->len > 0 ? buf_append_str(text, "\n\n") : NETRAL_OK;
	return r == NETRAL_OK ? buf_append_str(text, next) : r;
}

int message_values(const struct receiver *receiver, const struct notice *notices, size_t count,
		   bool marked, struct arena *arena, struct template_values *ret_values)
{
	netral_cleanup(buf_fini) struct buf text = {.limit = 0};
	bool is_full = false;
	int r = fill_values(receiver, &notices[0], marked, arena, ret_values);
	if (r < 0 || count == 1)
		return r;
	for (size_t i = 0; i < count && r == NETRAL_OK; i++) {
		netral_cleanup(arena_fini) struct arena one;
		struct template_values v;
		arena_init(&one, ONE_MAX);
		r = fill_values(receiver, &notices[i], marked, &one, &v);
		if (r < 0)
			break;
		size_t before = text.len;
		if (!is_full)
			r = join_text(&text, v.text, count - i);
		is_full = is_full || text.len - before < strlen(v.text);
		keep_common(ret_values, &v);
	}
	ret_values->text = arena_strndup(arena, (const char *)text.data, text.len);
	return r == NETRAL_OK && !ret_values->text ? NETRAL_ENOMEM : r;
}
