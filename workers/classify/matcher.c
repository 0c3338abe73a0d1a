/* The only file that knows vectorscan.
 *
 * Phrases are compiled as literals, because patterns with word boundaries take a hundred times
 * longer to compile; the boundary is checked here, for each hit. A word may carry an enclitic
 * (-nya, -lah, -pun, ...): "sosialisasinya" is "sosialisasi". Names of places may not.
 *
 * Vectorscan reports ends in order; a hit's start is its end less the length of the phrase. */
#include "workers/classify/matcher.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"

#include <ctype.h>
#include <hs.h>
#include <stdlib.h>
#include <string.h>

/* Many forms stand in several groups ("lurah"): a literal is compiled once, and stands for the run
 * order[first[id]] .. order[first[id + 1]] of phrases. */
struct matcher {
	const struct phrases *phrases;
	hs_database_t *db;
	uint16_t *order;
	uint16_t *first;
};

struct matcher_scratch {
	hs_scratch_t *hs;
};

struct literals {
	const char **forms;
	unsigned *flags;
	unsigned *ids;
	size_t *lens;
	unsigned count;
};

static void literals_fini(struct literals *l)
{
	free(l->forms);
	free(l->flags);
	free(l->ids);
	free(l->lens);
}

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

static int literals_init(struct literals *l, struct matcher *m, uint64_t groups)
{
	const struct phrases *p = m->phrases;
	size_t room = p->count + 1;
	l->forms = fault_calloc(room, sizeof(*l->forms));
	l->flags = fault_calloc(room, sizeof(*l->flags));
	l->ids = fault_calloc(room, sizeof(*l->ids));
	l->lens = fault_calloc(room, sizeof(*l->lens));
	m->order = fault_calloc(room, sizeof(*m->order));
	m->first = fault_calloc(room + 1, sizeof(*m->first));
	if (!l->forms || !l->flags || !l->ids || !l->lens || !m->order || !m->first)
		return NETRAL_ENOMEM;
	size_t count = sort_phrases(p, groups, m->order);
	for (size_t i = 0; i < count; i++) {
		const struct phrase *phrase = &p->list[m->order[i]];
		if (i && strcasecmp(p->list[m->order[i - 1]].form, phrase->form) == 0)
			continue;
		m->first[l->count] = (uint16_t)i;
		l->forms[l->count] = phrase->form;
		l->flags[l->count] = HS_FLAG_CASELESS;
		l->ids[l->count] = l->count;
		l->lens[l->count++] = phrase->len;
	}
	m->first[l->count] = (uint16_t)count;
	return NETRAL_OK;
}

static int compile(const struct literals *l, hs_database_t **ret_db)
{
	hs_compile_error_t *error = NULL;
	if (hs_compile_lit_multi(l->forms, l->flags, l->ids, l->lens, l->count, HS_MODE_BLOCK, NULL,
				 ret_db, &error) == HS_SUCCESS)
		return NETRAL_OK;
	/* Forms have been checked for length, so that only memory can be missing. */
	hs_free_compile_error(error);
	return NETRAL_ENOMEM;
}

int matcher_new(const struct phrases *phrases, uint64_t groups, struct matcher **ret_matcher)
{
	struct literals l = {0};
	struct matcher *m = fault_calloc(1, sizeof(*m));
	if (!m)
		return NETRAL_ENOMEM;
	m->phrases = phrases;
	int r = literals_init(&l, m, groups);
	if (r == NETRAL_OK)
		r = compile(&l, &m->db);
	literals_fini(&l);
	if (r < 0) {
		matcher_free(m);
		return r;
	}
	*ret_matcher = m;
	return NETRAL_OK;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	hs_free_database(m->db);
	free(m->order);
	free(m->first);
	free(m);
}

int matcher_scratch_new(const struct matcher *const *matchers, size_t count,
			struct matcher_scratch **ret_scratch)
{
	struct matcher_scratch *s = fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (hs_alloc_scratch(matchers[i]->db, &s->hs) != HS_SUCCESS) {
			matcher_scratch_free(s);
			return NETRAL_ENOMEM;
		}
	}
	*ret_scratch = s;
	return NETRAL_OK;
}

void matcher_scratch_free(struct matcher_scratch *s)
{
	if (!s)
		return;
	hs_free_scratch(s->hs);
	free(s);
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

/* Bytes of a multi-byte character count as letters. */
static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_enclitic(const char *s, size_t len)
{
	static const char *const enclitics[] = {"nya", "lah", "kah", "pun", "ku", "mu"};
	for (size_t i = 0; i < netral_countof(enclitics); i++) {
		size_t n = strlen(enclitics[i]);
		if (len >= n && strncasecmp(s, enclitics[i], n) == 0 &&
		    (len == n || !is_word_byte(s[n])))
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

static bool at_boundaries(const struct collection *c, const struct phrase *p, size_t start,
			  size_t end)
{
	if (start > 0 && is_word_byte(c->text[start]) && is_word_byte(c->text[start - 1]))
		return false;
	if (in_domain_name(c, start, end))
		return false;
	if (end == c->len || !is_word_byte(c->text[end]) || !is_word_byte(c->text[end - 1]))
		return true;
	return takes_enclitics(p->group) && is_enclitic(c->text + end, c->len - end);
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

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
		    void *context)
{
	(void)from;
	(void)flags;
	struct collection *c = context;
	for (size_t i = c->m->first[id]; i < c->m->first[id + 1]; i++) {
		const struct phrase *p = &c->m->phrases->list[c->m->order[i]];
		size_t end = (size_t)to, start = end - p->len;
		if (!at_boundaries(c, p, start, end))
			continue;
		if (c->count == HITS_MAX || !make_room(c))
			return 1;
		c->list[c->count++] = (struct hit){.start = (uint32_t)start,
						   .end = (uint32_t)end,
						   .phrase = c->m->order[i],
						   .group = p->group};
	}
	return 0;
}

static int compare_hits(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return (int)x->phrase - (int)y->phrase;
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

int matcher_scan(const struct matcher *m, struct matcher_scratch *s, const char *text, size_t len,
		 struct arena *arena, struct hits *ret_hits)
{
	struct collection c = {.m = m, .text = text, .len = len, .arena = arena};
	hs_error_t e = hs_scan(m->db, text, (unsigned)len, 0, s->hs, on_match, &c);
	if (c.no_memory || (e != HS_SUCCESS && e != HS_SCAN_TERMINATED))
		return NETRAL_ENOMEM;
	if (c.count)
		qsort(c.list, c.count, sizeof(*c.list), compare_hits);
	ret_hits->list = c.list;
	ret_hits->count = drop_contained(c.list, c.count);
	return NETRAL_OK;
}
