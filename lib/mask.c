/* A text is read word by word. Where the words of a hidden name follow each other, all of them are
 * replaced, in any case; elsewhere a word of a hidden name that has three letters or more and
 * begins with a capital ("Budi" of "Budi Santoso", later in the sentence). That hides a little more
 * than must be: a place of the same name in the same sentence, say. */
#include "lib/mask.h"

#include "lib/buf.h"
#include "lib/error.h"

#include <string.h>
#include <strings.h>

enum { WORD_MIN = 3, NAMES_MAX = EVENT_LIST_MAX };

struct word {
	const char *ptr;
	size_t len;
};

/* --- words --- */

/* Bytes beyond ASCII count as letters, the apostrophe too: Ma'ruf. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80 ||
	       (c >= '0' && c <= '9');
}

static bool joins(const char *s, size_t at, size_t len)
{
	return s[at] == '\'' && at + 1 < len && is_letter(s[at + 1]);
}

/* The next word at or after *at, which moves behind it. */
static bool next_word(const char *s, size_t len, size_t *at, struct word *ret)
{
	while (*at < len && !is_letter(s[*at]))
		++*at;
	size_t begin = *at;
	while (*at < len && (is_letter(s[*at]) || (*at > begin && joins(s, *at, len))))
		++*at;
	*ret = (struct word){s + begin, *at - begin};
	return ret->len > 0;
}

static bool same_word(const struct word *a, const struct word *b)
{
	return a->len == b->len && strncasecmp(a->ptr, b->ptr, a->len) == 0;
}

static size_t word_count(const char *s)
{
	struct word w;
	size_t count = 0;
	for (size_t at = 0, len = strlen(s); next_word(s, len, &at, &w);)
		count++;
	return count;
}

/* Whether `form` stands at the beginning of `s`; *ret_end is behind it. */
static bool begins_with(const char *s, size_t len, const char *form, size_t *ret_end)
{
	size_t at = 0, form_at = 0, form_len = strlen(form);
	struct word a, b;
	while (next_word(form, form_len, &form_at, &b)) {
		if (!next_word(s, len, &at, &a) || !same_word(&a, &b))
			return false;
	}
	*ret_end = at;
	return true;
}

static bool holds(const char *s, size_t len, const char *form)
{
	struct word w;
	size_t end;
	for (size_t at = 0; next_word(s, len, &at, &w);) {
		size_t begin = (size_t)(w.ptr - s);
		if (begins_with(w.ptr, len - begin, form, &end))
			return true;
	}
	return false;
}

/* --- policy --- */

static const struct {
	const char *name;
	enum mask_kind kind;
} kinds[] = {
#define X(name, enumerator) {name, enumerator},
	MASK_RANKS(X)
#undef X
		{"acting", MASK_ACTING},
	{"speaker", MASK_SPEAKER},
	{"body", MASK_BODY},
};

enum mask_kind mask_kind_parse(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].kind;
	}
	return MASK_NONE;
}

int mask_policy_parse(const char *name, struct mask_policy *policy)
{
	enum mask_kind kind = mask_kind_parse(name);
	bool full = strcmp(name, "full") == 0;
	if (!full && strcmp(name, "mask") != 0 && (kind == MASK_NONE || kind > MASK_NATIONAL))
		return NETRAL_EINVALID;
	policy->full = full;
	policy->from = kind;
	return NETRAL_OK;
}

/* The longest phrase of `first` to `last` that the role begins with. */
static enum mask_kind beginning(const struct mask_policy *p, const char *role, size_t len,
				enum mask_kind first, enum mask_kind last, size_t *ret_end)
{
	enum mask_kind kind = MASK_NONE;
	size_t longest = 0, end;
	for (size_t i = 0; i < p->office_count; i++) {
		const struct mask_office *o = &p->offices[i];
		if (o->kind < first || o->kind > last || !begins_with(role, len, o->form, &end) ||
		    end <= longest)
			continue;
		longest = end;
		kind = o->kind;
	}
	*ret_end = longest;
	return kind;
}

/* "Penjabat (Pj) Bupati X" ranks as "Bupati X" does. */
static enum mask_kind rank_of(const struct mask_policy *p, const char *role)
{
	size_t len = strlen(role), end;
	while (beginning(p, role, len, MASK_ACTING, MASK_ACTING, &end) != MASK_NONE) {
		role += end;
		len -= end;
	}
	return beginning(p, role, len, MASK_VILLAGE, MASK_NATIONAL, &end);
}

static bool has_subject(const struct event *e, enum event_subject subject)
{
	for (size_t i = 0; i < e->subject_count; i++) {
		if (e->subjects[i] == subject)
			return true;
	}
	return false;
}

/* Where the staff of election bodies is accused, the head of one may be the accused. */
static bool handles_cases(const struct mask_policy *p, const struct event *e, const char *role)
{
	size_t len = strlen(role), end;
	if (has_subject(e, EVENT_SUBJECT_ELECTION_BODY) ||
	    beginning(p, role, len, MASK_SPEAKER, MASK_SPEAKER, &end) == MASK_NONE)
		return false;
	for (size_t i = 0; i < p->office_count; i++) {
		if (p->offices[i].kind == MASK_BODY && holds(role, len, p->offices[i].form))
			return true;
	}
	return false;
}

bool mask_hides(const struct mask_policy *p, const struct event *e, const struct event_person *who)
{
	if (p->full || e->kind != EVENT_KIND_VIOLATION || handles_cases(p, e, who->role))
		return false;
	return p->from == MASK_NONE || rank_of(p, who->role) < p->from;
}

/* --- texts --- */

struct names {
	const char *names[NAMES_MAX];
	size_t count;
};

static bool is_upper(const struct word *w)
{
	for (size_t i = 0; i < w->len; i++) {
		if (w->ptr[i] < 'A' || w->ptr[i] > 'Z')
			return false;
	}
	return true;
}

/* "AS", "A. S.": printed as initials, which may stay, and which are words too ("DI"). */
static bool is_initials(const char *name)
{
	struct word w;
	for (size_t at = 0, len = strlen(name); next_word(name, len, &at, &w);) {
		if (w.len > 2 || !is_upper(&w))
			return false;
	}
	return true;
}

static void hidden_names(const struct mask_policy *p, const struct event *e, struct names *ret)
{
	ret->count = 0;
	for (size_t i = 0; i < e->person_count && ret->count < NAMES_MAX; i++) {
		if (mask_hides(p, e, &e->people[i]) && !is_initials(e->people[i].name))
			ret->names[ret->count++] = e->people[i].name;
	}
}

static size_t first_character(const struct word *w)
{
	size_t n = 1;
	while (n < w->len && ((unsigned char)w->ptr[n] & 0xC0U) == 0x80)
		n++;
	return n;
}

static bool is_capital(const struct word *w)
{
	return (w->ptr[0] >= 'A' && w->ptr[0] <= 'Z') || (unsigned char)w->ptr[0] >= 0x80;
}

/* Behind the last word of a hidden name of several words that begins at `s`, else 0. */
static size_t whole_name(const struct names *n, const char *s, size_t len)
{
	size_t longest = 0, end;
	for (size_t i = 0; i < n->count; i++) {
		if (word_count(n->names[i]) > 1 && begins_with(s, len, n->names[i], &end) &&
		    end > longest)
			longest = end;
	}
	return longest;
}

static bool is_part_of_a_name(const struct names *n, const struct word *w)
{
	if (!is_capital(w) || w->len < WORD_MIN)
		return false;
	for (size_t i = 0; i < n->count; i++) {
		struct word part;
		size_t at = 0, len = strlen(n->names[i]);
		while (next_word(n->names[i], len, &at, &part)) {
			if (same_word(&part, w))
				return true;
		}
	}
	return false;
}

/* A word as its initial. The point is left out where the text brings one. */
static int put_initial(struct buf *out, const struct word *w, char behind)
{
	char first = w->ptr[0];
	int r;
	if (first >= 'a' && first <= 'z') {
		first = (char)(first - 'a' + 'A');
		r = buf_append(out, &first, 1);
	} else {
		r = buf_append(out, w->ptr, first_character(w));
	}
	return r == NETRAL_OK && behind != '.' ? buf_append(out, ".", 1) : r;
}

/* Bytes from..to, all words in them as initials. */
static int put_initials(struct buf *out, const char *s, size_t from, size_t to, size_t len)
{
	struct word w;
	int r = NETRAL_OK;
	for (size_t at = from; r == NETRAL_OK && next_word(s, to, &at, &w);) {
		size_t begin = (size_t)(w.ptr - s);
		r = buf_append(out, s + from, begin - from);
		if (r == NETRAL_OK)
			r = put_initial(out, &w, at < len ? s[at] : '\0');
		from = at;
	}
	return r == NETRAL_OK ? buf_append(out, s + from, to - from) : r;
}

static int put_masked(struct buf *out, const struct names *n, const char *s, size_t len)
{
	struct word w;
	size_t done = 0;
	int r = NETRAL_OK;
	for (size_t at = 0; r == NETRAL_OK && next_word(s, len, &at, &w);) {
		size_t begin = (size_t)(w.ptr - s);
		size_t whole = whole_name(n, w.ptr, len - begin);
		if (whole == 0 && !is_part_of_a_name(n, &w))
			continue;
		at = whole ? begin + whole : at;
		r = buf_append(out, s + done, begin - done);
		if (r == NETRAL_OK)
			r = put_initials(out, s, begin, at, len);
		done = at;
	}
	return r == NETRAL_OK ? buf_append(out, s + done, len - done) : r;
}

static int mask_string(const struct names *n, struct arena *arena, const char *s, size_t len,
		       struct text *ret)
{
	struct buf out;
	*ret = (struct text){s, len};
	if (n->count == 0 || len == 0)
		return NETRAL_OK;
	buf_init(&out, 0);
	int r = put_masked(&out, n, s, len);
	if (r == NETRAL_OK) {
		ret->ptr = arena_strndup(arena, (const char *)out.data, out.len);
		ret->len = out.len;
	}
	buf_fini(&out);
	return r == NETRAL_OK && ret->ptr ? NETRAL_OK : NETRAL_ENOMEM;
}

int mask_text(const struct mask_policy *p, const struct event *e, struct arena *arena,
	      const struct text *text, struct text *ret_text)
{
	struct names n;
	hidden_names(p, e, &n);
	return mask_string(&n, arena, text->ptr, text->len, ret_text);
}

/* --- events --- */

static int mask_field(const struct names *n, struct arena *arena, const char **field)
{
	struct text masked;
	int r = mask_string(n, arena, *field, strlen(*field), &masked);
	*field = masked.ptr;
	return r;
}

/* A name by itself, however it is written. */
static int mask_name(struct arena *arena, const char **name)
{
	struct buf out;
	size_t len = strlen(*name);
	if (is_initials(*name))
		return NETRAL_OK;
	buf_init(&out, 0);
	int r = put_initials(&out, *name, 0, len, len);
	*name = r == NETRAL_OK ? arena_strndup(arena, (const char *)out.data, out.len) : NULL;
	buf_fini(&out);
	return *name ? NETRAL_OK : NETRAL_ENOMEM;
}

static int mask_people(const struct mask_policy *p, const struct names *n, struct arena *arena,
		       struct event *e)
{
	struct event_person *people = arena_calloc(arena, e->person_count, sizeof(*people));
	if (!people)
		return NETRAL_ENOMEM;
	int r = NETRAL_OK;
	for (size_t i = 0; i < e->person_count && r == NETRAL_OK; i++) {
		people[i] = e->people[i];
		if (mask_hides(p, e, &e->people[i]))
			r = mask_name(arena, &people[i].name);
		if (r == NETRAL_OK)
			r = mask_field(n, arena, &people[i].role);
	}
	e->people = people;
	return r;
}

static int mask_evidence(const struct names *n, struct arena *arena, struct event *e)
{
	struct event_evidence *evidence = arena_calloc(arena, e->evidence_count, sizeof(*evidence));
	if (!evidence)
		return NETRAL_ENOMEM;
	int r = NETRAL_OK;
	for (size_t i = 0; i < e->evidence_count && r == NETRAL_OK; i++) {
		evidence[i] = e->evidence[i];
		r = mask_field(n, arena, &evidence[i].text);
	}
	e->evidence = evidence;
	return r;
}

int mask_event(const struct mask_policy *p, const struct event *e, struct arena *arena,
	       struct event *ret_event)
{
	struct names n;
	hidden_names(p, e, &n);
	*ret_event = *e;
	if (n.count == 0)
		return NETRAL_OK;
	int r = mask_people(p, &n, arena, ret_event);
	if (r == NETRAL_OK && e->evidence_count)
		r = mask_evidence(&n, arena, ret_event);
	return r == NETRAL_OK ? mask_field(&n, arena, &ret_event->sentence) : r;
}
