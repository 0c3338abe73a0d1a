#include "client/listing.h"

#include "lib/error.h"

void listing_init(struct listing *l, struct connection *c, const struct filter *filter,
		  const struct days *days)
{
	*l = (struct listing){.connection = c, .filter = filter, .days = days};
}

int listing_next(struct listing *l, const struct update **ret_updates, size_t *ret_count)
{
	if (l->ended)
		return 0;
	uint64_t left = l->limit ? l->limit - l->taken : 0;
	struct message m = {.type = MSG_QUERY};
	struct message answer = {.type = MSG_NONE};
	m.query.filter = *l->filter;
	m.query.since = l->days->since;
	m.query.until = l->days->until;
	m.query.limit = left > CODEC_UPDATES_MAX ? 0 : (uint32_t)left;
	m.query.before = l->before;
	int r = connection_ask(l->connection, &m, MSG_QUERY_PAGE, &answer);
	if (r < 0)
		return r;
	size_t count = answer.query_page.update_count;
	if (l->limit && count > left)
		count = left;
	l->taken += count;
	/* A page must lead on: each is older than the one before. */
	uint64_t next = answer.query_page.next;
	bool leads_on = next && (l->before == 0 || next < l->before);
	l->ended = !leads_on || (l->limit && l->taken >= l->limit);
	l->before = next;
	*ret_updates = answer.query_page.updates;
	*ret_count = count;
	return 1;
}

static int replay(struct listing *l, uint64_t from, uint32_t limit,
		  struct msg_replay_page *ret_page)
{
	struct message m = {.type = MSG_REPLAY};
	struct message answer = {.type = MSG_NONE};
	m.replay.from = from;
	m.replay.filter = *l->filter;
	m.replay.limit = limit;
	int r = connection_ask(l->connection, &m, MSG_REPLAY_PAGE, &answer);
	if (r == NETRAL_OK)
		*ret_page = answer.replay_page;
	return r;
}

int listing_mark(struct listing *l, struct store_mark *ret_mark)
{
	struct msg_replay_page page = {0};
	int r = replay(l, 1, 1, &page);
	if (r == NETRAL_OK)
		*ret_mark = (struct store_mark){page.epoch, page.head};
	return r;
}

/* One look: a page that neither holds an update nor reached the end counts as outdated too. */
int listing_outdated(struct listing *l, const struct store_mark *mark)
{
	struct msg_replay_page page = {0};
	int r = replay(l, mark->head + 1, 1, &page);
	if (r < 0)
		return r;
	return page.update_count > 0 || page.through < page.head;
}

int listing_log(struct listing *l, const struct store_mark *mark, uint64_t *next,
		const struct update **ret_updates, size_t *ret_count)
{
	struct msg_replay_page page = {0};
	if (*next > mark->head)
		return 0;
	int r = replay(l, *next, 0, &page);
	if (r < 0)
		return r;
	/* A page must lead on. */
	*next = page.through >= *next ? page.through + 1 : mark->head + 1;
	*ret_updates = page.updates;
	*ret_count = page.update_count;
	return 1;
}
