/* Instruments in their normal form: "Undang-Undang Nomor 5 Tahun 2014" is "UU 5/2014", "surat
 * edaran Menpan RB nomor B/71/M.Sm.00.00/2017" is "SE Menpan-RB B/71/M.SM.00.00/2017". Circulars
 * keep their issuer and their number as printed, since other numbers mean another circular. */
#include "workers/classify/engine.h"
#include "workers/classify/fields.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	LEGAL_MAX = 16,
	ISSUER_MAX = 48,
	NUMBER_MAX = 48,
	SKIPPED_WORDS_MAX = 4,
	JOINT_BYTES_MAX = 260, /* of the names of a joint decree's issuers */
};

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

/* "5", "01/2023", "800-5474"; a circular's may have letters: "B/71/M.Sm.00.00/2017". */
static uint32_t read_number(const char *s, uint32_t at, bool circular, struct instrument *in)
{
	uint32_t end = at;
	bool digit = false;
	while (isdigit((unsigned char)s[end]) || (isalpha((unsigned char)s[end]) && circular) ||
	       (end > at && s[end] && strchr("/.-", s[end]) && isalnum((unsigned char)s[end + 1]) &&
		(circular || isdigit((unsigned char)s[end + 1])))) {
		digit = digit || isdigit((unsigned char)s[end]);
		end++;
	}
	if (!digit || end - at >= NUMBER_MAX)
		return at;
	for (uint32_t i = at; i < end; i++)
		in->number[i - at] = (char)toupper((unsigned char)s[i]);
	in->number[end - at] = '\0';
	return end;
}

/* Behind "/" or "tahun", "thn"; or `at`. */
static uint32_t skip_year_word(const char *s, uint32_t at)
{
	static const char *const words[] = {"/", "tahun", "thn.", "thn", "th.", "th"};
	uint32_t i = skip_spaces(s, at);
	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		size_t n = strlen(words[k]);
		if (strncasecmp(s + i, words[k], n) == 0 && !isalpha((unsigned char)s[i + n]))
			return skip_spaces(s, i + (uint32_t)n);
	}
	return at;
}

/* " Tahun 2014" behind the number; or the year at the end of "5/2014". */
static void read_year(const char *s, struct instrument *in)
{
	uint32_t i = skip_year_word(s, in->end);
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

/* Where the citation must end: at the next one, or with the sentence. */
static uint32_t limit_of(const struct doc *d, const struct sentence *sentence, const struct hit *h)
{
	const struct hit *end = d->hits.list + sentence->hit_end;
	for (const struct hit *next = h + 1; next < end; next++) {
		if (next->group == GROUP_LEGAL && next->start >= h->end)
			return next->start;
	}
	return sentence->end;
}

/* "UU ASN Nomor 5": behind the few words in front of the number word, or `at`. */
static uint32_t skip_words(const char *s, uint32_t at, uint32_t limit)
{
	uint32_t i = at;
	for (unsigned words = 0; words < SKIPPED_WORDS_MAX; words++) {
		uint32_t start = i;
		while (isalpha((unsigned char)s[i]) || s[i] == '-')
			i++;
		if (i == start || s[i] != ' ' || i >= limit)
			return at;
		i = skip_spaces(s, i);
		if (skip_number_word(s, i) != i)
			return i;
	}
	return at;
}

/* A joint decree's number may stand behind the long names of its issuers, and stay untold when its
 * year tells which it is. */
static bool read_joint(const char *s, uint32_t limit, struct instrument *in)
{
	limit = limit < in->start + JOINT_BYTES_MAX ? limit : in->start + JOINT_BYTES_MAX;
	for (uint32_t i = in->end; i < limit; i++) {
		uint32_t number = skip_number_word(s, i);
		bool word = s[i - 1] == ' ' && number != i;
		if (word && (in->end = read_number(s, number, true, in)) != number) {
			read_year(s, in);
			return true;
		}
		if (strncmp(s + i, "20", 2) == 0 && !isalnum((unsigned char)s[i - 1]) &&
		    strspn(s + i, "0123456789") == 4) {
			in->year = atoi(s + i);
			in->end = i + 4;
			return true;
		}
	}
	return false;
}

static bool read_instrument(const struct doc *d, const struct sentence *sentence,
			    const struct hit *h, bool circular, struct instrument *in)
{
	const char *s = d->plain.s;
	*in = (struct instrument){.start = h->start, .end = h->end};
	uint32_t limit = limit_of(d, sentence, h);
	uint32_t at = skip_bracket(s, h->end);
	at = circular ? read_issuer(s, at, in->issuer) : skip_words(s, at, limit);
	uint32_t number = skip_number_word(s, at);
	bool told = number != at || isdigit((unsigned char)s[at]) || (circular && s[at + 1] == '/');
	uint32_t end = told ? read_number(s, number, circular, in) : number;
	if (end != number) {
		in->end = end;
		read_year(s, in);
	} else if (strcmp(doc_phrase(d, h)->text, "SKB") != 0 || !read_joint(s, limit, in)) {
		return false;
	}
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
		snprintf(year, sizeof(year), "%s%d", *number ? "/" : "", in->year);
	const char *form = arena_printf(t->d->out, "%s %s%s%s%s", type, in->issuer,
					*in->issuer ? " " : "", number, year);
	if (!form) {
		t->no_memory = true;
		return NULL;
	}
	const char *normal = instruments_normal(&t->d->c->instruments, form);
	if (normal == form)
		return form;
	normal = arena_strdup(t->d->out, normal);
	t->no_memory = t->no_memory || !normal;
	return normal;
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

/* As of the day that the article speaks from, or of the year that it speaks of. */
static void add_note(struct draft *t, struct event_note *notes, const char *form)
{
	struct day day = t->d->dates.reference;
	if (!day.year)
		day = (struct day){.year = t->d->dates.year};
	const struct legal_note *note = legal_notes_find(&t->d->c->legal_notes, form, day);
	if (!note)
		return;
	char since[32] = "";
	if (note->since.year)
		snprintf(since, sizeof(since), " since %04d-%02d-%02d", note->since.year,
			 note->since.month, note->since.day);
	const char *text = arena_printf(t->d->out, "%s%s", note->text, since);
	t->no_memory = t->no_memory || !text;
	if (text)
		notes[t->event->note_count++] = (struct event_note){"legal_basis", form, text};
}

static void add_instrument(struct draft *t, const char **list, struct event_note *notes,
			   const struct sentence *s, const struct hit *h)
{
	const char *type = doc_phrase(t->d, h)->text;
	bool circular = strncmp(type, "SE", 2) == 0;
	struct instrument in;
	if (!read_instrument(t->d, s, h, circular, &in) || !is_complete(&in, circular))
		return;
	const char *form = normal_form(t, type, circular, &in);
	if (!form || is_listed(t->event, form))
		return;
	list[t->event->legal_basis_count++] = form;
	draft_evidence(t, "legal_basis", in.start, in.end);
	add_note(t, notes, form);
}

void fields_legal(struct draft *t)
{
	const struct doc *d = t->d;
	const char **list = arena_calloc(d->out, LEGAL_MAX, sizeof(*list));
	struct event_note *notes = arena_calloc(d->out, LEGAL_MAX, sizeof(*notes));
	if (!list || !notes) {
		t->no_memory = true;
		return;
	}
	t->event->legal_basis = list;
	t->event->notes = notes;
	for (uint32_t i = 0; i < d->sentences.count; i++) {
		const struct sentence *s = &d->sentences.list[i];
		if (s->flags & SENTENCE_DROPPED || !draft_cites(t, i))
			continue;
		doc_for_hits(d, s, h)
		{
			if (h->group == GROUP_LEGAL && t->event->legal_basis_count < LEGAL_MAX)
				add_instrument(t, list, notes, s, h);
		}
	}
}
