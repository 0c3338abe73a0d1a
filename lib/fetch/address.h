/* address.h - which addresses are not for us.
 *
 * Source: the IANA IPv4 and IPv6 Special-Purpose Address Registries (what is not "globally
 * reachable"), the IPv4 and IPv6 multicast registries, RFC 4291 and RFC 3879 (::/96, fec0::/10).
 * Whatever lies outside 2000::/3, the only block of global unicast IPv6, is refused as well.
 * An address of the NAT64 prefix 64:ff9b::/96 (RFC 6052) is judged as the IPv4 address it reaches;
 * IPv4-mapped, 6to4 and Teredo addresses are refused whatever they hold. Any thread. */
#ifndef NETRAL_LIB_FETCH_ADDRESS_H
#define NETRAL_LIB_FETCH_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct cidr {
	sa_family_t family;
	uint8_t bits;
	uint8_t bytes[16];
};

/* "10.0.0.0/8", "fd00::/8", or an address alone. False when it is none, or has bits set behind the
 * prefix. */
bool cidr_parse(const char *text, struct cidr *ret_cidr);

/* NULL when a connection to `address` is in order; else what it is, such as "loopback". `allow`
 * is asked first, with the address as it stands. */
const char *address_refusal(const struct sockaddr *address, const struct cidr *allow, size_t count);

/* As in "192.0.2.1" or "[2001:db8::1]"; "?" for another family. */
enum { ADDRESS_TEXT_SIZE = 64 };
void address_format(const struct sockaddr *address, char text[static ADDRESS_TEXT_SIZE]);

#endif
