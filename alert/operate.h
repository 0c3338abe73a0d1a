/* operate.h - what operators ask, answered. The loop thread only. */
#ifndef NETRAL_ALERT_OPERATE_H
#define NETRAL_ALERT_OPERATE_H

#include "alert/behind.h"
#include "alert/decide.h"
#include "alert/feed.h"
#include "alert/sender.h"
#include "proto/endpoint.h"

/* Whom to ask; borrowed. */
struct operate {
	struct outbox *outbox;
	struct decider *decider; /* and its rules */
	struct sender *sender;
	struct feed *feed;
	const struct behind *behind;
	const struct endpoint_counters *peers;
	uint64_t started_ms;
	struct loop *loop;
	const char *(*state)(void *user);
	void *user;
};

int operate_status(const struct operate *o, struct arena *arena,
		   struct msg_status_reply *ret_reply);
int operate_list(const struct operate *o, const struct msg_alert_list *list, struct arena *arena,
		 struct msg_alert_page *ret_page);

/* In the batch of the outbox. 0 with the number of messages; or with a sentence NETRAL_ENOTFOUND
 * (no such rule or receiver), NETRAL_EAGAIN, NETRAL_EFUTURE, NETRAL_ENOMEM. */
int operate_act(const struct operate *o, const struct msg_alert_action *action, uint32_t *ret_done,
		char *error, size_t error_size);

#endif
