/* server.h - an HTTP server of a test: on a loopback address and a port of the kernel's choice, one
 * thread a connection. What a path answers is a function of the test, on the bare connection. */
#ifndef NETRAL_TESTS_FETCH_SERVER_H
#define NETRAL_TESTS_FETCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct server;
struct connection;

/* Answers one request; false closes the connection. Runs in a thread of the server. */
typedef bool server_fn(struct connection *c, void *user);

/* NULL when the address is not there. */
struct server *server_start(const char *address);
/* Ends every connection and waits for the threads. */
void server_stop(struct server *s);

/* What a path answers; before it is asked. "*" stands for every other path. */
void server_on(struct server *s, const char *path, server_fn *fn, void *user);

int server_port(const struct server *s);
/* "http://ADDRESS:PORT/path", in a ring of buffers that holds the last eight. */
const char *server_url(struct server *s, const char *path);

struct server_counts {
	unsigned connections;
	unsigned requests;
	unsigned now;  /* requests that are being answered */
	unsigned most; /* the largest `now` so far */
};
struct server_counts server_counts(struct server *s);
/* Waits until `requests` have come in. */
void server_await(struct server *s, unsigned requests);

/* For the functions of a test. Sending is false when the peer is gone. */
const char *connection_head(const struct connection *c); /* of the request */
const char *connection_path(const struct connection *c);
/* Reads the body that a Content-Length states, and puts a NUL behind it. False when it does not fit
 * or does not come. Once a request. */
bool connection_body(struct connection *c, char *body, size_t size);
bool connection_send(struct connection *c, const void *data, size_t len);
bool connection_printf(struct connection *c, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* False when the server stops or the peer closes before the time is over. */
bool connection_pause(struct connection *c, int ms);
/* Until one of the two happens. */
void connection_linger(struct connection *c);
/* Closes so that the peer sees a reset. */
void connection_reset(struct connection *c);

#endif
