/* A name ends where its words do: at a comma, a degree, a known word. Titles and ranks in front of
 * it are skipped; initials, short forms and "bin" belong to it. */
#include "workers/classify/name.h"

#include <string.h>

enum {
	NAME_WORDS_MAX = 6,
	NAME_WORD_BYTES_MIN = 3, /* of a name that is one word */
	BRACKET_MAX = 40,
	DEGREE_BYTES_MAX = 60,
	SHORT_WORD_MAX = 5,
	LEADING_CAPITALS_MAX = 3,
};

const struct hit *name_hit(const struct reader *r, uint32_t at, enum phrase_group group)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start == at && h->group == group)
			return h;
	}
	return NULL;
}

const struct hit *name_job(const struct reader *r, uint32_t at, int kind)
{
	const struct hit *h = name_hit(r, at, GROUP_JOB);
	return h && doc_value(r->d, h) == kind ? h : NULL;
}

/* The end of the area named at `at`, or `at`. */
uint32_t name_place_end(const struct reader *r, uint32_t at)
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
	return name_place_end(r, at) != at;
}

/* The end of the word at `at`: letters, with "'", "-" and stops between them ("S.Sos", "A.A."). */
uint32_t name_word_end(const char *t, uint32_t at)
{
	uint32_t i = at;
	while (name_letter(t[i]) ||
	       (i > at && strchr("'-.", t[i]) && t[i] && name_letter(t[i + 1]) && t[i + 1] != '\n'))
		i++;
	return i;
}

bool name_is_word(const struct reader *r, uint32_t at)
{
	uint32_t n = name_word_end(r->d->plain.s, at) - at;
	return n > 0 && words_has(&r->d->c->words, r->d->plain.s + at, n);
}

/* "H.U.P": single capitals with stops. */
static bool is_initials(const char *w, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (i % 2 ? w[i] != '.' : !name_capital(w[i]))
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
		capitals += name_capital(w[i]);
	if (dot)
		return dot - w <= 2 && (uint32_t)(w + len - dot) > 2 && !is_initials(w, len);
	if (len < 2)
		return false;
	return capitals == len || (len <= 4 && capitals == len - 1 && name_capital(w[len - 2]));
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
uint32_t name_skip_bracket(const char *t, uint32_t at)
{
	uint32_t i = name_spaces(t, at);
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
		uint32_t end = name_word_end(t, at);
		const struct hit *title = name_job(r, at, JOB_TITLE);
		if (title)
			end = name_skip_bracket(t, title->end);
		else if (!is_short_title(t + at, end - at))
			return at;
		if (t[end] == '.')
			end++;
		end = name_spaces(t, end);
		if (end >= r->s->end || end == at)
			return at;
		at = end;
	}
}

/* "bin", "binti", "al", a clan's "Dt." between a name's words: behind it, or `at`. */
static uint32_t skip_particle(const char *t, uint32_t at)
{
	static const char *const particles[] = {"bin ", "binti ", "al ", "de ", "da ",
						"van ", "Dt. ",   "Dt ", "Dg ", "gelar "};
	for (size_t i = 0; i < sizeof(particles) / sizeof(particles[0]); i++) {
		size_t n = strlen(particles[i]);
		if (strncmp(t + at, particles[i], n) == 0)
			return at + (uint32_t)n;
	}
	return at;
}

/* "HW Musyafirin": capitals that begin a name, or a title that is kept as a part of it. */
bool name_led(const struct reader *r, uint32_t at, uint32_t end)
{
	const char *t = r->d->plain.s;
	return end - at <= LEADING_CAPITALS_MAX && t[end] == ' ' && name_capital(t[end + 1]) &&
	       islower((unsigned char)t[end + 2]) && !name_is_word(r, end + 1) &&
	       !is_known(r, end + 1);
}

/* The end of the name's word at `at`, with the stop of an initial or a short form; or `at`. */
uint32_t name_word(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	if (at >= r->s->end || !name_capital(t[at]) || is_known(r, at))
		return at;
	uint32_t end = name_word_end(t, at);
	if (end - at > 1 && is_degree(t + at, end - at) && !name_led(r, at, end))
		return at;
	bool shortened = t[end] == '.' && end - at < SHORT_WORD_MAX && t[end + 1] == ' ' &&
			 name_capital(t[end + 2]) && (end - at < 4 || !strpbrk(t + at + 1, " "));
	bool initial = end - at == 1 || is_initials(t + at, end - at);
	return t[end] == '.' && (initial || shortened) ? end + 1 : end;
}

/* The name that begins at `at`, behind titles. */
struct name name_read(const struct reader *r, uint32_t at)
{
	const char *t = r->d->plain.s;
	at = skip_titles(r, at);
	struct name n = {.start = at, .end = at};
	while (n.words < NAME_WORDS_MAX) {
		uint32_t end = name_word(r, at);
		if (end == at || name_is_word(r, at))
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
		letters = name_letter(t[i]) ? letters + 1 : 0;
	return letters >= NAME_WORD_BYTES_MIN;
}

bool name_is_whole(const struct reader *r, const struct name *n)
{
	if (!has_long_word(r->d->plain.s, n))
		return false;
	if (n->words != 1)
		return n->words > 1;
	const char *next = r->d->plain.s + n->end;
	bool cut = next[0] == ' ' && name_capital(next[1]) && name_is_word(r, n->end + 1);
	return n->end - n->start >= NAME_WORD_BYTES_MIN && next[0] != '-' && next[0] != '/' && !cut;
}

/* Back over degrees: ", S.H., M.H." in front of `at`; the index of the first comma, or `at`. */
uint32_t name_before_degrees(const char *t, uint32_t from, uint32_t at)
{
	for (;;) {
		uint32_t i = at;
		while (i > from && at - i < DEGREE_BYTES_MAX && t[i - 1] != ',')
			i--;
		if (i <= from || t[i - 1] != ',')
			return at;
		uint32_t w = name_spaces(t, i), end = name_word_end(t, w);
		bool degree = is_degree(t + w, end - w) || memchr(t + w, '.', end - w);
		if (end == w || !degree || end + 1 < at)
			return at;
		at = i - 1;
	}
}

static uint32_t word_back(const char *t, uint32_t from, uint32_t at)
{
	while (at > from && (name_letter(t[at - 1]) || strchr("'-.", t[at - 1])))
		at--;
	return at;
}

/* The name that ends at `end`. */
struct name name_before(const struct reader *r, uint32_t end)
{
	const char *t = r->d->plain.s;
	uint32_t from = r->s->start;
	struct name n = {.start = end, .end = end};
	uint32_t at = end;
	while (n.words < NAME_WORDS_MAX && at > from) {
		uint32_t start = word_back(t, from, at);
		if (start == at || name_word(r, start) < at || name_is_word(r, start))
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
