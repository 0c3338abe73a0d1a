/* An office, then a name: "Penjabat Wali Kota Ambon, Bodewin Halim", "Ketua Bawaslu RI Rahmat
 * Bagja". Or the name, then the office: "Teuku Mahyiddin, Ketua Panwaslih Aceh Besar".
 *
 * An office is a phrase of jobs.tsv with all that may belong to it: its body, its branch, its area,
 * numerals. The first word that cannot belong to it begins the name. The offices of villages and
 * districts are called by names that no table has ("Camat Natar Dulkahar"): there the first unknown
 * word is the area's. A name ends where its words do: at a comma, a degree, a known word. */
#include "workers/classify/person.h"

#include <ctype.h>
#include <string.h>

enum {
	NAME_WORDS_MAX = 6,
	NAME_WORD_BYTES_MIN = 3, /* of a name that is one word */
	ROLE_BYTES_MAX = 160,
	AREA_WORDS_MAX = 3, /* of an area that no table has */
	BRACKET_MAX = 40,
	DEGREE_BYTES_MAX = 60,
	PART_BYTES_MIN = 4, /* of a word by which a person is named again */
	SHORT_WORD_MAX = 5,
	LEADING_CAPITALS_MAX = 3,
};

struct reader {
	const struct doc *d;
	const struct sentence *s;
	uint32_t index; /* of the sentence */
	struct persons *persons;
};

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
	return isupper((unsigned char)c);
}

static uint32_t skip_spaces(const char *t, uint32_t at)
{
	while (t[at] == ' ')
		at++;
	return at;
}

static const struct hit *hit_at(const struct reader *r, uint32_t at, enum phrase_group group)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start == at && h->group == group)
			return h;
	}
	return NULL;
}

static const struct hit *job_at(const struct reader *r, uint32_t at, int kind)
{
	const struct hit *h = hit_at(r, at, GROUP_JOB);
	return h && doc_value(r->d, h) == kind ? h : NULL;
}

/* The end of the area named at `at`, or `at`. */
static uint32_t place_end(const struct reader *r, uint32_t at)
{
	uint32_t i = place_first(r->d, at);
	const struct places *p = &r->d->places;
	if (i == p->count || p->list[i].start > at || p->list[i].end > r->s->end)
		return at;
	return p->list[i].end;
}

/* Whether a phrase that is no part of a name starts here. */
static bool is_known(const struct reader *r, uint32_t at)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start > at)
			break;
		if (h->end <= at)
			continue;
		switch (h->group) {
		case GROUP_JOB:
			if (doc_value(r->d, h) != JOB_NOT)
				return true;
			break;
		case GROUP_AGENCY:
		case GROUP_WEEKDAY:
		case GROUP_MONTH:
		case GROUP_SUBJECT:
		case GROUP_POLL:
		case GROUP_SESSION:
		case GROUP_TOPIC:
		case GROUP_ELECTION:
			return true;
		case GROUP_PLACE_PREFIX:
			if (doc_value(r->d, h) <= PREFIX_ELECTION_OFFICE)
				return true;
			break;
		default:
			break;
		}
	}
	return place_end(r, at) != at;
}

/* The end of the word at `at`: letters, with "'", "-" and stops between them ("S.Sos", "A.A."). */
static uint32_t word_end(const char *t, uint32_t at)
{
	uint32_t i = at;
	while (is_letter(t[i]) ||
	       (i > at && strchr("'-.", t[i]) && t[i] && is_letter(t[i + 1]) && t[i + 1] != '\n'))
		i++;
	return i;
}

static bool is_word(const struct reader *r, uint32_t at)
{
	uint32_t n = word_end(r->d->plain.s, at) - at;
	return n > 0 && words_has(&r->d->c->words, r->d->plain.s + at, n);
}

/* "H.U.P": single capitals with stops. */
static bool is_initials(const char *w, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (i % 2 ? w[i] != '.' : !is_upper(w[i]))
			return false;
	}
	return true;
}

/* "SH", "M.Si", "S.Sos": all capitals, or short parts around a stop. */
static bool is_degree(const char *w, uint32_t len)
{
	const char *dot = memchr(w, '.', len);
	uint32_t capitals = 0;
	for (uint32_t i = 0; i < len; i++)
		capitals += is_upper(w[i]);
	if (dot)
		return dot - w <= 2 && (uint32_t)(w + len - dot) > 2 && !is_initials(w, len);
	if (len < 2)
		return false;
	return capitals == len || (len <= 4 && capitals == len - 1 && is_upper(w[len - 2]));
}

/* Titles too short to be looked for in every text. */
static bool is_short_title(const char *w, uint32_t len)
{
	static const char *const titles[] = {"Dr", "DR", "Drs", "Dra", "Ir", "H", "Hj", "KH", "Tb"};
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (strlen(titles[i]) == len && memcmp(titles[i], w, len) == 0)
			return true;
	}
	return false;
}

/* "(inf)", "(P)" behind a rank. */
static uint32_t skip_bracket(const char *t, uint32_t at)
{
	uint32_t i = skip_spaces(t, at);
	if (t[i] != '(')
		return at;
	uint32_t n = (uint32_t)strcspn(t + i, ")\n");
	return n <= BRACKET_MAX && t[i + n] == ')' ? i + n + 1 : at;
}

/* Behind titles and ranks, stops and spaces. */
static uint32_t skip_titles(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	for (;;) {
		uint32_t end = word_end(t, at);
		const struct hit *title = job_at(r, at, JOB_TITLE);
		if (title)
			end = skip_bracket(t, title->end);
		else if (!is_short_title(t + at, end - at))
			return at;
		if (t[end] == '.')
			end++;
		end = skip_spaces(t, end);
		if (end >= r->s->end || end == at)
			return at;
		at = end;
	}
}

/* "bin", "binti", "al" between a name's words: behind it, or `at`. */
static uint32_t skip_particle(const char *t, uint32_t at)
{
	static const char *const particles[] = {"bin ", "binti ", "al ", "de ", "da ", "van "};
	for (size_t i = 0; i < sizeof(particles) / sizeof(particles[0]); i++) {
		size_t n = strlen(particles[i]);
		if (strncmp(t + at, particles[i], n) == 0)
			return at + (uint32_t)n;
	}
	return at;
}

/* "HW Musyafirin": capitals that begin a name, or a title that is kept as a part of it. */
static bool leads_name(const struct reader *r, uint32_t at, uint32_t end)
{
	const char *t = r->d->plain.s;
	return end - at <= LEADING_CAPITALS_MAX && t[end] == ' ' && is_upper(t[end + 1]) &&
	       islower((unsigned char)t[end + 2]) && !is_word(r, end + 1) && !is_known(r, end + 1);
}

/* The end of the name's word at `at`, with the stop of an initial or a short form; or `at`. */
static uint32_t name_word(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	if (at >= r->s->end || !is_upper(t[at]) || is_known(r, at))
		return at;
	uint32_t end = word_end(t, at);
	if (end - at > 1 && is_degree(t + at, end - at) && !leads_name(r, at, end))
		return at;
	bool shortened = t[end] == '.' && end - at < SHORT_WORD_MAX && t[end + 1] == ' ' &&
			 is_upper(t[end + 2]) && (end - at < 4 || !strpbrk(t + at + 1, " "));
	bool initial = end - at == 1 || is_initials(t + at, end - at);
	return t[end] == '.' && (initial || shortened) ? end + 1 : end;
}

struct name {
	uint32_t start, end;
	unsigned words;
};

/* The name that begins at `at`, behind titles. */
static struct name read_name(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	at = skip_titles(r, at);
	struct name n = {.start = at, .end = at};
	while (n.words < NAME_WORDS_MAX) {
		uint32_t end = name_word(r, at);
		if (end == at || is_word(r, at))
			break;
		n.words++;
		n.end = end;
		if (t[end] != ' ')
			break;
		at = skip_particle(t, end + 1);
	}
	if (n.words && t[n.end - 1] == '.' && n.end - n.start > 2 && t[n.end - 3] != ' ')
		n.end--; /* the sentence's own stop */
	return n;
}

/* "A. D. E." has no word that a person could be called by. */
static bool has_long_word(const char *t, const struct name *n)
{
	uint32_t letters = 0;
	for (uint32_t i = n->start; i < n->end && letters < NAME_WORD_BYTES_MIN; i++)
		letters = is_letter(t[i]) ? letters + 1 : 0;
	return letters >= NAME_WORD_BYTES_MIN;
}

static bool is_whole(const struct reader *r, const struct name *n)
{
	if (!has_long_word(r->d->plain.s, n))
		return false;
	if (n->words != 1)
		return n->words > 1;
	const char *next = r->d->plain.s + n->end;
	bool cut = next[0] == ' ' && is_upper(next[1]) && is_word(r, n->end + 1);
	return n->end - n->start >= NAME_WORD_BYTES_MIN && next[0] != '-' && next[0] != '/' && !cut;
}

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
	return behind_area && leads_name(r, at, end);
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
	uint32_t end = place_end(r, at);
	if (job_at(r, at, JOB_TITLE) || job_at(r, at, JOB_NOT))
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
	if (end > at || (!is_upper(t[at]) && !isdigit((unsigned char)t[at])))
		return end;
	if (is_word(r, at)) {
		*body = true;
		return word_end(t, at);
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
		uint32_t at = skip_bracket(t, end);
		if (at != end) {
			end = at;
			continue;
		}
		bool comma = t[end] == ',';
		at = skip_spaces(t, end + comma);
		uint32_t joint = skip_joint(t, at);
		bool needs_word = comma || joint != at;
		if (at == end || (needs_word && !(is_upper(t[joint]) && is_word(r, joint))))
			break;
		if (!isdigit((unsigned char)t[joint]) && !is_upper(t[joint]))
			break;
		uint32_t next = piece_end(r, joint, body);
		if (next == joint)
			break;
		end = next;
	}
	return end;
}

/* The start of the office with what stands before it: "Penjabat (Pj) Bupati"; or with *not set
 * when the office is not this person's: "mantan Bupati". */
static uint32_t office_start(const struct reader *r, const struct hit *job, bool * not )
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
		*not = *not || kind == JOB_NOT;
		if (kind != JOB_ACTING)
			break;
		start = h->start;
	}
	return start;
}

static bool has_word(const char *t, const struct person *p, const char *w, uint32_t len)
{
	for (uint32_t i = p->start; i + len <= p->end; i++) {
		if (memcmp(t + i, w, len) == 0 && (i == p->start || !is_letter(t[i - 1])) &&
		    !is_letter(t[i + len]))
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

static void add_person(struct reader *r, const struct person *p)
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
		uint32_t next = name_word(r, skip_spaces(t, end));
		if (next <= skip_spaces(t, end))
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
	struct name n = read_name(r, at + 2);
	return is_whole(r, &n) ? n : none;
}

/* The name that follows an office which ends at *role_end; an area's unknown name is added to the
 * office. */
static struct name name_behind(const struct reader *r, uint32_t *role_end, bool small)
{
	const char *t = r->d->plain.s;
	struct name n = behind_comma(r, *role_end);
	if (n.words || t[*role_end] != ' ')
		return n;
	struct name direct = read_name(r, *role_end + 1);
	unsigned area_words = small ? AREA_WORDS_MAX : 1;
	uint32_t area = skip_area(r, *role_end, area_words);
	bool title = direct.start != *role_end + 1;
	if (!title && area != *role_end) {
		n = behind_comma(r, area);
		if (n.words && (small || n.words > 1) && direct.words <= area_words) {
			*role_end = area;
			return n;
		}
	}
	if (small && !title && direct.words > 1) {
		uint32_t end = skip_area(r, *role_end, direct.words > 3 ? 2 : 1);
		n = read_name(r, skip_spaces(t, end));
		*role_end = end;
		return n;
	}
	bool whole = is_whole(r, &direct) && (!small || title || direct.words > 1);
	return whole ? direct : (struct name){0};
}

/* Back over degrees: ", S.H., M.H." in front of `at`; the index of the first comma, or `at`. */
static uint32_t skip_degrees_back(const char *t, uint32_t from, uint32_t at)
{
	for (;;) {
		uint32_t i = at;
		while (i > from && at - i < DEGREE_BYTES_MAX && t[i - 1] != ',')
			i--;
		if (i <= from || t[i - 1] != ',')
			return at;
		uint32_t w = skip_spaces(t, i), end = word_end(t, w);
		bool degree = is_degree(t + w, end - w) || memchr(t + w, '.', end - w);
		if (end == w || !degree || end + 1 < at)
			return at;
		at = i - 1;
	}
}

static uint32_t word_back(const char *t, uint32_t from, uint32_t at)
{
	while (at > from && (is_letter(t[at - 1]) || strchr("'-.", t[at - 1])))
		at--;
	return at;
}

/* The name that ends at `end`. */
static struct name name_before(const struct reader *r, uint32_t end)
{
	const char *t = r->d->plain.s;
	uint32_t from = r->s->start;
	struct name n = {.start = end, .end = end};
	uint32_t at = end;
	while (n.words < NAME_WORDS_MAX && at > from) {
		uint32_t start = word_back(t, from, at);
		if (start == at || name_word(r, start) < at || is_word(r, start))
			break;
		n.start = start;
		n.words++;
		if (start == from || t[start - 1] != ' ')
			break;
		at = start - 1;
	}
	n.start = skip_titles(r, n.start);
	return n;
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
			return skip_degrees_back(t, r->s->start, role_start - (uint32_t)n);
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
	bool not = false, body = kind != JOB_HEAD;
	uint32_t start = office_start(r, job, &not );
	uint32_t end = office_end(r, job, &body);
	if (not || !body || is_outside(r, start, end))
		return;
	struct person p = {.role_start = start, .role_end = end, .sentence = r->index};
	uint32_t before = end_of_name(r, start);
	struct name first = before ? name_before(r, before) : (struct name){0};
	bool small = ends_small(r, job, end);
	struct name n = name_behind(r, &p.role_end, small);
	bool direct = n.words > 1 && n.start <= end + 1;
	bool alone = n.words == 0 && is_whole(r, &first);
	if ((first.words > 1 || alone) && !is_taken(r, first.start) && !direct) {
		n = first;
		p.role_end = end;
	}
	if (n.words == 0)
		return;
	p.start = n.start;
	p.end = n.end;
	add_person(r, &p);
}

/* "Camat Bacan Timur berinisial AT": one to four capitals. */
static void read_initials(struct reader *r, const struct hit *cue)
{
	enum { INITIALS_MAX = 4, OFFICE_GAP_MAX = 60 };
	const char *t = r->d->plain.s;
	uint32_t at = skip_spaces(t, cue->end), end = at;
	while (is_upper(t[end]))
		end++;
	if (end == at || end - at > INITIALS_MAX || is_letter(t[end]))
		return;
	struct person p = {.start = at, .end = end, .sentence = r->index, .initials = true};
	const struct hit *first = r->d->hits.list + r->s->hit;
	for (const struct hit *h = cue; h-- > first && h->end + OFFICE_GAP_MAX > cue->start;) {
		int64_t kind = h->group == GROUP_JOB ? doc_value(r->d, h) : JOB_NOT;
		if (kind == JOB_JOB || kind == JOB_SMALL) {
			p.role_start = h->start;
			p.role_end = cue->start;
			break;
		}
	}
	while (p.role_end > p.role_start && strchr(" ,(", t[p.role_end - 1]))
		p.role_end--;
	add_person(r, &p);
}

/* "kata Asep": someone whose office the text does not tell. */
static void read_speaker(struct reader *r, const struct hit *saying)
{
	struct name n = read_name(r, skip_spaces(r->d->plain.s, saying->end));
	if (!is_whole(r, &n))
		return;
	struct person p = {.start = n.start, .end = n.end, .sentence = r->index};
	add_person(r, &p);
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
		if (h->group == GROUP_DEFINITE && kind == DEFINITE_INITIAL)
			read_initials(r, h);
		if (h->group == GROUP_JOB &&
		    (kind == JOB_JOB || kind == JOB_HEAD || kind == JOB_SMALL))
			read_office(r, h);
	}
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
			    (i == 0 || !is_letter(t[i - 1])) && !is_letter(t[i + n]))
				return true;
		}
		at += n + 1;
	}
	return false;
}
