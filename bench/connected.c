#include "bench/connected.h"

#include "lib/error.h"

#include <zmq.h>

enum { WAIT_MS = 10000 };

int wait_connected(void *dealer)
{
	zmq_pollitem_t item = {.socket = dealer, .events = ZMQ_POLLOUT};
	return zmq_poll(&item, 1, WAIT_MS) == 1 ? NETRAL_OK : NETRAL_ETIMEOUT;
}
