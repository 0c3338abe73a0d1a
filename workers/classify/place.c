/* A name becomes a mention by what stands in front of it. "Kota", "Pemkab", "Bupati" tell the
 * level; "Bawaslu", "Sekda" tell that it is an area at all; "Kanreg", "Universitas", "Hotel" tell
 * that it is not the place, "Foto:" that the line is not the text. Names that are also ordinary
 * words (Batu, Serang, Puncak) count only with such a word, or with "di", in front. What stands
 * behind is read too: a weekday ("di Ambon, Selasa") stamps a happening or what somebody said.
 *
 * A name that several areas share (Kupang, Mura) takes the level that the text uses elsewhere, or
 * the area in a province that it names; a village head's is a regency. Districts behind "Kecamatan"
 * and the like stand for their regency, and follow the other names in the same way.
 *
 * The article's main area is the regency that most mentions point to, weighed by their role; a
 * province counts when no regency is named. Where an event is, fields_place.c decides. */
#include "workers/classify/place.h"

#include "lib/error.h"
#include "workers/classify/engine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	PREFIX_GAP_MAX = 3,
	PREFIX_CHAIN_MAX = 4,
	DATELINE_BYTES = 60,
	STAMP_GAP_MAX = 4,
	AROUND_GAP_MAX = 12,
	LIST_MIN = 3,
	DISTRICT_WORDS_MAX = 5,
	DISTRICT_AT_MIN = 5, /* letters of a name that is looked up behind "di" */
};

struct prefix {
	int kind;       /* enum prefix_kind, or -1 */
	uint32_t start; /* of the level word, or of the name */
	unsigned flags; /* enum place_flag */
	bool not_here;
};

static bool only_gap(const struct doc *d, uint32_t from, uint32_t to)
{
	if (to < from || to - from > PREFIX_GAP_MAX)
		return false;
	for (uint32_t i = from; i < to; i++) {
		char c = d->plain.s[i];
		if (c != ' ' && c != ')' && c != '(' && c != '.' && c != '-' && c != ':')
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

/* One prefix more in front of those that `p` knows; false when it is the last. */
static bool add_prefix(struct prefix *p, const struct hit *h, int kind, bool nearest)
{
	switch (kind) {
	case PREFIX_NOT:
	case PREFIX_TO:
		p->not_here = p->not_here || nearest || p->kind == PREFIX_AT;
		break;
	case PREFIX_CREDIT:
		p->not_here = true;
		break;
	case PREFIX_AT:
		p->flags |= PLACE_IS_AT;
		break;
	case PREFIX_FROM:
		p->flags |= PLACE_IS_FROM;
		break;
	case PREFIX_OFFICE:
	case PREFIX_ELECTION_OFFICE:
		p->flags |= PLACE_IS_OFFICE;
		break;
	default:
		break;
	}
	if (nearest && kind <= PREFIX_PROVINSI_HEAD)
		p->start = h->start;
	if (p->kind < 0)
		p->kind = kind;
	return p->kind != PREFIX_LOWER && p->kind != PREFIX_DISTRICT;
}

static struct prefix read_prefix(const struct doc *d, size_t hit)
{
	struct prefix p = {.kind = -1, .start = d->hits.list[hit].start};
	uint32_t at = p.start;
	for (unsigned step = 0; step < PREFIX_CHAIN_MAX; step++) {
		const struct hit *h = prefix_before(d, hit, at);
		if (!h)
			h = prefix_before(d, hit, skip_number_back(d, at));
		if (!h || !add_prefix(&p, h, (int)doc_value(d, h), step == 0))
			break;
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
	char c = d->plain.s[h->start]; /* or a figure: "50 Kota" */
	return isupper((unsigned char)c) || isdigit((unsigned char)c);
}

static uint32_t line_start(const struct doc *d, uint32_t at)
{
	while (at > d->plain.body && d->plain.s[at - 1] != '\n')
		at--;
	return at;
}

/* "KUPANG, NTT PEMBARUAN.id -", "Ambon (ANTARA) -", "Jakarta:" in front of the lead. */
static bool in_dateline(const struct doc *d, const struct hit *h)
{
	const char *s = d->plain.s;
	if (h->start < d->plain.body || h->start - line_start(d, h->start) > DATELINE_BYTES)
		return false;
	if (s[h->end] == ':')
		return true;
	for (uint32_t i = h->end; i < h->end + DATELINE_BYTES && s[i] && s[i] != '\n'; i++) {
		if (s[i] == '|' || (s[i] == '-' && (s[i + 1] == ' ' || s[i + 1] == '-')))
			return true;
		if (s[i] == '.' && s[i + 1] == ' ')
			break;
	}
	return false;
}

/* "KOTA BATU | SUARABRANTAS -": the level word opens the line, and no small word follows. */
static bool opens_dateline(const struct doc *d, const struct hit *h, const struct prefix *p)
{
	const char *s = d->plain.s;
	if (p->start != line_start(d, p->start) || !in_dateline(d, h))
		return false;
	for (uint32_t i = h->end; s[i] && s[i] != '-' && s[i] != '|' && s[i] != '\n'; i++) {
		if (s[i] == ' ' && islower((unsigned char)s[i + 1]))
			return false;
	}
	return true;
}

/* A weekday follows: "di Ambon, Selasa". */
static bool is_stamped(const struct doc *d, uint32_t end)
{
	size_t low = 0, high = d->hits.count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (d->hits.list[mid].start < end)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < d->hits.count && d->hits.list[low].start <= end + STAMP_GAP_MAX; low++) {
		if (d->hits.list[low].group == GROUP_WEEKDAY)
			return memchr(d->plain.s + end, ',', d->hits.list[low].start - end) != NULL;
	}
	return false;
}

/* "Polres Metro Bekasi": a word in front of another regency's name. */
static bool leads_to_place(const struct doc *d, const struct hit *h)
{
	const struct gazetteer *g = &d->c->gazetteer;
	const struct hit *end = d->hits.list + d->hits.count;
	for (const struct hit *next = h + 1; next < end && next->start <= h->end + 1; next++) {
		if (next->group != GROUP_PLACE || next->start != h->end + 1 ||
		    d->plain.s[h->end] != ' ')
			continue;
		uint16_t area = g->names[doc_value(d, next)].area[0];
		return area != AREA_NONE && g->areas[area].level >= AREA_REGENCY;
	}
	return false;
}

static bool is_credible(const struct doc *d, const struct hit *h, const struct place_name *n,
			const struct prefix *p)
{
	if (n->kind == NAME_WORD || p->not_here || p->kind == PREFIX_LOWER ||
	    p->kind == PREFIX_DISTRICT)
		return false;
	if (!is_capitalised(d, h) || (n->risk == RISK_HIGH && leads_to_place(d, h)))
		return false;
	if (p->kind >= 0 || in_dateline(d, h) || is_stamped(d, h->end))
		return true;
	if (n->kind == NAME_SEAT || n->risk == RISK_HIGH)
		return false;
	return n->risk == RISK_LOW || !inside_a_name(d, h);
}

static int level_wanted(int prefix)
{
	switch (prefix) {
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

/* The only one in a province that the text names: of "Mura", in Sumatera Selatan and in Kalimantan
 * Tengah. */
static uint16_t province_elsewhere(const struct doc *d, const struct place_name *n)
{
	const struct area *areas = d->c->gazetteer.areas;
	uint16_t found = AREA_NONE;
	for (unsigned k = 0; k < NAME_AREAS_MAX && n->area[k] != AREA_NONE; k++) {
		if (areas[n->area[k]].level < AREA_REGENCY ||
		    !d->places.named[areas[n->area[k]].province])
			continue;
		if (found != AREA_NONE)
			return AREA_NONE;
		found = n->area[k];
	}
	return found;
}

/* Village heads serve in a regency; and an article that speaks of a regent and of no mayor speaks
 * of a regency. */
static bool speaks_of_regency(const struct doc *d, uint32_t sentence)
{
	doc_for_hits(d, &d->sentences.list[sentence], h)
	{
		if (h->group == GROUP_SUBJECT && doc_value(d, h) == EVENT_SUBJECT_VILLAGE)
			return true;
	}
	return d->places.level_words[AREA_REGENCY] > d->places.level_words[AREA_CITY];
}

/* Without any word on the level: the province when it shares the name; else the regency or the city
 * that the text speaks of; else the city, after which datelines and venues are named. */
static uint16_t choose_area(const struct doc *d, const struct place_name *n, int level,
			    uint32_t sentence)
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
		area = province_elsewhere(d, n);
	if (area == AREA_NONE && speaks_of_regency(d, sentence))
		area = with_level(d, n, AREA_REGENCY);
	if (area == AREA_NONE)
		area = with_level(d, n, AREA_CITY);
	return area == AREA_NONE ? n->area[0] : area;
}

static uint8_t role_of(const struct doc *d, const struct hit *h, const struct prefix *p)
{
	if ((p->kind < 0 && in_dateline(d, h)) || opens_dateline(d, h, p))
		return PLACE_DATELINE;
	if (p->kind == PREFIX_PROVINSI_HEAD)
		return PLACE_HEAD;
	if (level_wanted(p->kind) >= 0)
		return PLACE_LEVELLED;
	if (p->flags & PLACE_IS_OFFICE)
		return PLACE_OFFICE;
	return p->kind == PREFIX_AT ? PLACE_AT : PLACE_BARE;
}

static void keep_mention(struct doc *d, struct place_mention m)
{
	const struct area *a = &d->c->gazetteer.areas[m.area];
	d->places.levelled[m.area] += m.role == PLACE_LEVELLED;
	d->places.named[m.area]++;
	if (a->province != m.area)
		d->places.named[a->province]++;
	d->places.list[d->places.count++] = m;
}

static void add_mention(struct doc *d, size_t hit, uint32_t sentence, bool levelled_only)
{
	const struct hit *h = &d->hits.list[hit];
	const struct place_name *n = &d->c->gazetteer.names[doc_value(d, h)];
	struct prefix p = read_prefix(d, hit);
	int level = level_wanted(p.kind);
	bool levelled = n->area[1] == AREA_NONE || level >= 0;
	if (levelled != levelled_only || !is_credible(d, h, n, &p))
		return;
	unsigned stamped = is_stamped(d, h->end) ? PLACE_STAMPED : 0;
	keep_mention(d, (struct place_mention){.start = p.start,
					       .end = h->end,
					       .sentence = sentence,
					       .area = choose_area(d, n, level, sentence),
					       .role = role_of(d, h, &p),
					       .kind = n->kind,
					       .flags = (uint8_t)(p.flags | stamped)});
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

/* Of the districts of one name, the one in a regency that the text names, or else the only one in a
 * province that it names; AREA_NONE when the text leaves it open. */
static uint16_t choose_district(const struct doc *d, const struct district *list, size_t count,
				bool anywhere)
{
	const struct area *areas = d->c->gazetteer.areas;
	uint16_t best = AREA_NONE, inner = AREA_NONE;
	unsigned in_province = 0;
	for (size_t i = 0; i < count; i++) {
		uint16_t a = list[i].area;
		if (d->places.named[a] > (best == AREA_NONE ? 0 : d->places.named[best]))
			best = a;
		if (d->places.named[areas[a].province]) {
			in_province++;
			inner = a;
		}
	}
	if (best != AREA_NONE)
		return best;
	if (in_province == 1)
		return inner;
	return count == 1 && anywhere ? list[0].area : AREA_NONE;
}

/* The regency of the district whose name begins at `at`, with the longest name that fits. Where the
 * text names other areas the district is in one of them: "Camat Bambang" may be a man's name. */
static uint16_t district_at(const struct doc *d, uint32_t at, bool body, uint32_t *ret_end)
{
	bool anywhere = body && d->places.count == 0;
	const char *s = d->plain.s;
	char keys[DISTRICT_WORDS_MAX][DISTRICT_KEY_MAX];
	uint32_t ends[DISTRICT_WORDS_MAX] = {0}, start = at;
	size_t len = 0;
	unsigned words = 0;
	while (words < DISTRICT_WORDS_MAX && isupper((unsigned char)s[at])) {
		uint32_t end = at;
		while (isalnum((unsigned char)s[end]) || s[end] == '\'' || s[end] == '-')
			end++;
		if (words)
			memcpy(keys[words], keys[words - 1], len + 1);
		len = gazetteer_district_key(keys[words], len, s + at, end - at);
		if (len == 0)
			break;
		ends[words++] = end;
		if (s[end] != ' ')
			break;
		at = end + 1;
	}
	while (words-- > 0) {
		const struct district *list;
		size_t count = gazetteer_districts(&d->c->gazetteer, keys[words], &list);
		uint16_t area = count ? choose_district(d, list, count, anywhere) : AREA_NONE;
		*ret_end = ends[words];
		if (count && (body || ends[words] - start >= DISTRICT_AT_MIN))
			return area;
	}
	return AREA_NONE;
}

static bool names_place(const struct doc *d, uint32_t at)
{
	uint32_t i = place_first(d, at);
	return i < d->places.count && d->places.list[i].start <= at;
}

/* Whether prefix `h` stands in front of a district; its mention. */
static bool read_district(const struct doc *d, const struct hit *h, uint32_t sentence,
			  struct place_mention *ret_mention)
{
	int64_t kind = doc_value(d, h);
	uint32_t at = h->end + 1, end = 0;
	bool body = kind == PREFIX_DISTRICT || kind == PREFIX_ELECTION_OFFICE;
	if ((!body && kind != PREFIX_AT) || d->plain.s[h->end] != ' ' || names_place(d, at))
		return false;
	uint16_t area = district_at(d, at, body, &end);
	if (area == AREA_NONE)
		return false;
	unsigned flags = (body ? 0 : PLACE_IS_AT) | (is_stamped(d, end) ? PLACE_STAMPED : 0);
	*ret_mention = (struct place_mention){.start = body ? h->start : at,
					      .end = end,
					      .sentence = sentence,
					      .area = area,
					      .role = body ? PLACE_DISTRICT : PLACE_AT,
					      .kind = NAME_DISTRICT,
					      .flags = (uint8_t)flags};
	return true;
}

/* Districts stand for their regency; what the text names otherwise tells which of several. The list
 * is not in order again before they are counted. */
static void read_districts(struct doc *d)
{
	uint32_t sentence = 0, count = d->places.count;
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group == GROUP_PLACE_PREFIX && !is_dropped(d, &sentence, h->start) &&
		    read_district(d, h, sentence, &d->places.list[count]))
			count++;
	}
	d->places.count = count;
}

/* "Pontianak, Kalimantan Barat, Kamis": the day is told of the regency. */
static void join_provinces(struct doc *d)
{
	const struct area *areas = d->c->gazetteer.areas;
	for (uint32_t i = 0; i + 1 < d->places.count; i++) {
		struct place_mention *m = &d->places.list[i], *next = m + 1;
		if (areas[m->area].level < AREA_REGENCY || areas[m->area].province != next->area ||
		    next->start < m->end || next->start - m->end > AROUND_GAP_MAX ||
		    !strchr(",(", d->plain.s[m->end + (d->plain.s[m->end] == ' ')]))
			continue;
		m->flags |= next->flags & PLACE_STAMPED;
		next->flags |= PLACE_AROUND;
	}
}

/* Stamps in sentences that quote somebody. */
static void mark_said(struct doc *d)
{
	for (uint32_t i = 0; i < d->places.count; i++) {
		struct place_mention *m = &d->places.list[i];
		const struct sentence *s = &d->sentences.list[m->sentence];
		if (m->flags & PLACE_STAMPED && (doc_find(d, s, GROUP_CLAUSE, CLAUSE_SAYING) ||
						 doc_find(d, s, GROUP_TONE, TONE_PRESS)))
			m->flags |= PLACE_SAID;
	}
}

/* How many different areas of a level mentions from..to name, as far as LIST_MIN. */
static unsigned count_areas(const struct doc *d, uint32_t from, uint32_t to, bool deep)
{
	const struct gazetteer *g = &d->c->gazetteer;
	uint16_t seen[LIST_MIN];
	unsigned count = 0;
	for (uint32_t i = from; i < to && count < LIST_MIN; i++) {
		const struct place_mention *m = &d->places.list[i];
		unsigned k = 0;
		while (k < count && seen[k] != m->area)
			k++;
		if (k == count && m->role != PLACE_DATELINE &&
		    (g->areas[m->area].level >= AREA_REGENCY) == deep)
			seen[count++] = m->area;
	}
	return count;
}

/* "Kota Bima 3 kasus, Lombok Barat 3, Sumbawa 3": none of them is the place of what is told. */
static void mark_lists(struct doc *d)
{
	const struct gazetteer *g = &d->c->gazetteer;
	for (uint32_t from = 0, to; from < d->places.count; from = to) {
		to = from;
		while (to < d->places.count &&
		       d->places.list[to].sentence == d->places.list[from].sentence)
			to++;
		for (int deep = 0; deep < 2; deep++) {
			if (to - from < LIST_MIN || count_areas(d, from, to, deep) < LIST_MIN)
				continue;
			for (uint32_t i = from; i < to; i++) {
				struct place_mention *m = &d->places.list[i];
				if ((g->areas[m->area].level >= AREA_REGENCY) == deep)
					m->flags |= PLACE_LISTED;
			}
		}
	}
}

/* Two rounds: names whose level is told first, so that the others can follow them. Then districts,
 * which follow both. */
static void read_mentions(struct doc *d)
{
	for (int levelled = 1; levelled >= 0; levelled--) {
		uint32_t sentence = 0;
		for (size_t i = 0; i < d->hits.count; i++) {
			if (d->hits.list[i].group == GROUP_PLACE &&
			    !is_dropped(d, &sentence, d->hits.list[i].start))
				add_mention(d, i, sentence, levelled);
		}
	}
	qsort(d->places.list, d->places.count, sizeof(*d->places.list), compare_mentions);
	read_districts(d);
	qsort(d->places.list, d->places.count, sizeof(*d->places.list), compare_mentions);
	join_provinces(d);
	mark_said(d);
	mark_lists(d);
}

static unsigned weight_of(const struct doc *d, const struct place_mention *m)
{
	static const unsigned weights[] = {
		[PLACE_BARE] = 2,     [PLACE_AT] = 3,   [PLACE_OFFICE] = 4,  [PLACE_LEVELLED] = 4,
		[PLACE_DISTRICT] = 4, [PLACE_HEAD] = 2, [PLACE_DATELINE] = 3};
	unsigned weight = weights[m->role];
	if (m->kind == NAME_SEAT || m->kind == NAME_NICK || m->flags & PLACE_LISTED)
		weight = 1;
	return m->start < d->plain.body ? weight + 2 : weight;
}

static bool is_deep(const struct doc *d, const struct place_mention *m)
{
	return d->c->gazetteer.areas[m->area].level >= AREA_REGENCY;
}

/* The area of a level with the highest score, or AREA_NONE. */
static uint16_t most_told(const struct doc *d, unsigned *score, bool deep)
{
	uint16_t best = AREA_NONE;
	for (uint32_t i = 0; i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (is_deep(d, m) == deep)
			score[m->area] += weight_of(d, m);
	}
	for (uint32_t i = 0; i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (is_deep(d, m) == deep && (best == AREA_NONE || score[m->area] > score[best]))
			best = m->area;
	}
	return best;
}

static int choose_main(struct doc *d)
{
	unsigned *score = arena_calloc(d->arena, d->c->gazetteer.area_count, sizeof(*score));
	if (!score)
		return NETRAL_ENOMEM;
	d->places.main = most_told(d, score, true);
	if (d->places.main == AREA_NONE)
		d->places.main = most_told(d, score, false);
	return NETRAL_OK;
}

static void count_level_words(struct doc *d)
{
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		int level =
			h->group == GROUP_PLACE_PREFIX ? level_wanted((int)doc_value(d, h)) : -1;
		if (level >= 0)
			d->places.level_words[level]++;
	}
}

int place_read(struct doc *d)
{
	size_t areas = d->c->gazetteer.area_count, count = 0;
	for (size_t i = 0; i < d->hits.count; i++) {
		const struct hit *h = &d->hits.list[i];
		count += h->group == GROUP_PLACE || h->group == GROUP_PLACE_PREFIX;
	}
	d->places = (struct places){.main = AREA_NONE};
	d->places.list = arena_alloc(d->arena, (count + 1) * sizeof(*d->places.list));
	d->places.levelled = arena_calloc(d->arena, areas, sizeof(*d->places.levelled));
	d->places.named = arena_calloc(d->arena, areas, sizeof(*d->places.named));
	if (!d->places.list || !d->places.levelled || !d->places.named)
		return NETRAL_ENOMEM;
	count_level_words(d);
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
		if (m->flags & (PLACE_SAID | PLACE_AROUND) || m->role == PLACE_DATELINE ||
		    m->role == PLACE_HEAD || m->kind == NAME_SEAT ||
		    (m->kind == NAME_DISTRICT && m->role == PLACE_AT))
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

bool place_within(const struct doc *d, uint16_t inner, uint16_t outer)
{
	const struct area *areas = d->c->gazetteer.areas;
	return inner == outer || areas[inner].province == outer ||
	       areas[outer].level == AREA_NATION;
}
