/* Each block speaks for or against the article (block.h). An element's worth is the sum over the
 * blocks in it, and the element worth most is the article: one that is too small misses paragraphs,
 * one that is too large takes links and left-out parts in. Of nested elements that are worth about
 * the same the innermost is taken.
 *
 * Then its lines are gone through once from the top: what is named, linked or begins like a line
 * that is not the article's goes; headings stay when a line follows. */
#include "lib/extract/body.h"

#include "lib/error.h"
#include "lib/extract/date.h"
#include "lib/extract/words.h"
#include "lib/fault.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	CUE_LINE_MAX = 160,  /* a longer line is a sentence that begins like a cue */
	END_LINE_MAX = 80,   /* "Berita Terkait", and bylines */
	DATE_LINE_MAX = 100, /* above the text */
	BARE_DATE_MAX = 45,  /* near its front */
	FRONT_WORTH = 500,   /* the front: so much of the text */
	SIGNATURE_MAX = 24,  /* "(abc/def)" */
	LEAD_MIN = 300,      /* a shorter one is a sub-title */
	LEAD_REACH = 20,     /* lines between a headline and the text */
	CELL_LINE_MAX = 200, /* short cells of a row share a line */
};

/* How much of an element's worth one of its children must have to be taken instead. */
static const float INNER_SHARE = 0.93F;

/* Of several articles in a row: how much of their worth the first has, and another. */
static const float FIRST_SHARE = 0.2F, OTHER_SHARE = 0.1F;

/* What an element's worth is multiplied by, for what it is called. */
static const float WEIGHT_ITEM = 1.3F;  /* itemprop="articleBody" */
static const float WEIGHT_BODY = 1.15F; /* "entry-content" */
static const float WEIGHT_GOOD = 1.05F; /* "content", <article> */
static const float WEIGHT_BAD = 0.7F;   /* "sidebar" */

/* --- the element --- */

static float weight(const struct node *n)
{
	float w = n->item == ITEM_BODY ? WEIGHT_ITEM : 1;
	if (n->words & WORDS_BODY)
		return w * WEIGHT_BODY;
	if (n->words & WORDS_GOOD || n->element == ELEMENT_ARTICLE)
		w *= WEIGHT_GOOD;
	if (n->words & (WORDS_BAD | WORDS_OUT))
		w *= WEIGHT_BAD;
	return w;
}

static void sum_up(const struct page *p, const struct blocks *b, float *sums)
{
	for (uint32_t i = 0; i < b->count; i++)
		sums[b->list[i].owner] += b->list[i].score;
	for (uint32_t i = p->count; i-- > 1;)
		sums[p->nodes[i].parent] += sums[i];
}

/* A paragraph is never all of an article that its parent holds. */
static bool may_hold_article(enum element e)
{
	unsigned flags = element_flags(e);
	return flags & ELEMENT_BLOCK && !(flags & ELEMENT_HEADING) && e != ELEMENT_P &&
	       e != ELEMENT_LI && e != ELEMENT_BLOCKQUOTE && e != ELEMENT_TR;
}

static uint32_t best_of(const struct page *p, const float *sums)
{
	uint32_t best = 0;
	float most = sums[0];
	for (uint32_t i = 1; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		if (!may_hold_article(n->element))
			continue;
		float worth = sums[i] * weight(n);
		if (worth >= most && sums[i] > 0) {
			most = worth;
			best = i;
		}
	}
	return best;
}

/* Goes on to a child that has nearly all of it. */
static uint32_t innermost(const struct page *p, const float *sums, uint32_t at)
{
	for (;;) {
		uint32_t next = 0;
		for (uint32_t i = at + 1; i < p->nodes[at].end; i = p->nodes[i].end) {
			if (may_hold_article(p->nodes[i].element) &&
			    sums[i] >= INNER_SHARE * sums[at])
				next = i;
		}
		if (!next)
			return at;
		at = next;
	}
}

static bool has_title(const struct page *p, uint32_t node)
{
	for (uint32_t i = node; i < p->nodes[node].end; i++) {
		if (p->nodes[i].element >= ELEMENT_H1 && p->nodes[i].element <= ELEMENT_H3)
			return true;
	}
	return false;
}

/* Pages that scroll on hold further articles behind the first, each with a title in an <article>
 * of its own. */
static uint32_t first_article(const struct page *p, const float *sums, uint32_t root)
{
	uint32_t first = 0, others = 0;
	for (uint32_t i = root + 1; i < p->nodes[root].end; i++) {
		if (p->nodes[i].element != ELEMENT_ARTICLE)
			continue;
		if (!first && sums[i] >= FIRST_SHARE * sums[root])
			first = i;
		else if (sums[i] >= OTHER_SHARE * sums[root] && has_title(p, i))
			others++;
		i = p->nodes[i].end - 1;
	}
	return first && others ? first : root;
}

static int choose(const struct page *p, const struct blocks *b, uint32_t *ret_root)
{
	float *sums = fault_calloc(p->count, sizeof(*sums));
	if (!sums)
		return NETRAL_ENOMEM;
	sum_up(p, b, sums);
	uint32_t best = best_of(p, sums);
	*ret_root = sums[best] > 0 ? innermost(p, sums, best) : 0;
	*ret_root = first_article(p, sums, *ret_root);
	free(sums);
	return NETRAL_OK;
}

/* --- its lines --- */

struct pick {
	const struct page *page;
	const struct blocks *blocks;
	struct text title;
	struct buf *out;
	size_t start;         /* of the article in `out` */
	uint32_t heading;     /* a heading that waits for a line, + 1; 0: none */
	uint32_t last;        /* the block written last */
	bool begun;           /* a sentence was written */
	float written, worth; /* of the blocks so far, and of all */
};

static bool same_text(const struct text *a, const struct text *b)
{
	return a->len == b->len && strncasecmp(a->ptr, b->ptr, a->len) == 0;
}

/* Does the line name who wrote it: "(Penulis: Siti)", "(abc/def)"? */
static bool is_signed(const struct block *b, const struct text *line)
{
	struct text name;
	const char *end = line->ptr + line->len;
	if (line->len <= SIGNATURE_MAX && line->ptr[0] == '(' && end[-1] == ')')
		return true;
	return line->len <= END_LINE_MAX && b->marks == 0 && words_byline(line, &name) &&
	       memchr(line->ptr, ':', (size_t)(name.ptr - line->ptr));
}

static bool is_cue(const struct pick *k, const struct block *b, bool *ret_end)
{
	struct text line = block_text(k->blocks, b), rest;
	bool signature = is_signed(b, &line);
	while (line.len > 0 && strchr("([*", line.ptr[0]))
		line = (struct text){line.ptr + 1, line.len - 1};
	enum words_line what = words_of_line(&line, &rest);
	bool colon = rest.ptr > line.ptr && rest.ptr[-1] == ':';
	bool may_end = what == WORDS_LINE_STOP
			       ? k->begun && b->heading
			       : what == WORDS_LINE_END && k->written * 2 >= k->worth;
	*ret_end = may_end && line.len <= END_LINE_MAX;
	if (signature || *ret_end)
		return true;
	if (b->link_len > 0)
		return what != WORDS_LINE_PLAIN && line.len <= (size_t)2 * CUE_LINE_MAX;
	return what != WORDS_LINE_PLAIN && line.len <= CUE_LINE_MAX &&
	       (colon || rest.len == 0 || b->marks == 0);
}

/* A short line with a date in it, or hardly more than that. */
static bool is_dated(const struct text *line, size_t max)
{
	char date[DATE_FORMAT_SIZE];
	return line->len <= max && date_parse(line->ptr, line->len, date);
}

static bool is_kept(const struct pick *k, const struct block *b)
{
	struct text line = block_text(k->blocks, b);
	if (b->out || (block_is_linked(b) && (b->len < 80 || b->link_len * 10 > b->len * 8)))
		return false;
	if (!k->begun && (same_text(&line, &k->title) || b->heading == 1))
		return false;
	if (!k->begun && !b->heading && (b->score <= 0 || is_dated(&line, DATE_LINE_MAX)))
		return false;
	if (k->written < FRONT_WORTH && !b->cell && !b->listed && is_dated(&line, BARE_DATE_MAX))
		return false;
	return true;
}

static int put_line(struct pick *k, uint32_t i)
{
	const struct block *b = &k->blocks->list[i], *last = &k->blocks->list[k->last];
	const struct node *nodes = k->page->nodes;
	struct text line = block_text(k->blocks, b);
	bool same_row = b->cell && last->cell && b->cell != last->cell &&
			nodes[b->cell].parent == nodes[last->cell].parent &&
			b->len < CELL_LINE_MAX && last->len < CELL_LINE_MAX;
	int r = NETRAL_OK;
	if (k->out->len > k->start)
		r = buf_append_str(k->out, same_row ? " | " : "\n");
	if (r == NETRAL_OK)
		r = buf_append(k->out, line.ptr, line.len);
	k->last = i;
	return r;
}

static int take(struct pick *k, uint32_t i)
{
	const struct block *b = &k->blocks->list[i];
	int r = NETRAL_OK;
	if (b->heading) {
		k->heading = i + 1;
		return r;
	}
	if (k->heading)
		r = put_line(k, k->heading - 1);
	k->heading = 0;
	if (r == NETRAL_OK)
		r = put_line(k, i);
	k->begun = k->begun || b->score > 0;
	k->written += b->score > 0 ? b->score : 0;
	return r;
}

/* The lead often stands by itself, between the headline and the element. */
static int pick_lead(struct pick *k, uint32_t first)
{
	const struct blocks *b = k->blocks;
	uint32_t i = first;
	int r = NETRAL_OK;
	while (i > 0 && first - i < LEAD_REACH && b->list[i - 1].heading != 1)
		i--;
	if (i == 0 || b->list[i - 1].heading != 1)
		return r;
	for (; i < first && r == NETRAL_OK; i++) {
		const struct block *lead = &b->list[i];
		if (!lead->out && lead->len >= LEAD_MIN && lead->score > 0 && lead->link_len == 0)
			r = take(k, i);
	}
	return r;
}

static int pick_lines(struct pick *k, uint32_t root)
{
	const struct blocks *b = k->blocks;
	uint32_t first = 0, behind;
	while (first < b->count && b->list[first].node < root)
		first++;
	for (behind = first; behind < b->count; behind++) {
		if (b->list[behind].node >= k->page->nodes[root].end)
			break;
		k->worth += b->list[behind].score > 0 ? b->list[behind].score : 0;
	}
	int r = pick_lead(k, first);
	for (uint32_t i = first; i < behind && r == NETRAL_OK; i++) {
		bool end = false;
		bool cue = is_cue(k, &b->list[i], &end);
		if (end)
			break;
		if (!cue && is_kept(k, &b->list[i]))
			r = take(k, i);
	}
	return r;
}

/* A fragment without a single sentence: all that is not left out by name. */
static int put_all(struct pick *k)
{
	int r = NETRAL_OK;
	for (uint32_t i = 0; i < k->blocks->count && r == NETRAL_OK; i++) {
		const struct block *b = &k->blocks->list[i];
		if (!b->out && b->heading != 1)
			r = put_line(k, i);
	}
	return r;
}

int body_extract(const struct page *p, const struct blocks *b, const struct text *title,
		 struct buf *out)
{
	uint32_t root = 0;
	struct pick k = {.page = p, .blocks = b, .title = *title, .out = out, .start = out->len};
	int r = choose(p, b, &root);
	if (r == NETRAL_OK)
		r = pick_lines(&k, root);
	if (r == NETRAL_OK && !k.begun) {
		out->len = k.start;
		/* Around a gallery or a video there are menus, and nothing to read. */
		r = page_is_framed(p) ? NETRAL_OK : put_all(&k);
	}
	return r;
}
