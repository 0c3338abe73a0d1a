#include "daemon/articles_socket.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/log.h"

#include <stdlib.h>
#include <string.h>

enum { BURST = 64, HWM = 1000, TOPIC_LEN = sizeof(ARTICLES_TOPIC) - 1 };

struct articles_socket {
	void *socket;
	struct counters *counters;
	/* Bit n: someone subscribed to the first n bytes of the topic. A subscriber's exact filter
	   does not matter beyond that. */
	unsigned prefixes;
	uint64_t published;
	struct buf out;
};

/* The first byte says whether, the rest is the prefix. libzmq reports each subscription, and an
 * unsubscription when it was the last of its prefix. */
static void on_subscription(struct articles_socket *s, const uint8_t *data, size_t len)
{
	if (len == 0 || data[0] > 1 || len - 1 > TOPIC_LEN ||
	    memcmp(data + 1, ARTICLES_TOPIC, len - 1) != 0)
		return;
	if (data[0] == 1)
		s->prefixes |= 1U << (len - 1);
	else
		s->prefixes &= ~(1U << (len - 1));
}

static int on_readable(void *user)
{
	struct articles_socket *s = user;
	for (int i = 0; i < BURST; i++) {
		struct frame f;
		int r = transport_recv(s->socket, &f);
		if (r == 0)
			break;
		if (r < 0) {
			s->counters->peers.protocol_errors++;
			continue;
		}
		on_subscription(s, frame_data(&f), frame_len(&f));
		frame_close(&f);
	}
	return NETRAL_OK;
}

static void articles_socket_freep(struct articles_socket **s)
{
	articles_socket_free(*s);
}

int articles_socket_new(const char *address, struct transport *t, struct loop *l,
			struct counters *c, struct articles_socket **ret_socket)
{
	netral_cleanup(articles_socket_freep) struct articles_socket *s =
		fault_calloc(1, sizeof(*s));
	if (!s)
		return NETRAL_ENOMEM;
	s->counters = c;
	buf_init(&s->out, CODEC_FRAME_MAX);
	int r = transport_open(t, TRANSPORT_PUBLISHER, address, HWM, 0, &s->socket);
	if (r < 0) {
		log_error("articles: cannot bind, endpoint=%s error=\"%s\"", address,
			  netral_strerror(r));
		return r;
	}
	loop_add(l, s->socket, -1, on_readable, s);
	*ret_socket = netral_take(s);
	return NETRAL_OK;
}

void articles_socket_free(struct articles_socket *s)
{
	if (!s)
		return;
	transport_close(s->socket);
	buf_fini(&s->out);
	free(s);
}

int articles_socket_publish(struct articles_socket *s, struct journal *j, uint64_t after_seq)
{
	uint64_t seq = after_seq;
	struct bytes article;
	int r = 0;
	while (s->prefixes && (r = journal_next(j, seq, &seq, &article)) > 0) {
		buf_clear(&s->out);
		if (codec_encode_stored_article(article, &s->out) < 0 ||
		    transport_publish(s->socket, ARTICLES_TOPIC, &s->out) < 0)
			s->counters->peers.unsent++;
		else
			s->published++;
	}
	return r;
}

uint64_t articles_socket_published(const struct articles_socket *s)
{
	return s->published;
}
