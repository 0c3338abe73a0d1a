/* A prefix tree over the folded forms (Fredkin 1960, edges as long as they can be as in Morrison's
 * PATRICIA, 1968), tried wherever a phrase may begin.
 *
 * Why not a library: every phrase begins where a word begins, and few words begin one. Vectorscan
 * 5.4.9 with the same phrases took as long for a text and 16 times as long to start (docs/
 * performance.md): its literals know no words, and each piece of a word that it reported was
 * refused here.
 *
 * A word may carry an enclitic (-nya, -lah, -pun, ...): "sosialisasinya" is "sosialisasi". Names of
 * places may not. */
#include "workers/classify/matcher.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Below a node all forms share `tail`; behind it one may end, others go on with one of the labels.
 * The root is node 0, so that no child is. */
struct node {
	uint32_t tail; /* where it stands in `folded` */
	uint32_t children;
	uint16_t tail_len;
	uint16_t child_count;
	uint16_t form; /* that ends here, or NO_FORM */
};

enum { NO_FORM = UINT16_MAX, BYTES = UINT8_MAX + 1 };

/* Most words begin no form: the first bytes, five bits of each, tell that by one bit of `begins`.
 */
enum { BEGIN_BYTES = 4, BEGIN_BITS = 5, BEGIN_KEYS = 1 << BEGIN_BYTES * BEGIN_BITS };

/* Many forms stand in several groups ("lurah"): a form is in the tree once, and stands for the run
 * order[first[form]] .. order[first[form + 1]] of phrases. */
struct matcher {
	const struct phrases *phrases;
	uint16_t *order;
	uint16_t *first;
	char *folded;
	struct node *nodes;
	uint8_t *labels; /* of each node: what stands before its tail; siblings side by side */
	uint32_t from_root[BYTES];
	uint64_t begins[BEGIN_KEYS / 64];
	uint8_t fold[BYTES];
	bool is_word[BYTES];
	uint8_t kinds[BYTES];
};

/* What a byte can be, so that one look tells both. */
enum { IN_WORD = 1, MAY_BEGIN = 2 };

/* The forms, sorted, and which of them lie below a node. */
struct range {
	uint32_t low, high, depth;
};

struct building {
	struct matcher *m;
	uint32_t *form; /* where each one stands in `folded` */
	uint16_t *len;
	struct range *ranges; /* of each node: the forms below it */
	uint32_t form_count, node_count;
};

struct sorting {
	const struct phrases *phrases;
};

static int compare_forms(const void *a, const void *b, void *user)
{
	const struct phrases *p = ((const struct sorting *)user)->phrases;
	const uint16_t *x = a, *y = b;
	int r = strcasecmp(p->list[*x].form, p->list[*y].form);
	return r ? r : (int)*x - (int)*y;
}

/* The phrases of the groups, same forms side by side. Returns how many there are. */
static size_t sort_phrases(const struct phrases *p, uint64_t groups, uint16_t *order)
{
	size_t count = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (groups >> p->list[i].group & 1)
			order[count++] = (uint16_t)i;
	}
	struct sorting sorting = {p};
	qsort_r(order, count, sizeof(*order), compare_forms, &sorting);
	return count;
}

/* Bytes of a multi-byte character count as letters. */
static void set_bytes(struct matcher *m)
{
	for (unsigned c = 0; c < BYTES; c++) {
		m->fold[c] = (uint8_t)(c < 0x80 ? tolower((int)c) : (int)c);
		m->is_word[c] = c >= 0x80 || isalnum((int)c);
	}
}

static int allocate(struct building *b, struct matcher *m, const struct phrases *p)
{
	size_t room = p->count + 1, bytes = 1;
	for (size_t i = 0; i < p->count; i++)
		bytes += p->list[i].len;
	*b = (struct building){.m = m};
	/* Each node ends a form or has two children at least. */
	size_t nodes = 2 * room;
	b->form = fault_calloc(room, sizeof(*b->form));
	b->len = fault_calloc(room, sizeof(*b->len));
	b->ranges = fault_calloc(nodes, sizeof(*b->ranges));
	m->order = fault_calloc(room, sizeof(*m->order));
	m->first = fault_calloc(room + 1, sizeof(*m->first));
	m->folded = fault_calloc(bytes, 1);
	m->nodes = fault_calloc(nodes, sizeof(*m->nodes));
	m->labels = fault_calloc(nodes, 1);
	return b->form && b->len && b->ranges && m->order && m->first && m->folded && m->nodes &&
			       m->labels
		       ? NETRAL_OK
		       : NETRAL_ENOMEM;
}

static void building_fini(struct building *b)
{
	free(b->form);
	free(b->len);
	free(b->ranges);
}

static void keep_forms(struct building *b, uint64_t groups)
{
	struct matcher *m = b->m;
	const struct phrase *list = m->phrases->list;
	size_t count = sort_phrases(m->phrases, groups, m->order);
	uint32_t at = 0;
	for (size_t i = 0; i < count; i++) {
		const struct phrase *p = &list[m->order[i]];
		if (i && strcasecmp(list[m->order[i - 1]].form, p->form) == 0)
			continue;
		b->form[b->form_count] = at;
		b->len[b->form_count] = p->len;
		m->first[b->form_count++] = (uint16_t)i;
		for (size_t k = 0; k < p->len; k++)
			m->folded[at++] = (char)m->fold[(uint8_t)p->form[k]];
	}
	m->first[b->form_count] = (uint16_t)count;
}

static uint32_t add_node(struct building *b, uint8_t label, struct range range)
{
	b->m->labels[b->node_count] = label;
	b->ranges[b->node_count] = range;
	return b->node_count++;
}

/* How many bytes all forms of the range share from its depth on: what its first and last do. */
static uint32_t shared_len(const struct building *b, const struct range *r)
{
	uint32_t first = r->low, last = r->high - 1, at = r->depth;
	const char *x = b->m->folded + b->form[first], *y = b->m->folded + b->form[last];
	while (at < b->len[first] && at < b->len[last] && x[at] == y[at])
		at++;
	return at - r->depth;
}

static void add_children(struct building *b, struct node *node, const struct range *r)
{
	node->children = b->node_count;
	for (uint32_t low = r->low, high; low < r->high; low = high) {
		uint8_t label = (uint8_t)b->m->folded[b->form[low] + r->depth];
		for (high = low + 1; high < r->high; high++) {
			if ((uint8_t)b->m->folded[b->form[high] + r->depth] != label)
				break;
		}
		add_node(b, label, (struct range){low, high, r->depth + 1});
		node->child_count++;
	}
}

static void fill_node(struct building *b, uint32_t at)
{
	struct range r = b->ranges[at];
	struct node *node = &b->m->nodes[at];
	node->tail = b->form[r.low] + r.depth;
	node->tail_len = (uint16_t)shared_len(b, &r);
	node->form = NO_FORM;
	r.depth += node->tail_len;
	if (b->len[r.low] == r.depth)
		node->form = (uint16_t)r.low++;
	add_children(b, node, &r);
}

static uint32_t begin_key(uint32_t key, char folded)
{
	return key << BEGIN_BITS | ((uint8_t)folded & ((1U << BEGIN_BITS) - 1));
}

/* A form that is too short for a key begins all keys that go on from it. */
static void set_begins(struct matcher *m, const char *folded, size_t len)
{
	size_t known = len < BEGIN_BYTES ? len : BEGIN_BYTES;
	uint32_t key = 0, rest = (uint32_t)(BEGIN_BYTES - known) * BEGIN_BITS;
	for (size_t i = 0; i < known; i++)
		key = begin_key(key, folded[i]);
	for (uint32_t k = key << rest; k < (key + 1) << rest; k++)
		m->begins[k / 64] |= UINT64_C(1) << k % 64;
}

/* Level by level, so that siblings stand side by side. */
static void build(struct building *b)
{
	struct matcher *m = b->m;
	if (b->form_count == 0)
		return;
	m->nodes[0].form = NO_FORM;
	b->node_count = 1;
	add_children(b, &m->nodes[0], &(struct range){0, b->form_count, 0});
	for (uint32_t i = 0; i < m->nodes[0].child_count; i++)
		m->from_root[m->labels[1 + i]] = 1 + i;
	for (unsigned c = 0; c < BYTES; c++)
		m->kinds[c] = (uint8_t)((m->is_word[c] ? IN_WORD : 0) |
					(m->from_root[m->fold[c]] ? MAY_BEGIN : 0));
	for (uint32_t at = 1; at < b->node_count; at++)
		fill_node(b, at);
}

int matcher_new(const struct phrases *phrases, uint64_t groups, struct matcher **ret_matcher)
{
	struct matcher *m = fault_calloc(1, sizeof(*m));
	if (!m)
		return NETRAL_ENOMEM;
	m->phrases = phrases;
	set_bytes(m);
	struct building b;
	int r = allocate(&b, m, phrases);
	if (r == NETRAL_OK) {
		keep_forms(&b, groups);
		for (uint32_t i = 0; i < b.form_count; i++)
			set_begins(m, m->folded + b.form[i], b.len[i]);
		build(&b);
		*ret_matcher = m;
	} else {
		matcher_free(m);
	}
	building_fini(&b);
	return r;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	free(m->order);
	free(m->first);
	free(m->folded);
	free(m->nodes);
	free(m->labels);
	free(m);
}

struct collection {
	const struct matcher *m;
	const char *text;
	size_t len;
	struct arena *arena;
	struct hit *list;
	size_t count, cap;
	bool no_memory;
};

static bool is_enclitic(const struct matcher *m, const char *s, size_t len)
{
	static const char *const enclitics[] = {"nya", "lah", "kah", "pun", "ku", "mu"};
	for (size_t i = 0; i < netral_countof(enclitics); i++) {
		size_t n = strlen(enclitics[i]);
		if (len >= n && strncasecmp(s, enclitics[i], n) == 0 &&
		    (len == n || !m->is_word[(uint8_t)s[n]]))
			return true;
	}
	return false;
}

static bool takes_enclitics(enum phrase_group group)
{
	return group < GROUP_NUMBER;
}

/* "bawaslu.go.id": a stop with letters on both sides makes one word. */
static bool in_domain_name(const struct collection *c, size_t start, size_t end)
{
	return (end + 1 < c->len && c->text[end] == '.' &&
		islower((unsigned char)c->text[end + 1])) ||
	       (start > 1 && c->text[start - 1] == '.' &&
		islower((unsigned char)c->text[start - 2]) &&
		islower((unsigned char)c->text[start]));
}

/* That a form may begin at its start is known. */
static bool may_end(const struct collection *c, const struct phrase *p, size_t end)
{
	const bool *is_word = c->m->is_word;
	if (end == c->len || !is_word[(uint8_t)c->text[end]] || !is_word[(uint8_t)c->text[end - 1]])
		return true;
	return takes_enclitics(p->group) && is_enclitic(c->m, c->text + end, c->len - end);
}

static bool make_room(struct collection *c)
{
	if (c->count < c->cap)
		return true;
	size_t cap = c->cap ? c->cap * 2 : 256;
	struct hit *list = arena_alloc(c->arena, cap * sizeof(*list));
	if (!list) {
		c->no_memory = true;
		return false;
	}
	if (c->count)
		memcpy(list, c->list, c->count * sizeof(*list));
	c->list = list;
	c->cap = cap;
	return true;
}

/* False when no more can be kept. */
static bool keep(struct collection *c, uint16_t form, size_t start, size_t end)
{
	if (in_domain_name(c, start, end))
		return true;
	for (size_t i = c->m->first[form]; i < c->m->first[form + 1]; i++) {
		const struct phrase *p = &c->m->phrases->list[c->m->order[i]];
		if (!may_end(c, p, end))
			continue;
		if (c->count == HITS_MAX || !make_room(c))
			return false;
		c->list[c->count++] = (struct hit){.start = (uint32_t)start,
						   .end = (uint32_t)end,
						   .phrase = c->m->order[i],
						   .group = p->group};
	}
	return true;
}

static uint32_t child_of(const struct matcher *m, const struct node *node, uint8_t label)
{
	for (uint32_t i = node->children; i < node->children + node->child_count; i++) {
		if (m->labels[i] == label)
			return i;
	}
	return 0;
}

static bool has_tail(const struct collection *c, const struct node *node, size_t at)
{
	const char *tail = c->m->folded + node->tail;
	if (c->len - at < node->tail_len)
		return false;
	for (size_t i = 0; i < node->tail_len; i++) {
		if (c->m->fold[(uint8_t)c->text[at + i]] != (uint8_t)tail[i])
			return false;
	}
	return true;
}

struct ending {
	size_t end;
	uint16_t form;
};

/* The forms that stand at `start`, the shortest first: each is longer than the one before. */
static size_t find_endings(const struct collection *c, size_t start,
			   struct ending endings[static PHRASE_LEN_MAX])
{
	const struct matcher *m = c->m;
	size_t count = 0, at = start;
	uint32_t n = m->from_root[m->fold[(uint8_t)c->text[at++]]];
	while (n && has_tail(c, &m->nodes[n], at)) {
		const struct node *node = &m->nodes[n];
		at += node->tail_len;
		if (node->form != NO_FORM)
			endings[count++] = (struct ending){at, node->form};
		n = at < c->len ? child_of(m, node, m->fold[(uint8_t)c->text[at]]) : 0;
		at++;
	}
	return count;
}

static bool collect_at(struct collection *c, size_t start)
{
	struct ending endings[PHRASE_LEN_MAX];
	bool room = true;
	for (size_t i = find_endings(c, start, endings); i > 0 && room; i--)
		room = keep(c, endings[i - 1].form, start, endings[i - 1].end);
	return room;
}

/* Hits are sorted, so a hit lies within another of its group when it ends no later than the
 * furthest end seen in that group. Two values of one form are both kept. */
static size_t drop_contained(struct hit *list, size_t count)
{
	uint32_t last_start[PHRASE_GROUPS] = {0}, last_end[PHRASE_GROUPS] = {0};
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		const struct hit h = list[i];
		bool same = h.start == last_start[h.group] && h.end == last_end[h.group];
		if (h.end <= last_end[h.group] && !same)
			continue;
		last_start[h.group] = h.start;
		last_end[h.group] = h.end;
		list[kept++] = h;
	}
	return kept;
}

static bool may_begin(const struct matcher *m, const char *s)
{
	uint32_t key = 0;
	for (size_t i = 0; i < BEGIN_BYTES; i++)
		key = begin_key(key, s[i]);
	return m->begins[key / 64] >> key % 64 & 1;
}

/* A part of a text, long enough that its loops run for a while. */
enum { BLOCK_BYTES = 1024 };

struct starts {
	uint32_t list[BLOCK_BYTES];
	size_t count;
};

/* Where words begin, then where forms may: without a branch for each, which nobody could guess. */
static void find_starts(const struct collection *c, size_t from, size_t end, struct starts *s)
{
	const struct matcher *m = c->m;
	unsigned before = from ? m->kinds[(uint8_t)c->text[from - 1]] : 0;
	size_t words = 0;
	for (size_t i = from; i < end; i++) {
		unsigned kind = m->kinds[(uint8_t)c->text[i]];
		s->list[words] = (uint32_t)i;
		words += kind >> 1 & ~(kind & before) & 1;
		before = kind;
	}
	s->count = 0;
	for (size_t i = 0; i < words; i++) {
		size_t at = s->list[i];
		s->list[s->count] = (uint32_t)at;
		s->count += c->len - at < BEGIN_BYTES || may_begin(m, c->text + at);
	}
}

int matcher_scan(const struct matcher *m, const char *text, size_t len, struct arena *arena,
		 struct hits *ret_hits)
{
	struct collection c = {.m = m, .text = text, .len = len, .arena = arena};
	struct starts starts;
	bool room = true;
	for (size_t from = 0; from < len && room; from += BLOCK_BYTES) {
		find_starts(&c, from, len - from < BLOCK_BYTES ? len : from + BLOCK_BYTES, &starts);
		for (size_t i = 0; i < starts.count && room; i++)
			room = collect_at(&c, starts.list[i]);
	}
	if (c.no_memory)
		return NETRAL_ENOMEM;
	ret_hits->list = c.list;
	ret_hits->count = drop_contained(c.list, c.count);
	return NETRAL_OK;
}
