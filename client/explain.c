#include "client/explain.h"

#include "client/json.h"
#include "client/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_signs(const void *a, const void *b)
{
	const struct classify_sign *x = a, *y = b;
	return fabs(x->weight) < fabs(y->weight) ? 1 : fabs(x->weight) > fabs(y->weight) ? -1 : 0;
}

static void print_signs(FILE *out, const struct style *s, const struct candidate *c, bool against)
{
	bool first = true;
	for (size_t i = 0; i < c->sign_count; i++) {
		const struct classify_sign *sign = &c->signs[i];
		if (sign->weight == 0 || (sign->weight < 0) != against)
			continue;
		if (first)
			fprintf(out, "    %s%-8s%s", style_ink(s, against ? INK_RED : INK_GREEN),
				against ? "against" : "for", style_ink(s, INK_PLAIN));
		fprintf(out, " %s %+.2f", sign->name, sign->weight);
		first = false;
	}
	if (!first)
		fputc('\n', out);
}

static void print_words(FILE *out, const struct style *s, const struct candidate *c)
{
	for (size_t i = 0; i < c->word_count; i++) {
		const struct classify_word *w = &c->words[i];
		char where[32] = "title";
		if (w->end)
			snprintf(where, sizeof(where), "%u..%u", w->start, w->end);
		fprintf(out, "    %s%-12s%s ", style_ink(s, INK_DIM), where,
			style_ink(s, INK_PLAIN));
		style_put(out, w->text, strlen(w->text));
		fprintf(out, "  %s%s %s%s\n", style_ink(s, INK_DIM), w->group, w->value,
			style_ink(s, INK_PLAIN));
	}
}

void explain_print(FILE *out, const struct style *s, const struct candidate *c)
{
	print_event(out, s, &c->event);
	fprintf(out, "    %s%s%s, confidence %.2f; its sentence has\n", style_ink(s, INK_BOLD),
		c->told ? "told" : "not told", style_ink(s, INK_PLAIN), c->event.confidence);
	print_words(out, s, c);
	qsort(c->signs, c->sign_count, sizeof(*c->signs), compare_signs);
	print_signs(out, s, c, false);
	print_signs(out, s, c, true);
}

json_t *explain_json(const struct candidate *c)
{
	json_t *signs = json_array(), *words = json_array();
	for (size_t i = 0; i < c->sign_count; i++)
		json_array_append_new(signs, json_pack("{ss sf}", "name", c->signs[i].name,
						       "weight", c->signs[i].weight));
	for (size_t i = 0; i < c->word_count; i++) {
		const struct classify_word *w = &c->words[i];
		json_array_append_new(words, json_pack("{ss ss so si si}", "group", w->group,
						       "value", w->value, "text",
						       json_text(w->text, strlen(w->text)), "start",
						       (int)w->start, "end", (int)w->end));
	}
	json_t *stages = json_array();
	for (size_t i = 0; i < c->stage_sign_count; i++)
		json_array_append_new(stages, json_string(c->stage_signs[i]));
	return json_pack("{so sb so so so}", "event", json_event(&c->event), "told", c->told,
			 "signs", signs, "stages", stages, "words", words);
}
