/* outbox.h - what netral-alert must not forget: how far it has read, what is to be sent, and who
 * was told what.
 *
 * One transaction takes an update's messages, the memory of them and the position together. A
 * batch opens with the first change and lasts until outbox_commit(); a batch that fails is dropped
 * as a whole. Numbers rise over the whole outbox, so each receiver's messages are in order. Each
 * receiver has a share of the room; one whose share is full is behind: from some update on its
 * messages are not here, but made later of the updates, which stay with netral-record. One process
 * at a time. The loop thread only. */
#ifndef NETRAL_ALERT_OUTBOX_H
#define NETRAL_ALERT_OUTBOX_H

#include "lib/article.h"
#include "libnetral/netral.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OUTBOX_FAILED_MAX = 10000, /* messages that were given up; beyond it the oldest go */
	OUTBOX_TOLD_MAX = 1000000, /* events and receivers; beyond it the oldest go */
	OUTBOX_TOLD_DAYS = 400,
	OUTBOX_REASON_MAX = 120,
	OUTBOX_AREA_SIZE = 17,     /* bytes of the code of an area, with its end */
	OUTBOX_GROUPS_MAX = 10000, /* groups that wait; those beyond go at once */
};

struct outbox;

/* Opens the state in `dir`. `max_bytes` is shared by what waits, gathered or not. *ret_outbox is
 * the caller's, to be ended with outbox_close(). 0, or with a sentence an error of statedir_lock(),
 * NETRAL_EVERSION, NETRAL_EMALFORMED, NETRAL_ENOMEM, NETRAL_EIO. */
int outbox_open(const char *dir, uint64_t max_bytes, struct outbox **ret_outbox, char *error,
		size_t error_size);
void outbox_close(struct outbox *o); /* takes NULL; drops the batch */

/* 0, or the first error of the batch: NETRAL_EFULL, NETRAL_ENOMEM, NETRAL_EIO; NETRAL_ECLOSED when
 * the state cannot be used any more. */
int outbox_commit(struct outbox *o);
bool outbox_has_batch(const struct outbox *o);
void outbox_spoil(struct outbox *o, int error); /* the batch fails with it, unless it had failed */

/* --- how far: of what is committed --- */

/* 1, or 0 as long as there is none. *ret_again_until: updates up to that number are sent again. */
int outbox_position(struct outbox *o, struct netral_position *ret_position,
		    uint64_t *ret_again_until);
void outbox_set_position(struct outbox *o, const struct netral_position *position,
			 uint64_t again_until);

/* --- messages --- */

struct outbox_item {
	uint64_t number;
	uint64_t created_ms;
	const char *id;
	struct text body;
	uint32_t tries;     /* of one that was given up */
	const char *reason; /* likewise */
};

/* May a message be added for one of `receivers` receivers? While those of it that wait take less
 * than its share, and all together less than there is; one that has none waiting always may. The
 * batch included. */
bool outbox_has_room(const struct outbox *o, uint64_t receiver, size_t receivers);
/* Has it so much room that messages are to be made for it again? From half its share on, or when it
 * has room and nothing to be sent that would make more. */
bool outbox_has_much_room(const struct outbox *o, uint64_t receiver, size_t receivers);

/* What waits for a receiver, of what is committed. */
struct outbox_waiting {
	uint64_t messages, bytes;
	uint64_t oldest_ms; /* when the first of them was made; 0: none waits */
};
struct outbox_waiting outbox_waiting(struct outbox *o, uint64_t receiver);

/* Adds a message for a receiver, in the batch. `id` has less than 128 bytes. */
void outbox_put(struct outbox *o, uint64_t receiver, const char *id, const void *body, size_t len);

/* The first message of a receiver behind number `after`, among those that are committed. 1, with
 * *ret_item valid until the next call of anything here; 0; NETRAL_EIO, NETRAL_ENOMEM. */
int outbox_next(struct outbox *o, uint64_t receiver, uint64_t after, struct outbox_item *ret_item);

/* In the batch: it was taken, or it was given up. */
void outbox_done(struct outbox *o, uint64_t receiver, uint64_t number);
void outbox_give_up(struct outbox *o, uint64_t receiver, uint64_t number, uint32_t tries,
		    const char *reason);

/* In the batch: deletes a receiver's messages about an event, those that were given up too. How
 * many of them waited. One that several updates are in stays. */
unsigned outbox_forget(struct outbox *o, uint64_t receiver, const char *event_id);

/* In the batch: gives up at most `limit` messages, of those that are committed, whose receivers are
 * none of these. How many; commit before the next call. */
unsigned outbox_give_up_others(struct outbox *o, const uint64_t *receivers, size_t count,
			       unsigned limit);

/* --- messages that were given up --- */

/* Behind (*receiver, *number), which it moves on; begin with zeroes. As outbox_next(). */
int outbox_next_failed(struct outbox *o, uint64_t *receiver, uint64_t *number,
		       struct outbox_item *ret_item);

/* Puts at most `limit` of those of a receiver behind all others of it, in the batch. How many. */
unsigned outbox_retry_failed(struct outbox *o, uint64_t receiver, unsigned limit);

/* --- receivers --- */

struct outbox_receiver {
	uint64_t number; /* that was tried, 0: none */
	uint32_t tries;
	uint64_t due_ms;  /* real clock */
	bool disabled;    /* it said that it wants no more */
	uint64_t address; /* hash of where it was then */
};

/* 1, or 0 with *ret zeroed. */
int outbox_receiver(struct outbox *o, uint64_t receiver, struct outbox_receiver *ret);
void outbox_set_receiver(struct outbox *o, uint64_t receiver, const struct outbox_receiver *r);

/* A receiver is behind: its messages of the updates after `position` are to be made, those up to
 * `again_until` also when they were made before. */
struct outbox_behind {
	struct netral_position position;
	uint64_t again_until;
};

/* 1, the batch included, or 0. Setting NULL ends it. */
int outbox_behind(struct outbox *o, uint64_t receiver, struct outbox_behind *ret);
void outbox_set_behind(struct outbox *o, uint64_t receiver, const struct outbox_behind *behind);

/* --- who was told what --- */

/* What a receiver was told last of an event. */
struct told {
	uint64_t digest;
	uint8_t kind, status; /* numbers; 0 where an earlier version told it */
	char area[OUTBOX_AREA_SIZE];
};

/* 1 and what it was, the batch included; 0 with *ret zeroed if nothing. */
int outbox_told(struct outbox *o, uint64_t receiver, const char *event_id, struct told *ret);
void outbox_tell(struct outbox *o, uint64_t receiver, const char *event_id, const struct told *told,
		 uint32_t today);

/* --- updates that wait to go in one message --- */

/* Those of one receiver that go together, by the hash of what they share. */
struct outbox_group {
	uint64_t receiver, group;
	uint64_t due_ms; /* real clock; of the updates behind those that are ready */
	uint32_t count;
	uint32_t ready; /* updates, the first ones, that make whole messages and go at once */
};
uint64_t outbox_group_due_ms(const struct outbox_group *g); /* 0: at once */

struct outbox_gathered {
	uint64_t number;
	struct told was;
	struct text packed; /* the update; valid until the next change */
};

/* Adds an update to its group, in the batch; `g->due_ms` counts when the group begins with it. As
 * often as there are `max` updates they are due at once, and the next one begins the wait anew; a
 * group is due at once where there are OUTBOX_GROUPS_MAX. An update of an event that already waits
 * for this receiver takes the place of the one before, in its group, and what the receiver was told
 * before stays that of the first. */
void outbox_gather(struct outbox *o, const struct outbox_group *g, uint32_t max,
		   const char *event_id, const struct told *was, const void *packed, size_t len);

/* 1 when an event waits for a receiver, with what was told before; the batch included. */
int outbox_gathering(struct outbox *o, uint64_t receiver, const char *event_id,
		     struct told *ret_was);
/* Takes it out, in the batch. */
void outbox_ungather(struct outbox *o, uint64_t receiver, const char *event_id);

/* The group that is due first, the batch included. 1, 0 for none, NETRAL_EIO, NETRAL_ENOMEM. */
int outbox_first_group(struct outbox *o, struct outbox_group *ret);
/* The first group of a receiver; likewise. */
int outbox_group_of(struct outbox *o, uint64_t receiver, struct outbox_group *ret);
/* The first of its updates behind number `after`; as outbox_first_group(). */
int outbox_next_gathered(struct outbox *o, const struct outbox_group *g, uint64_t after,
			 struct outbox_gathered *ret);
/* Takes out what it has up to number `through`, and the group with its last, in the batch. */
void outbox_take_gathered(struct outbox *o, const struct outbox_group *g, uint64_t through);

struct outbox_counts {
	uint64_t waiting, bytes, max_bytes, failed, told;
	uint64_t gathering; /* updates */
	uint64_t commits, failures;
	uint64_t forgotten_failed, forgotten_told;
};
struct outbox_counts outbox_counts(struct outbox *o);

#endif
