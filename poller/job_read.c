/* From a body to the article, and to netrald. */
#include "poller/job.h"

#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <stdio.h>
#include <string.h>

/* --- articles --- */

/* Whether the page is known by `url`, or at netrald now; it will be known when this one ends. */
static bool meets_known_page(struct job *j, const struct text *url)
{
	struct context *c = j->work->c;
	uint64_t key = key_of_page(state_secret(c->state), url);
	struct backlog_item *i = j->item;
	for (size_t k = 0; k < i->page_count; k++) {
		if (i->pages[k] == key)
			return false;
	}
	if (state_is_known(c->state, key))
		return true;
	for (const struct job *other = TAILQ_FIRST(&j->work->jobs); other;
	     other = TAILQ_NEXT(other, link)) {
		for (size_t k = 0; other != j && k < other->item->page_count; k++) {
			if (other->state == JOB_SUBMITTED && other->item->pages[k] == key)
				return true;
		}
	}
	if (i->page_count < BACKLOG_PAGES)
		i->pages[i->page_count++] = key;
	return false;
}

static void submit_text(struct job *j, const struct text *text)
{
	struct context *c = j->work->c;
	const struct joined *p = &j->joined;
	const struct source *source = j->item->watch->source;
	const struct article a = {.url = p->url.len ? p->url : j->record.url,
				  .title = p->title.len ? p->title : j->record.title,
				  .text = *text,
				  .published =
					  p->published.len ? p->published : j->record.published,
				  .source = source->name};
	crash_point("poll-before-submit");
	if (delivery_add(c->delivery, &a, j) < 0) {
		job_put_back(j, JOB_LOCAL_AGAIN_MS);
		return;
	}
	j->state = JOB_SUBMITTED;
	j->work->to_submit--;
	/* Only the ends of its record are needed from now on. */
	joined_fini(&j->joined);
	arena_fini(&j->arena);
	j->record = (struct pending_record){.url = {"", 0}};
}

void job_submit(struct job *j)
{
	struct text text = {(const char *)j->joined.text.data, j->joined.text.len};
	j->work->c->counters.pages_joined += j->joined.pages - 1;
	submit_text(j, &text);
}

void work_delivered(void *owner, const struct submit_status *status)
{
	struct job *j = owner;
	struct watch *watch = j->item->watch;
	bool is_article = status->outcome != SUBMIT_REFUSED;
	crash_point("poll-after-answer");
	if (watch && is_article) {
		watch->totals.articles++;
		watch->totals.last_article_ms = wall_ms();
	} else if (watch) {
		log_warning("work: netrald refused an article, source=\"%s\" reason=\"%s\"",
			    watch->source->name.ptr, status->reason);
	}
	job_end(j, is_article);
}

/* --- reading --- */

static void read_page(struct job *j)
{
	struct context *c = j->work->c;
	char reason[EXTRACT_REASON_SIZE] = "out of memory";
	struct text url = {j->body_url, strlen(j->body_url)};
	bool first = j->joined.pages == 0;
	int r = joined_page(&j->joined, (const char *)j->body.data, j->body.len, j->body_url,
			    j->charset, &c->read, reason);
	if (r < 0)
		snprintf(j->error, sizeof(j->error), "%s", reason);
	bool known = first && r == NETRAL_OK &&
		     (meets_known_page(j, &j->record.url) || meets_known_page(j, &url) ||
		      meets_known_page(j, &j->joined.url));
	job_drop_body(j);
	crash_point("poll-page-read");
	if (known)
		job_end_as_known(j);
	else if (r < 0 && first && j->record.has_text)
		job_give_up(j, GIVEN_UP_UNREADABLE);
	else if (r < 0 && first)
		job_fail_try(j, GIVEN_UP_UNREADABLE);
	else if (r < 0 || !j->joined.next.len || job_visit_page(j, &j->joined.next) < 0)
		job_submit(j);
}

/* The feed's text; false when there is nothing in it. */
static bool read_feed_text(struct job *j, struct text *ret_text)
{
	struct context *c = j->work->c;
	struct text raw;
	arena_reset(&c->read);
	return state_pending_text(c->state, j->item->number, &c->read, &raw) == 1 &&
	       feed_text(&raw, j->record.is_html, &c->read, ret_text) == NETRAL_OK;
}

static void visit_or_wait(struct job *j)
{
	struct context *c = j->work->c;
	/* Now it is of a host, and has to wait for its turn there. */
	j->record.is_content = false;
	state_put_pending(c->state, j->item->number, &j->record);
	job_put_back(j, 0);
}

static void read_content(struct job *j)
{
	struct text text;
	bool is_full = read_feed_text(j, &text) && feed_text_is_full(&text);
	if (is_full) {
		j->work->c->counters.feed_texts++;
		submit_text(j, &text);
	} else if (j->record.url.len) {
		visit_or_wait(j);
	} else {
		job_give_up_now(j, GIVEN_UP_UNREADABLE);
	}
}

static void read_last(struct job *j)
{
	struct text text;
	if (!read_feed_text(j, &text)) {
		job_give_up_now(j, j->why);
		return;
	}
	j->work->c->counters.feed_texts++;
	submit_text(j, &text);
}

void job_read_body(struct job *j)
{
	struct context *c = j->work->c;
	state_put_reading(c->state, j->item->number, (struct state_reading){0, false});
	if (!j->item->watch) {
		job_give_up_now(j, GIVEN_UP_GONE);
		return;
	}
	crash_point("poll-reading");
	if (j->body_kind == BODY_PAGE)
		read_page(j);
	else if (j->body_kind == BODY_CONTENT)
		read_content(j);
	else
		read_last(j);
}
