/* Any bytes as a web archive, read in steps that the first byte tells; and read again from where
 * the reader stood at some record. */
#include "fuzz.h"
#include "lib/error.h"
#include "lib/warc/warc.h"

#include <string.h>

struct archive {
	const uint8_t *data;
	size_t len, at, step;
	bool pausing, paused;
};

static int64_t read_some(void *user, void *data, size_t size)
{
	struct archive *a = user;
	size_t n = a->len - a->at < size ? a->len - a->at : size;
	a->paused = !a->paused;
	if (a->pausing && a->paused)
		return NETRAL_EAGAIN;
	n = n < a->step ? n : a->step;
	if (n > 0)
		memcpy(data, a->data + a->at, n);
	a->at += n;
	return (int64_t)n;
}

static void read_response(struct warc_reader *r)
{
	struct warc_response resp;
	int got;
	while ((got = warc_response(r, &resp)) == NETRAL_EAGAIN)
		;
	if (got == 1)
		got = warc_body(r, &resp);
	netral_assert(got == 0 || got == 1);
	netral_assert(got == 0 || resp.body.len <= WARC_BODY_MAX);
	netral_assert(got == 0 || (resp.status >= 100 && resp.status <= 999));
}

/* Records behind `from`; *ret_middle is where reading may go on behind the first half of `half`. */
static size_t read_all(struct archive *a, struct warc_place from, size_t half,
		       struct warc_place *ret_middle)
{
	struct warc_reader *r;
	struct warc_record record;
	const struct warc_options o = {.read = read_some, .user = a, .from = from};
	size_t count = 0;
	int got;
	netral_assert(from.offset <= a->len);
	a->at = (size_t)from.offset;
	netral_assert(warc_open(&o, &r) == NETRAL_OK);
	while ((got = warc_next(r, &record)) != 0) {
		netral_assert(got == 1 || got == NETRAL_EAGAIN);
		if (got != 1)
			continue;
		read_response(r);
		netral_assert(warc_memory(r) <= WARC_MEMORY_MAX);
		netral_assert(warc_bytes_read(r) <= a->len);
		if (++count == half)
			*ret_middle = warc_place(r);
	}
	warc_close(r);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t steps[] = {1, 13, 4096, 1 << 20};
	struct archive a = {.data = data, .len = size, .step = 1 << 20};
	struct warc_place middle = {0};
	if (size > 0) {
		a.step = steps[data[0] % 4];
		a.pausing = data[0] & 4;
		a.data++;
		a.len--;
	}
	/* Each record has a mark, of raw bytes or inflated ones: what is read again is less. */
	size_t count = read_all(&a, middle, 2, &middle);
	if (count > 2)
		netral_assert(read_all(&a, middle, 0, &middle) <= count);
	return 0;
}
