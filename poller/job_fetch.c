/* What a visit's end means for its job. */
#include "poller/job.h"

#include <stdio.h>
#include <string.h>

static void on_page(void *user, const struct visit_result *result);

int job_visit_page(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	const struct visit_request r = {.url = *url,
					.accept = "text/html, application/xhtml+xml;q=0.9, "
						  "*/*;q=0.5",
					.body_max = c->config->page_max_bytes,
					.user = j};
	j->state = JOB_VISITING;
	return visit_start(c->visitor, &r, on_page, &j->visit);
}

static void take_body(struct job *j, const struct visit_result *result)
{
	j->body = *result->fetch->body;
	*result->fetch->body = (struct buf){0};
	j->work->counts.bodies_bytes += j->body.cap;
	snprintf(j->charset, sizeof(j->charset), "%s", result->fetch->charset);
	j->body_url = strdup(result->url);
	if (j->body_url)
		job_wait_to_be_read(j, BODY_PAGE);
	else
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
}

/* 429 and 503: the host asks for a rest, whoever comes. */
static void rest_host(struct job *j, const struct text *url, const struct fetch_result *f)
{
	struct context *c = j->work->c;
	if (f->retry_after_s > 0)
		backlog_hold(c->backlog, url, (uint64_t)f->retry_after_s * 1000);
	else
		backlog_trouble(c->backlog, url);
	job_wait_for_host(j, url);
}

static void host_in_trouble(struct job *j, const struct text *url)
{
	backlog_trouble(j->work->c->backlog, url);
	job_wait_for_host(j, url);
}

static void on_fetched(struct job *j, const struct visit_result *result, const struct text *url)
{
	const struct fetch_result *f = result->fetch;
	switch (f->outcome) {
	case FETCH_OK:
		backlog_well(j->work->c->backlog, url);
		take_body(j, result);
		return;
	case FETCH_LATER:
		rest_host(j, url, f);
		return;
	case FETCH_STATUS:
		if (f->status >= 500)
			host_in_trouble(j, url);
		else
			job_fail_try(j, GIVEN_UP_STATUS);
		return;
	case FETCH_DNS:
	case FETCH_CONNECT:
	case FETCH_TLS:
	case FETCH_TIMEOUT:
	case FETCH_SLOW:
		host_in_trouble(j, url);
		return;
	case FETCH_BAD_URL:
	case FETCH_REFUSED:
		job_give_up(j, GIVEN_UP_ADDRESS);
		return;
	case FETCH_LOCAL:
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
		return;
	default:
		job_fail_try(j, GIVEN_UP_BROKEN);
	}
}

/* A page that goes on from one that was read: without it, what there is. */
static void on_next_page(struct job *j, const struct visit_result *result)
{
	bool answered = result->outcome == VISIT_ANSWERED && result->fetch->outcome == FETCH_OK;
	if (answered)
		take_body(j, result);
	else if (j->record.tries + 1 >= JOB_TRIES_MAX || result->outcome == VISIT_FORBIDDEN)
		job_submit(j);
	else
		job_fail_try(j, GIVEN_UP_BROKEN);
}

static void on_page(void *user, const struct visit_result *result)
{
	struct job *j = user;
	const struct text url = {result->url, strlen(result->url)};
	j->visit = NULL;
	snprintf(j->error, sizeof(j->error), "%s", result->reason);
	context_rest(j->work->c, result);
	backlog_release(j->work->c->backlog, j->item);
	if (!j->item->watch) {
		job_give_up_now(j, GIVEN_UP_GONE);
		return;
	}
	if (j->joined.pages > 0) {
		on_next_page(j, result);
		return;
	}
	switch (result->outcome) {
	case VISIT_ANSWERED:
		on_fetched(j, result, &url);
		return;
	case VISIT_FORBIDDEN:
		job_give_up(j, GIVEN_UP_ROBOTS);
		return;
	case VISIT_SILENT:
		host_in_trouble(j, &url);
		return;
	case VISIT_BARRED:
		job_give_up(j, GIVEN_UP_ADDRESS);
		return;
	case VISIT_LOST:
		job_fail_try(j, GIVEN_UP_BROKEN);
		return;
	default:
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
	}
}
