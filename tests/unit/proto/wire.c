#include "wire.h"

#include "lib/error.h"

static void varint(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		netral_assert(buf_append(b, &(uint8_t){(uint8_t)(v | 0x80)}, 1) == NETRAL_OK);
	netral_assert(buf_append(b, &(uint8_t){(uint8_t)v}, 1) == NETRAL_OK);
}

void wire_number(struct buf *b, unsigned field, uint64_t value)
{
	varint(b, field << 3);
	varint(b, value);
}

void wire_bytes(struct buf *b, unsigned field, const void *data, size_t len)
{
	varint(b, field << 3 | 2);
	varint(b, len);
	netral_assert(buf_append(b, data, len) == NETRAL_OK);
}

void wire_nest(struct buf *b, unsigned field, struct buf *inner)
{
	wire_bytes(b, field, inner->data, inner->len);
	buf_clear(inner);
}

void wire_envelope(struct buf *b, uint32_t version, unsigned field)
{
	struct buf body = *b;
	buf_init(b, 0);
	wire_number(b, 1, version);
	wire_nest(b, field, &body);
	buf_fini(&body);
}
