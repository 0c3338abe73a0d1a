/* push_client.h - the test's own HTTP client, of bytes on a socket, and a netrald that it pushes
 * to. Waits and fails as rig.h says. */
#ifndef NETRAL_TESTS_PROCESS_PUSH_CLIENT_H
#define NETRAL_TESTS_PROCESS_PUSH_CLIENT_H

#include "tests/process/daemon_rig.h"

#include <stdbool.h>
#include <stddef.h>

#define PUSH_TEST_TOKEN "rahasia-untuk-uji-0123456789"

/* What a good request has; more lines may follow, each with \r\n. */
#define PUSH_POST                                                                                  \
	"POST /v1/articles HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " PUSH_TEST_TOKEN "\r\n"
#define PUSH_JSON_TYPE "Content-Type: application/json\r\n"
#define PUSH_HTML_TYPE "Content-Type: text/html\r\n"

/* Sets push_listen (a port of the kernel's choice on 127.0.0.1) and push_token_file. */
void push_client_configure(struct daemon_rig *d);

struct push_client {
	int fd;
	char bytes[16384]; /* read and not yet taken */
	size_t len;
	bool is_head;    /* the request was HEAD: its response has no body */
	char head[4096]; /* of the response read last */
	char body[4096];
};

/* Connects from address `from`, such as "127.0.0.1". Ends with push_client_close(). */
void push_client_open(struct push_client *c, struct daemon_rig *d, const char *from);
void push_client_close(struct push_client *c);

/* Sends; what the peer does not take because it has closed is left out. */
void push_client_send(struct push_client *c, const void *data, size_t len);
void push_client_say(struct push_client *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* No more will be sent. */
void push_client_finish(struct push_client *c);

/* PUSH_POST with `type`, a length, and this body. */
void push_client_post(struct push_client *c, const char *type, const char *body);
/* A JSON article with this number, other than any other number's. */
void push_client_post_article(struct push_client *c, unsigned n);

/* The next response: its code; 0 when the connection has ended instead. */
int push_client_read(struct push_client *c);
/* The same; fails the test unless the code is this one. */
void push_client_expect(struct push_client *c, int code);
/* Fails the test unless the response read last holds this in its head or its body. */
void push_client_expect_text(const struct push_client *c, const char *text);

/* Until the connection has ended, whatever comes before. */
void push_client_wait_end(struct push_client *c);

/* Whether the connection has ended, or does within `ms`. Without anything unread. */
bool push_client_has_ended(struct push_client *c, int ms);

#endif
