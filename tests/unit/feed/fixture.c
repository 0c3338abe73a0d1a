#include "tests/unit/feed/fixture.h"

#include "lib/error.h"

struct arena arena;
char reason[FEED_REASON_SIZE];

static const struct text base = {"https://outlet.example/rss/terkini.xml", 38};

int set_up(void **state)
{
	(void)state;
	arena_init(&arena, FEED_ARENA_MAX);
	reason[0] = '\0';
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	arena_fini(&arena);
	return 0;
}

struct feed read_bytes(const char *data, size_t len, const char *charset)
{
	struct feed feed;
	struct text stated = {charset, strlen(charset)};
	int r = feed_read(data, len, &stated, &base, &arena, &feed, reason);
	assert_string_equal(reason, "");
	assert_int_equal(r, NETRAL_OK);
	return feed;
}

struct feed read_feed(const char *text)
{
	return read_bytes(text, strlen(text), "");
}

void refused(const char *text, const char *sentence)
{
	struct feed feed;
	struct text stated = {"", 0};
	int r = feed_read(text, strlen(text), &stated, &base, &arena, &feed, reason);
	assert_string_equal(reason, sentence);
	assert_int_equal(r, NETRAL_EMALFORMED);
}

void assert_text(const struct text *t, const char *expected)
{
	assert_string_equal(t->ptr, expected);
	assert_int_equal(t->len, strlen(expected));
}
