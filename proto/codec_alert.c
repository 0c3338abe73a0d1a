/* The messages of netral-alert's control socket, both ways. */
#include "proto/codec_internal.h"

/* --- decoding --- */

int decode_alert_list(struct decoder *d, const Netral__V1__AlertList *pb, struct msg_alert_list *m)
{
	(void)d;
	*m = (struct msg_alert_list){pb->request, pb->after_receiver, pb->after_number, pb->limit};
	return NETRAL_OK;
}

static int decode_failure(struct decoder *d, const Netral__V1__AlertFailure *pb,
			  struct alert_failure *f)
{
	f->number = pb->number;
	f->tries = pb->tries;
	f->created_ms = pb->created_ms;
	int r = take_string(d, "receiver", pb->receiver, CODEC_NAME_MAX, &f->receiver);
	if (r == NETRAL_OK)
		r = take_string(d, "id", pb->id, CODEC_REASON_MAX, &f->id);
	return r == NETRAL_OK ? take_string(d, "reason", pb->reason, CODEC_REASON_MAX, &f->reason)
			      : r;
}

int decode_alert_page(struct decoder *d, const Netral__V1__AlertPage *pb, struct msg_alert_page *m)
{
	m->request = pb->request;
	m->more = pb->more;
	m->next_receiver = pb->next_receiver;
	m->next_number = pb->next_number;
	m->failure_count = pb->n_failures;
	int r = take_array(d, "failures", pb->n_failures, CODEC_ALERTS_MAX, sizeof(*m->failures),
			   &m->failures);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_failures; i++) {
		decoder_enter(d, "failures", i);
		r = decode_failure(d, pb->failures[i], &m->failures[i]);
		decoder_leave(d);
	}
	return r;
}

int decode_alert_action(struct decoder *d, const Netral__V1__AlertAction *pb,
			struct msg_alert_action *m)
{
	int verb = 0;
	m->request = pb->request;
	m->number = pb->number;
	int r = take_enum(d, "verb", (int)pb->verb, ALERT_REPLAY, &verb);
	m->verb = (enum alert_verb)verb;
	return r == NETRAL_OK ? take_string(d, "name", pb->name, CODEC_NAME_MAX, &m->name) : r;
}

int decode_alert_action_reply(struct decoder *d, const Netral__V1__AlertActionReply *pb,
			      struct msg_alert_action_reply *m)
{
	(void)d;
	*m = (struct msg_alert_action_reply){pb->request, pb->done};
	return NETRAL_OK;
}

static int decode_receiver(struct decoder *d, const Netral__V1__ReceiverStatus *pb,
			   struct receiver_status *s)
{
	*s = (struct receiver_status){.disabled = pb->disabled,
				      .waiting = pb->waiting,
				      .bytes = pb->bytes,
				      .oldest_ms = pb->oldest_ms,
				      .behind = pb->behind,
				      .tries = pb->tries,
				      .due_ms = pb->due_ms};
	int r = take_string(d, "name", pb->name, CODEC_NAME_MAX, &s->name);
	return r == NETRAL_OK ? take_string(d, "last_error", pb->last_error, CODEC_REASON_MAX,
					    &s->last_error)
			      : r;
}

int decode_receivers(struct decoder *d, const Netral__V1__StatusReply *pb,
		     struct msg_status_reply *m)
{
	m->receiver_count = pb->n_receivers;
	int r = take_array(d, "receivers", pb->n_receivers, CODEC_RECEIVERS_MAX,
			   sizeof(*m->receivers), &m->receivers);
	for (size_t i = 0; r == NETRAL_OK && i < pb->n_receivers; i++) {
		decoder_enter(d, "receivers", i);
		r = decode_receiver(d, pb->receivers[i], &m->receivers[i]);
		decoder_leave(d);
	}
	return r;
}

/* --- encoding --- */

int encode_receivers(struct encoder *e, const struct msg_status_reply *m,
		     Netral__V1__StatusReply *pb)
{
	pb->n_receivers = m->receiver_count;
	int r = encoder_list(e, m->receiver_count, sizeof(**pb->receivers), &pb->receivers);
	for (size_t i = 0; r == NETRAL_OK && i < m->receiver_count; i++) {
		const struct receiver_status *s = &m->receivers[i];
		Netral__V1__ReceiverStatus *to = pb->receivers[i];
		netral__v1__receiver_status__init(to);
		to->name = put_string(s->name);
		to->disabled = s->disabled;
		to->waiting = s->waiting;
		to->bytes = s->bytes;
		to->oldest_ms = s->oldest_ms;
		to->behind = s->behind;
		to->tries = s->tries;
		to->due_ms = s->due_ms;
		r = put_reason(e, s->last_error, &to->last_error);
	}
	return r;
}

int encode_alert_list(struct encoder *e, const struct msg_alert_list *m, Netral__V1__AlertList *pb)
{
	(void)e;
	pb->request = m->request;
	pb->after_receiver = m->after_receiver;
	pb->after_number = m->after_number;
	pb->limit = m->limit;
	return NETRAL_OK;
}

int encode_alert_page(struct encoder *e, const struct msg_alert_page *m, Netral__V1__AlertPage *pb)
{
	pb->request = m->request;
	pb->more = m->more;
	pb->next_receiver = m->next_receiver;
	pb->next_number = m->next_number;
	pb->n_failures = m->failure_count;
	int r = encoder_list(e, m->failure_count, sizeof(**pb->failures), &pb->failures);
	for (size_t i = 0; r == NETRAL_OK && i < m->failure_count; i++) {
		const struct alert_failure *f = &m->failures[i];
		Netral__V1__AlertFailure *to = pb->failures[i];
		netral__v1__alert_failure__init(to);
		to->receiver = put_string(f->receiver);
		to->number = f->number;
		to->id = put_string(f->id);
		to->tries = f->tries;
		to->created_ms = f->created_ms;
		r = put_reason(e, f->reason, &to->reason);
	}
	return r;
}

int encode_alert_action(struct encoder *e, const struct msg_alert_action *m,
			Netral__V1__AlertAction *pb)
{
	(void)e;
	pb->request = m->request;
	pb->verb = (Netral__V1__AlertVerb)m->verb;
	pb->name = put_string(m->name);
	pb->number = m->number;
	return NETRAL_OK;
}

int encode_alert_action_reply(struct encoder *e, const struct msg_alert_action_reply *m,
			      Netral__V1__AlertActionReply *pb)
{
	(void)e;
	pb->request = m->request;
	pb->done = m->done;
	return NETRAL_OK;
}
