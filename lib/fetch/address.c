#include "lib/fetch/address.h"

#include "lib/cleanup.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct range {
	const char *name;
	struct cidr cidr;
};

#define V4(a, b, c, d, bits_)                                                                      \
	{                                                                                          \
		.family = AF_INET, .bits = (bits_), .bytes = { a, b, c, d }                        \
	}
#define V6(bits_, ...)                                                                             \
	{                                                                                          \
		.family = AF_INET6, .bits = (bits_), .bytes = { __VA_ARGS__ }                      \
	}

static const struct range ipv4_ranges[] = {
	{"unspecified", V4(0, 0, 0, 0, 8)},
	{"private", V4(10, 0, 0, 0, 8)},
	{"carrier-grade NAT", V4(100, 64, 0, 0, 10)},
	{"loopback", V4(127, 0, 0, 0, 8)},
	{"link-local", V4(169, 254, 0, 0, 16)},
	{"private", V4(172, 16, 0, 0, 12)},
	{"protocol assignment", V4(192, 0, 0, 0, 24)},
	{"documentation", V4(192, 0, 2, 0, 24)},
	{"6to4 relay", V4(192, 88, 99, 0, 24)},
	{"private", V4(192, 168, 0, 0, 16)},
	{"benchmarking", V4(198, 18, 0, 0, 15)},
	{"documentation", V4(198, 51, 100, 0, 24)},
	{"documentation", V4(203, 0, 113, 0, 24)},
	{"multicast", V4(224, 0, 0, 0, 4)},
	{"reserved", V4(240, 0, 0, 0, 4)},
};

/* The narrower first. */
static const struct range ipv6_ranges[] = {
	{"unspecified", V6(128, 0)},
	{"loopback", V6(128, [15] = 1)},
	{"IPv4-compatible", V6(96, 0)},
	{"IPv4-mapped", V6(96, [10] = 0xff, 0xff)},
	{"local NAT64", V6(48, 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)},
	{"discard", V6(32, 0x01, 0x00)},
	{"protocol assignment", V6(23, 0x20, 0x01, 0x00)},
	{"documentation", V6(32, 0x20, 0x01, 0x0d, 0xb8)},
	{"6to4", V6(16, 0x20, 0x02)},
	{"documentation", V6(20, 0x3f, 0xff)},
	{"segment routing", V6(16, 0x5f, 0x00)},
	{"unique local", V6(7, 0xfc)},
	{"link-local", V6(10, 0xfe, 0x80)},
	{"site-local", V6(10, 0xfe, 0xc0)},
	{"multicast", V6(8, 0xff)},
};

static const struct cidr nat64 = V6(96, 0x00, 0x64, 0xff, 0x9b);
static const struct cidr global_unicast = V6(3, 0x20);

static bool contains(const struct cidr *c, sa_family_t family, const uint8_t *bytes)
{
	size_t whole = c->bits / 8;
	unsigned rest = c->bits % 8;
	if (c->family != family || memcmp(c->bytes, bytes, whole) != 0)
		return false;
	return rest == 0 || (uint8_t)(c->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static const char *find(const struct range *ranges, size_t count, const uint8_t *bytes)
{
	for (size_t i = 0; i < count; i++) {
		if (contains(&ranges[i].cidr, ranges[i].cidr.family, bytes))
			return ranges[i].name;
	}
	return NULL;
}

static const char *ipv4_refusal(const uint8_t *bytes)
{
	return find(ipv4_ranges, netral_countof(ipv4_ranges), bytes);
}

static const char *ipv6_refusal(const uint8_t *bytes)
{
	if (contains(&nat64, AF_INET6, bytes))
		return ipv4_refusal(bytes + 12);
	const char *name = find(ipv6_ranges, netral_countof(ipv6_ranges), bytes);
	if (name || contains(&global_unicast, AF_INET6, bytes))
		return name;
	return "unassigned";
}

static const uint8_t *bytes_of(const struct sockaddr *address)
{
	const void *a = address;
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)a)->sin_addr;
	if (address->sa_family == AF_INET6)
		return ((const struct sockaddr_in6 *)a)->sin6_addr.s6_addr;
	return NULL;
}

const char *address_refusal(const struct sockaddr *address, const struct cidr *allow, size_t count)
{
	const uint8_t *bytes = bytes_of(address);
	if (!bytes)
		return "not an Internet address";
	for (size_t i = 0; i < count; i++) {
		if (contains(&allow[i], address->sa_family, bytes))
			return NULL;
	}
	return address->sa_family == AF_INET ? ipv4_refusal(bytes) : ipv6_refusal(bytes);
}

void address_format(const struct sockaddr *address, char text[static ADDRESS_TEXT_SIZE])
{
	char plain[INET6_ADDRSTRLEN];
	const uint8_t *bytes = bytes_of(address);
	if (!bytes || !inet_ntop(address->sa_family, bytes, plain, sizeof(plain))) {
		snprintf(text, ADDRESS_TEXT_SIZE, "?");
		return;
	}
	bool v6 = address->sa_family == AF_INET6;
	snprintf(text, ADDRESS_TEXT_SIZE, "%s%s%s", v6 ? "[" : "", plain, v6 ? "]" : "");
}

/* No bit behind the prefix: "10.1.2.3/8" is more likely a slip than a wish. */
static bool ends_in_zeros(const struct cidr *c, size_t size)
{
	for (size_t bit = c->bits; bit < size * 8; bit++) {
		if (c->bytes[bit / 8] & (0x80 >> bit % 8))
			return false;
	}
	return true;
}

static bool parse_bits(const char *text, size_t max, uint8_t *ret_bits)
{
	size_t bits = 0, digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 3 || text[digits] != '\0')
		return false;
	for (size_t i = 0; i < digits; i++)
		bits = bits * 10 + (size_t)(text[i] - '0');
	*ret_bits = (uint8_t)bits;
	return bits <= max;
}

bool cidr_parse(const char *text, struct cidr *ret_cidr)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = strcspn(text, "/");
	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';

	struct cidr c = {.family = strchr(address, ':') ? AF_INET6 : AF_INET};
	size_t size = c.family == AF_INET6 ? 16 : 4;
	if (inet_pton(c.family, address, c.bytes) != 1)
		return false;
	c.bits = (uint8_t)(size * 8);
	if (text[len] == '/' && !parse_bits(text + len + 1, size * 8, &c.bits))
		return false;
	*ret_cidr = c;
	return ends_in_zeros(&c, size);
}
