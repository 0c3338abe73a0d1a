/* service.h - the test's own end of a daemon's control socket: it answers what a program asks, with
 * what the test wants. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_SERVICE_H
#define NETRAL_TESTS_PROCESS_SERVICE_H

#include "proto/codec.h"
#include "proto/transport.h"

struct service {
	void *socket;
	struct arena arena;
	struct peer_id asker;    /* of the request received last */
	struct message question; /* valid until the next one */
};

/* Binds a ROUTER. Ends with service_close(), before transport_free(). */
void service_open(struct service *s, struct transport *t, const char *endpoint);
void service_close(struct service *s);

/* The next request, which must be of this type. */
const struct message *service_receive(struct service *s, enum msg_type type);
void service_answer(struct service *s, const struct message *m);

#endif
