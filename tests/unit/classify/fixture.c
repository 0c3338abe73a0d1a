#include "tests/unit/classify/fixture.h"

#include "workers/classify/classify.h"

#include <string.h>

static struct {
	struct classifier *c;
	struct arena work, out;
	struct article article;
	struct doc doc;
} f;

int fixture_up(void **state)
{
	(void)state;
	char error[512];
	if (classifier_new(TESTS_DATA_DIR, &f.c, error, sizeof(error)) < 0) {
		print_error("%s\n", error);
		return -1;
	}
	arena_init(&f.work, 64 << 20);
	arena_init(&f.out, 64 << 20);
	return 0;
}

int fixture_down(void **state)
{
	(void)state;
	arena_fini(&f.work);
	arena_fini(&f.out);
	classifier_free(f.c);
	memset(&f, 0, sizeof(f));
	return 0;
}

static struct text text_of(const char *s)
{
	return (struct text){s ? s : "", s ? strlen(s) : 0};
}

struct doc *fixture_read(const char *title, const char *published, const char *text)
{
	char reason[ARTICLE_REASON_SIZE];
	arena_reset(&f.work);
	arena_reset(&f.out);
	f.article = (struct article){
		.title = text_of(title), .published = text_of(published), .text = text_of(text)};
	assert_int_equal(article_check(&f.article, reason), 0);
	struct doc *d = &f.doc;
	*d = (struct doc){.c = f.c, .a = &f.article, .arena = &f.work, .out = &f.out};
	assert_int_equal(plain_make(d->a, d->arena, &d->plain), 0);
	assert_int_equal(matcher_scan(f.c->all, d->plain.s, d->plain.len, d->arena, &d->hits), 0);
	assert_int_equal(text_split(&d->plain, d->arena, &d->sentences), 0);
	assert_int_equal(
		text_assign_hits(&d->plain, &f.c->phrases, &d->hits, d->arena, &d->sentences), 0);
	assert_int_equal(place_read(d), 0);
	assert_int_equal(date_read(d), 0);
	return d;
}

const struct sentence *fixture_sentence(uint32_t i)
{
	assert_true(i < f.doc.sentences.count);
	return &f.doc.sentences.list[i];
}

const char *fixture_area(const struct doc *d, int mention)
{
	return mention < 0 ? "" : d->c->gazetteer.areas[d->places.list[mention].area].code;
}

const char *fixture_date(const struct doc *d, int mention)
{
	struct event_date date = {"", EVENT_PRECISION_NONE};
	if (mention >= 0)
		assert_int_equal(date_format(&d->dates.list[mention], d->out, &date), 0);
	return date.value;
}
