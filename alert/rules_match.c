/* Does a rule want an update? */
#include "alert/rules.h"

#include <string.h>

bool quiet_now(const struct quiet_hours *q, unsigned minute)
{
	if (q->from == q->until)
		return false;
	if (q->from < q->until)
		return minute >= q->from && minute < q->until;
	return minute >= q->from || minute < q->until;
}

static bool in_set(uint64_t set, int number)
{
	return set == 0 || (number > 0 && number < 64 && (set & (uint64_t)1 << number));
}

/* "81" is also what lies in it, "81.71"; "ID" is the nation itself. */
static bool in_areas(const struct names_list *areas, const char *code)
{
	if (areas->count == 0)
		return true;
	for (size_t i = 0; i < areas->count; i++) {
		size_t len = strlen(areas->items[i]);
		if (strcmp(areas->items[i], "none") == 0 && !code[0])
			return true;
		if (strncmp(areas->items[i], code, len) == 0 &&
		    (code[len] == '\0' || code[len] == '.'))
			return true;
	}
	return false;
}

static bool text_has(const char *text, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	for (size_t at = 0; at + word_len <= len; at++) {
		if (strncasecmp(text + at, word, word_len) == 0)
			return true;
	}
	return false;
}

static bool has_word(const struct names_list *words, const struct update *u)
{
	if (words->count == 0)
		return true;
	for (size_t i = 0; i < words->count; i++) {
		if (text_has(u->event.sentence, strlen(u->event.sentence), words->items[i]) ||
		    text_has(u->article.title.ptr, u->article.title.len, words->items[i]))
			return true;
	}
	return false;
}

bool rule_matches(const struct rule *rule, const struct update *u)
{
	const struct event *e = &u->event;
	return in_set(rule->kinds, (int)e->kind) && in_set(rule->statuses, (int)e->status) &&
	       e->confidence >= rule->min_confidence &&
	       (rule->min_count == 0 || e->count.value >= rule->min_count) &&
	       in_areas(&rule->areas, e->place.code) && has_word(&rule->words, u);
}

uint64_t rules_receivers(const struct ruleset *r, const struct update *u, uint64_t now_us,
			 uint64_t *ret_muted)
{
	uint64_t receivers = 0;
	for (size_t i = 0; i < r->rule_count; i++) {
		if (!rule_matches(&r->rules[i], u))
			continue;
		if (now_us < r->rules[i].muted_until_us)
			++*ret_muted;
		else
			receivers |= r->rules[i].receivers;
	}
	return receivers;
}

const struct rule *rules_find(const struct ruleset *r, const char *name)
{
	for (size_t i = 0; i < r->rule_count; i++) {
		if (strcmp(r->rules[i].name, name) == 0)
			return &r->rules[i];
	}
	return NULL;
}
