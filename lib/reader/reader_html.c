/* An .html file is a page whose address nobody told: lib/extract reads it, and what an article has
 * room for is taken over. */
#include "lib/reader/reader.h"

#include "lib/error.h"
#include "lib/extract/extract.h"

int reader_html(const char *data, size_t len, struct arena *arena, struct article *ret_article,
		char reason[static READER_REASON_SIZE])
{
	struct extracted e;
	int r = extract_page(data, len, NULL, arena, &e, reason);
	if (r < 0)
		return r;
	*ret_article = (struct article){.url = e.field[EXTRACT_PAGE_URL],
					.title = e.field[EXTRACT_TITLE],
					.text = e.field[EXTRACT_TEXT],
					.published = e.field[EXTRACT_PUBLISHED],
					.source = {"", 0}};
	return NETRAL_OK;
}
