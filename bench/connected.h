/* connected.h - the clock starts when the peer is there, not while a socket still connects. */
#ifndef NETRAL_BENCH_CONNECTED_H
#define NETRAL_BENCH_CONNECTED_H

/* Waits until a DEALER of ours can send, 10 s at most. 0 or NETRAL_ETIMEOUT. */
int wait_connected(void *dealer);

#endif
