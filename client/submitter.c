/* Batches are slots of a fixed window. A slot is FREE, FILLING (at most one), SENT, or WAITING to
 * be sent again. While one waits, no new article is read: netrald has said that it is full. */
#include "client/submitter.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <string.h>
#include <sysexits.h>

enum {
	WINDOW = 6,
	BATCH_ARTICLES = 64,
	BATCH_BYTES = 512 << 10,
	ANSWER_MS = 10000, /* then the answer is taken for lost */
	AGAIN_MIN_MS = 100,
	AGAIN_MAX_MS = 2000,
};

enum slot_state { SLOT_FREE, SLOT_FILLING, SLOT_SENT, SLOT_WAITING };

struct slot {
	enum slot_state state;
	struct arena arena;
	struct article articles[BATCH_ARTICLES];
	const char *where[BATCH_ARTICLES];
	size_t count;
	size_t bytes;
	uint64_t request;
	uint64_t due_ms; /* SENT: the answer is lost; WAITING: send it again */
};

struct submitter {
	struct connection *connection;
	submitter_fn *fn;
	void *user;
	uint64_t wait_ms;
	uint64_t progress_ms; /* when an article last got its answer */
	uint64_t again_ms;    /* present back-off */
	int trouble;          /* why the last batch must be sent again */
	bool ended;           /* of the input */
	struct slot slots[WINDOW];
};

int submitter_new(struct connection *c, uint64_t wait_ms, submitter_fn *fn, void *user,
		  struct submitter **ret_submitter)
{
	struct submitter *s = calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->connection = c;
	s->wait_ms = wait_ms;
	s->fn = fn;
	s->user = user;
	s->again_ms = AGAIN_MIN_MS;
	for (size_t i = 0; i < WINDOW; i++)
		arena_init(&s->slots[i].arena, 2 * (size_t)READER_ARENA_MAX);
	*ret_submitter = s;
	return NETRAL_OK;
}

void submitter_free(struct submitter *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < WINDOW; i++)
		arena_fini(&s->slots[i].arena);
	free(s);
}

static struct slot *find_slot(struct submitter *s, enum slot_state state)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (s->slots[i].state == state)
			return &s->slots[i];
	}
	return NULL;
}

static void free_slot(struct slot *slot)
{
	arena_reset(&slot->arena);
	slot->state = SLOT_FREE;
	slot->count = 0;
	slot->bytes = 0;
}

/* --- sending --- */

static int send_slot(struct submitter *s, struct slot *slot)
{
	struct message m = {.type = MSG_SUBMIT};
	m.submit.articles = slot->articles;
	m.submit.article_count = slot->count;
	int r = connection_send(s->connection, &m,
				s->wait_ms > CONNECTION_WAIT_MS ? s->wait_ms : CONNECTION_WAIT_MS);
	slot->request = m.submit.request;
	slot->state = SLOT_SENT;
	slot->due_ms = clock_ms() + ANSWER_MS;
	return r;
}

static void put_back(struct submitter *s, struct slot *slot, int trouble)
{
	s->trouble = trouble;
	slot->state = SLOT_WAITING;
	slot->due_ms = clock_ms() + s->again_ms;
	s->again_ms = s->again_ms * 2 < AGAIN_MAX_MS ? s->again_ms * 2 : AGAIN_MAX_MS;
}

/* Sends again what is due. An error when it has been going on for too long. */
static int send_due(struct submitter *s)
{
	uint64_t now = clock_ms();
	for (size_t i = 0; i < WINDOW; i++) {
		struct slot *slot = &s->slots[i];
		if (slot->state == SLOT_SENT && slot->due_ms <= now)
			put_back(s, slot, NETRAL_ETIMEOUT);
		if (slot->state != SLOT_WAITING)
			continue;
		if (now - s->progress_ms >= s->wait_ms)
			return s->trouble;
		int r = slot->due_ms <= now ? send_slot(s, slot) : NETRAL_OK;
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

/* --- filling --- */

/* Takes one item into the slot; true when it is full. */
static int fill(struct submitter *s, struct slot *slot, struct input *in, submitter_bad_fn *bad)
{
	struct input_item item;
	int r = input_next(in, &slot->arena, &item);
	if (r < 0)
		return r;
	if (r == 0) {
		s->ended = true;
		return NETRAL_OK;
	}
	if (item.exit_code != EX_OK) {
		bad(s->user, &item);
		return NETRAL_OK;
	}
	slot->articles[slot->count] = item.article;
	slot->where[slot->count++] = item.where;
	slot->bytes += item.article.text.len + item.article.title.len;
	return NETRAL_OK;
}

static bool is_full(const struct slot *slot)
{
	return slot->count == BATCH_ARTICLES || slot->bytes >= BATCH_BYTES ||
	       slot->arena.used >= READER_ARENA_MAX;
}

/* Reads as much as there is, or as the window takes. *ret_fd is what more would come from, or -1.
 */
static int read_input(struct submitter *s, struct input *in, submitter_bad_fn *bad, int *ret_fd)
{
	*ret_fd = -1;
	while (!s->ended && !find_slot(s, SLOT_WAITING)) {
		struct slot *slot = find_slot(s, SLOT_FILLING);
		if (!slot)
			slot = find_slot(s, SLOT_FREE);
		if (!slot)
			return NETRAL_OK;
		slot->state = SLOT_FILLING;
		bool would_wait = input_would_wait(in, ret_fd);
		int r = would_wait ? NETRAL_OK : fill(s, slot, in, bad);
		if (r < 0)
			return r;
		if (slot->count == 0 && (s->ended || would_wait))
			free_slot(slot);
		else if (s->ended || would_wait || is_full(slot))
			r = send_slot(s, slot);
		if (r < 0 || would_wait)
			return r;
	}
	return NETRAL_OK;
}

/* --- answers --- */

static struct slot *slot_of(struct submitter *s, uint64_t request)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (s->slots[i].state == SLOT_SENT && s->slots[i].request == request)
			return &s->slots[i];
	}
	return NULL;
}

static void settle(struct submitter *s, struct slot *slot, const struct msg_submit_reply *reply)
{
	size_t kept = 0;
	for (size_t i = 0; i < slot->count; i++) {
		if (reply->statuses[i].outcome == SUBMIT_BUSY) {
			slot->articles[kept] = slot->articles[i];
			slot->where[kept++] = slot->where[i];
			continue;
		}
		s->fn(s->user, slot->where[i], &reply->statuses[i]);
		s->progress_ms = clock_ms();
		s->again_ms = AGAIN_MIN_MS;
	}
	slot->count = kept;
	if (kept)
		put_back(s, slot, NETRAL_EAGAIN);
	else
		free_slot(slot);
}

static int take_answers(struct submitter *s)
{
	struct message answer;
	int r;
	while ((r = connection_receive(s->connection, MSG_SUBMIT_REPLY, 0, &answer)) == 1) {
		struct slot *slot = slot_of(s, answer.submit_reply.request);
		if (slot && answer.submit_reply.status_count == slot->count)
			settle(s, slot, &answer.submit_reply);
	}
	return r;
}

/* --- the whole --- */

static bool is_idle(const struct submitter *s)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (s->slots[i].state != SLOT_FREE)
			return false;
	}
	return true;
}

static uint64_t wait_time(const struct submitter *s)
{
	uint64_t now = clock_ms(), due = now + ANSWER_MS;
	for (size_t i = 0; i < WINDOW; i++) {
		enum slot_state state = s->slots[i].state;
		bool timed = state == SLOT_SENT || state == SLOT_WAITING;
		if (timed && s->slots[i].due_ms < due)
			due = s->slots[i].due_ms;
	}
	return due > now ? due - now : 0;
}

static void give_up(struct submitter *s)
{
	const struct submit_status status = {.outcome = SUBMIT_BUSY,
					     .reason = s->trouble == NETRAL_EAGAIN
							       ? "netrald is full"
							       : "netrald did not answer"};
	for (size_t i = 0; i < WINDOW; i++) {
		for (size_t k = 0; k < s->slots[i].count; k++)
			s->fn(s->user, s->slots[i].where[k], &status);
		free_slot(&s->slots[i]);
	}
}

int submitter_run(struct submitter *s, struct input *in, submitter_bad_fn *bad)
{
	int r = NETRAL_OK, fd = -1;
	s->progress_ms = clock_ms();
	while (r == NETRAL_OK) {
		r = read_input(s, in, bad, &fd);
		if (r == NETRAL_OK)
			r = send_due(s);
		if (r < 0 || (s->ended && is_idle(s)))
			break;
		if (is_idle(s))
			s->progress_ms = clock_ms(); /* waiting for input is not netrald's fault */
		connection_wait(s->connection, s->ended ? -1 : fd, wait_time(s));
		r = take_answers(s);
	}
	if (r == NETRAL_EAGAIN || r == NETRAL_ETIMEOUT) {
		s->trouble = r;
		give_up(s);
	}
	return r;
}
