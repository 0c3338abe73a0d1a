#include "daemon/changes.h"

#include "lib/error.h"

#include <string.h>

enum { REASON_MAX = 256 };

enum change_type { CHANGE_DONE, CHANGE_TRY, CHANGE_BURY };

/* Followed by the reason. */
struct change {
	enum change_type type;
	uint32_t tries;
	uint64_t seq;
	uint64_t time_us; /* when it may be handed out again, or when it died */
	uint32_t reason_len;
	bool suspect;
};

void changes_init(struct changes *c)
{
	*c = (struct changes){0};
	/* What is in flight is the bound, and dispatch stops when this list is long. */
	buf_init(&c->list, 0);
}

void changes_fini(struct changes *c)
{
	buf_fini(&c->list);
}

int changes_reserve(struct changes *c, size_t count)
{
	int r = buf_reserve(&c->list, count * sizeof(struct change));
	if (r < 0)
		return NETRAL_ENOMEM;
	c->reserved = count;
	return NETRAL_OK;
}

static void add(struct changes *c, struct change *change, const char *reason)
{
	size_t others = c->reserved > 0 ? --c->reserved : 0;
	size_t room = (others + 1) * sizeof(*change) + change->reason_len;
	if (buf_reserve(&c->list, room) < 0)
		change->reason_len = 0;
	int r = buf_append(&c->list, change, sizeof(*change));
	netral_assert(r == NETRAL_OK);
	buf_append(&c->list, reason, change->reason_len);
	c->count++;
	c->done += change->type == CHANGE_DONE;
	c->buried += change->type == CHANGE_BURY;
}

void changes_add_done(struct changes *c, uint64_t seq)
{
	add(c, &(struct change){.type = CHANGE_DONE, .seq = seq}, "");
}

void changes_add_failure(struct changes *c, const struct dispatch_failure *f, uint64_t real_us)
{
	size_t len = strlen(f->reason);
	struct change change = {.type = f->dead ? CHANGE_BURY : CHANGE_TRY,
				.seq = f->seq,
				.tries = f->tries,
				.suspect = f->suspect,
				.time_us = f->dead ? real_us : real_us + 1000 * f->wait_ms,
				.reason_len = (uint32_t)(len < REASON_MAX ? len : REASON_MAX)};
	add(c, &change, f->reason);
}

static int apply(const struct change *change, const char *reason, struct journal *j)
{
	struct journal_try t = {.seq = change->seq,
				.tries = change->tries,
				.suspect = change->suspect,
				.not_before_us = change->time_us,
				.reason = reason,
				.reason_len = change->reason_len};
	switch (change->type) {
	case CHANGE_DONE:
		return journal_done(j, change->seq);
	case CHANGE_TRY:
		return journal_set_try(j, &t);
	case CHANGE_BURY:
		return journal_bury(j, &t, change->time_us);
	}
	return NETRAL_EINVALID;
}

int changes_apply(const struct changes *c, struct journal *j)
{
	const uint8_t *p = c->list.data;
	for (size_t i = 0; i < c->count; i++) {
		struct change change;
		memcpy(&change, p, sizeof(change));
		p += sizeof(change);
		int r = apply(&change, (const char *)p, j);
		if (r < 0)
			return r;
		p += change.reason_len;
	}
	return NETRAL_OK;
}

void changes_clear(struct changes *c)
{
	buf_clear(&c->list);
	c->count = c->done = c->buried = 0;
}
