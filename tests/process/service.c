#include "tests/process/service.h"

#include "lib/error.h"
#include "tests/process/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

#include <cmocka.h>

enum { HWM = 100 };

void service_open(struct service *s, struct transport *t, const char *endpoint)
{
	*s = (struct service){0};
	codec_arena_init(&s->arena);
	int r = transport_open(t, TRANSPORT_ROUTER, endpoint, HWM, 0, &s->socket);
	if (r < 0)
		rig_fail("%s: %s", endpoint, netral_strerror(r));
}

void service_close(struct service *s)
{
	transport_close(s->socket);
	arena_fini(&s->arena);
	*s = (struct service){0};
}

const struct message *service_receive(struct service *s, enum msg_type type)
{
	zmq_pollitem_t item = {s->socket, 0, ZMQ_POLLIN, 0};
	struct codec_fault fault;
	struct frame f;
	if (zmq_poll(&item, 1, RIG_DEADLINE_MS) <= 0)
		rig_fail("service: no %s came", codec_type_name(type));
	int r = transport_recv_from(s->socket, &s->asker, &f);
	if (r != 1)
		rig_fail("service: receive: %s", netral_strerror(r));
	arena_reset(&s->arena);
	if (codec_decode(frame_data(&f), frame_len(&f), &s->arena, &s->question, &fault) < 0)
		rig_fail("service: got what does not decode: %s", fault.reason);
	frame_close(&f);
	if (s->question.type != type)
		rig_fail("service: got %s instead of %s", codec_type_name(s->question.type),
			 codec_type_name(type));
	return &s->question;
}

void service_answer(struct service *s, const struct message *m)
{
	struct buf b = {0};
	assert_int_equal(codec_encode(m, &b), 0);
	int r = transport_send_to(s->socket, &s->asker, &b);
	buf_fini(&b);
	if (r < 0)
		rig_fail("service: send: %s", netral_strerror(r));
}
