#include "alert/channel.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/fetch/fetch.h"
#include "lib/smtp/smtp.h"

#include <string.h>
#include <sys/eventfd.h>

static const struct channel *const channels[] = {&channel_webhook, &channel_mail, &channel_program,
						 &channel_alertmanager, &channel_nats};

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

static int open_smtp(struct channels *c)
{
	const struct alert_config *config = c->config;
	const char *allow[FETCH_ALLOW_MAX];
	struct cidr ranges[FETCH_ALLOW_MAX];
	struct smtp_options o = {.ca_file = config->ca_file[0] ? config->ca_file : NULL,
				 .allow = ranges,
				 .sessions_max = (uint32_t)config->concurrency};
	netral_cleanup(netral_freep) char *copy = strdup(config->allow_addresses);
	if (!copy)
		return NETRAL_ENOMEM;
	size_t count = alert_config_allow(copy, allow);
	for (size_t i = 0; i < count; i++)
		o.allow_count += cidr_parse(allow[i], &ranges[o.allow_count]);
	int r = smtp_new(c->loop, &o, &c->smtp);
	if (r < 0)
		log_error("sender: cannot send mail, error=\"%s\"", netral_strerror(r));
	return r;
}

static int on_wake(void *user)
{
	struct channels *c = user;
	eventfd_t count;
	(void)!eventfd_read(c->wake_fd, &count); /* the end of the turn steps */
	return NETRAL_OK;
}

int channels_open(struct channels *c, struct loop *loop, const struct alert_config *config)
{
	*c = (struct channels){.loop = loop, .config = config, .wake_fd = -1};
	int r = open_fetcher(c);
	if (r == NETRAL_OK)
		r = open_smtp(c);
	if (r < 0) {
		channels_close(c);
		return r;
	}
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->wake_fd < 0) {
		channels_close(c);
		return NETRAL_EIO;
	}
	c->wake_slot = loop_add(loop, NULL, c->wake_fd, on_wake, c);
	return NETRAL_OK;
}

void channels_close(struct channels *c)
{
	if (!c->loop)
		return;
	smtp_free(netral_take(c->smtp));
	fetcher_free(netral_take(c->fetcher));
	if (c->wake_fd < 0)
		return;
	loop_remove(c->loop, c->wake_slot);
	close(c->wake_fd);
	c->wake_fd = -1;
}
