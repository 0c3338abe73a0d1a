/* Institutions: who holds a gathering, who handles a case. A body of the nation has one name; a
 * local one takes its area's: "Pemerintah Kota (Pemkot) Ambon" is "Pemkot Ambon", "Badan Pengawas
 * Pemilu Kota Kupang" is "Bawaslu Kota Kupang". "Bawaslu" alone is the one that the article names.
 *
 * Bodies are weighed by where the event's sentences name them: in the headline, in a speaker's
 * office, in the sentences that tell the event, and how often. */
#include "workers/classify/fields.h"

#include <ctype.h>
#include <string.h>

enum {
	INSTITUTIONS_MAX = 8,
	BODIES_MAX = 24,
	BRACKET_MAX = 16,
	AREA_WORDS_MAX = 3,
	HOLDING_BYTES_MAX = 24,
	DOUBT_MAX = 10, /* below the least weight */
};

/* A body with its area, and where it is named. */
struct body {
	const char *type; /* of its phrase */
	const char *name;
	const struct hit *first;
	uint32_t end;
	int64_t kind;
	uint8_t part; /* enum agency_part */
	bool bare;    /* a local body without an area */
	bool anchor, office, head, holds;
	unsigned own, all; /* in the event's own sentences, in all that speak of it */
	uint32_t position;
};

struct bodies {
	struct body list[BODIES_MAX];
	uint32_t count;
};

/* "Pemerintah Kota (Pemkot) Ambon": a space, or a bracket that is closed again. */
static bool joins(const char *gap, uint32_t len)
{
	if (len <= 1)
		return true;
	return len <= BRACKET_MAX && gap[0] == ' ' && gap[1] == '(' &&
	       (gap[len - 1] == '(' || gap[len - 2] == ')');
}

/* The place right behind a local body. */
static const struct place_mention *area_behind(const struct doc *d, const struct sentence *s,
					       const struct hit *h)
{
	for (uint32_t i = place_first(d, h->end); i < d->places.count; i++) {
		const struct place_mention *m = &d->places.list[i];
		if (m->end > s->end)
			break;
		if (m->start <= h->end || joins(d->plain.s + h->end, m->start - h->end))
			return m;
	}
	return NULL;
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_known(const struct doc *d, const struct sentence *s, uint32_t at)
{
	doc_for_hits(d, s, h)
	{
		if (h->start == at && (h->group == GROUP_JOB || h->group == GROUP_AGENCY ||
				       h->group == GROUP_WEEKDAY || h->group == GROUP_SUBJECT))
			return true;
	}
	return false;
}

/* Behind what is printed as a small body's area: "Mancak", "0708/Purworejo". */
static uint32_t printed_area(const struct doc *d, const struct sentence *s, uint32_t at)
{
	const char *t = d->plain.s;
	uint32_t end = at;
	for (unsigned words = 0; words < AREA_WORDS_MAX && t[end] == ' '; words++) {
		uint32_t start = end + 1, i = start;
		while (is_letter(t[i]) || isdigit((unsigned char)t[i]) || t[i] == '/')
			i++;
		bool code = isdigit((unsigned char)t[start]);
		bool word = isupper((unsigned char)t[start]) && !(s->flags & SENTENCE_TITLE);
		if (i == start || (!code && !word) || i > s->end || is_known(d, s, start) ||
		    words_has(&d->c->words, t + start, i - start))
			break;
		end = i;
	}
	return end;
}

static const char *area_name(const struct area *a, int64_t kind)
{
	static const char admin[] = "Kota Administrasi ";
	if (kind == AGENCY_BARE || a->level == AREA_PROVINCE ||
	    strncmp(a->name, admin, sizeof(admin) - 1) == 0)
		return a->bare;
	return a->name;
}

/* Reads the body at `h`; false without memory. */
static bool read_body(struct draft *t, const struct sentence *s, const struct hit *h,
		      struct body *b)
{
	const struct doc *d = t->d;
	*b = (struct body){.type = doc_phrase(d, h)->text,
			   .first = h,
			   .end = h->end,
			   .kind = doc_value(d, h),
			   .part = doc_phrase(d, h)->flags,
			   .position = h->start};
	const struct place_mention *m = NULL;
	uint32_t printed = h->end;
	if (b->kind != AGENCY_NATIONAL) {
		m = b->kind == AGENCY_SMALL ? NULL : area_behind(d, s, h);
		if (m && m->kind == NAME_DISTRICT) {
			printed = m->end;
			m = NULL;
		}
		if (b->kind == AGENCY_SMALL ||
		    (!m && printed == h->end &&
		     (b->kind == AGENCY_BARE || isdigit((unsigned char)d->plain.s[h->end + 1]))))
			printed = printed_area(d, s, h->end);
		b->bare = !m && printed == h->end;
		b->end = m ? m->end : printed;
	}
	if (m)
		b->name = arena_printf(t->d->out, "%s %s", b->type,
				       area_name(&d->c->gazetteer.areas[m->area], b->kind));
	else
		b->name = arena_printf(t->d->out, "%s%.*s", b->type, (int)(printed - h->end),
				       d->plain.s + h->end);
	t->no_memory = t->no_memory || !b->name;
	return b->name != NULL;
}

static struct body *find_body(struct bodies *all, const struct body *b)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct body *known = &all->list[i];
		if (known->bare == b->bare && strcmp(known->name, b->name) == 0)
			return known;
	}
	return NULL;
}

static bool is_own(const struct draft *t, uint32_t sentence)
{
	for (uint32_t k = 0; k < t->finding->sentence_count; k++) {
		if (t->finding->sentences[k] == sentence)
			return true;
	}
	return false;
}

/* Whether a listed person's office names the body. */
static bool in_office(const struct draft *t, const struct hit *h)
{
	const struct persons *p = t->persons;
	for (uint32_t i = 0; i < p->count; i++) {
		if (h->start >= p->list[i].role_start && h->end <= p->list[i].role_end &&
		    draft_owns(t, p->list[i].sentence))
			return true;
	}
	return false;
}

/* "Bawaslu Bantul menggelar", "digelar Bawaslu Bantul": near what says that the event takes place.
 */
static bool stands_at_holding(const struct doc *d, uint32_t sentence, const struct body *b)
{
	doc_for_hits(d, &d->sentences.list[sentence], h)
	{
		if (h->group != GROUP_HOLD ||
		    (doc_value(d, h) != HOLD_HELD && doc_value(d, h) != HOLD_PLANNED))
			continue;
		if ((h->start >= b->end && h->start - b->end <= HOLDING_BYTES_MAX) ||
		    (h->end <= b->position && b->position - h->end <= HOLDING_BYTES_MAX))
			return true;
	}
	return false;
}

static void note_body(struct draft *t, struct bodies *all, uint32_t sentence, const struct body *b,
		      bool office)
{
	struct body *known = find_body(all, b);
	if (!known) {
		if (all->count == BODIES_MAX)
			return;
		known = &all->list[all->count++];
		*known = *b;
	}
	bool owns = draft_owns(t, sentence);
	known->holds = known->holds || (owns && stands_at_holding(t->d, sentence, b));
	known->anchor = known->anchor || sentence == t->finding->anchor;
	known->office = known->office || office;
	known->own += is_own(t, sentence);
	known->all += owns;
}

/* "Kapolda Maluku" speaks for the Polda. */
static bool is_known_body(const struct doc *d, const struct sentence *s, uint32_t at)
{
	doc_for_hits(d, s, h)
	{
		if (h->start == at && h->group == GROUP_AGENCY)
			return true;
	}
	return false;
}

static int head_level(int64_t prefix)
{
	if (prefix == PREFIX_PROVINSI_HEAD)
		return AREA_PROVINCE;
	return prefix == PREFIX_KOTA_HEAD ? AREA_CITY : AREA_REGENCY;
}

/* A gathering's own area when it has this level: "Bupati" alone is the one there. A case names
 * heads for other reasons. */
static uint16_t event_area(const struct draft *t, int level)
{
	const struct gazetteer *g = &t->d->c->gazetteer;
	if (t->finding->kind == EVENT_KIND_VIOLATION)
		return AREA_NONE;
	uint16_t area = gazetteer_find(g, t->event->place.code);
	return area != AREA_NONE && g->areas[area].level == level ? area : AREA_NONE;
}

/* "Bupati Bantul" speaks for the Pemkab. */
static void note_head(struct draft *t, struct bodies *all, uint32_t sentence,
		      const struct hit *prefix)
{
	static const char *const types[] = {[PREFIX_KOTA_HEAD] = "Pemkot",
					    [PREFIX_KABUPATEN_HEAD] = "Pemkab",
					    [PREFIX_PROVINSI_HEAD] = "Pemprov"};
	const struct doc *d = t->d;
	if (is_known_body(d, &d->sentences.list[sentence], prefix->start))
		return;
	uint32_t i = place_first(d, prefix->end);
	bool named = i < d->places.count && d->places.list[i].start == prefix->start;
	int64_t kind = doc_value(d, prefix);
	uint16_t area = named ? d->places.list[i].area : event_area(t, head_level(kind));
	if (area == AREA_NONE)
		return;
	struct body b = {.type = types[kind],
			 .first = prefix,
			 .end = named ? d->places.list[i].end : prefix->end,
			 .kind = AGENCY_BARE,
			 .part = AGENCY_GOVERNMENT,
			 .head = true,
			 .position = prefix->start};
	b.name = arena_printf(t->d->out, "%s %s", b.type, d->c->gazetteer.areas[area].bare);
	if (b.name)
		note_body(t, all, sentence, &b, false);
	else
		t->no_memory = true;
}

/* The article's named body of the bare one's kind that is told most, or NULL. */
static struct body *named_one(struct bodies *all, const struct body *bare)
{
	struct body *best = NULL;
	for (uint32_t i = 0; i < all->count; i++) {
		struct body *b = &all->list[i];
		if (b->bare || strncmp(b->type, bare->type, strlen(bare->type)) != 0)
			continue;
		if (!best || b->all > best->all)
			best = b;
	}
	return best;
}

static void merge_bare(struct bodies *all)
{
	for (uint32_t i = 0; i < all->count; i++) {
		struct body *bare = &all->list[i];
		struct body *best = bare->bare ? named_one(all, bare) : NULL;
		if (!best)
			continue;
		best->anchor = best->anchor || bare->anchor;
		best->office = best->office || bare->office;
		best->holds = best->holds || bare->holds;
		best->own += bare->own;
		best->all += bare->all;
		bare->own = bare->all = 0;
	}
}

/* Signs of a body that holds or handles the event. */
enum sign {
	SIGN_ANCHOR, /* named in the sentence that tells most */
	SIGN_OFFICE, /* in a speaker's office */
	SIGN_HOLDS,  /* beside what says that the event takes place */
	SIGN_OWN,    /* in a sentence that the event was read from */
	SIGN_OWN_TWICE,
	SIGN_TWICE,
	SIGN_THRICE,
	SIGN_OFTEN,
	SIGN_MOST,  /* none is named more often */
	SIGN_FIRST, /* none is named before it */
	SIGN_HEAD,  /* only its head is named */
	SIGN_SMALL,
	SIGN_BARE, /* a local body whose area is not told */
	SIGN_CASES,
	SIGN_GOVERNMENT,
	SIGN_NO_PART,
	SIGNS,
};

/* Fitted to the labelled texts by logistic regression, in tenths: for gatherings, for violations.
 */
static const int weights[2][SIGNS] = {
	{16, 2, 9, 0, 4, 2, 5, 2, 6, 23, -6, -8, -28, 0, 6, -6},
	{0, 9, 0, 7, 10, 9, 3, 7, 2, 8, 0, -7, -15, 22, -10, -15},
};
static const int weight_min[2] = {24, 13};

static int weigh(const struct body *b, const struct bodies *all, bool violation)
{
	unsigned most = 0;
	uint32_t first = UINT32_MAX;
	for (uint32_t i = 0; i < all->count; i++) {
		const struct body *o = &all->list[i];
		most = o->all > most ? o->all : most;
		first = o->all && o->position < first ? o->position : first;
	}
	const bool signs[SIGNS] = {
		[SIGN_ANCHOR] = b->anchor,
		[SIGN_OFFICE] = b->office,
		[SIGN_HOLDS] = b->holds,
		[SIGN_OWN] = b->own >= 1,
		[SIGN_OWN_TWICE] = b->own >= 2,
		[SIGN_TWICE] = b->all >= 2,
		[SIGN_THRICE] = b->all >= 3,
		[SIGN_OFTEN] = b->all >= 4,
		[SIGN_MOST] = b->all == most,
		[SIGN_FIRST] = b->position == first,
		[SIGN_HEAD] = b->head,
		[SIGN_SMALL] = b->kind == AGENCY_SMALL,
		[SIGN_BARE] = b->bare,
		[SIGN_CASES] = b->part == AGENCY_CASES,
		[SIGN_GOVERNMENT] = b->part == AGENCY_GOVERNMENT,
		[SIGN_NO_PART] = b->part == AGENCY_NONE,
	};
	int weight = 0;
	for (int i = 0; i < SIGNS; i++)
		weight += signs[i] ? weights[violation][i] : 0;
	return weight;
}

static void read_bodies(struct draft *t, struct bodies *all)
{
	const struct doc *d = t->d;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_DROPPED)
			continue;
		doc_for_hits(d, s, h)
		{
			struct body b;
			if (h->group == GROUP_AGENCY && read_body(t, s, h, &b))
				note_body(t, all, i, &b, in_office(t, h));
			if (h->group == GROUP_PLACE_PREFIX && doc_value(d, h) >= PREFIX_KOTA_HEAD &&
			    doc_value(d, h) <= PREFIX_PROVINSI_HEAD)
				note_head(t, all, i, h);
		}
	}
	merge_bare(all);
}

static void add_institution(struct draft *t, const char **list, const struct body *b)
{
	if (t->event->institution_count == INSTITUTIONS_MAX)
		return;
	list[t->event->institution_count++] = b->name;
	draft_evidence(t, "institutions", b->first->start, b->end);
}

/* A gathering has a host: when no body is clearly it, the likeliest is. */
void fields_institutions(struct draft *t)
{
	const char **list = arena_calloc(t->d->out, INSTITUTIONS_MAX, sizeof(*list));
	bool violation = t->finding->kind == EVENT_KIND_VIOLATION;
	struct bodies all = {.count = 0};
	if (!list || !draft_persons(t)) {
		t->no_memory = true;
		return;
	}
	t->event->institutions = list;
	read_bodies(t, &all);
	const struct body *best = NULL;
	int best_weight = weight_min[violation] - (violation ? 0 : DOUBT_MAX);
	for (uint32_t i = 0; i < all.count; i++) {
		const struct body *b = &all.list[i];
		int weight = b->all ? weigh(b, &all, violation) : 0;
		if (b->all && weight >= best_weight) {
			best = b;
			best_weight = weight;
		}
		if (b->all && weight >= weight_min[violation])
			add_institution(t, list, b);
	}
	if (best && t->event->institution_count == 0)
		add_institution(t, list, best);
}
