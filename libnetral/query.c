/* Questions about what is stored, a page at a time. A page lives in the exchange until the next
 * question; those of a Show have no second one. */
#include "lib/error.h"
#include "lib/fault.h"
#include "libnetral/exchange.h"
#include "libnetral/settings.h"

#include <string.h>

struct netral_results {
	struct settings settings;
	struct exchange *exchange;
	const struct update *updates; /* of the present page */
	size_t count, next;
	uint64_t before; /* for the page after it; 0: there is none */
	bool by_id;
	struct text text;
};

/* What the peer's refusal means to a caller. */
static int refusal(const struct msg_error *e)
{
	switch (e->code) {
	case CODE_NOT_FOUND:
		return NETRAL_ENOTFOUND;
	case CODE_AMBIGUOUS:
		return NETRAL_EAMBIGUOUS;
	case CODE_BUSY:
		return NETRAL_EAGAIN;
	case CODE_VERSION:
		return NETRAL_EVERSION;
	case CODE_INTERNAL:
		return NETRAL_EIO;
	default:
		return NETRAL_EINVALID;
	}
}

static int ask(struct netral_results *q, struct message *question, enum msg_type want,
	       struct message *ret_answer)
{
	int r = exchange_ask(q->exchange, question, q->settings.timeout_ms, ret_answer);
	if (r == NETRAL_OK && ret_answer->type == MSG_ERROR)
		return refusal(&ret_answer->error);
	return r == NETRAL_OK && ret_answer->type != want ? NETRAL_EMALFORMED : r;
}

/* Each page must be older than the one before, or the answers would never end. */
static int ask_page(struct netral_results *q)
{
	struct message m = {.type = MSG_QUERY}, answer = {.type = MSG_NONE};
	m.query.filter = q->settings.filter;
	m.query.since = q->settings.since;
	m.query.until = q->settings.until;
	m.query.before = q->before;
	q->count = q->next = 0;
	int r = ask(q, &m, MSG_QUERY_PAGE, &answer);
	if (r < 0)
		return r;
	if (q->before && answer.query_page.next >= q->before)
		return NETRAL_EMALFORMED;
	q->before = answer.query_page.next;
	q->updates = answer.query_page.updates;
	q->count = answer.query_page.update_count;
	return NETRAL_OK;
}

static int ask_article(struct netral_results *q, const char *id)
{
	struct message m = {.type = MSG_SHOW, .show = {.id = id}}, answer = {.type = MSG_NONE};
	int r = ask(q, &m, MSG_SHOWN, &answer);
	if (r < 0)
		return r;
	q->updates = answer.shown.updates;
	q->count = answer.shown.update_count;
	q->text = answer.shown.text;
	return NETRAL_OK;
}

static int connect_to(struct netral_results *q, const struct netral_options *o)
{
	int r = settings_init(&q->settings, o);
	if (r == NETRAL_OK)
		r = exchange_probe(q->settings.replay);
	return r == NETRAL_OK ? exchange_new(q->settings.replay, &q->exchange) : r;
}

static int open_results(const struct netral_options *o, const char *id,
			struct netral_results **ret_results)
{
	struct netral_results *q = fault_calloc(1, sizeof(*q));
	if (!q)
		return NETRAL_ENOMEM;
	q->text.ptr = "";
	q->by_id = id != NULL;
	int r = connect_to(q, o);
	if (r == NETRAL_OK)
		r = id ? ask_article(q, id) : ask_page(q);
	if (r < 0) {
		netral_results_free(q);
		return r;
	}
	*ret_results = q;
	return NETRAL_OK;
}

int netral_query(const struct netral_options *options, struct netral_results **ret_results)
{
	return open_results(options, NULL, ret_results);
}

int netral_show(const struct netral_options *options, const char *id,
		struct netral_results **ret_results)
{
	return id ? open_results(options, id, ret_results) : NETRAL_EINVALID;
}

/* What was asked for by id is shown whatever the filter. */
static bool is_wanted(const struct netral_results *q, const struct update *u)
{
	return q->by_id || settings_match(&q->settings, u);
}

int netral_results_next(struct netral_results *q, const struct netral_update **ret_update)
{
	*ret_update = NULL;
	for (;;) {
		while (q->next < q->count) {
			const struct update *u = &q->updates[q->next++];
			if (!is_wanted(q, u))
				continue;
			*ret_update = public_update(u);
			return 1;
		}
		if (q->before == 0)
			return 0;
		int r = ask_page(q);
		if (r < 0)
			return r;
	}
}

const char *netral_results_text(const struct netral_results *q, size_t *ret_len)
{
	if (ret_len)
		*ret_len = q->text.len;
	return q->text.ptr;
}

void netral_results_free(struct netral_results *q)
{
	if (!q)
		return;
	exchange_free(q->exchange);
	settings_fini(&q->settings);
	free(q);
}
