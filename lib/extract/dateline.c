/* Every line around the headline that has a date gets a rank by what speaks for it, and the first
 * of the best is taken. Behind the headline comes before in front of it, because many outlets print
 * the day of the visit on top of their pages. */
#include "lib/extract/dateline.h"

#include "lib/extract/headline.h"
#include "lib/extract/words.h"

#include <string.h>

enum {
	LINE_MAX_LEN = 160,
	BARE_LINE_MAX = 40,  /* bytes of a line that is hardly more than a date */
	SHORT_LINE_MAX = 80, /* of one that says little else */
	LINES_BEFORE = 12,   /* that are looked at in front of the headline, and behind it */
	LINES_BEHIND = 25,
	LINES_NEAR = 5, /* behind the headline, where a date needs no name */
	LINES_NEAR_FRONT = 2,
	LINES_WITHOUT_TITLE = 60,
	HEADLINE_MIN = 20, /* bytes of a heading that may be the front of the title */
	TIME_DEPTH = 3,    /* how far above a text its <time> may be */
	LINE_NODES_MAX = 32,
	PLACE_MAX = 60, /* bytes of "Jayapura, 12 Oktober 2024 - " */
};

/* In the order of trust. */
enum rank {
	RANK_LABELLED, /* "Tayang: ..." */
	RANK_NAMED,    /* in an element that is called a date's, or right below the headline */
	RANK_TIME,     /* <time> behind the headline */
	RANK_SURE = RANK_TIME,
	RANK_FRONT, /* in front of the headline */
	RANK_ANY_TIME,
	RANK_PLAIN, /* a short line behind the headline */
	RANK_PLACE, /* in front of the first sentence */
	RANK_CHANGED,
	RANK_NONE,
};

struct search {
	const struct page *page;
	const struct blocks *blocks;
	uint32_t title; /* the headline's block, or how many blocks there are */
	enum rank rank;
	struct date best;
};

static void offer(struct search *s, enum rank rank, const struct date *d)
{
	if (rank >= s->rank)
		return;
	s->rank = rank;
	s->best = *d;
}

static bool is_headline(const struct text *line, const struct text *title)
{
	return headline_same_name(line, title) ||
	       (line->len >= HEADLINE_MIN && headline_begins(title, line));
}

/* A heading that says what the title says; a line that does; the first main heading. */
static uint32_t headline_block(const struct blocks *b, const struct text *title)
{
	uint32_t heading = b->count, line = b->count;
	for (uint32_t i = 0; i < b->count; i++) {
		const struct block *block = &b->list[i];
		struct text text = block_text(b, block);
		if (heading == b->count && block->heading == 1)
			heading = i;
		if (!title->len || text.len > 2 * title->len || !is_headline(&text, title))
			continue;
		if (block->heading)
			return i;
		if (line == b->count && !block_is_linked(block))
			line = i;
	}
	return line < b->count ? line : heading;
}

/* Stands it in a part for other articles, or for comments? Names of what holds the headline too
 * say nothing. */
static bool is_anothers(const struct search *s, uint32_t node)
{
	const struct node *nodes = s->page->nodes;
	uint32_t title = s->title < s->blocks->count ? s->blocks->list[s->title].node : 0;
	for (unsigned i = 0; i < PAGE_CALLED_DEPTH && node > 0; i++, node = nodes[node].parent) {
		bool holds_title = title >= node && title < nodes[node].end;
		if (nodes[node].words & (WORDS_RELATED | WORDS_COMMENT) && !holds_title)
			return true;
	}
	return false;
}

/* The first <time> in the line or around it, else its first text. */
static uint32_t date_node(const struct search *s, uint32_t i)
{
	const struct page *p = s->page;
	uint32_t first = s->blocks->list[i].node, node = first;
	uint32_t end = i + 1 < s->blocks->count ? s->blocks->list[i + 1].node : p->count;
	for (unsigned up = 0; up < TIME_DEPTH && node > 0; up++, node = p->nodes[node].parent) {
		if (p->nodes[node].element == ELEMENT_TIME)
			return node;
	}
	for (node = first; node < end && node - first < LINE_NODES_MAX; node++) {
		if (p->nodes[node].element == ELEMENT_TIME)
			return node;
	}
	return first;
}

/* A <time> knows more than its text, which may say the day alone; but what it knows in UTC is told
 * in the zone that the text is in. */
static void refine(const struct page *p, uint32_t node, struct date *d)
{
	struct text value = page_value(p, node);
	struct date exact;
	if (p->nodes[node].element != ELEMENT_TIME || !date_find(value.ptr, value.len, &exact))
		return;
	date_to_shown_zone(&exact, d);
	*d = exact;
}

/* "Diperbarui 22 Agustus 2024, tayang 21 Agustus 2024": the second. */
static enum words_date label_of(struct text *line)
{
	struct text rest = *line, behind;
	enum words_date first = words_of_date(line, &behind);
	for (size_t i = 1; first == WORDS_DATE_CHANGED && i < line->len; i++) {
		rest = (struct text){line->ptr + i, line->len - i};
		if (!strchr(" |,;(/", rest.ptr[-1]) ||
		    words_of_date(&rest, &behind) != WORDS_DATE_PUBLISHED)
			continue;
		*line = behind;
		return WORDS_DATE_PUBLISHED;
	}
	return first;
}

/* "updated" alone; many themes write "published updated" where both are one. */
static bool is_changed(const struct page *p, uint32_t node)
{
	const unsigned both = WORDS_CHANGED | WORDS_DATE;
	for (unsigned i = 0; i < PAGE_CALLED_DEPTH && node > 0; i++, node = p->nodes[node].parent) {
		if (p->nodes[node].words & both)
			return (p->nodes[node].words & both) == WORDS_CHANGED;
	}
	return false;
}

/* A line that nothing tells to be a date's. Day archives are linked, and some themes call the line
 * a caption: what is hardly more than a date is one all the same. */
static enum rank rank_of_plain(const struct search *s, uint32_t i, const struct text *line)
{
	const struct block *block = &s->blocks->list[i];
	bool titled = s->title < s->blocks->count, is_short = line->len <= SHORT_LINE_MAX;
	bool doubtful = block_is_linked(block) ||
			page_is_called(s->page, block->node, WORDS_CAPTION | WORDS_AD | WORDS_NAV);
	bool sentence = strchr(".!?", line->ptr[line->len - 1]);
	if (sentence || block->marks > 2 || (doubtful && line->len > BARE_LINE_MAX))
		return RANK_NONE;
	if (titled && i < s->title)
		return s->title - i <= LINES_NEAR_FRONT && is_short ? RANK_FRONT : RANK_NONE;
	return titled && i - s->title <= LINES_NEAR && is_short ? RANK_NAMED : RANK_PLAIN;
}

static enum rank rank_of(const struct search *s, uint32_t i, uint32_t node, const struct text *line,
			 enum words_date label)
{
	bool in_front = s->title < s->blocks->count && i < s->title;
	if (label == WORDS_DATE_PUBLISHED)
		return RANK_LABELLED;
	if (label == WORDS_DATE_CHANGED || is_changed(s->page, node))
		return RANK_CHANGED;
	if (!page_is_called(s->page, node, WORDS_DATE))
		return rank_of_plain(s, i, line);
	return in_front ? RANK_FRONT : RANK_NAMED;
}

static void try_line(struct search *s, uint32_t i, bool labelled_only)
{
	struct text line = block_text(s->blocks, &s->blocks->list[i]);
	struct date d;
	if (line.len > LINE_MAX_LEN)
		return;
	enum words_date label = label_of(&line);
	if (labelled_only && label == WORDS_DATE_PLAIN)
		return;
	uint32_t node = date_node(s, i);
	if (is_anothers(s, node) || !date_find(line.ptr, line.len, &d))
		return;
	refine(s->page, node, &d);
	offer(s, rank_of(s, i, node, &line, label), &d);
}

/* The date in front of the first sentence, behind the place and before a dash. */
static void try_place(struct search *s, uint32_t i)
{
	static const char *const dashes[] = {" - ", " \xe2\x80\x93 ", " \xe2\x80\x94 "};
	struct text line = block_text(s->blocks, &s->blocks->list[i]);
	struct date d;
	size_t reach = line.len < PLACE_MAX ? line.len : PLACE_MAX;
	if (s->rank <= RANK_PLACE)
		return;
	for (size_t k = 0; k < sizeof(dashes) / sizeof(dashes[0]); k++) {
		const char *dash = memmem(line.ptr, reach, dashes[k], strlen(dashes[k]));
		if (dash && date_find(line.ptr, (size_t)(dash - line.ptr), &d))
			offer(s, RANK_PLACE, &d);
	}
}

/* The first <time> behind `node` that has a date. */
static void try_times(struct search *s, uint32_t node, enum rank rank)
{
	const struct page *p = s->page;
	for (uint32_t i = node; i < p->count && rank < s->rank; i++) {
		struct text value = page_value(p, i);
		struct date d;
		if (p->nodes[i].element == ELEMENT_TIME && date_find(value.ptr, value.len, &d) &&
		    !is_anothers(s, i))
			offer(s, is_changed(p, i) ? RANK_CHANGED : rank, &d);
	}
}

bool dateline_find(const struct page *p, const struct blocks *b, const struct text *title,
		   struct dateline *ret)
{
	struct search s = {.page = p, .blocks = b, .rank = RANK_NONE};
	s.title = headline_block(b, title);
	bool titled = s.title < b->count;
	uint32_t first = titled && s.title > LINES_BEFORE ? s.title - LINES_BEFORE : 0;
	uint32_t last = titled ? s.title + LINES_BEHIND : LINES_WITHOUT_TITLE;
	/* Further down only a line that says so counts, and only where nothing near was sure. */
	for (uint32_t i = first; i < b->count && s.rank > (i > last ? RANK_SURE : RANK_LABELLED);
	     i++) {
		try_line(&s, i, i > last);
		if (i <= last && titled && i > s.title)
			try_place(&s, i);
	}
	if (titled)
		try_times(&s, b->list[s.title].node, RANK_TIME);
	try_times(&s, 0, RANK_ANY_TIME);
	*ret = (struct dateline){s.best, s.rank <= RANK_SURE};
	return s.rank < RANK_NONE;
}
