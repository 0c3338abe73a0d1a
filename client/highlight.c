#include "client/highlight.h"

#include "workers/classify/classify.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT = 4 };

struct span {
	uint32_t start, end;
};

struct marks {
	struct span sentences[EVENT_EVIDENCE_MAX]; /* in order, not overlapping */
	size_t sentence_count;
	struct span spans[EVENT_EVIDENCE_MAX]; /* likewise */
	size_t span_count;
};

static int compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* Sorts, and joins what overlaps. Returns the new number. */
static size_t join(struct span *spans, size_t count)
{
	size_t kept = 0;
	if (count)
		qsort(spans, count, sizeof(*spans), compare);
	for (size_t i = 0; i < count; i++) {
		if (kept && spans[i].start < spans[kept - 1].end) {
			if (spans[i].end > spans[kept - 1].end)
				spans[kept - 1].end = spans[i].end;
		} else {
			spans[kept++] = spans[i];
		}
	}
	return kept;
}

static bool is_inside(const struct event_evidence *v, const struct text *text)
{
	return v->start < v->end && v->end <= text->len;
}

static void collect(struct marks *m, const struct event *e, const struct text *text)
{
	for (size_t i = 0; i < e->evidence_count && i < EVENT_EVIDENCE_MAX; i++) {
		const struct event_evidence *v = &e->evidence[i];
		if (!is_inside(v, text))
			continue;
		struct span first, last;
		classify_sentence_at(text, v->start, &first.start, &first.end);
		classify_sentence_at(text, v->end - 1, &last.start, &last.end);
		m->sentences[m->sentence_count++] = (struct span){first.start, last.end};
		m->spans[m->span_count++] = (struct span){v->start, v->end};
	}
	m->sentence_count = join(m->sentences, m->sentence_count);
	m->span_count = join(m->spans, m->span_count);
}

/* "kind, status, count": each field once, in the order of the event. */
static void print_names(FILE *out, const struct style *s, const struct event *e,
			const struct text *text, struct span sentence)
{
	const char *seen[EVENT_EVIDENCE_MAX];
	size_t count = 0;
	fprintf(out, "  %s", style_ink(s, INK_DIM));
	for (size_t i = 0; i < e->evidence_count && i < EVENT_EVIDENCE_MAX; i++) {
		const struct event_evidence *v = &e->evidence[i];
		bool known = !is_inside(v, text) || v->start < sentence.start ||
			     v->start >= sentence.end;
		for (size_t k = 0; k < count && !known; k++)
			known = strcmp(seen[k], v->field) == 0;
		if (known)
			continue;
		fputs(count ? ", " : "", out);
		style_put(out, v->field, strlen(v->field));
		seen[count++] = v->field;
	}
	fprintf(out, "%s\n", style_ink(s, INK_PLAIN));
}

/* Without colour a mark is put where the evidence begins and ends; with colour each line carries
 * its own, so that the indent of the next is not underlined. */
static void print_line(FILE *out, const struct style *s, const struct marks *m, const char *text,
		       struct span line)
{
	uint32_t at = line.start;
	for (size_t i = 0; i < m->span_count && at < line.end; i++) {
		struct span v = m->spans[i];
		if (v.end <= at || v.start >= line.end)
			continue;
		uint32_t from = v.start > at ? v.start : at;
		uint32_t to = v.end < line.end ? v.end : line.end;
		style_put(out, text + at, from - at);
		fputs(s->colour ? style_ink(s, INK_MARK) : v.start >= line.start ? "[" : "", out);
		style_put(out, text + from, to - from);
		fputs(s->colour ? style_ink(s, INK_PLAIN) : v.end <= line.end ? "]" : "", out);
		at = to;
	}
	style_put(out, text + at, line.end - at);
}

static void print_sentence(FILE *out, const struct style *s, const struct marks *m,
			   const char *text, struct span sentence)
{
	uint32_t at = sentence.start;
	while (at < sentence.end) {
		size_t gap = style_gap(text + at, sentence.end - at);
		at += (uint32_t)gap;
		size_t n = style_line(text + at, sentence.end - at, s->width - INDENT);
		if (n == 0)
			return;
		fprintf(out, "%*s", INDENT, "");
		print_line(out, s, m, text, (struct span){at, at + (uint32_t)n});
		fputc('\n', out);
		at += (uint32_t)n;
	}
}

void highlight_print(FILE *out, const struct style *s, const struct event *e,
		     const struct text *text)
{
	struct marks *m = calloc(1, sizeof(*m));
	if (!m)
		return;
	collect(m, e, text);
	for (size_t i = 0; i < m->sentence_count; i++) {
		print_names(out, s, e, text, m->sentences[i]);
		print_sentence(out, s, m, text->ptr, m->sentences[i]);
	}
	free(m);
}
