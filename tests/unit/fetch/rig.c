#include "rig.h"

#include "lib/error.h"

static int on_signal(void *user, int signo)
{
	(void)signo;
	struct rig *rig = user;
	loop_stop(rig->loop);
	return NETRAL_OK;
}

bool answer_text(struct connection *c, void *user)
{
	return connection_send(c, user, strlen(user)) && !strstr(user, "Connection: close");
}

struct fetch_options rig_options(void)
{
	static const char *const allow[] = {"127.0.0.0/8", "::1"};
	return (struct fetch_options){.contact = "https://netral.invalid/about",
				      .allow = allow,
				      .allow_count = 2,
				      .concurrency = 8,
				      .requests_max = SEEN_MAX};
}

void rig_use(struct rig *rig, const struct fetch_options *options)
{
	char reason[FETCH_REASON_SIZE];
	fetcher_free(rig->fetcher);
	rig->fetcher = NULL;
	int r = fetcher_new(rig->loop, options, reason, &rig->fetcher);
	assert_int_equal(r, NETRAL_OK);
}

int rig_set_up(void **state)
{
	static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngood\n";
	struct rig *rig = calloc(1, sizeof(*rig));
	*state = rig;
	if (!rig || loop_new(on_signal, rig, false, &rig->loop) < 0)
		return -1;
	rig->bad = server_start("127.0.0.1");
	rig->good = server_start("127.0.0.2");
	if (!rig->bad || !rig->good)
		return -1;
	server_on(rig->good, "*", answer_text, (void *)(uintptr_t)good);
	struct fetch_options options = rig_options();
	rig_use(rig, &options);
	rig->limits = fetch_limits_default();
	return 0;
}

int rig_tear_down(void **state)
{
	struct rig *rig = *state;
	fetcher_free(rig->fetcher);
	server_stop(rig->bad);
	server_stop(rig->good);
	loop_free(rig->loop);
	free(rig);
	return 0;
}

#define COPY(to, from) assert_in_range(snprintf(to, sizeof(to), "%s", from), 0, sizeof(to) - 1)

void rig_done(void *user, const struct fetch_result *result)
{
	struct rig *rig = user;
	assert_true(rig->count < SEEN_MAX);
	struct seen *s = &rig->seen[rig->count++];
	s->outcome = result->outcome;
	s->status = result->status;
	s->retry_after_s = result->retry_after_s;
	COPY(s->url, result->url);
	COPY(s->location, result->location);
	COPY(s->content_type, result->content_type);
	COPY(s->charset, result->charset);
	COPY(s->etag, result->etag);
	COPY(s->last_modified, result->last_modified);
	COPY(s->cache_control, result->cache_control);
	COPY(s->reason, result->reason);
	s->body_len = result->body->len;
	snprintf(s->body, sizeof(s->body), "%.*s", (int)s->body_len, (char *)result->body->data);
	assert_true(s->reason[0]);
	if (rig->victim)
		fetcher_cancel(rig->fetcher, rig->victim);
	rig->victim = NULL;
	if (rig->count >= rig->wanted)
		loop_stop(rig->loop);
}

struct fetch *rig_request(struct rig *rig, struct fetch_request request)
{
	struct fetch *fetch = NULL;
	request.user = rig;
	assert_int_equal(fetcher_get(rig->fetcher, &request, rig_done, &fetch), NETRAL_OK);
	return fetch;
}

struct fetch *rig_get(struct rig *rig, const char *url)
{
	return rig_request(rig, (struct fetch_request){.url = url, .limits = rig->limits});
}

void rig_run(struct rig *rig, size_t wanted)
{
	rig->wanted = wanted;
	if (rig->count < wanted)
		assert_int_equal(loop_run(rig->loop), NETRAL_OK);
	assert_int_equal(rig->count, wanted);
}

const struct seen *rig_one(struct rig *rig, const char *url)
{
	const char *good = server_url(rig->good, "/good");
	const struct seen *seen = NULL;
	rig->count = 0;
	rig_get(rig, url);
	rig_request(rig, (struct fetch_request){.url = good, .limits = fetch_limits_default()});
	rig_run(rig, 2);
	for (size_t i = 0; i < 2; i++) {
		if (strcmp(rig->seen[i].url, good) != 0) {
			seen = &rig->seen[i];
			continue;
		}
		assert_int_equal(rig->seen[i].outcome, FETCH_OK);
		assert_string_equal(rig->seen[i].body, "good\n");
	}
	assert_non_null(seen);
	return seen;
}

const struct seen *rig_path(struct rig *rig, const char *path, server_fn *fn, void *user)
{
	server_on(rig->bad, path, fn, user);
	return rig_one(rig, server_url(rig->bad, path));
}

void rig_expect(const struct seen *seen, enum fetch_outcome outcome, const char *reason)
{
	if (seen->outcome != outcome || !strstr(seen->reason, reason))
		fail_msg("%s: got %s, \"%s\"; expected %s, \"...%s...\"", seen->url,
			 fetch_outcome_word(seen->outcome), seen->reason,
			 fetch_outcome_word(outcome), reason);
}
