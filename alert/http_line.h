/* http_line.h - deliveries by POST, for the channels that are spoken to over HTTP. */
#ifndef NETRAL_ALERT_HTTP_LINE_H
#define NETRAL_ALERT_HTTP_LINE_H

#include "alert/channel.h"
#include "lib/fetch/fetch.h"

struct http_line {
	struct line line;
	struct fetch *fetch;
	bool bad_is_final; /* an answer of 400 is a refusal of the message */
};

/* POST of the item's body to the receiver's URL, with header fields; as start() of a channel. 2xx
 * is taken, 410 says that the receiver wants no more. */
int http_line_post(struct http_line *h, const struct outbox_item *item,
		   const struct fetch_field *fields, size_t count);
/* end() of a channel. */
void http_line_end(struct line *l);

#endif
