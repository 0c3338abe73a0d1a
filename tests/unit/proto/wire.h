/* wire.h - writes protobuf fields one by one, for messages that no encoder would write. */
#ifndef NETRAL_TESTS_PROTO_WIRE_H
#define NETRAL_TESTS_PROTO_WIRE_H

#include "lib/buf.h"

void wire_number(struct buf *b, unsigned field, uint64_t value);
void wire_bytes(struct buf *b, unsigned field, const void *data, size_t len);
/* Field `field` holding what `inner` holds; clears `inner`. */
void wire_nest(struct buf *b, unsigned field, struct buf *inner);
/* Turns the body in `b` into Envelope{version, field: body}. */
void wire_envelope(struct buf *b, uint32_t version, unsigned field);

#endif
