/* An occupation ends where its name begins: at a comma, or at the first word that begins a name.
 * What stands between may tell where somebody works, and nothing else: with a verb or a second
 * clause in it, the name belongs to another. A place that no table has looks like a name; so what
 * follows a name here must go on about it: an age, or a small letter. */
#include "workers/classify/occupation.h"

#include "workers/classify/person.h"

#include <string.h>

enum {
	INITIALS_MAX = 4,
	GAP_MAX = 70,      /* "guru SD di Kecamatan Praya Tengah, " */
	ROLE_GAP_MAX = 60, /* "PPPK guru di Wonomulyo berinisial" */
	AGE_MIN = 17,
	AGE_MAX = 80,
};

static struct person nobody(const struct reader *r)
{
	return (struct person){.sentence = r->index};
}

static bool is_servant(const struct doc *d, const struct hit *h)
{
	int64_t job = h->group == GROUP_JOB ? doc_value(d, h) : JOB_NOT;
	return h->group == GROUP_SUBJECT || job == JOB_JOB || job == JOB_SMALL;
}

/* The role in front of `at`: the first of the nearest words for servants, with what follows it. */
static void set_role_before(const struct reader *r, struct person *p, uint32_t at)
{
	const char *t = r->d->plain.s;
	doc_for_hits(r->d, r->s, h)
	{
		if (h->end > at)
			break;
		bool near = h->end + ROLE_GAP_MAX > at;
		bool apart = memchr(t + h->end, ',', at - h->end) && p->role_end > p->role_start;
		if (!near || !is_servant(r->d, h) || apart || h->start < p->role_end)
			continue;
		p->role_start = h->start;
		p->role_end = at;
	}
	while (p->role_end > p->role_start && strchr(" ,(", t[p->role_end - 1]))
		p->role_end--;
}

/* The end of up to four capitals at `at`, or `at`. */
static uint32_t capitals_end(const char *t, uint32_t at)
{
	uint32_t end = at;
	while (name_capital(t[end]))
		end++;
	return end - at > INITIALS_MAX || name_letter(t[end]) ? at : end;
}

/* The same, when they mean nothing else. */
static uint32_t initials_end(const struct reader *r, uint32_t at)
{
	if (name_place_end(r, at) != at)
		return at;
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start <= at && h->end > at)
			return at;
	}
	return capitals_end(r->d->plain.s, at);
}

/* The initials that end at `end`; no words when there are none. */
static struct name initials_before(const struct reader *r, uint32_t end)
{
	const char *t = r->d->plain.s;
	uint32_t at = end;
	while (at > r->s->start && name_capital(t[at - 1]))
		at--;
	bool word = at == r->s->start || strchr(" (", t[at - 1]);
	return word && end > at + 1 && initials_end(r, at) == end ? (struct name){at, end, 1}
								  : (struct name){0};
}

/* Behind a name that is told of: "(45)", " diperiksa", ", diperiksa". */
static bool goes_on(const char *t, uint32_t at)
{
	if (t[at] == ' ' && t[at + 1] == '(')
		return true;
	uint32_t next = name_spaces(t, at + (t[at] == ','));
	return next > at && name_letter(t[next]) && !name_capital(t[next]);
}

/* Whether from..to tells no more than where somebody works. */
static bool is_workplace(const struct reader *r, uint32_t from, uint32_t to)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->start < from || h->start >= to)
			continue;
		if (h->group == GROUP_STATUS || h->group == GROUP_CLAUSE ||
		    h->group == GROUP_OFFENCE || h->group == GROUP_HOLD || h->group == GROUP_ACT ||
		    h->group == GROUP_CONDUCT || h->group == GROUP_ELECTION ||
		    h->group == GROUP_WEEKDAY)
			return false;
	}
	return memchr(r->d->plain.s + from, '"', to - from) == NULL;
}

static void add(struct reader *r, struct person p, const struct name *n)
{
	p.start = n->start;
	p.end = n->end;
	person_add(r, &p);
}

/* "guru SD di Praya, Budi Halim, ..." */
static bool read_behind_comma(struct reader *r, const struct hit *h, struct person p)
{
	const char *t = r->d->plain.s;
	uint32_t at = h->end, max = h->end + GAP_MAX;
	while (at < r->s->end && at < max && !strchr(",(;:", t[at]))
		at++;
	if (t[at] != ',' || t[at + 1] != ' ' || !is_workplace(r, h->end, at))
		return false;
	struct name n = name_read(r, at + 2);
	if (!name_is_whole(r, &n) || !goes_on(t, n.end))
		return false;
	p.role_end = at;
	add(r, p, &n);
	return true;
}

/* Whether the hit is an office too, behind which a small area is named: "Lurah Sukamaju". */
static bool is_small_office(const struct reader *r, const struct hit *h)
{
	doc_for_hits(r->d, r->s, k)
	{
		if (k->group == GROUP_JOB && k->end == h->end && doc_value(r->d, k) == JOB_SMALL)
			return true;
	}
	return false;
}

/* "guru honorer Budi Halim": not behind capitals, where a school or an area is named. */
static bool read_direct(struct reader *r, const struct hit *h, struct person p)
{
	const char *t = r->d->plain.s;
	if (t[h->end] != ' ' || name_capital(t[h->end - 1]) || is_small_office(r, h))
		return false;
	struct name n = name_read(r, h->end + 1);
	if (n.words < 2 || !goes_on(t, n.end))
		return false;
	p.role_end = h->end;
	add(r, p, &n);
	return true;
}

/* The start of "seorang ", "oknum " in front of `at`; or `at`. */
static uint32_t before_article(const struct reader *r, uint32_t at)
{
	doc_for_hits(r->d, r->s, h)
	{
		if (h->group == GROUP_DEFINITE && h->end + 1 == at)
			return h->start;
	}
	return at;
}

/* "Budi Halim, guru ...", "KA, seorang perawat ..." */
static void read_before(struct reader *r, const struct hit *h, struct person p)
{
	const char *t = r->d->plain.s;
	uint32_t at = before_article(r, p.role_start);
	if (at < r->s->start + 2 || t[at - 1] != ' ' || t[at - 2] != ',')
		return;
	uint32_t end = name_before_degrees(t, r->s->start, at - 2);
	struct name n = name_before(r, end);
	if (n.words < 2 || !name_is_whole(r, &n)) {
		n = initials_before(r, end);
		p.initials = true;
	}
	if (n.words == 0)
		return;
	p.role_end = h->end;
	add(r, p, &n);
}

void occupation_read(struct reader *r, const struct hit *h)
{
	bool unheld = false;
	struct person p = nobody(r);
	p.role_start = person_office_start(r, h, &unheld);
	if (!unheld && !read_behind_comma(r, h, p) && !read_direct(r, h, p))
		read_before(r, h, p);
}

void occupation_read_named(struct reader *r, const struct hit *h, bool initials)
{
	const char *t = r->d->plain.s;
	uint32_t at = name_spaces(t, h->end);
	struct person p = nobody(r);
	struct name n = initials ? (struct name){at, capitals_end(t, at), 1} : name_read(r, at);
	p.initials = initials;
	set_role_before(r, &p, h->start);
	if (initials ? n.end > n.start : name_is_whole(r, &n))
		add(r, p, &n);
}

/* "(45)" at `at`, with nothing else in it. */
static bool is_age(const char *t, uint32_t at)
{
	if (t[at] != '(' || !isdigit((unsigned char)t[at + 1]) ||
	    !isdigit((unsigned char)t[at + 2]) || t[at + 3] != ')')
		return false;
	int age = (t[at + 1] - '0') * 10 + t[at + 2] - '0';
	return age >= AGE_MIN && age <= AGE_MAX;
}

void occupation_read_ages(struct reader *r)
{
	const char *t = r->d->plain.s;
	for (uint32_t at = r->s->start + 1; at + 3 < r->s->end; at++) {
		if (!is_age(t, at) || t[at - 1] != ' ')
			continue;
		struct person p = nobody(r);
		struct name n = name_before(r, at - 1);
		if (!name_is_whole(r, &n)) {
			n = initials_before(r, at - 1);
			p.initials = true;
		}
		if (n.words == 0)
			continue;
		set_role_before(r, &p, n.start);
		add(r, p, &n);
	}
}
