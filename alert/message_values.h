/* message_values.h - what placeholders stand for. Any thread, one arena a thread. */
#ifndef NETRAL_ALERT_MESSAGE_VALUES_H
#define NETRAL_ALERT_MESSAGE_VALUES_H

#include "alert/message.h"
#include "alert/template.h"

/* Of several notices: what is the same in all, else ""; {text} has the texts of all, as many as
 * have room. The values live as long as the arena and the notices. 0 or NETRAL_ENOMEM. */
int message_values(const struct receiver *receiver, const struct notice *notices, size_t count,
		   bool marked, struct arena *arena, struct template_values *ret_values);

#endif
