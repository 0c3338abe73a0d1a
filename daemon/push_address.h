/* push_address.h - where the push endpoint listens, and whether two peers are one host.
 *
 * Addresses are numeric: a name server that is away must not keep netrald from starting. Any
 * thread. */
#ifndef NETRAL_DAEMON_PUSH_ADDRESS_H
#define NETRAL_DAEMON_PUSH_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct push_address {
	struct sockaddr_storage storage;
	socklen_t len;
};

/* "127.0.0.1:8080" or "[::1]:8080" (RFC 3986, 3.2.2); port 0 lets the kernel choose.
 * 0, or NETRAL_EINVALID. */
int push_address_parse(const char *text, struct push_address *ret_address);

/* The same form again. */
enum { PUSH_ADDRESS_SIZE = 64 };
void push_address_format(const struct push_address *a, char text[static PUSH_ADDRESS_SIZE]);

uint16_t push_address_port(const struct push_address *a);

/* Opens a listening socket that does not block; *ret_bound is what it is bound to. An IPv6 address
 * takes no IPv4. The descriptor is the caller's. 0, or the error of errno, which stays set. */
int push_address_listen(const struct push_address *a, int *ret_fd, struct push_address *ret_bound);

/* Whether both are one host. An IPv6 host has a whole /64 (RFC 6177), so that is what counts. */
bool push_address_same_host(const struct push_address *a, const struct push_address *b);

#endif
