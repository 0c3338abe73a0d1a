#include "client/correction_print.h"

#include "client/cli.h"
#include "client/json.h"
#include "client/print.h"
#include "lib/cleanup.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int correction_each(struct connection *c, const char *id, uint64_t limit, correction_take_fn *take,
		    void *user)
{
	uint64_t before = 0, taken = 0;
	do {
		struct message m = {.type = MSG_CORRECTION_LIST,
				    .correction_list = {.id = id, .before = before}};
		struct message answer = {.type = MSG_NONE};
		if (connection_ask(c, &m, MSG_CORRECTION_PAGE, &answer) < 0)
			return cli_fail(connection_exit_code(c), "%s", connection_error(c));
		const struct msg_correction_page *page = &answer.correction_page;
		for (size_t i = 0; i < page->entry_count; i++) {
			int r = take(user, &page->entries[i]);
			if (r != EX_OK || ++taken == limit)
				return r;
		}
		if (before && page->next >= before)
			return EX_OK;
		before = page->next;
	} while (before && !cli_output_lost());
	return EX_OK;
}

static const char *verb_name(enum correct_verb verb)
{
	switch (verb) {
	case CORRECT_SET:
		return "corrected";
	case CORRECT_RETRACT:
		return "retracted";
	case CORRECT_RESTORE:
		return "restored";
	case CORRECT_TAKE_DOWN:
		return "taken down";
	}
	return "";
}

static void print_change(const struct style *s, const struct field_change *c)
{
	char text[2 * CODEC_STRING_MAX + 64];
	int len = snprintf(text, sizeof(text), "  %s: %s, now %s",
			   correction_field_name((int)c->field), c->was, c->now);
	print_field(stdout, s, "", text, (size_t)len);
}

void correction_print(const struct style *s, const struct correction_entry *e, bool with_id)
{
	char time[PRINT_SHORT_SIZE], text[CODEC_REASON_MAX + 256];
	print_time(e->at_us, time);
	int len = snprintf(text, sizeof(text), "%s by %s: %s", time, e->by, e->note);
	print_field(stdout, s, verb_name(e->verb), text, (size_t)len);
	if (with_id)
		print_field(stdout, s, e->verb == CORRECT_TAKE_DOWN ? "article" : "event", e->id,
			    strlen(e->id));
	for (size_t i = 0; i < e->change_count; i++)
		print_change(s, &e->changes[i]);
}

json_t *correction_json(const struct correction_entry *e)
{
	static const char *const verbs[] = {[CORRECT_SET] = "set",
					    [CORRECT_RETRACT] = "retract",
					    [CORRECT_RESTORE] = "restore",
					    [CORRECT_TAKE_DOWN] = "take_down"};
	json_t *changes = json_array();
	for (size_t i = 0; i < e->change_count; i++) {
		const struct field_change *c = &e->changes[i];
		if (json_array_append_new(changes, json_pack("{ss ss ss}", "field",
							     correction_field_name((int)c->field),
							     "was", c->was, "now", c->now)) < 0) {
			json_decref(changes);
			return NULL;
		}
	}
	return json_pack("{sI so ss so ss ss so}", "number", (json_int_t)e->number, "at",
			 json_time(e->at_us), "verb", verbs[e->verb], "id",
			 json_name_or_null(e->id), "by", e->by, "note", e->note, "changes",
			 changes);
}
