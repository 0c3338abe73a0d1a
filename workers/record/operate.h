/* operate.h - what people do to stored events by the control socket. Loop thread only.
 *
 * Each answers `peer`, what changes something after the commit and the publication of its updates.
 * 0, also where the answer is an Error; or the code of a store that is lost, which ends the
 * process. */
#ifndef NETRAL_WORKERS_RECORD_OPERATE_H
#define NETRAL_WORKERS_RECORD_OPERATE_H

#include "workers/record/recorder.h"

int operate_correct(struct router *r, const struct peer_id *peer, const struct msg_correct *m);
int operate_take_down(struct router *r, const struct peer_id *peer, const struct msg_take_down *m);

/* `page` is room for the store's answer. */
int operate_history(struct router *r, const struct peer_id *peer,
		    const struct msg_correction_list *m, struct store_history *page);

#endif
