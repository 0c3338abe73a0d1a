#include "client/tally.h"

#include "client/style.h"

#include <inttypes.h>
#include <string.h>

#define X(id, name, text) name,
static const char *const reason_names[] = {TALLY_REASONS(X)};
#undef X
#define X(id, name, text) text,
static const char *const reason_texts[] = {TALLY_REASONS(X)};
#undef X

uint64_t tally_damaged(const struct tally *t)
{
	uint64_t n = 0;
	for (size_t i = 0; i < WARC_DAMAGE_KINDS; i++)
		n += t->damages[i];
	return n;
}

/* One of a list whose first item stands behind `head`; *first tells whether this is it. */
static void print_count(FILE *out, const char *head, bool *first, uint64_t n, const char *text)
{
	if (n == 0)
		return;
	fprintf(out, "%s%" PRIu64 " %s", *first ? head : ", ", n, text);
	*first = false;
}

static void print_left_out(FILE *out, const struct tally *t)
{
	bool first = true;
	for (size_t i = 0; i < TALLY_REASON_COUNT; i++)
		print_count(out, "  left out: ", &first, t->left_out[i], reason_texts[i]);
	if (!first)
		fputc('\n', out);
}

static void print_damages(FILE *out, const struct tally *t)
{
	for (int i = 0; i < WARC_DAMAGE_KINDS; i++) {
		if (t->damages[i])
			fprintf(out, "  damage: %" PRIu64 " times %s\n", t->damages[i],
				warc_damage_text((enum warc_damage)i));
	}
}

void tally_print(FILE *out, const char *name, const struct tally *t, bool submitted)
{
	style_put(out, name, strlen(name));
	fprintf(out, ": %" PRIu64 " records, %" PRIu64 " pages, %" PRIu64 " articles", t->records,
		t->pages, t->articles);
	if (submitted)
		fprintf(out, ": %" PRIu64 " accepted, %" PRIu64 " duplicate, %" PRIu64 " refused",
			t->outcomes[SUBMIT_ACCEPTED], t->outcomes[SUBMIT_DUPLICATE],
			t->outcomes[SUBMIT_REFUSED]);
	fputc('\n', out);
	print_left_out(out, t);
	if (t->cut)
		fprintf(out, "  cut: %" PRIu64 " pages are not all there\n", t->cut);
	print_damages(out, t);
}

static json_t *counts(const uint64_t *values, size_t count, const char *(*name)(size_t i))
{
	json_t *j = json_object();
	for (size_t i = 0; i < count; i++) {
		if (values[i])
			json_object_set_new(j, name(i), json_integer((json_int_t)values[i]));
	}
	return j;
}

static const char *reason_name(size_t i)
{
	return reason_names[i];
}

static const char *damage_name(size_t i)
{
	return warc_damage_name((enum warc_damage)i);
}

json_t *tally_json(const struct tally *t)
{
	return json_pack("{sI sI sI sI sI sI sI so so}", "records", (json_int_t)t->records, "pages",
			 (json_int_t)t->pages, "cut", (json_int_t)t->cut, "articles",
			 (json_int_t)t->articles, "accepted",
			 (json_int_t)t->outcomes[SUBMIT_ACCEPTED], "duplicate",
			 (json_int_t)t->outcomes[SUBMIT_DUPLICATE], "refused",
			 (json_int_t)t->outcomes[SUBMIT_REFUSED], "left_out",
			 counts(t->left_out, TALLY_REASON_COUNT, reason_name), "damage",
			 counts(t->damages, WARC_DAMAGE_KINDS, damage_name));
}
