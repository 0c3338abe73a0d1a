/* Two documents are fetched one behind the other: the source, then the first article it names. Each
 * is preceded by the robots.txt of its host, unless that is known from the one before. */
#include "client/probe.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fetch/fetch.h"
#include "lib/robots/robots.h"
#include "lib/web/url.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONCURRENCY = 1, REQUESTS_MAX = 2, HOST_DELAY_MS = 1000 };

static const char agent[] = "netral";

typedef void probe_document_fn(struct probe *p, const struct fetch_result *result);

struct probe {
	const struct probe_options *o;
	struct loop *loop;
	struct fetcher *fetcher;
	struct arena arena;
	struct robots *robots;
	struct text host;   /* scheme and authority of the rules in `robots` */
	struct text wanted; /* the document that is under way */
	probe_document_fn *on_wanted;
	struct probe_report report;
	int error;
	char reason[PROBE_REASON_SIZE];
};

static void end(struct probe *p, int error)
{
	p->error = error;
	loop_stop(p->loop);
}

/* Why a document cannot be had. For the source that is the end; for its article only a remark. */
static void give_up(struct probe *p, int error)
{
	if (p->report.kind == PROBE_NOTHING) {
		end(p, error);
		return;
	}
	snprintf(p->report.article_reason, sizeof(p->report.article_reason), "%s", p->reason);
	end(p, NETRAL_OK);
}

static void give_up_for(struct probe *p, const struct fetch_result *result)
{
	snprintf(p->reason, sizeof(p->reason), "%.*s: %s", (int)p->wanted.len, p->wanted.ptr,
		 result->reason);
	give_up(p, NETRAL_EIO);
}

/* --- fetching, as the site allows it --- */

static int get(struct probe *p, const char *url, const char *accept, fetch_done_fn *done)
{
	struct fetch_request r = {
		.url = url, .accept = accept, .limits = fetch_limits_default(), .user = p};
	return fetcher_get(p->fetcher, &r, done, NULL);
}

static void on_document(void *user, const struct fetch_result *result)
{
	struct probe *p = user;
	p->on_wanted(p, result);
}

static void get_wanted(struct probe *p)
{
	struct text host = url_origin(&p->wanted);
	const char *path = p->wanted.ptr + host.len;
	if (p->robots && !robots_allows(p->robots, path, p->wanted.len - host.len)) {
		snprintf(p->reason, sizeof(p->reason),
			 "%.*s: the site's robots.txt does not allow it to be fetched",
			 (int)p->wanted.len, p->wanted.ptr);
		give_up(p, NETRAL_EACCES);
		return;
	}
	static const char accept[] = "application/rss+xml, application/atom+xml, "
				     "application/feed+json, application/xml;q=0.9, "
				     "text/html;q=0.9, */*;q=0.5";
	int r = get(p, p->wanted.ptr, accept, on_document);
	if (r < 0)
		end(p, r);
}

static void on_robots(void *user, const struct fetch_result *result)
{
	struct probe *p = user;
	int status = result->outcome == FETCH_OK ? 200 : result->status;
	bool answered = result->outcome == FETCH_OK || result->outcome == FETCH_STATUS ||
			result->outcome == FETCH_LATER;
	if (!answered) {
		give_up_for(p, result);
		return;
	}
	enum robots_answer answer = robots_answer_of(status);
	if (answer == ROBOTS_DENY_ALL) {
		snprintf(p->reason, sizeof(p->reason),
			 "%.*s/robots.txt: status %d, so nothing may be fetched now; try later",
			 (int)p->host.len, p->host.ptr, status);
		give_up(p, NETRAL_EIO);
		return;
	}
	int r = answer == ROBOTS_READ ? robots_read((const char *)result->body->data,
						    result->body->len, agent, &p->robots)
				      : NETRAL_OK;
	if (r < 0) {
		end(p, r);
		return;
	}
	if (p->robots && p->report.kind == PROBE_NOTHING)
		p->report.crawl_delay_ms = p->robots->delay_ms;
	get_wanted(p);
}

static int want(struct probe *p, const struct text *url, probe_document_fn *fn)
{
	struct text host = url_origin(url);
	const char *copy = arena_strndup(&p->arena, url->ptr, url->len);
	char *robots = arena_printf(&p->arena, "%.*s/robots.txt", (int)host.len, host.ptr);
	if (!copy || !robots)
		return NETRAL_ENOMEM;
	p->wanted = (struct text){copy, url->len};
	p->on_wanted = fn;
	if (p->host.len == host.len && memcmp(p->host.ptr, host.ptr, host.len) == 0) {
		get_wanted(p);
		return NETRAL_OK;
	}
	free(p->robots);
	p->robots = NULL;
	p->host = (struct text){copy, host.len};
	return get(p, robots, "text/plain", on_robots);
}

/* --- reading --- */

static void read_article(struct probe *p, const char *data, size_t len, const char *url,
			 const char *charset)
{
	const struct extract_hints hints = {.url = url, .charset = charset};
	char reason[EXTRACT_REASON_SIZE];
	int r = extract_page(data, len, &hints, &p->arena, &p->report.article, reason);
	p->report.has_article = r == NETRAL_OK;
	if (r < 0)
		snprintf(p->report.article_reason, sizeof(p->report.article_reason), "%s", reason);
}

static void on_article(struct probe *p, const struct fetch_result *result)
{
	if (result->outcome != FETCH_OK) {
		give_up_for(p, result);
		return;
	}
	read_article(p, (const char *)result->body->data, result->body->len, result->url,
		     result->charset);
	end(p, NETRAL_OK);
}

/* The first article that the source names. */
static struct text first_url(const struct probe_report *r)
{
	for (size_t i = 0; r->kind == PROBE_FEED && i < r->feed.item_count; i++) {
		if (r->feed.items[i].url.len)
			return r->feed.items[i].url;
	}
	bool pages = r->kind == PROBE_SITEMAP && r->sitemap.kind != SITEMAP_INDEX;
	return pages && r->sitemap.entry_count ? r->sitemap.entries[0].url : (struct text){"", 0};
}

static void look_at_first(struct probe *p)
{
	p->report.article_url = first_url(&p->report);
	if (!p->report.article_url.len) {
		end(p, NETRAL_OK);
		return;
	}
	int r = want(p, &p->report.article_url, on_article);
	if (r < 0)
		end(p, r);
}

/* What robots.txt prints, as far as it is of use. */
static int keep_sitemaps(struct probe *p)
{
	for (size_t i = 0; p->robots && i < p->robots->sitemap_count; i++) {
		struct text url;
		if (p->report.sitemap_count == PROBE_SITEMAPS_MAX)
			break;
		int r = url_resolve(&p->host, &p->robots->sitemaps[i], &p->arena, &url);
		if (r == NETRAL_ENOMEM)
			return r;
		if (r == NETRAL_OK)
			p->report.sitemaps[p->report.sitemap_count++] = url;
	}
	return NETRAL_OK;
}

/* A front page has no article, but may name what there is to poll. */
static void read_page(struct probe *p, const struct fetch_result *result)
{
	struct probe_report *r = &p->report;
	const char *data = (const char *)result->body->data;
	const struct extract_hints hints = {.url = r->url, .charset = result->charset};
	read_article(p, data, result->body->len, r->url, result->charset);
	int err = discover_feeds(data, result->body->len, &hints, &p->arena, r->feeds,
				 &r->feed_count);
	if (err == NETRAL_OK)
		err = keep_sitemaps(p);
	if (err == NETRAL_ENOMEM) {
		end(p, err);
		return;
	}
	if (r->has_article || r->feed_count) {
		r->kind = PROBE_PAGE;
		end(p, NETRAL_OK);
		return;
	}
	snprintf(p->reason, sizeof(p->reason),
		 "%.200s: neither a feed nor a sitemap, and as a page: %.200s", r->url,
		 r->article_reason);
	end(p, NETRAL_EMALFORMED);
}

/* A feed, else a sitemap, else a page: each says of itself whether it is one. */
static void read_source(struct probe *p, const struct fetch_result *result)
{
	const char *data = (const char *)result->body->data;
	struct text charset = {result->charset, strlen(result->charset)};
	struct text base = {p->report.url, strlen(p->report.url)};
	char reason[PROBE_REASON_SIZE];
	int r = feed_read(data, result->body->len, &charset, &base, &p->arena, &p->report.feed,
			  reason);
	if (r == NETRAL_OK) {
		p->report.kind = PROBE_FEED;
		look_at_first(p);
		return;
	}
	if (sitemap_read(data, result->body->len, &charset, &base, &p->arena, &p->report.sitemap,
			 reason) == NETRAL_OK &&
	    p->report.sitemap.entry_count && p->report.sitemap.kind != SITEMAP_TEXT) {
		p->report.kind = PROBE_SITEMAP;
		look_at_first(p);
		return;
	}
	read_page(p, result);
}

static void on_source(struct probe *p, const struct fetch_result *result)
{
	if (result->outcome != FETCH_OK) {
		give_up_for(p, result);
		return;
	}
	p->report.url = arena_strdup(&p->arena, result->url);
	if (!p->report.url)
		end(p, NETRAL_ENOMEM);
	else
		read_source(p, result);
}

/* --- life --- */

static int on_signal(void *user, int signo)
{
	struct probe *p = user;
	(void)signo;
	snprintf(p->reason, sizeof(p->reason), "interrupted");
	end(p, NETRAL_ECLOSED);
	return NETRAL_OK;
}

static int start(struct probe *p)
{
	const struct text none = {"", 0}, given = {p->o->url, strlen(p->o->url)};
	const struct fetch_options options = {.contact = p->o->contact,
					      .allow = p->o->allow,
					      .allow_count = p->o->allow_count,
					      .concurrency = CONCURRENCY,
					      .requests_max = REQUESTS_MAX,
					      .host_delay_ms = HOST_DELAY_MS};
	struct text url;
	int r = url_resolve(&none, &given, &p->arena, &url);
	if (r < 0) {
		snprintf(p->reason, sizeof(p->reason), "\"%s\" is no http or https address",
			 p->o->url);
		return r;
	}
	r = loop_new(on_signal, p, false, &p->loop);
	if (r == NETRAL_OK)
		r = fetcher_new(p->loop, &options, p->reason, &p->fetcher);
	return r < 0 ? r : want(p, &url, on_source);
}

int probe_run(const struct probe_options *o, struct probe **ret_probe,
	      const struct probe_report **ret_report, char reason[static PROBE_REASON_SIZE])
{
	struct probe *p = calloc(1, sizeof(*p));
	if (!p) {
		snprintf(reason, PROBE_REASON_SIZE, "out of memory");
		return NETRAL_ENOMEM;
	}
	p->o = o;
	arena_init(&p->arena, SITEMAP_ARENA_MAX);
	int r = start(p);
	if (r == NETRAL_OK)
		r = loop_run(p->loop);
	if (r == NETRAL_OK)
		r = p->error;
	if (r < 0) {
		snprintf(reason, PROBE_REASON_SIZE, "%s",
			 p->reason[0] ? p->reason : netral_strerror(r));
		probe_free(p);
		return r;
	}
	*ret_probe = p;
	*ret_report = &p->report;
	return NETRAL_OK;
}

void probe_free(struct probe *p)
{
	if (!p)
		return;
	fetcher_free(p->fetcher);
	loop_free(p->loop);
	free(p->robots);
	arena_fini(&p->arena);
	free(p);
}
