/* Instruments in their normal form: "Undang-Undang Nomor 5 Tahun 2014" is "UU 5/2014", "surat
 * edaran Menpan RB nomor B/71/M.Sm.00.00/2017" is "SE Menpan-RB B/71/M.SM.00.00/2017". Circulars
 * keep their issuer and their number as printed, since other numbers mean another circular. */
#include "workers/classify/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEGAL_MAX = 16, ISSUER_MAX = 48, NUMBER_MAX = 48 };

struct instrument {
	uint32_t start, end;
	char issuer[ISSUER_MAX];
	char number[NUMBER_MAX];
	int year;
};

static uint32_t skip_spaces(const char *s, uint32_t at)
{
	while (s[at] == ' ')
		at++;
	return at;
}

/* Behind "nomor", "No.", "no": the index behind it, or `at`. */
static uint32_t skip_number_word(const char *s, uint32_t at)
{
	static const char *const words[] = {"nomor", "nomer", "no.", "no"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (strncasecmp(s + at, words[i], n) == 0 && !isalpha((unsigned char)s[at + n])) {
			at = skip_spaces(s, at + (uint32_t)n);
			return s[at] == ':' ? skip_spaces(s, at + 1) : at;
		}
	}
	return at;
}

/* "(PP)" behind the long name. */
static uint32_t skip_bracket(const char *s, uint32_t at)
{
	uint32_t i = skip_spaces(s, at);
	if (s[i] != '(')
		return i;
	uint32_t n = (uint32_t)strcspn(s + i, ")\n");
	return n < 24 && s[i + n] == ')' ? skip_spaces(s, i + n + 1) : i;
}

/* Issuer words up to the number: "Menpan RB", "Wali Kota Jambi". */
static uint32_t read_issuer(const char *s, uint32_t at, char issuer[static ISSUER_MAX])
{
	uint32_t end = at;
	for (unsigned words = 0; words < 5; words++) {
		uint32_t i = skip_spaces(s, end);
		if (skip_number_word(s, i) != i || !isupper((unsigned char)s[i]))
			break;
		while (isalpha((unsigned char)s[i]) || s[i] == '-')
			i++;
		end = i;
	}
	uint32_t next = skip_spaces(s, end);
	if (end == at || end - at >= ISSUER_MAX || skip_number_word(s, next) == next)
		return at;
	memcpy(issuer, s + at, end - at);
	issuer[end - at] = '\0';
	return next;
}

static void spell_issuer(char issuer[static ISSUER_MAX])
{
	static const char *const menpan[] = {"menpan rb",   "menpanrb",    "menpan-rb", "menpan",
					     "kemenpan rb", "kemenpan-rb", "kemenpanrb"};
	for (size_t i = 0; i < sizeof(menpan) / sizeof(menpan[0]); i++) {
		if (strcasecmp(issuer, menpan[i]) == 0)
			snprintf(issuer, ISSUER_MAX, "Menpan-RB");
	}
}

/* "5", "01/2023", "B/71/M.Sm.00.00/2017": letters, digits, strokes and stops, with a digit. */
static uint32_t read_number(const char *s, uint32_t at, char number[static NUMBER_MAX])
{
	uint32_t end = at;
	bool digit = false;
	while (isalnum((unsigned char)s[end]) ||
	       (strchr("/.-", s[end]) && s[end] && isalnum((unsigned char)s[end + 1]))) {
		digit = digit || isdigit((unsigned char)s[end]);
		end++;
	}
	if (!digit || end - at >= NUMBER_MAX)
		return at;
	for (uint32_t i = at; i < end; i++)
		number[i - at] = (char)toupper((unsigned char)s[i]);
	number[end - at] = '\0';
	return end;
}

/* " Tahun 2014" behind the number; or the year at the end of "5/2014". */
static void read_year(const char *s, struct instrument *in)
{
	uint32_t i = skip_spaces(s, in->end);
	if (s[i] == '/')
		i = skip_spaces(s, i + 1);
	else if (strncasecmp(s + i, "tahun", 5) == 0)
		i = skip_spaces(s, i + 5);
	else
		i = in->end;
	if (i != in->end && isdigit((unsigned char)s[i])) {
		in->year = atoi(s + i);
		while (isdigit((unsigned char)s[i]))
			i++;
		in->end = i;
		return;
	}
	char *slash = strrchr(in->number, '/');
	if (slash && strlen(slash + 1) == 4 && strspn(slash + 1, "0123456789") == 4 &&
	    strchr(in->number, '/') == slash) {
		in->year = atoi(slash + 1);
		*slash = '\0';
	}
}

static bool read_instrument(const struct doc *d, const struct hit *h, bool circular,
			    struct instrument *in)
{
	const char *s = d->plain.s;
	*in = (struct instrument){.start = h->start, .end = h->end};
	uint32_t at = skip_bracket(s, h->end);
	if (circular) {
		at = read_issuer(s, at, in->issuer);
		spell_issuer(in->issuer);
	}
	uint32_t number = skip_number_word(s, at);
	if (number == at && !isdigit((unsigned char)s[at]))
		return false;
	in->end = read_number(s, number, in->number);
	if (in->end == number)
		return false;
	read_year(s, in);
	return in->year == 0 || (in->year > 1945 && in->year < 2100);
}

static const char *normal_form(struct draft *t, const char *type, bool circular,
			       const struct instrument *in)
{
	const char *number = in->number;
	while (!circular && number[0] == '0' && number[1])
		number++;
	char year[16] = "";
	if (in->year)
		snprintf(year, sizeof(year), "/%d", in->year);
	const char *form = arena_printf(t->d->out, "%s %s%s%s%s", type, in->issuer,
					*in->issuer ? " " : "", number, year);
	if (!form)
		t->no_memory = true;
	return form;
}

/* A law needs its year, or else "UU 5" would be anything. */
static bool is_complete(const struct instrument *in, bool circular)
{
	return in->year || (circular && strchr(in->number, '/'));
}

static bool is_listed(const struct event *e, const char *form)
{
	for (size_t i = 0; i < e->legal_basis_count; i++) {
		if (strcmp(e->legal_basis[i], form) == 0)
			return true;
	}
	return false;
}

void fields_legal(struct draft *t)
{
	const struct doc *d = t->d;
	const char **list = arena_calloc(d->out, LEGAL_MAX, sizeof(*list));
	if (!list) {
		t->no_memory = true;
		return;
	}
	t->event->legal_basis = list;
	for (size_t i = 0; i < d->hits.count && t->event->legal_basis_count < LEGAL_MAX; i++) {
		const struct hit *h = &d->hits.list[i];
		if (h->group != GROUP_LEGAL)
			continue;
		const char *type = doc_phrase(d, h)->text;
		bool circular = strcmp(type, "SE") == 0;
		struct instrument in;
		if (!read_instrument(d, h, circular, &in) || !is_complete(&in, circular))
			continue;
		const char *form = normal_form(t, type, circular, &in);
		if (!form)
			return;
		if (is_listed(t->event, form))
			continue;
		list[t->event->legal_basis_count++] = form;
		draft_evidence(t, "legal_basis", in.start, in.end);
	}
}
