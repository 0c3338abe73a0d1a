#include "alert/channel.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/fetch/fetch.h"

#include <string.h>

static const struct channel *const channels[] = {&channel_webhook, &channel_program,
						 &channel_alertmanager};

const struct channel *channel_find(const char *kind)
{
	for (size_t i = 0; i < netral_countof(channels); i++) {
		if (strcmp(channels[i]->kind, kind) == 0)
			return channels[i];
	}
	return NULL;
}

/* --- lines --- */

struct line *line_new(struct channels *c, const struct receiver *receiver, line_done_fn *done,
		      void *user)
{
	struct line *l = fault_calloc(1, receiver->channel->line_size);
	if (l)
		*l = (struct line){c, receiver, done, user};
	return l;
}

void line_free(struct line *l)
{
	if (!l)
		return;
	l->receiver->channel->end(l);
	free(l);
}

void line_end(struct line *l, enum delivery_result result, int64_t retry_after_s,
	      const char *reason)
{
	const struct delivery_outcome outcome = {result, retry_after_s, reason};
	l->done(l->user, &outcome);
	loop_again(l->channels->loop);
}

/* --- what they share --- */

static int open_fetcher(struct channels *c)
{
	const struct alert_config *config = c->config;
	const char *allow[FETCH_ALLOW_MAX];
	char reason[FETCH_REASON_SIZE];
	netral_cleanup(netral_freep) char *ranges = strdup(config->allow_addresses);
	if (!ranges)
		return NETRAL_ENOMEM;
	const struct fetch_options o = {.contact = config->contact,
					.ca_file = config->ca_file[0] ? config->ca_file : NULL,
					.allow = allow,
					.allow_count = alert_config_allow(ranges, allow),
					.concurrency = (uint32_t)config->concurrency,
					.requests_max = RECEIVERS_MAX};
	int r = fetcher_new(c->loop, &o, reason, &c->fetcher);
	if (r < 0)
		log_error("sender: cannot send, error=\"%s\"", reason);
	return r;
}

int channels_open(struct channels *c, struct loop *loop, const struct alert_config *config)
{
	*c = (struct channels){.loop = loop, .config = config};
	return open_fetcher(c);
}

void channels_close(struct channels *c)
{
	fetcher_free(c->fetcher);
	c->fetcher = NULL;
}
