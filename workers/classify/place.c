/* A name becomes a mention by what stands in front of it. "Kota", "Pemkab", "Bupati" tell the
 * level; "Bawaslu", "Sekda" tell that it is an area at all; "Kanreg", "Universitas", "Hotel" tell
 * that it is not the place. Names that are also ordinary words (Batu, Serang, Puncak) count only
 * with such a word, or with "di", in front.
 *
 * The article's main area is the regency that most mentions point to, weighed by their role; a
 * province counts when no regency is named. Regencies named without a level that share their name
 * (Kupang) take the level that the text uses elsewhere. */
#include "workers/classify/place.h"

#include "lib/error.h"
#include "workers/classify/engine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX_GAP_MAX = 3, PREFIX_CHAIN_MAX = 3, DATELINE_BYTES = 60 };

struct prefix {
	int kind;       /* enum prefix_kind, or -1 */
	uint32_t start; /* of the level word, or of the name */
	bool office;    /* a body stands in front of the level word */
	bool not_here;
};

static bool only_gap(const struct doc *d, uint32_t from, uint32_t to)
{
	if (to < from || to - from > PREFIX_GAP_MAX)
		return false;
	for (uint32_t i = from; i < to; i++) {
		char c = d->plain.s[i];
		if (c != ' ' && c != ')' && c != '(' && c != '.' && c != '-')
			return false;
	}
	return true;
}

/* "Regional 7 Palembang": numbers between a prefix and the name are looked through. */
static uint32_t skip_number_back(const struct doc *d, uint32_t at)
{
	uint32_t i = at;
	while (i > 0 && d->plain.s[i - 1] == ' ')
		i--;
	uint32_t end = i;
	while (i > 0 &&
	       (isdigit((unsigned char)d->plain.s[i - 1]) || strchr("IVX", d->plain.s[i - 1])))
		i--;
	return i < end && i > 0 && d->plain.s[i - 1] == ' ' ? i : at;
}

/* The prefix hit that ends right before `at`, searching back from hit index `from`. */
static const struct hit *prefix_before(const struct doc *d, size_t from, uint32_t at)
{
	for (size_t i = from; i-- > 0;) {
		const struct hit *h = &d->hits.list[i];
		if (h->start + PHRASE_LEN_MAX < at)
			break;
		if (h->group == GROUP_PLACE_PREFIX && h->end <= at && only_gap(d, h->end, at))
			return h;
	}
	return NULL;
}

static struct prefix read_prefix(const struct doc *d, size_t hit)
{
	struct prefix p = {.kind = -1, .start = d->hits.list[hit].start};
	uint32_t at = p.start;
	for (unsigned step = 0; step < PREFIX_CHAIN_MAX; step++) {
		const struct hit *h = prefix_before(d, hit, at);
		if (!h && step == 0)
			h = prefix_before(d, hit, skip_number_back(d, at));
		if (!h)
			break;
		int kind = (int)doc_value(d, h);
		if (kind == PREFIX_NOT)
			p.not_here = p.not_here || step == 0 || p.kind == PREFIX_AT;
		if (kind == PREFIX_OFFICE)
			p.office = true;
		if (p.kind < 0 || (p.kind == PREFIX_AT && kind != PREFIX_NOT))
			p.kind = kind;
		if (kind <= PREFIX_PROVINSI_HEAD && step == 0)
			p.start = h->start;
		at = h->start;
	}
	return p;
}

static bool starts_sentence(const struct doc *d, uint32_t at)
{
	while (at > 0 && strchr(" \"'(-", d->plain.s[at - 1]))
		at--;
	return at == 0 || strchr(".!?\n", d->plain.s[at - 1]);
}

/* "Bima Arya", "Ahmad Batang": part of a person's name. */
static bool inside_a_name(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	bool after = s[h->end] == ' ' && isupper((unsigned char)s[h->end + 1]) &&
		     islower((unsigned char)s[h->end + 2]);
	uint32_t i = h->start;
	if (i < 2 || s[i - 1] != ' ' || !isalpha((unsigned char)s[i - 2]))
		return after;
	i--;
	while (i > 0 && isalpha((unsigned char)s[i - 1]))
		i--;
	return after || (isupper((unsigned char)s[i]) && !starts_sentence(d, i));
}

static bool is_capitalised(const struct doc *d, const struct hit *h)
{
	return isupper((unsigned char)d->plain.s[h->start]);
}

/* "KUPANG, NTT PEMBARUAN.id -" or "Ambon (ANTARA) -" in front of the lead. */
static bool in_dateline(const struct doc *d, const struct hit *h)
{
	uint32_t line = h->start;
	while (line > d->plain.body && d->plain.s[line - 1] != '\n')
		line--;
	if (h->start - line > DATELINE_BYTES)
		return false;
	const char *s = d->plain.s;
	for (uint32_t i = h->end; i < h->end + DATELINE_BYTES && s[i] && s[i] != '\n'; i++) {
		if (s[i] == '-' && (s[i + 1] == ' ' || s[i + 1] == '-'))
			return true;
		if (s[i] == '.' && s[i + 1] == ' ')
			break;
	}
	return false;
}

static bool is_credible(const struct doc *d, const struct hit *h, const struct place_name *n,
			const struct prefix *p)
{
	if (n->kind == NAME_WORD || p->not_here || p->kind == PREFIX_LOWER || p->kind == PREFIX_NOT)
		return false;
	if (!is_capitalised(d, h))
		return false;
	if (p->kind >= 0 || in_dateline(d, h))
		return true;
	if (n->kind == NAME_SEAT || n->risk == RISK_HIGH)
		return false;
	return n->risk == RISK_LOW || !inside_a_name(d, h);
}

static int level_wanted(const struct prefix *p)
{
	switch (p->kind) {
	case PREFIX_KOTA:
	case PREFIX_KOTA_HEAD:
		return AREA_CITY;
	case PREFIX_KABUPATEN:
	case PREFIX_KABUPATEN_HEAD:
		return AREA_REGENCY;
	case PREFIX_PROVINSI:
	case PREFIX_PROVINSI_HEAD:
		return AREA_PROVINCE;
	default:
		return -1;
	}
}

static uint16_t with_level(const struct doc *d, const struct place_name *n, int level)
{
	for (unsigned k = 0; k < NAME_AREAS_MAX && n->area[k] != AREA_NONE; k++) {
		if (d->c->gazetteer.areas[n->area[k]].level == level)
			return n->area[k];
	}
	return AREA_NONE;
}

/* What the text says elsewhere about a name with several areas. */
static uint16_t level_elsewhere(const struct doc *d, const struct place_name *n)
{
	const uint32_t *told = d->places.levelled;
	uint16_t best = AREA_NONE;
	for (unsigned k = 0; k < NAME_AREAS_MAX && n->area[k] != AREA_NONE; k++) {
		if (told[n->area[k]] > (best == AREA_NONE ? 0 : told[best]))
			best = n->area[k];
	}
	return best;
}

/* Without any word on the level: the province when it shares the name, else the city, after which
 * datelines and venues are named. */
static uint16_t choose_area(const struct doc *d, const struct place_name *n, int level)
{
	if (n->area[1] == AREA_NONE)
		return n->area[0];
	uint16_t area = AREA_NONE;
	if (level >= 0)
		area = with_level(d, n, level);
	if (area == AREA_NONE)
		area = level_elsewhere(d, n);
	if (area == AREA_NONE)
		area = with_level(d, n, AREA_PROVINCE);
	if (area == AREA_NONE)
		area = with_level(d, n, AREA_CITY);
	return area == AREA_NONE ? n->area[0] : area;
}

static uint8_t role_of(const struct doc *d, const struct hit *h, const struct prefix *p)
{
	if (p->kind < 0 && in_dateline(d, h))
		return PLACE_DATELINE;
	if (p->kind == PREFIX_PROVINSI_HEAD)
		return PLACE_HEAD;
	if (level_wanted(p) >= 0)
		return PLACE_LEVELLED;
	if (p->office || p->kind == PREFIX_OFFICE)
		return PLACE_OFFICE;
	return p->kind == PREFIX_AT ? PLACE_AT : PLACE_BARE;
}

static void add_mention(struct doc *d, size_t hit, bool levelled_only)
{
	const struct hit *h = &d->hits.list[hit];
	const struct place_name *n = &d->c->gazetteer.names[doc_value(d, h)];
	struct prefix p = read_prefix(d, hit);
	int level = level_wanted(&p);
	bool levelled = n->area[1] == AREA_NONE || level >= 0;
	if (levelled != levelled_only || !is_credible(d, h, n, &p))
		return;
	struct place_mention m = {.start = p.start,
				  .end = h->end,
				  .area = choose_area(d, n, level),
				  .role = role_of(d, h, &p),
				  .kind = n->kind};
	d->places.levelled[m.area] += m.role == PLACE_LEVELLED;
	d->places.list[d->places.count++] = m;
}

static int compare_mentions(const void *a, const void *b)
{
	const struct place_mention *x = a, *y = b;
	return x->end < y->end ? -1 : x->end > y->end;
}

static bool is_dropped(const struct doc *d, uint32_t *sentence, uint32_t at)
{
	while (*sentence + 1 < d->sentences.count && d->sentences.list[*sentence + 1].start <= at)
		(*sentence)++;
	return d->sentences.count && d->sentences.list[*sentence].flags & SENTENCE_DROPPED;
}

/* Two rounds: names whose level is told first, so that the others can follow them. */
static void read_mentions(struct doc *d)
{
	for (int levelled = 1; levelled >= 0; levelled--) {
		uint32_t sentence = 0;
		for (size_t i = 0; i < d->hits.count; i++) {
			if (d->hits.list[i].group == GROUP_PLACE &&
			    !is_dropped(d, &sentence, d->hits.list[i].start))
				add_mention(d, i, levelled);
		}
	}
	qsort(d->places.list, d->places.count, sizeof(*d->places.list), compare_mentions);
}

static unsigned weight_of(const struct doc *d, const struct place_mention *m)
{
	static const unsigned weights[] = {
		[PLACE_BARE] = 2,     [PLACE_AT] = 3,   [PLACE_OFFICE] = 4,
		[PLACE_LEVELLED] = 4, [PLACE_HEAD] = 2, [PLACE_DATELINE] = 3};
	unsigned weight = weights[m->role];
	if (m->kind == NAME_SEAT || m->kind == NAME_NICK)
		weight = 1;
	return m->start < d->plain.body ? weight + 2 : weight;
}

static int choose_main(struct doc *d)
{
	const struct gazetteer *g = &d->c->gazetteer;
	unsigned *score = arena_calloc(d->arena, g->area_count, sizeof(*score));
	d->places.main = AREA_NONE;
	if (!score)
		return NETRAL_ENOMEM;
	unsigned best = 0;
	for (int level = AREA_REGENCY; level >= AREA_PROVINCE && !best; level--) {
		for (uint32_t i = 0; i < d->places.count; i++) {
			const struct place_mention *m = &d->places.list[i];
			bool deep = g->areas[m->area].level >= AREA_REGENCY;
			if (deep != (level == AREA_REGENCY))
				continue;
			score[m->area] += weight_of(d, m);
		}
		for (uint32_t i = 0; i < d->places.count; i++) {
			const struct place_mention *m = &d->places.list[i];
			if (score[m->area] > best) {
				best = score[m->area];
				d->places.main = m->area;
				d->places.main_mention = i;
			}
		}
	}
	return NETRAL_OK;
}

int place_read(struct doc *d)
{
	size_t count = 0;
	for (size_t i = 0; i < d->hits.count; i++)
		count += d->hits.list[i].group == GROUP_PLACE;
	d->places = (struct places){.main = AREA_NONE};
	d->places.list = arena_alloc(d->arena, (count + 1) * sizeof(*d->places.list));
	d->places.levelled =
		arena_calloc(d->arena, d->c->gazetteer.area_count, sizeof(*d->places.levelled));
	if (!d->places.list || !d->places.levelled)
		return NETRAL_ENOMEM;
	read_mentions(d);
	return choose_main(d);
}

uint32_t place_first(const struct doc *d, uint32_t at)
{
	uint32_t low = 0, high = d->places.count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (d->places.list[mid].end <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

int place_of_sentence(const struct doc *d, const struct sentence *s)
{
	const struct gazetteer *g = &d->c->gazetteer;
	int best = -1;
	unsigned best_score = 0;
	for (uint32_t i = place_first(d, s->start); i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (m->start >= s->end)
			break;
		if (m->role == PLACE_DATELINE || m->role == PLACE_HEAD || m->kind == NAME_SEAT)
			continue;
		unsigned score = weight_of(d, m);
		score += g->areas[m->area].level >= AREA_REGENCY ? 10 : 0;
		score += m->area == d->places.main ? 4 : 0;
		if (score > best_score) {
			best_score = score;
			best = (int)i;
		}
	}
	return best;
}

int place_of_article(const struct doc *d)
{
	return d->places.main == AREA_NONE ? -1 : (int)d->places.main_mention;
}

bool place_within(const struct doc *d, uint16_t inner, uint16_t outer)
{
	const struct area *areas = d->c->gazetteer.areas;
	return inner == outer || areas[inner].province == outer ||
	       areas[outer].level == AREA_NATION;
}
