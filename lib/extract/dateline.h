/* dateline.h - the date of publication that a reader of the page sees. Any thread. */
#ifndef NETRAL_LIB_EXTRACT_DATELINE_H
#define NETRAL_LIB_EXTRACT_DATELINE_H

#include "lib/extract/block.h"
#include "lib/extract/date.h"

struct dateline {
	struct date date;
	bool sure; /* it stands where outlets print it; else an address that tells a day is better
		    */
};

/* Looks around the headline, which is the heading that says what `title` does. A line that says
 * that the article was changed counts only where no other has a date. False: there is none. */
bool dateline_find(const struct page *p, const struct blocks *b, const struct text *title,
		   struct dateline *ret);

#endif
