/* lib/extract reads the page, and what an article has room for is taken over. */
#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/extract/extract.h"

static struct text told_or(const struct text *told, const struct text *read)
{
	return told->len > 0 ? *told : *read;
}

static const char *string_or_null(const struct text *t)
{
	return t->len > 0 ? t->ptr : NULL;
}

int reader_html(const char *data, size_t len, const struct reader_meta *meta, struct arena *arena,
		struct article *ret_article, char reason[static READER_REASON_SIZE])
{
	static const struct reader_meta nothing = {.source = {"", 0}};
	const struct reader_meta *m = meta ? meta : &nothing;
	const struct extract_hints hints = {.url = string_or_null(&m->url),
					    .charset = string_or_null(&m->charset)};
	struct extracted e;
	int r = extract_page(data, len, &hints, arena, &e, reason);
	if (r < 0)
		return r;
	*ret_article = (struct article){
		.url = told_or(&m->url, &e.field[EXTRACT_PAGE_URL]),
		.title = told_or(&m->title, &e.field[EXTRACT_TITLE]),
		.text = e.field[EXTRACT_TEXT],
		.published = told_or(&m->published, &e.field[EXTRACT_PUBLISHED]),
		.source = m->source.len > 0 ? m->source : (struct text){"", 0},
	};
	return NETRAL_OK;
}
