/* The archive: articles by their record numbers, for classifying them again. The page is bounded by
 * the articles that are looked at, so that a store where little is left to do costs its reader no
 * more than one where all is. */
#include "workers/record/store_internal.h"

enum { PAGE_FULL = 1 };

static bool is_wanted(const struct article_record *a, const struct classifier_version *current)
{
	bool is_there = a->text_size > 0; /* not taken down */
	return is_there && a->revision <= current->revision && !article_record_in_force(a, current);
}

/* Adds the article: 0, PAGE_FULL (it was not added), or an error. */
static int add_article(struct store *s, struct store_archive *page, uint64_t record,
		       const struct article_record *a)
{
	MDB_val text;
	int r = store_get_number(s->reader, s->texts, record, &text);
	if (r < 1)
		return r < 0 ? r : NETRAL_EMALFORMED;
	if (page->count > 0 && page->bytes + text.mv_size > STORE_PAGE_BYTES)
		return PAGE_FULL;
	page->bytes += text.mv_size;
	page->articles[page->count++] =
		(struct archived_article){.id = a->id,
					  .url = a->url,
					  .title = a->title,
					  .published = a->published,
					  .text_zstd = {text.mv_data, text.mv_size},
					  .text_size = a->text_size,
					  .classifier = article_record_version(a)};
	return NETRAL_OK;
}

int store_archive(struct store *s, uint64_t from, const struct classifier_version *current,
		  uint32_t limit, struct store_archive *page)
{
	size_t max = limit && limit < CODEC_RESULTS_MAX ? limit : CODEC_RESULTS_MAX;
	page->count = page->bytes = 0;
	page->through = from - 1;
	page->head = s->settled.record;
	for (int n = 0; n < STORE_ARCHIVE_LOOKS_MAX && page->through < page->head; n++) {
		struct article_record a;
		int r = store_load_article(s, s->reader, page->through + 1, &a);
		if (r == NETRAL_OK && is_wanted(&a, current))
			r = page->count == max ? PAGE_FULL
					       : add_article(s, page, page->through + 1, &a);
		if (r != NETRAL_OK)
			return r == PAGE_FULL ? NETRAL_OK : r;
		page->through++;
	}
	return NETRAL_OK;
}
