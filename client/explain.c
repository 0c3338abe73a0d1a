#include "client/explain.h"

#include "client/json.h"
#include "client/print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNS_SHOWN = 8 };
static const double WEIGHT_SHOWN = 0.1;

static int compare_signs(const void *a, const void *b)
{
	const struct classify_sign *x = a, *y = b;
	return fabs(x->weight) < fabs(y->weight) ? 1 : fabs(x->weight) > fabs(y->weight) ? -1 : 0;
}

/* The heaviest of one side; what weighs next to nothing decides nothing. */
static void print_signs(FILE *out, const struct style *s, const struct candidate *c, bool against)
{
	int shown = 0;
	for (size_t i = 0; i < c->sign_count && shown < SIGNS_SHOWN; i++) {
		const struct classify_sign *sign = &c->signs[i];
		if (fabs(sign->weight) < WEIGHT_SHOWN || (sign->weight < 0) != against)
			continue;
		if (shown++ == 0)
			fprintf(out, "    %s%-8s%s", style_ink(s, against ? INK_RED : INK_GREEN),
				against ? "against" : "for", style_ink(s, INK_PLAIN));
		fprintf(out, " %s %+.1f", sign->name, sign->weight);
	}
	if (shown)
		fputc('\n', out);
}

static void print_meaning(FILE *out, const struct classify_word *w)
{
	fprintf(out, "%s%s%s", w->group, *w->value ? " " : "", w->value);
}

/* One line for each place, with everything that the tables say of it. */
static void print_words(FILE *out, const struct style *s, const struct candidate *c)
{
	for (size_t i = 0; i < c->word_count; i++) {
		const struct classify_word *w = &c->words[i], *before = i ? w - 1 : NULL;
		if (before && before->start == w->start && before->end == w->end && w->end) {
			fputs(", ", out);
			print_meaning(out, w);
			continue;
		}
		char where[32] = "title";
		if (w->end)
			snprintf(where, sizeof(where), "%u..%u", w->start, w->end);
		fprintf(out, "%s    %s%-12s%s ", i ? "\n" : "", style_ink(s, INK_DIM), where,
			style_ink(s, INK_PLAIN));
		style_put(out, w->text, strlen(w->text));
		fputs("  ", out);
		print_meaning(out, w);
	}
	fputc('\n', out);
}

void explain_print(FILE *out, const struct style *s, const struct candidate *c)
{
	print_event(out, s, &c->event);
	fprintf(out, "    %s%s%s, confidence %.2f (0.55 is told); its sentence has\n",
		style_ink(s, INK_BOLD), c->told ? "told" : "not told", style_ink(s, INK_PLAIN),
		c->event.confidence);
	print_words(out, s, c);
	qsort(c->signs, c->sign_count, sizeof(*c->signs), compare_signs);
	print_signs(out, s, c, false);
	print_signs(out, s, c, true);
	fputc('\n', out);
}

static json_t *dates_json(const struct candidate *c)
{
	json_t *dates = json_array();
	for (size_t i = 0; i < c->date_count; i++) {
		json_t *signs = json_array();
		for (size_t k = 0; k < c->dates[i].sign_count; k++)
			json_array_append_new(signs, json_string(c->dates[i].signs[k]));
		json_array_append_new(
			dates, json_pack("{ss so}", "value", c->dates[i].value, "signs", signs));
	}
	return json_pack("{ss so}", "class", c->date_class, "options", dates);
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
	json_t *splits = json_array();
	for (size_t i = 0; i < c->split_sign_count; i++)
		json_array_append_new(splits, json_string(c->split_signs[i]));
	json_t *values = json_array();
	for (size_t i = 0; i < c->value_sign_count; i++)
		json_array_append_new(values, json_string(c->value_signs[i]));
	return json_pack("{so sb so so so so so so}", "event", json_event(&c->event), "told",
			 c->told, "signs", signs, "stages", stages, "splits", splits, "dates",
			 dates_json(c), "values", values, "words", words);
}
