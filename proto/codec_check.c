/* One taker a kind of field. Each names the field and what is wrong with it, so that the author of
 * a client in another language is told what to mend. */
#include "proto/codec_internal.h"

#include "lib/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void decoder_enter(struct decoder *d, const char *name, size_t index)
{
	netral_assert(d->depth < DECODER_DEPTH_MAX);
	d->path[d->depth].name = name;
	d->path[d->depth].index = index;
	d->path[d->depth].listed = true;
	d->depth++;
}

void decoder_enter_message(struct decoder *d, const char *name)
{
	decoder_enter(d, name, 0);
	d->path[d->depth - 1].listed = false;
}

void decoder_leave(struct decoder *d)
{
	d->depth--;
}

/* Appends to the reason; what does not fit is cut. */
static size_t say(struct codec_fault *f, size_t at, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
static size_t say(struct codec_fault *f, size_t at, const char *format, va_list args)
{
	int n = vsnprintf(f->reason + at, sizeof(f->reason) - at, format, args);
	size_t room = sizeof(f->reason) - at - 1;
	return at + (n < 0 ? 0 : (size_t)n < room ? (size_t)n : room);
}

static size_t say_more(struct codec_fault *f, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static size_t say_more(struct codec_fault *f, size_t at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	at = say(f, at, format, args);
	va_end(args);
	return at;
}

static size_t say_path(const struct decoder *d, const char *field)
{
	size_t at = 0;
	for (int i = 0; i < d->depth; i++) {
		at = say_more(d->fault, at, "%s", d->path[i].name);
		if (d->path[i].listed)
			at = say_more(d->fault, at, "[%zu]", d->path[i].index);
		at = say_more(d->fault, at, ".");
	}
	return say_more(d->fault, at, "%s: ", field);
}

int decoder_refuse(struct decoder *d, const char *field, const char *format, ...)
{
	size_t at = say_path(d, field);
	va_list args;
	va_start(args, format);
	say(d->fault, at, format, args);
	va_end(args);
	d->fault->code = CODE_MALFORMED;
	return NETRAL_EMALFORMED;
}

int decoder_exhausted(struct decoder *d, size_t wanted)
{
	const struct arena *a = d->arena;
	if (wanted > a->limit || a->used > a->limit - wanted) {
		d->fault->code = CODE_TOO_BIG;
		say_more(d->fault, 0, "the message needs more than %zu bytes when decoded",
			 a->limit);
		return NETRAL_ETOOBIG;
	}
	d->fault->code = CODE_BUSY;
	say_more(d->fault, 0, "out of memory");
	return NETRAL_ENOMEM;
}

int take_count(struct decoder *d, const char *field, size_t count, size_t max)
{
	if (count > max)
		return decoder_refuse(d, field, "%zu entries exceed the limit of %zu", count, max);
	return NETRAL_OK;
}

int take_array(struct decoder *d, const char *field, size_t count, size_t max, size_t size,
	       void *ret_array)
{
	int r = take_count(d, field, count, max);
	if (r < 0 || count == 0)
		return r;
	void *array = arena_calloc(d->arena, count, size);
	if (!array)
		return decoder_exhausted(d, count * size);
	memcpy(ret_array, &array, sizeof(array));
	return NETRAL_OK;
}

int take_range(struct decoder *d, const char *field, uint64_t value, uint64_t min, uint64_t max)
{
	if (value < min || value > max)
		return decoder_refuse(d, field, "%llu is not within %llu to %llu",
				      (unsigned long long)value, (unsigned long long)min,
				      (unsigned long long)max);
	return NETRAL_OK;
}

int take_enum(struct decoder *d, const char *field, int value, int max, int *ret)
{
	if (value < 1 || value > max)
		return decoder_refuse(d, field, "%d is not within 1 to %d", value, max);
	*ret = value;
	return NETRAL_OK;
}

static int check_utf8(struct decoder *d, const char *field, const char *s, size_t len)
{
	size_t at = 0;
	int r = utf8_check(s, len, &at);
	if (r == NETRAL_EENCODING)
		return decoder_refuse(d, field, "byte %zu is not valid UTF-8", at);
	if (r < 0)
		return decoder_refuse(d, field, "NUL byte at byte %zu", at);
	return NETRAL_OK;
}

static int check_len(struct decoder *d, const char *field, size_t len, size_t max)
{
	if (len > max)
		return decoder_refuse(d, field, "%zu bytes exceed the limit of %zu", len, max);
	return NETRAL_OK;
}

int take_string(struct decoder *d, const char *field, const char *s, size_t max, const char **ret)
{
	size_t len = strlen(s);
	int r = check_len(d, field, len, max);
	if (r == NETRAL_OK)
		r = check_utf8(d, field, s, len);
	*ret = s;
	return r;
}

int take_text(struct decoder *d, const char *field, ProtobufCBinaryData b, size_t max,
	      struct text *ret)
{
	*ret = b.len ? (struct text){(const char *)b.data, b.len} : (struct text){"", 0};
	int r = check_len(d, field, ret->len, max);
	return r == NETRAL_OK ? check_utf8(d, field, ret->ptr, ret->len) : r;
}

/* Ids, epochs and hashes have one length each. */
static int take_fixed(struct decoder *d, const char *field, ProtobufCBinaryData b, size_t len,
		      uint8_t *ret)
{
	if (b.len != len)
		return decoder_refuse(d, field, "%zu bytes instead of %zu", b.len, len);
	memcpy(ret, b.data, len);
	return NETRAL_OK;
}

int take_id(struct decoder *d, const char *field, ProtobufCBinaryData b, struct article_id *ret)
{
	return take_fixed(d, field, b, ARTICLE_ID_BYTES, ret->bytes);
}

int take_epoch(struct decoder *d, const char *field, ProtobufCBinaryData b, struct epoch *ret)
{
	return take_fixed(d, field, b, CODEC_EPOCH_BYTES, ret->bytes);
}

int take_optional_epoch(struct decoder *d, const char *field, ProtobufCBinaryData b, bool *ret_has,
			struct epoch *ret)
{
	*ret_has = b.len > 0;
	return *ret_has ? take_epoch(d, field, b, ret) : NETRAL_OK;
}

int decode_classifier(struct decoder *d, const char *field, const Netral__V1__Classifier *pb,
		      struct classifier_version *v)
{
	if (!pb)
		return decoder_refuse(d, field, "missing");
	v->revision = pb->revision;
	decoder_enter_message(d, field);
	int r = take_fixed(d, "data_hash", pb->data_hash, sizeof(v->data_hash), v->data_hash);
	decoder_leave(d);
	return r;
}

/* The number of `digits` digits at `s`, or -1. */
static int number_at(const char *s, int digits)
{
	int n = 0;
	for (int i = 0; i < digits; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (s[i] - '0');
	}
	return n;
}

static bool within(int n, int min, int max)
{
	return n >= min && n <= max;
}

bool date_form_ok(const char *s, size_t len)
{
	if (strlen(s) != len || !within(number_at(s, 4), 0, 9999))
		return false;
	if (len == 4)
		return true;
	if (s[4] != '-' || !within(number_at(s + 5, 2), 1, 12))
		return false;
	return len == 7 || (len == 10 && s[7] == '-' && within(number_at(s + 8, 2), 1, 31));
}

int take_day(struct decoder *d, const char *field, const char *s, const char **ret)
{
	*ret = s;
	if (s[0] != '\0' && !date_form_ok(s, strlen("2024-08-21")))
		return decoder_refuse(d, field, "not a day such as 2024-08-21");
	return NETRAL_OK;
}
