#include "lib/fetch/fetch_internal.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/fetch/url.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static int on_turn(void *user)
{
	fetcher_pump(user);
	return NETRAL_OK;
}

/* Creation. */

static int invalid(char *reason, const char *what)
{
	snprintf(reason, FETCH_REASON_SIZE, "fetcher: %s", what);
	return NETRAL_EINVALID;
}

static int check_options(const struct fetch_options *o, char *reason)
{
	if (!field_is_value(o->contact, FETCH_FIELD_MAX))
		return invalid(reason, "no contact, or not one for a header");
	if (o->concurrency == 0 || o->concurrency > FETCH_CONCURRENCY_MAX)
		return invalid(reason, "concurrency out of bounds");
	if (o->requests_max == 0 || o->requests_max > FETCH_REQUESTS_MAX)
		return invalid(reason, "requests_max out of bounds");
	if (o->allow_count > FETCH_ALLOW_MAX)
		return invalid(reason, "too many allowed address ranges");
	return NETRAL_OK;
}

static int copy_allow(struct fetcher *f, const struct fetch_options *o, char *reason)
{
	for (size_t i = 0; i < o->allow_count; i++) {
		if (cidr_parse(o->allow[i], &f->allow[i]))
			continue;
		snprintf(reason, FETCH_REASON_SIZE, "fetcher: \"%.60s\" is no address range",
			 o->allow[i]);
		return NETRAL_EINVALID;
	}
	f->allow_count = o->allow_count;
	return NETRAL_OK;
}

static int copy_strings(struct fetcher *f, const struct fetch_options *o)
{
	if (asprintf(&f->user_agent, "netral/%s (+%s)", NETRAL_VERSION, o->contact) < 0) {
		f->user_agent = NULL;
		return NETRAL_ENOMEM;
	}
	f->ca_file = o->ca_file ? strdup(o->ca_file) : NULL;
	return o->ca_file && !f->ca_file ? NETRAL_ENOMEM : NETRAL_OK;
}

static int set_up(struct fetcher *f, const struct fetch_options *o, char *reason)
{
	f->concurrency = o->concurrency;
	f->requests_max = o->requests_max;
	f->bodies_max = o->bodies_max ? o->bodies_max : SIZE_MAX;
	int r = copy_allow(f, o, reason);
	if (r < 0)
		return r;
	r = copy_strings(f, o);
	if (r == NETRAL_OK)
		r = multi_open(f);
	if (r < 0) {
		snprintf(reason, FETCH_REASON_SIZE, "fetcher: %s", netral_strerror(r));
		return r;
	}
	f->turn_timer = loop_timer_add(f->loop, on_turn, f);
	return NETRAL_OK;
}

int fetcher_new(struct loop *loop, const struct fetch_options *options,
		char reason[static FETCH_REASON_SIZE], struct fetcher **ret_fetcher)
{
	int r = check_options(options, reason);
	if (r < 0)
		return r;
	struct fetcher *f = fault_calloc(1, sizeof(*f));
	if (!f || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(f);
		snprintf(reason, FETCH_REASON_SIZE, "fetcher: out of memory");
		return NETRAL_ENOMEM;
	}
	f->loop = loop;
	f->epoll_fd = -1;
	queue_init(&f->queue, options->host_delay_ms, FETCH_RESTING_MAX);
	TAILQ_INIT(&f->all);
	TAILQ_INIT(&f->finished);
	r = set_up(f, options, reason);
	if (r < 0)
		fetcher_free(f);
	else
		*ret_fetcher = f;
	return r;
}

/* Leaving the multi handle and, for good, the lists. */

static void leave_host(struct fetcher *f, struct fetch *fetch)
{
	if (fetch->entry.host && fetch->entry.started) {
		curl_multi_remove_handle(f->multi, fetch->transfer->easy);
		f->counters.active--;
	}
	queue_remove(&f->queue, &fetch->entry, loop_now_ms(f->loop));
}

static void drop(struct fetcher *f, struct fetch *fetch)
{
	leave_host(f, fetch);
	if (fetch->finished) {
		TAILQ_REMOVE(&f->finished, fetch, finished_link);
		f->finished_count--;
	}
	TAILQ_REMOVE(&f->all, fetch, link);
	f->counters.requests--;
	fetch_free(fetch);
}

void fetcher_free(struct fetcher *f)
{
	if (!f)
		return;
	struct fetch *fetch;
	while ((fetch = TAILQ_FIRST(&f->all)))
		drop(f, fetch);
	multi_close(f);
	if (f->multi)
		loop_timer_remove(f->loop, f->turn_timer);
	queue_fini(&f->queue);
	free(f->user_agent);
	free(f->ca_file);
	free(f);
	curl_global_cleanup();
}

void fetcher_freep(struct fetcher **f)
{
	fetcher_free(*f);
}

void fetcher_cancel(struct fetcher *f, struct fetch *fetch)
{
	drop(f, fetch);
	f->counters.cancelled++;
	loop_timer_set(f->loop, f->turn_timer, 0); /* its place is free */
}

/* The way of a request: waiting, under way, perhaps waiting again, finished, told. */

static void finish(struct fetcher *f, struct fetch *fetch)
{
	fetch->finished = true;
	TAILQ_INSERT_TAIL(&f->finished, fetch, finished_link);
	f->finished_count++;
	f->counters.outcomes[fetch->outcome]++;
}

static void wait_for_host(struct fetcher *f, struct fetch *fetch, const char *host)
{
	if (queue_push(&f->queue, &fetch->entry, host, fetch->hops > 0) == NETRAL_OK)
		return;
	fetch_say(fetch, FETCH_LOCAL, "out of memory");
	finish(f, fetch);
}

static bool limits_ok(const struct fetch_limits *l)
{
	return l->connect_ms > 0 && l->connect_ms <= INT_MAX && l->whole_ms > 0 &&
	       l->whole_ms <= INT_MAX && l->slow_bytes > 0 && l->slow_s > 0 &&
	       l->slow_s <= INT_MAX && l->body_max > 0 && l->redirects <= FETCH_REDIRECTS_MAX;
}

/* What is wrong with the URL is an outcome: it may come from a feed. */
static int begin(struct fetcher *f, struct fetch *fetch, const struct fetch_request *request)
{
	netral_cleanup(target_fini) struct target target = {0};
	char why[FETCH_REASON_SIZE];
	int r = target_parse(NULL, request->url, &target, why);
	if (r == NETRAL_EINVALID) {
		fetch_say(fetch, FETCH_BAD_URL, "%s", why);
		finish(f, fetch);
		return NETRAL_OK;
	}
	if (r == NETRAL_OK)
		r = fetch_add_url(fetch, target.url);
	bool has_lane = request->lane && request->lane[0];
	const char *turn = has_lane ? request->lane : target.host;
	return r == NETRAL_OK ? queue_push(&f->queue, &fetch->entry, turn, false) : r;
}

int fetcher_get(struct fetcher *f, const struct fetch_request *request, fetch_done_fn *done,
		struct fetch **ret_fetch)
{
	if (!limits_ok(&request->limits) || request->field_count > FETCH_FIELDS_MAX ||
	    (request->body && request->limits.redirects > 0))
		return NETRAL_EINVALID;
	if (f->counters.requests >= f->requests_max) {
		f->counters.full++;
		return NETRAL_EFULL;
	}
	struct fetch *fetch = NULL;
	int r = fetch_new(request, done, &fetch);
	if (r < 0)
		return r;
	r = begin(f, fetch, request);
	if (r < 0) {
		fetch_free(fetch);
		return r;
	}
	TAILQ_INSERT_TAIL(&f->all, fetch, link);
	f->counters.requests++;
	loop_timer_set(f->loop, f->turn_timer, 0);
	if (ret_fetch)
		*ret_fetch = fetch;
	return NETRAL_OK;
}

static void start(struct fetcher *f, struct fetch *fetch)
{
	f->counters.active++;
	if (transfer_new(f, fetch, &fetch->transfer) == NETRAL_OK) {
		curl_easy_setopt(fetch->transfer->easy, CURLOPT_PRIVATE, fetch);
		if (curl_multi_add_handle(f->multi, fetch->transfer->easy) == CURLM_OK)
			return;
	}
	f->counters.active--;
	queue_remove(&f->queue, &fetch->entry, loop_now_ms(f->loop));
	fetch_say(fetch, FETCH_LOCAL, "out of memory");
	finish(f, fetch);
}

static void start_all(struct fetcher *f)
{
	struct queue_entry *e;
	while (f->counters.active < f->concurrency &&
	       (e = queue_start(&f->queue, loop_now_ms(f->loop)))) {
		_Static_assert(offsetof(struct fetch, entry) == 0, "an entry is its fetch");
		start(f, (struct fetch *)(void *)e);
	}
}

static void hop_ended(struct fetcher *f, struct fetch *fetch, CURLcode code)
{
	netral_cleanup(netral_freep) char *host = NULL;
	verdict(fetch, code);
	f->counters.bytes += fetch->transfer->body.len;
	leave_host(f, fetch);
	if (redirect_follow(fetch, &host)) {
		f->counters.redirects++;
		transfer_free(netral_take(fetch->transfer)); /* not kept while it waits */
		wait_for_host(f, fetch, host);
	} else {
		finish(f, fetch);
	}
}

static void reap(struct fetcher *f)
{
	int left;
	CURLMsg *m;
	while ((m = curl_multi_info_read(f->multi, &left))) {
		struct fetch *fetch = NULL;
		if (m->msg != CURLMSG_DONE)
			continue;
		CURLcode code = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&fetch);
		hop_ended(f, fetch, code);
	}
}

/* As many as there are now: a callback may add one that is finished at once. */
static void tell_all(struct fetcher *f)
{
	struct fetch *fetch;
	for (uint32_t n = f->finished_count; n > 0; n--) {
		fetch = TAILQ_FIRST(&f->finished);
		if (!fetch)
			return;
		TAILQ_REMOVE(&f->finished, fetch, finished_link);
		f->finished_count--;
		TAILQ_REMOVE(&f->all, fetch, link);
		f->counters.requests--;
		fetch_tell(fetch);
		fetch_free(fetch);
	}
}

void fetcher_pump(struct fetcher *f)
{
	reap(f);
	tell_all(f);
	start_all(f);
	uint64_t wait_ms = UINT64_MAX;
	if (f->finished_count > 0)
		wait_ms = 0;
	else if (f->counters.active < f->concurrency)
		wait_ms = queue_wait_ms(&f->queue, loop_now_ms(f->loop));
	loop_timer_set(f->loop, f->turn_timer, wait_ms);
}

const struct fetch_counters *fetcher_counters(struct fetcher *f)
{
	f->counters.resting = f->queue.idle;
	return &f->counters;
}
