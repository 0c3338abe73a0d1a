/* Batches are slots of a fixed window. A slot is FREE, FILLING (at most one), SENT, or WAITING to
 * be sent again. While one waits, no new article is read: netrald has said that it is full. */
#include "client/submitter.h"

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/error.h"

#include <string.h>
#include <sysexits.h>

enum {
	BATCH_BYTES = 512 << 10,
	ANSWER_MS = 10000, /* then the answer is taken for lost */
	AGAIN_MIN_MS = 100,
	AGAIN_MAX_MS = 2000,
};

enum slot_state { SLOT_FREE, SLOT_FILLING, SLOT_SENT, SLOT_WAITING };

struct slot {
	enum slot_state state;
	struct arena arena;
	struct article articles[SUBMITTER_BATCH];
	const char *where[SUBMITTER_BATCH];
	uint64_t numbers[SUBMITTER_BATCH];
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
	struct slot slots[SUBMITTER_WINDOW];
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
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++)
		arena_init(&s->slots[i].arena, 2 * (size_t)READER_ARENA_MAX);
	*ret_submitter = s;
	return NETRAL_OK;
}

void submitter_free(struct submitter *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++)
		arena_fini(&s->slots[i].arena);
	free(s);
}

static struct slot *find_slot(struct submitter *s, enum slot_state state)
{
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
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
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
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

static int next_of_input(void *user, struct arena *arena, struct input_item *ret_item, int *ret_fd)
{
	struct input *in = user;
	if (input_would_wait(in, ret_fd))
		return SUBMITTER_LATER;
	return input_next(in, arena, ret_item);
}

struct submitter_source submitter_input(struct input *in)
{
	return (struct submitter_source){next_of_input, in};
}

/* Takes one item into the slot. What the source said; *ret_fd as there. */
static int fill(struct submitter *s, struct slot *slot, const struct submitter_source *source,
		submitter_bad_fn *bad, int *ret_fd)
{
	struct input_item item;
	int r = source->next(source->user, &slot->arena, &item, ret_fd);
	s->ended = r == 0;
	if (r != 1)
		return r;
	if (item.exit_code != EX_OK) {
		bad(s->user, &item);
		return r;
	}
	slot->articles[slot->count] = item.article;
	slot->numbers[slot->count] = item.number;
	slot->where[slot->count++] = item.where;
	slot->bytes += item.article.text.len + item.article.title.len;
	return r;
}

static bool is_full(const struct slot *slot)
{
	return slot->count == SUBMITTER_BATCH || slot->bytes >= BATCH_BYTES ||
	       slot->arena.used >= READER_ARENA_MAX;
}

/* What reading stopped for. */
struct pause {
	bool later; /* the source has none for now, */
	int fd;     /* until there is input here, unless it is -1 */
};

/* Reads as much as there is, or as the window takes. */
static int read_source(struct submitter *s, const struct submitter_source *source,
		       submitter_bad_fn *bad, struct pause *ret)
{
	*ret = (struct pause){.fd = -1};
	while (!s->ended && !ret->later && !find_slot(s, SLOT_WAITING)) {
		struct slot *slot = find_slot(s, SLOT_FILLING);
		if (!slot)
			slot = find_slot(s, SLOT_FREE);
		if (!slot)
			return NETRAL_OK;
		slot->state = SLOT_FILLING;
		int r = fill(s, slot, source, bad, &ret->fd);
		if (r < 0)
			return r;
		ret->later = r == SUBMITTER_LATER;
		/* Who waits for more does not let what there is wait too. */
		bool no_more = s->ended || (ret->later && ret->fd >= 0);
		if (slot->count == 0 && (s->ended || ret->later))
			free_slot(slot);
		else if (slot->count > 0 && (no_more || is_full(slot)))
			r = send_slot(s, slot);
		if (r < 0)
			return r;
	}
	return NETRAL_OK;
}

/* --- answers --- */

static struct slot *slot_of(struct submitter *s, uint64_t request)
{
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
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
			slot->numbers[kept] = slot->numbers[i];
			slot->where[kept++] = slot->where[i];
			continue;
		}
		s->fn(s->user, slot->where[i], slot->numbers[i], &reply->statuses[i]);
		s->progress_ms = clock_ms();
		s->again_ms = AGAIN_MIN_MS;
	}
	slot->count = kept;
	if (kept)
		put_back(s, slot, NETRAL_EAGAIN);
	else
		free_slot(slot);
}

/* 1 when there was one, 0 when there was none. */
static int take_answers(struct submitter *s)
{
	struct message answer;
	int r, taken = 0;
	while ((r = connection_receive(s->connection, MSG_SUBMIT_REPLY, 0, &answer)) == 1) {
		struct slot *slot = slot_of(s, answer.submit_reply.request);
		if (slot && answer.submit_reply.status_count == slot->count)
			settle(s, slot, &answer.submit_reply);
		taken = 1;
	}
	return r < 0 ? r : taken;
}

/* --- the whole --- */

static bool is_idle(const struct submitter *s)
{
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
		if (s->slots[i].state != SLOT_FREE)
			return false;
	}
	return true;
}

static uint64_t wait_time(const struct submitter *s)
{
	uint64_t now = clock_ms(), due = now + ANSWER_MS;
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
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
	for (size_t i = 0; i < SUBMITTER_WINDOW; i++) {
		const struct slot *slot = &s->slots[i];
		for (size_t k = 0; k < slot->count; k++)
			s->fn(s->user, slot->where[k], slot->numbers[k], &status);
		free_slot(&s->slots[i]);
	}
}

/* Looks at answers before it takes any for lost: reading may have taken a while. What they made
 * room for is read before anything is waited for. */
static int one_turn(struct submitter *s, const struct submitter_source *source,
		    submitter_bad_fn *bad)
{
	struct pause pause;
	int r = read_source(s, source, bad, &pause);
	if (r == NETRAL_OK)
		r = take_answers(s);
	if (r != 0)
		return r < 0 ? r : NETRAL_OK;
	r = send_due(s);
	if (r < 0)
		return r;
	if (is_idle(s))
		s->progress_ms = clock_ms(); /* waiting for input is not netrald's fault */
	if (!(s->ended && is_idle(s)) && (!pause.later || pause.fd >= 0))
		connection_wait(s->connection, pause.fd, wait_time(s));
	return NETRAL_OK;
}

int submitter_run(struct submitter *s, const struct submitter_source *source, submitter_bad_fn *bad)
{
	int r = NETRAL_OK;
	s->progress_ms = clock_ms();
	while (r == NETRAL_OK && !(s->ended && is_idle(s)))
		r = one_turn(s, source, bad);
	if (r == NETRAL_EAGAIN || r == NETRAL_ETIMEOUT) {
		s->trouble = r;
		give_up(s);
	}
	return r;
}
