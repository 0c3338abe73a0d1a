/* One walk over the flat tree. What is open at a node (a link, a cell, a list, a part to leave out)
 * is kept as the index where it ends, so no stack is needed.
 *
 * Class names lie: <div class="share-page"> may hold the whole article. So a part is left out by
 * its name only while it holds less than a part of the page's sentences.
 *
 * A linked heading with a line below it is a teaser: another article's title and first words. What
 * stands in the element around such a pair is left out as a whole. */
#include "lib/extract/block.h"

#include "lib/error.h"
#include "lib/extract/words.h"
#include "lib/fault.h"
#include "lib/web/blank.h"

#include <stdlib.h>
#include <string.h>

enum {
	SHORT_MAX = 25, /* bytes of a line that is no sentence */
	SHORT_SCORE = -2,
	LINE_MIN = 80,     /* bytes of a line that hardly is anything else */
	SENTENCE_MIN = 50, /* bytes of a text that counts as sentences */
	TEASER_MAX = 800,  /* bytes of sentences in a teaser */
	ONE_LINKED = 1 << 16 | 1,
	HEADING_LINK_MIN = 15, /* bytes of a heading that is another article's title */
};

/* A part that holds more of the page's sentences is kept whatever it is called. */
static const float NAMED_SHARE = 0.4F;

struct cut {
	const struct page *page;
	struct blocks *blocks;
	uint32_t *plain;    /* bytes of sentences below each node that are in no link */
	uint32_t *headings; /* headings below each node, linked ones in the upper half */
	uint32_t link_end, out_end, cell_end, list_end, heading_end;
	uint32_t cell, owner;
	uint8_t heading;
	bool names; /* are believed */
	bool fresh; /* the next text begins a block */
	bool gap;   /* a blank goes in front of the next word */
};

struct text block_text(const struct blocks *b, const struct block *block)
{
	return (struct text){(const char *)b->text.data + block->text, block->len};
}

bool block_is_linked(const struct block *b)
{
	return b->link_len * 2 >= b->len;
}

static int begin_block(struct cut *c, uint32_t node)
{
	struct blocks *b = c->blocks;
	int r = buf_reserve(&b->list_buf, sizeof(struct block));
	if (r < 0)
		return r;
	b->list = (struct block *)(void *)b->list_buf.data;
	b->list_buf.len += sizeof(struct block);
	b->list[b->count++] = (struct block){
		.node = node,
		.owner = c->owner,
		.cell = node < c->cell_end ? c->cell : 0,
		.text = (uint32_t)b->text.len,
		.heading = node < c->heading_end ? c->heading : 0,
		.listed = node < c->list_end,
		.out = node < c->out_end,
	};
	c->fresh = false;
	c->gap = false;
	return NETRAL_OK;
}

static uint32_t marks_in(const char *s, size_t len)
{
	uint32_t n = 0;
	for (size_t i = 0; i < len; i++)
		n += s[i] == ',' || s[i] == '.' || s[i] == ';' || s[i] == '?' || s[i] == '!';
	return n;
}

static int add_word(struct cut *c, uint32_t node, const char *s, size_t len)
{
	struct blocks *b = c->blocks;
	size_t before;
	int r = c->fresh ? begin_block(c, node) : NETRAL_OK;
	before = b->text.len;
	if (r == NETRAL_OK && c->gap)
		r = buf_append(&b->text, " ", 1);
	if (r == NETRAL_OK)
		r = buf_append(&b->text, s, len);
	if (r < 0)
		return r;
	struct block *last = &b->list[b->count - 1];
	uint32_t added = (uint32_t)(b->text.len - before);
	last->len += added;
	last->link_len += node < c->link_end ? added : 0;
	last->marks += marks_in(s, len);
	c->gap = false;
	return NETRAL_OK;
}

static int add_text(struct cut *c, uint32_t node)
{
	const struct node *n = &c->page->nodes[node];
	const char *s = page_string(c->page, n->text);
	size_t at = 0, size, start;
	int r = NETRAL_OK;
	while (r == NETRAL_OK && at < n->len) {
		for (start = at; at < n->len && (size = blank_at(s + at, n->len - at)) > 0;)
			at += size;
		c->gap = c->gap || at > start;
		for (start = at; at < n->len && blank_at(s + at, n->len - at) == 0;)
			at++;
		if (at > start)
			r = add_word(c, node, s + start, at - start);
	}
	return r;
}

/* Elements around all of a page carry names of what they hold, not of what they are. */
static bool may_be_named(enum element e)
{
	return e != ELEMENT_HTML && e != ELEMENT_BODY && e != ELEMENT_MAIN && e != ELEMENT_ARTICLE;
}

/* An element with one heading, a linked one, and little text. */
static bool is_teaser(const struct cut *c, uint32_t i)
{
	const struct node *n = &c->page->nodes[i];
	unsigned flags = element_flags(n->element);
	return flags & ELEMENT_BLOCK && !(flags & ELEMENT_HEADING) &&
	       c->headings[i] == ONE_LINKED && c->plain[i] < TEASER_MAX &&
	       c->plain[i] * 4 < c->plain[0];
}

static bool is_left_out(const struct cut *c, uint32_t i)
{
	const struct node *n = &c->page->nodes[i];
	bool named = c->names && (n->words & WORDS_OUT) != 0 && !(n->words & WORDS_BODY) &&
		     may_be_named(n->element) && n->item != ITEM_BODY;
	bool form = n->element == ELEMENT_FORM;
	/* Kept as blocks all the same: some sites tell author and date there. */
	if (n->element == ELEMENT_FOOTER)
		return true;
	if (is_teaser(c, i))
		return true;
	if (!named && !n->hidden && !form)
		return false;
	return (float)c->plain[i] < (float)c->plain[0] * NAMED_SHARE;
}

/* The block element that `i`, or what is around it, stands in. */
static uint32_t owner_of(const struct page *p, uint32_t i)
{
	while (i > 0 && (!(element_flags(p->nodes[i].element) & ELEMENT_BLOCK) ||
			 p->nodes[i].element == ELEMENT_BR || p->nodes[i].element == ELEMENT_HR))
		i = p->nodes[i].parent;
	return i;
}

/* Texts know only their parent, which may be a link or a span; few levels. */
static void enter(struct cut *c, uint32_t i)
{
	const struct node *n = &c->page->nodes[i];
	unsigned flags = element_flags(n->element);
	if (n->element == ELEMENT_A && n->len && n->end > c->link_end)
		c->link_end = n->end;
	if (i >= c->out_end && is_left_out(c, i))
		c->out_end = n->end;
	if (flags & ELEMENT_CELL) {
		c->cell = i;
		c->cell_end = n->end;
	}
	if ((n->element == ELEMENT_UL || n->element == ELEMENT_OL) && n->end > c->list_end)
		c->list_end = n->end;
	if (flags & ELEMENT_HEADING) {
		c->heading = (uint8_t)(n->element - ELEMENT_H1 + 1);
		c->heading_end = n->end;
	}
	c->fresh = c->fresh || flags & ELEMENT_BLOCK;
}

/* Texts in links and in parts that are always left out count nothing. */
static void weigh_nodes(struct cut *c)
{
	const struct page *p = c->page;
	uint32_t out_end = 0, link_end = 0, heading = 0, heading_end = 0;
	for (uint32_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		unsigned flags = element_flags(n->element);
		if ((flags & ELEMENT_OUT || n->element == ELEMENT_FOOTER) && n->end > out_end)
			out_end = n->end;
		if (n->element == ELEMENT_A && n->len && n->end > link_end)
			link_end = n->end;
		if (flags & ELEMENT_HEADING && i >= out_end) {
			heading = i;
			heading_end = n->end;
			c->headings[i] = 1;
		}
		if (n->element || i < out_end)
			continue;
		if (i >= link_end && n->len >= SENTENCE_MIN)
			c->plain[i] = n->len;
		if (i < link_end && i < heading_end && n->len >= HEADING_LINK_MIN)
			c->headings[heading] = ONE_LINKED;
	}
}

/* From the back, so that each element is whole before it is added to its parent. */
static void weigh(struct cut *c)
{
	const struct page *p = c->page;
	weigh_nodes(c);
	for (uint32_t i = p->count; i-- > 1;) {
		c->plain[p->nodes[i].parent] += c->plain[i];
		/* Many headings stay many: no carry into the upper half. */
		uint32_t sum = c->headings[p->nodes[i].parent] + c->headings[i];
		c->headings[p->nodes[i].parent] = (sum & 0xFFFF) > 2 ? 3 : sum;
	}
}

/* Long lines with sentences in them speak for an article; links, and parts by their names, against.
 * Short lines say little. The figures were chosen on the pages of docs/extraction.md that are
 * looked at; what matters is their order of size. */
static float score(const struct block *b)
{
	float len = (float)b->len, links = (float)b->link_len;
	float plain = len - links;
	if (b->out)
		return -0.25F * (len < 200 ? len : 200);
	if (block_is_linked(b) && (b->marks < 2 || plain < 60))
		return -len;
	if (b->heading || (b->cell && b->len < SHORT_MAX))
		return 0;
	if (b->len < SHORT_MAX)
		return SHORT_SCORE;
	if (b->marks == 0)
		return b->len < LINE_MIN ? SHORT_SCORE : plain * 0.2F;
	float worth = plain - 0.7F * links;
	return b->len < LINE_MIN ? worth * 0.4F : worth;
}

static bool is_address(const struct text *line)
{
	return line->len > 4 && memcmp(line->ptr, "http", 4) == 0 &&
	       !memchr(line->ptr, ' ', line->len);
}

static int walk(struct cut *c)
{
	const struct page *p = c->page;
	uint32_t block_end = 0; /* where an open block element ends, at the latest */
	for (uint32_t i = 0; i < p->count; i++) {
		const struct node *n = &p->nodes[i];
		if (element_flags(n->element) & ELEMENT_OUT) {
			i = n->end - 1;
			c->fresh = true;
			continue;
		}
		if (n->element) {
			enter(c, i);
			continue;
		}
		uint32_t owner = owner_of(p, n->parent);
		c->fresh = c->fresh || owner != c->owner || i >= block_end;
		c->owner = owner;
		block_end = p->nodes[owner].end;
		int r = add_text(c, i);
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

int blocks_cut(const struct page *p, bool names, struct blocks *ret_blocks)
{
	*ret_blocks = (struct blocks){0};
	struct cut c = {.page = p, .names = names, .blocks = ret_blocks, .fresh = true};
	c.plain = fault_calloc(2 * (size_t)p->count, sizeof(*c.plain));
	if (!c.plain)
		return NETRAL_ENOMEM;
	c.headings = c.plain + p->count;
	weigh(&c);
	int r = walk(&c);
	free(c.plain);
	for (uint32_t i = 0; i < ret_blocks->count; i++) {
		struct block *b = &ret_blocks->list[i];
		struct text line = block_text(ret_blocks, b), rest;
		b->out = b->out || words_of_line(&line, &rest) == WORDS_LINE_DROP;
		b->score = is_address(&line) ? SHORT_SCORE : score(b);
	}
	return r;
}

void blocks_fini(struct blocks *b)
{
	buf_fini(&b->text);
	buf_fini(&b->list_buf);
	*b = (struct blocks){0};
}
