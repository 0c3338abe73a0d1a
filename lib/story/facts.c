/* From an event to what can be compared. Names differ in print: titles and degrees come and go, a
 * second name is left out, Muhammad is Moh. in the next paper. What is left in the normal form is
 * the first word and the last. */
#include "lib/story/same.h"

#include "lib/cleanup.h"
#include "lib/story/words.h"

#include <ctype.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { INITIALS_MAX = 3, ROLE_SIZE = 160 };

/* --- days --- */

/* The number in the `len` characters at `s`, or 0. */
static uint32_t digits(const char *s, size_t len)
{
	uint32_t number = 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return 0;
		number = 10 * number + (uint32_t)(s[i] - '0');
	}
	return number;
}

/* 2024-08-21 and what follows, 2024-08 or 2024 as one number, unknown parts 0; 0 for anything else.
 */
static uint32_t day_number(const char *iso)
{
	size_t len = strlen(iso);
	uint32_t year = len >= 4 ? digits(iso, 4) : 0;
	uint32_t month = year && len >= 7 ? digits(iso + 5, 2) : 0;
	uint32_t day = month && len >= 10 ? digits(iso + 8, 2) : 0;
	return 10000 * year + 100 * month + day;
}

/* --- people --- */

static bool is_title(const struct word *w)
{
	static const char *const titles[] = {
		"dr",     "drs",   "dra",  "drg",   "ir",     "h",     "hj",     "haji",  "hajjah",
		"prof",   "kh",    "tgh",  "tgk",   "ust",    "pdt",   "st",     "akbp",  "kombes",
		"kompol", "iptu",  "ipda", "aiptu", "bripka", "irjen", "letkol", "mayor", "kapten",
		"serka",  "serma", "sdr",  "bapak", "ibu",    "pak",   "bu",
	};
	return word_among(w, titles, netral_countof(titles));
}

/* What every paper shortens in its own way, or leaves out: "Muhammad Yusuf", "M. Yusuf", "Yusuf".
 */
static bool is_left_out(const struct word *w)
{
	static const char *const forms[] = {"muhammad",  "muhamad",  "mohammad", "mohamad",
					    "mochammad", "mochamad", "muh",      "moh",
					    "moch",      "ni"};
	return w->len == 1 || word_among(w, forms, netral_countof(forms));
}

/* 16 bits of a hash, never 0. */
static uint32_t half_of(uint64_t fold)
{
	uint32_t h = (uint32_t)(XXH3_64bits(&fold, sizeof(fold)) >> 48);
	return h ? h : 1;
}

static bool is_initials(const char *name)
{
	size_t n = 0;
	for (; *name; name++) {
		if (*name >= 'A' && *name <= 'Z')
			n++;
		else if (*name != '.' && *name != ' ')
			return false;
	}
	return n > 0 && n <= INITIALS_MAX;
}

/* The word of a name at *at without its stops ("Moh.", "Ma'ruf"), which moves behind it. False at
 * the end, and at a degree: behind a comma, or with a stop within ("S.Sos"). */
static bool name_word(const char **at, struct word *ret_word)
{
	const char *s = *at + strspn(*at, " ");
	size_t len = strcspn(s, " ,");
	*at = s + len;
	while (len > 0 && s[len - 1] == '.')
		len--;
	if (len == 0 || memchr(s, '.', len))
		return false;
	*ret_word = (struct word){s, len, word_fold(s, len)};
	return true;
}

/* 0 when nothing is left of the name. */
static uint32_t person_key(const char *name)
{
	if (is_initials(name))
		return half_of(word_fold(name, strlen(name)));
	struct word w, first = {0}, last = {0};
	unsigned words = 0;
	for (const char *at = name; name_word(&at, &w);) {
		if (is_title(&w) || (words > 0 && w.len == 1))
			continue;
		if (words == 1 && is_left_out(&first))
			words = 0;
		if (words++ == 0)
			first = w;
		last = w;
	}
	if (words == 0)
		return 0;
	return half_of(first.hash) << 16 | (words > 1 ? half_of(last.hash) : 0);
}

/* The words of a role in lower case, a blank around each; what does not fit is left out. */
static void spread(const char *role, char ret[static ROLE_SIZE])
{
	struct word w;
	size_t n = 0;
	ret[n++] = ' ';
	for (const char *at = role, *end = role + strlen(role); word_next(&at, end, &w);) {
		if (n + w.len + 2 > ROLE_SIZE)
			break;
		for (size_t i = 0; i < w.len; i++)
			ret[n++] = (char)tolower((unsigned char)w.ptr[i]);
		ret[n++] = ' ';
	}
	ret[n] = '\0';
}

/* Who speaks of cases by office: those who watch, examine and judge, heads of government and their
 * staff, politicians. One of them may be accused all the same; but taken for the accused he would
 * join all cases of his area. */
static bool speaks_by_office(const char *role)
{
	static const char *const offices[] = {
		" bawaslu ",
		" panwas",
		" pengawas ",
		" badan pengawas",
		" kasn ",
		" bkn ",
		" bkd",
		" bkpsdm",
		" bkpp",
		" bksdm ",
		" kepegawaian ",
		" inspekt",
		" komisi ",
		" komisioner",
		" ketua ",
		" koord",
		" kord",
		" divisi ",
		" gakkumdu ",
		" kpu ",
		" kip ",
		" dkpp ",
		" kapol",
		" polda ",
		" polri ",
		" kasat ",
		" jaksa ",
		" kejaksaan ",
		" kejari ",
		" kejati ",
		" kajari ",
		" hakim ",
		" humas ",
		" penerangan ",
		" menteri ",
		" mendagri ",
		" menpan",
		" menko ",
		" kemendagri ",
		" dirjen ",
		" deputi ",
		" gubernur ",
		" wagub ",
		" bupati ",
		" wabup ",
		" wali kota ",
		" walikota ",
		" sekda",
		" sekretaris daerah ",
		" sekretaris kota ",
		" dpr",
		" pengamat ",
		" pemantau ",
		" pelapor ",
		" kuasa hukum ",
		" kesbangpol ",
		" tim ",
	};
	char words[ROLE_SIZE];
	spread(role, words);
	for (size_t i = 0; i < netral_countof(offices); i++)
		if (strstr(words, offices[i]))
			return true;
	return false;
}

static void add_person(struct story_facts *f, const char *name)
{
	uint32_t key = person_key(name);
	if (key == 0 || f->person_count == STORY_PEOPLE_MAX)
		return;
	for (unsigned i = 0; i < f->person_count; i++)
		if (f->people[i] == key)
			return;
	f->people[f->person_count++] = key;
}

static void read_people(const struct event *e, struct story_facts *f)
{
	for (size_t i = 0; i < e->person_count; i++) {
		const struct event_person *p = &e->people[i];
		if (e->kind != EVENT_KIND_VIOLATION || !speaks_by_office(p->role))
			add_person(f, p->name);
	}
}

void story_facts(const struct event *e, const char *published, struct story_facts *ret)
{
	struct story_facts f = {
		.kind = (uint8_t)e->kind,
		.status = (uint8_t)e->status,
		.scope = (uint8_t)e->scope,
		.day = day_number(e->scope == EVENT_SCOPE_TOTAL ? e->as_of.value : e->date.value),
		.press_day = day_number(published),
		.count = e->count.value,
		.count_qualifier = (uint8_t)e->count.qualifier,
	};
	memcpy(f.area, e->place.code, strnlen(e->place.code, sizeof(f.area) - 1));
	for (size_t i = 0; i < e->conduct_count; i++)
		f.conduct |= (uint16_t)(1U << e->conduct[i]);
	read_people(e, &f);
	*ret = f;
}
