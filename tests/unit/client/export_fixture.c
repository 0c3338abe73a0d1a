#include "export_fixture.h"

#include "capture.h"
#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

char *export_to_text(const struct export_format *f, const struct export_settings *settings,
		     const struct update *const *updates, size_t count, uint64_t *ret_left_out)
{
	struct capture c;
	capture_begin(&c);
	struct export_sink sink = {.out = c.out, .settings = settings};
	arena_init(&sink.arena, 1 << 20);
	assert_int_equal(f->begin(&sink), NETRAL_OK);
	for (size_t i = 0; i < count; i++) {
		arena_reset(&sink.arena);
		assert_int_equal(f->put(&sink, updates[i]), NETRAL_OK);
	}
	assert_int_equal(f->end(&sink), NETRAL_OK);
	if (f->fini)
		f->fini(&sink);
	arena_fini(&sink.arena);
	if (ret_left_out)
		*ret_left_out = sink.left_out;
	return capture_end(&c);
}
