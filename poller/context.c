#include "poller/context.h"

#include <string.h>

void context_save(struct context *c, const struct watch *w)
{
	struct source_record r = {
		.name = "", .etag = "", .last_modified = "", .answer_url = "", .error = ""};
	arena_reset(&c->read);
	(void)state_source(c->state, &w->key, &c->read, &r);
	r.schedule = w->schedule;
	r.totals = w->totals;
	r.list_days = w->list_days;
	r.list_day = w->list_day;
	r.name = w->source->name.ptr;
	state_put_source(c->state, &w->key, &r);
}

void context_rest(struct context *c, const struct visit_result *v)
{
	const struct text url = {v->url, strlen(v->url)};
	uint64_t usual = c->config->host_delay_ms;
	if (v->outcome == VISIT_ANSWERED)
		backlog_rest(c->backlog, &url, v->rest_ms > usual ? v->rest_ms : usual);
}
