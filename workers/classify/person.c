/* An office, then a name: "Penjabat Wali Kota Ambon, Bodewin Halim", "Ketua Bawaslu RI Rahmat
 * Bagja". Or the name, then the office: "Teuku Mahyiddin, Ketua Panwaslih Aceh Besar".
 *
 * An office is a phrase of jobs.tsv with all that may belong to it: its body, its branch, its area,
 * numerals. The first word that cannot belong to it begins the name. The offices of villages and
 * districts are called by names that no table has ("Camat Natar Dulkahar"): there the first unknown
 * word is the area's. */
#include "workers/classify/person.h"

#include "workers/classify/name.h"
#include "workers/classify/occupation.h"

#include <string.h>

enum {
	ROLE_BYTES_MAX = 160,
	AREA_WORDS_MAX = 3,  /* of an area that no table has */
	CALLED_REACH = 4000, /* how far behind it somebody is named again */
	PART_BYTES_MIN = 4,  /* of a word by which a person is named again */
};

/* "V/Brawijaya", "0209/LB", "RI", "II": numbers and capitals. */
static uint32_t code_end(const char *t, uint32_t at)
{
	uint32_t i = at;
	unsigned digits = 0, small = 0, strokes = 0;
	for (; isalnum((unsigned char)t[i]) || t[i] == '/'; i++) {
		digits += isdigit((unsigned char)t[i]) != 0;
		strokes += t[i] == '/';
		small += islower((unsigned char)t[i]) != 0;
	}
	bool capitals = (i - at >= 2 || strchr("IVX", t[at])) && small == 0 && t[i] != '.';
	return capitals || strokes || (digits && small == 0) ? i : at;
}

/* "Bupati Sumbawa Barat HW Musyafirin": capitals behind an area. */
static bool leads_person(const struct reader *r, uint32_t at, uint32_t end)
{
	uint32_t i = place_first(r->d, at - 2);
	bool behind_area = at > 1 && i < r->d->places.count && r->d->places.list[i].end == at - 1;
	return behind_area && name_led(r, at, end);
}

static bool is_office_word(const struct doc *d, const struct hit *h)
{
	int64_t kind = h->group == GROUP_JOB ? doc_value(d, h) : JOB_NOT;
	return kind != JOB_TITLE && kind != JOB_NOT;
}

/* The end of what belongs to an office at `at`: its body, branch, area; or `at`. */
static uint32_t piece_end(const struct reader *r, uint32_t at, bool *body)
{
	const char *t = r->d->plain.s;
	uint32_t end = name_place_end(r, at);
	if (name_job(r, at, JOB_TITLE) || name_job(r, at, JOB_NOT))
		return at;
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start > at)
			break;
		if (h->end <= at)
			continue;
		bool office = is_office_word(r->d, h) || h->group == GROUP_AGENCY;
		if (office || h->group == GROUP_POLL || h->group == GROUP_SUBJECT ||
		    h->group == GROUP_PLACE_PREFIX || h->group == GROUP_PLACE) {
			end = h->end > end ? h->end : end;
			*body = *body || office;
		}
	}
	if (end > at || (!name_capital(t[at]) && !isdigit((unsigned char)t[at])))
		return end;
	if (name_is_word(r, at)) {
		*body = true;
		return name_word_end(t, at);
	}
	end = code_end(t, at);
	return end > at && leads_person(r, at, end) ? at : end;
}

/* Behind the small words that may stand within an office. */
static uint32_t skip_joint(const char *t, uint32_t at)
{
	static const char *const joints[] = {"dan ", "& ", "pada ", "bidang "};
	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++) {
		size_t n = strlen(joints[i]);
		if (strncmp(t + at, joints[i], n) == 0)
			return at + (uint32_t)n;
	}
	return at;
}

/* The end of the office that begins with `job`. */
static uint32_t office_end(const struct reader *r, const struct hit *job, bool *body)
{
	const char *t = r->d->plain.s;
	uint32_t end = job->end + (t[job->end] == ')'); /* "Kepala satuan (Kasatreskrim) Polres" */
	while (end < r->s->end && end - job->start < ROLE_BYTES_MAX) {
		uint32_t at = name_skip_bracket(t, end);
		if (at != end) {
			end = at;
			continue;
		}
		bool comma = t[end] == ',';
		at = name_spaces(t, end + comma);
		uint32_t joint = skip_joint(t, at);
		bool needs_word = comma || joint != at;
		if (at == end ||
		    (needs_word && !(name_capital(t[joint]) && name_is_word(r, joint))))
			break;
		if (!isdigit((unsigned char)t[joint]) && !name_capital(t[joint]))
			break;
		uint32_t next = piece_end(r, joint, body);
		if (next == joint)
			break;
		end = next;
	}
	return end;
}

uint32_t person_office_start(const struct reader *r, const struct hit *job, bool *unheld)
{
	uint32_t start = job->start;
	const struct hit *first = r->d->hits.list + r->s->hit;
	for (const struct hit *h = job; h-- > first;) {
		if (h->end > start || h->group != GROUP_JOB)
			continue;
		uint32_t gap = start - h->end;
		if (gap > 3 || strcspn(r->d->plain.s + h->end, " ().") != 0)
			break;
		int64_t kind = doc_value(r->d, h);
		*unheld = *unheld || kind == JOB_NOT;
		if (kind != JOB_ACTING)
			break;
		start = h->start;
	}
	return start;
}

static bool has_word(const char *t, const struct person *p, const char *w, uint32_t len)
{
	for (uint32_t i = p->start; i + len <= p->end; i++) {
		if (memcmp(t + i, w, len) == 0 && (i == p->start || !name_letter(t[i - 1])) &&
		    !name_letter(t[i + len]))
			return true;
	}
	return false;
}

/* Whether every word of start..end is one of the person's. */
static bool is_part(const char *t, const struct person *p, uint32_t start, uint32_t end)
{
	while (start < end) {
		uint32_t n = (uint32_t)strcspn(t + start, " ");
		n = n > end - start ? end - start : n;
		if (!has_word(t, p, t + start, n))
			return false;
		start += n + 1;
	}
	return true;
}

/* "Raharto Teno Prastyo" and "Raharto Teno Prasetyo": two words alike from the start. */
static bool is_misspelt(const char *t, const struct person *p, const struct person *q)
{
	unsigned spaces = 0;
	for (uint32_t i = 0; p->start + i < p->end && q->start + i < q->end && spaces < 2; i++) {
		if (t[p->start + i] != t[q->start + i])
			return false;
		spaces += t[p->start + i] == ' ';
	}
	return spaces == 2;
}

void person_add(struct reader *r, const struct person *p)
{
	const char *t = r->d->plain.s;
	struct persons *all = r->persons;
	for (uint32_t i = 0; i < all->count; i++) {
		struct person *q = &all->list[i];
		if (is_part(t, q, p->start, p->end) || is_misspelt(t, q, p)) {
			if (q->role_start == q->role_end) {
				q->role_start = p->role_start;
				q->role_end = p->role_end;
			}
			return;
		}
		if (is_part(t, p, q->start, q->end) && p->end - p->start > q->end - q->start) {
			*q = *p;
			return;
		}
	}
	if (all->count < PERSONS_MAX)
		all->list[all->count++] = *p;
}

static bool is_taken(const struct reader *r, uint32_t start)
{
	for (uint32_t i = 0; i < r->persons->count; i++) {
		if (r->persons->list[i].start == start)
			return true;
	}
	return false;
}

/* Behind the unknown words of a small area's name. */
static uint32_t skip_area(const struct reader *r, uint32_t at, unsigned max)
{
	const char *t = r->d->plain.s;
	uint32_t end = at;
	for (unsigned i = 0; i < max; i++) {
		uint32_t next = name_word(r, name_spaces(t, end));
		if (next <= name_spaces(t, end))
			break;
		end = next;
	}
	return end;
}

/* The name behind ", " at `at`. */
static struct name behind_comma(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	struct name none = {0};
	if (t[at] != ',' || t[at + 1] != ' ')
		return none;
	struct name n = name_read(r, at + 2);
	return name_is_whole(r, &n) ? n : none;
}

/* The end of the areas that tell where a small one lies: ", Kecamatan Kuta Baro"; or `at`. */
static uint32_t skip_around(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	while (t[at] == ',' && t[at + 1] == ' ') {
		const struct hit *prefix = name_hit(r, at + 2, GROUP_PLACE_PREFIX);
		uint32_t end = name_place_end(r, at + 2);
		if (prefix && doc_value(r->d, prefix) <= PREFIX_LOWER)
			end = name_place_end(r, name_spaces(t, prefix->end));
		if (prefix && end == name_spaces(t, prefix->end))
			end = skip_area(r, prefix->end, AREA_WORDS_MAX);
		if (end == at + 2)
			break;
		at = end;
	}
	return at;
}

/* Whether the text behind names the word at..end once more by itself: not with the word beside it,
 * and not behind another capital, as in "Desa Natar". */
static bool is_called(const struct reader *r, uint32_t at, uint32_t end)
{
	const struct plain *plain = &r->d->plain;
	const char *t = plain->s;
	uint32_t n = end - at;
	for (uint32_t i = end; i + n < plain->len && i < end + CALLED_REACH; i++) {
		if (t[i] != t[at] || memcmp(t + i, t + at, n) != 0 || name_letter(t[i - 1]) ||
		    name_letter(t[i + n]))
			continue;
		bool joined = t[i + n] == ' ' && name_capital(t[i + n + 1]);
		uint32_t before = i - 1;
		while (t[i - 1] == ' ' && name_letter(t[before - 1]))
			before--;
		if (!joined && !name_capital(t[before]))
			return true;
	}
	return false;
}

/* "Keuchik Mawardi Hasan", who is called Mawardi from there on: no area of that name. */
static bool begins_person(const struct reader *r, const struct name *n)
{
	const char *t = r->d->plain.s;
	uint32_t end = name_word(r, n->start);
	if (end >= n->end || !is_called(r, n->start, end))
		return false;
	uint32_t last = n->end;
	while (last > n->start && t[last - 1] != ' ')
		last--;
	return !is_called(r, last, n->end);
}

/* The name that follows an office which ends at *role_end; an area's unknown name is added to the
 * office. */
static struct name name_behind(const struct reader *r, uint32_t *role_end, bool small)
{
	const char *t = r->d->plain.s;
	struct name n = behind_comma(r, skip_around(r, *role_end));
	if (n.words || t[*role_end] != ' ')
		return n;
	struct name direct = name_read(r, *role_end + 1);
	unsigned area_words = small ? AREA_WORDS_MAX : 1;
	uint32_t area = skip_area(r, *role_end, area_words);
	bool title = direct.start != *role_end + 1;
	if (!title && area != *role_end) {
		n = behind_comma(r, skip_around(r, area));
		if (n.words && (small || n.words > 1) && direct.words <= area_words) {
			*role_end = area;
			return n;
		}
	}
	if (small && !title && direct.words > 1 && !begins_person(r, &direct)) {
		if (skip_around(r, direct.end) != direct.end)
			return (struct name){0};
		uint32_t end = skip_area(r, *role_end, direct.words > 3 ? 2 : 1);
		n = name_read(r, name_spaces(t, end));
		*role_end = end;
		return n;
	}
	bool whole = name_is_whole(r, &direct) && (!small || title || direct.words > 1);
	return whole ? direct : (struct name){0};
}

/* What stands between a name and its office behind it: the end of the name, or 0. */
static uint32_t end_of_name(const struct reader *r, uint32_t role_start)
{
	static const char *const links[] = {" selaku ", " sebagai ", " yang juga ",  " (",
					    ", ",       ", selaku ", ", yang juga ", " dari "};
	const char *t = r->d->plain.s;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		size_t n = strlen(links[i]);
		if (role_start >= r->s->start + n && memcmp(t + role_start - n, links[i], n) == 0)
			return name_before_degrees(t, r->s->start, role_start - (uint32_t)n);
	}
	return 0;
}

/* Whether the office ends with the word for a small area, whose name follows: "Ketua Panwaslu
 * Kecamatan". */
static bool ends_small(const struct reader *r, const struct hit *job, uint32_t end)
{
	if (job->end == end && doc_value(r->d, job) == JOB_SMALL)
		return true;
	doc_for_hits(r->d, r->s, h)
	{
		if (h->end == end && h->start >= job->start && h->group == GROUP_PLACE_PREFIX &&
		    (doc_value(r->d, h) == PREFIX_LOWER || doc_value(r->d, h) == PREFIX_DISTRICT))
			return true;
	}
	return false;
}

/* An office of a party, a club: not of a public body. */
static bool is_outside(const struct reader *r, uint32_t start, uint32_t end)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start >= start && h->end <= end && h->group == GROUP_JOB &&
		    doc_value(r->d, h) == JOB_OUTSIDE)
			return true;
	}
	return false;
}

static void read_office(struct reader *r, const struct hit *job)
{
	int64_t kind = doc_value(r->d, job);
	bool unheld = false, body = kind != JOB_HEAD;
	uint32_t start = person_office_start(r, job, &unheld);
	uint32_t end = office_end(r, job, &body);
	if (unheld || !body || is_outside(r, start, end))
		return;
	struct person p = {.role_start = start, .role_end = end, .sentence = r->index};
	uint32_t before = end_of_name(r, start);
	struct name first = before ? name_before(r, before) : (struct name){0};
	bool small = ends_small(r, job, end);
	struct name n = name_behind(r, &p.role_end, small);
	bool direct = n.words > 1 && n.start <= end + 1;
	bool alone = n.words == 0 && name_is_whole(r, &first);
	if ((first.words > 1 || alone) && !is_taken(r, first.start) && !direct) {
		n = first;
		p.role_end = end;
	}
	if (n.words == 0)
		return;
	p.start = n.start;
	p.end = n.end;
	person_add(r, &p);
}

/* "kata Asep": someone whose office the text does not tell. */
static void read_speaker(struct reader *r, const struct hit *saying)
{
	struct name n = name_read(r, name_spaces(r->d->plain.s, saying->end));
	if (!name_is_whole(r, &n))
		return;
	struct person p = {.start = n.start, .end = n.end, .sentence = r->index};
	person_add(r, &p);
}

static void read_speakers(const struct doc *d, struct persons *persons)
{
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		struct reader r = {d, &d->sentences.list[i], i, persons};
		if (!doc_is_body(r.s))
			continue;
		doc_for_hits(d, r.s, h)
		{
			if (h->group == GROUP_CLAUSE && doc_value(d, h) == CLAUSE_SAYING)
				read_speaker(&r, h);
		}
	}
}

static void read_sentence(struct reader *r)
{
	doc_for_hits(r->d, r->s, h)
	{
		int64_t kind = doc_value(r->d, h);
		if (h->group == GROUP_DEFINITE &&
		    (kind == DEFINITE_INITIAL || kind == DEFINITE_NAMED))
			occupation_read_named(r, h, kind == DEFINITE_INITIAL);
		if (h->group == GROUP_JOB &&
		    (kind == JOB_JOB || kind == JOB_HEAD || kind == JOB_SMALL))
			read_office(r, h);
	}
	doc_for_hits(r->d, r->s, h)
	{
		if (h->group == GROUP_SUBJECT)
			occupation_read(r, h);
	}
	occupation_read_ages(r);
}

void person_read(const struct doc *d, struct persons *ret_persons)
{
	ret_persons->count = 0;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		struct reader r = {d, &d->sentences.list[i], i, ret_persons};
		if (doc_is_body(r.s))
			read_sentence(&r);
	}
	if (ret_persons->count == 0)
		read_speakers(d, ret_persons);
}

bool person_in(const struct doc *d, const struct sentence *s, const struct person *p)
{
	const char *t = d->plain.s;
	uint32_t at = p->start;
	while (at < p->end) {
		uint32_t n = (uint32_t)strcspn(t + at, " ");
		n = n > p->end - at ? p->end - at : n;
		uint32_t i = s->start;
		for (; (n >= PART_BYTES_MIN || p->initials) && i + n <= s->end; i++) {
			if (t[i] == t[at] && memcmp(t + i, t + at, n) == 0 &&
			    (i == 0 || !name_letter(t[i - 1])) && !name_letter(t[i + n]))
				return true;
		}
		at += n + 1;
	}
	return false;
}
