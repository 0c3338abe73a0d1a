#include "daemon/push_address.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

enum {
	HOST_SIZE = 46, /* INET6_ADDRSTRLEN */
	/* Connections that the kernel keeps until they are accepted. */
	BACKLOG = 64,
	IPV6_SUBNET_BYTES = 8,
};

static int parse_port(const char *text, uint16_t *ret_port)
{
	uint32_t port = 0;
	if (!text[0])
		return NETRAL_EINVALID;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return NETRAL_EINVALID;
		port = port * 10 + (uint32_t)(*text - '0');
		if (port > UINT16_MAX)
			return NETRAL_EINVALID;
	}
	*ret_port = htons((uint16_t)port);
	return NETRAL_OK;
}

static int set_ipv4(const char *host, uint16_t port, struct push_address *ret)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = port};
	if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
		return NETRAL_EINVALID;
	memcpy(&ret->storage, &in, sizeof(in));
	ret->len = sizeof(in);
	return NETRAL_OK;
}

static int set_ipv6(const char *host, uint16_t port, struct push_address *ret)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = port};
	if (inet_pton(AF_INET6, host, &in6.sin6_addr) != 1)
		return NETRAL_EINVALID;
	memcpy(&ret->storage, &in6, sizeof(in6));
	ret->len = sizeof(in6);
	return NETRAL_OK;
}

int push_address_parse(const char *text, struct push_address *ret_address)
{
	char host[HOST_SIZE];
	uint16_t port;
	bool is_ipv6 = text[0] == '[';
	const char *begin = text + is_ipv6;
	const char *end = is_ipv6 ? strchr(text, ']') : strrchr(text, ':');
	if (!end || (is_ipv6 && end[1] != ':') || end - begin >= HOST_SIZE)
		return NETRAL_EINVALID;
	if (parse_port(end + 1 + is_ipv6, &port) < 0)
		return NETRAL_EINVALID;
	snprintf(host, sizeof(host), "%.*s", (int)(end - begin), begin);
	*ret_address = (struct push_address){.len = 0};
	return is_ipv6 ? set_ipv6(host, port, ret_address) : set_ipv4(host, port, ret_address);
}

static struct sockaddr_in6 as_ipv6(const struct push_address *a)
{
	struct sockaddr_in6 in6;
	memcpy(&in6, &a->storage, sizeof(in6));
	return in6;
}

static struct sockaddr_in as_ipv4(const struct push_address *a)
{
	struct sockaddr_in in;
	memcpy(&in, &a->storage, sizeof(in));
	return in;
}

uint16_t push_address_port(const struct push_address *a)
{
	return ntohs(a->storage.ss_family == AF_INET6 ? as_ipv6(a).sin6_port : as_ipv4(a).sin_port);
}

void push_address_format(const struct push_address *a, char text[static PUSH_ADDRESS_SIZE])
{
	char host[HOST_SIZE] = "?";
	bool is_ipv6 = a->storage.ss_family == AF_INET6;
	if (is_ipv6) {
		struct sockaddr_in6 in6 = as_ipv6(a);
		inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof(host));
	} else {
		struct sockaddr_in in = as_ipv4(a);
		inet_ntop(AF_INET, &in.sin_addr, host, sizeof(host));
	}
	snprintf(text, PUSH_ADDRESS_SIZE, is_ipv6 ? "[%s]:%u" : "%s:%u", host,
		 push_address_port(a));
}

static bool bind_and_listen(int fd, const struct push_address *a, struct push_address *ret_bound)
{
	struct sockaddr_storage storage;
	const int on = 1;
	/* Connections of the run before, in TIME_WAIT, must not keep a restart from listening. */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return false;
	if (a->storage.ss_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return false;
	memcpy(&storage, &a->storage, sizeof(storage));
	if (bind(fd, (struct sockaddr *)&storage, a->len) < 0 || listen(fd, BACKLOG) < 0)
		return false;
	ret_bound->len = sizeof(ret_bound->storage);
	return getsockname(fd, (struct sockaddr *)&ret_bound->storage, &ret_bound->len) == 0;
}

int push_address_listen(const struct push_address *a, int *ret_fd, struct push_address *ret_bound)
{
	int fd = socket(a->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return netral_error_from_errno(errno);
	if (!bind_and_listen(fd, a, ret_bound)) {
		int err = errno;
		close(fd);
		errno = err;
		return netral_error_from_errno(err);
	}
	*ret_fd = fd;
	return NETRAL_OK;
}

bool push_address_same_host(const struct push_address *a, const struct push_address *b)
{
	if (a->storage.ss_family != b->storage.ss_family)
		return false;
	if (a->storage.ss_family == AF_INET)
		return as_ipv4(a).sin_addr.s_addr == as_ipv4(b).sin_addr.s_addr;
	struct sockaddr_in6 x = as_ipv6(a), y = as_ipv6(b);
	return memcmp(&x.sin6_addr, &y.sin6_addr, IPV6_SUBNET_BYTES) == 0;
}
