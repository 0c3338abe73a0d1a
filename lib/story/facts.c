/* From an event to what can be compared. Names differ in print: titles and degrees come and go, a
 * second name is left out, Muhammad is Moh. in the next paper. What is left in the normal form is
 * the first word and the last. */
#include "lib/story/same.h"

#include "lib/cleanup.h"
#include "lib/story/offices.h"
#include "lib/story/words.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { INITIALS_MIN = 2, INITIALS_MAX = 3, NAME_WORDS_MAX = 8 };

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

/* What stands in front of many names, and is left out as often as it is printed. */
static bool is_left_out(const struct word *w)
{
	static const char *const forms[] = {"muhammad", "andi", "lalu", "baiq",   "raden",
					    "teuku",    "cut",  "ni",   "tengku", "datuk"};
	return word_among(w, forms, netral_countof(forms));
}

/* As every paper shortens it in its own way. */
static bool is_muhammad(const struct word *w)
{
	static const char *const forms[] = {"muhamad",   "mohammad", "mohamad",
					    "mochammad", "mochamad", "muh",
					    "moh",       "moch",     "m"};
	return word_among(w, forms, netral_countof(forms));
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
	return n >= INITIALS_MIN && n <= INITIALS_MAX;
}

/* The word of a name at *at without its stops ("Moh.", "Ma'ruf"), which moves behind it. False at
 * the end, and at a degree: behind a comma, or with a stop within ("S.Sos"). */
static bool name_word(const char **at, struct word *ret_word)
{
	static const char muhammad[] = "muhammad";
	const char *s = *at + strspn(*at, " ");
	size_t len = strcspn(s, " ,");
	*at = s + len;
	while (len > 0 && s[len - 1] == '.')
		len--;
	if (len == 0 || memchr(s, '.', len))
		return false;
	*ret_word = (struct word){s, len, 0};
	if (is_muhammad(ret_word))
		*ret_word = (struct word){muhammad, sizeof(muhammad) - 1, 0};
	ret_word->hash = word_fold(ret_word->ptr, ret_word->len);
	return true;
}

/* 0 when nothing is left of the name. */
static uint32_t person_key(const char *name)
{
	struct word w, words[NAME_WORDS_MAX];
	size_t count = 0, first = 0;
	if (is_initials(name))
		return half_of(word_fold(name, strlen(name)));
	for (const char *at = name; count < NAME_WORDS_MAX && name_word(&at, &w);)
		if (w.len > 1 && !is_title(&w))
			words[count++] = w;
	while (count - first > 2 && is_left_out(&words[first]))
		first++;
	if (count == 0)
		return 0;
	uint32_t last = count - first > 1 ? half_of(words[count - 1].hash) : 0;
	return half_of(words[first].hash) << 16 | last;
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

/* Who is accused holds one of the offices that the case is told of. */
static bool is_accused(const struct story_facts *f, const struct event_person *p)
{
	uint16_t own = offices_in(p->role);
	return !office_speaks(p->role) && (own == 0 || f->offices == 0 || own & f->offices);
}

static void read_people(const struct event *e, struct story_facts *f)
{
	for (size_t i = 0; i < e->person_count; i++)
		if (e->kind != EVENT_KIND_VIOLATION || is_accused(f, &e->people[i]))
			add_person(f, e->people[i].name);
}

static void read_offices(const struct event *e, struct story_facts *f)
{
	for (size_t i = 0; i < e->evidence_count; i++) {
		const struct event_evidence *v = &e->evidence[i];
		if (strcmp(v->field, "subjects") == 0 || strcmp(v->field, "count") == 0)
			f->offices |= offices_in(v->text);
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
	if (e->kind == EVENT_KIND_VIOLATION)
		read_offices(e, &f);
	read_people(e, &f);
	*ret = f;
}
