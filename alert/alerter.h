/* alerter.h - netral-alert: from the updates of netral-record to receivers. The main thread. */
#ifndef NETRAL_ALERT_ALERTER_H
#define NETRAL_ALERT_ALERTER_H

#include "alert/config.h"

struct alerter;

/* `config` is borrowed. 0, or an error that was logged. */
int alerter_new(const struct alert_config *config, struct alerter **ret_alerter);
/* Until a signal ends it. 0, or what costs the process its service. */
int alerter_run(struct alerter *a);
void alerter_free(struct alerter *a); /* takes NULL */

#endif
