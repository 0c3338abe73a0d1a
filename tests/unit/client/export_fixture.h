/* export_fixture.h - updates through a format into a string. Fails the running test. */
#ifndef NETRAL_TESTS_CLIENT_EXPORT_FIXTURE_H
#define NETRAL_TESTS_CLIENT_EXPORT_FIXTURE_H

#include "client/export/export.h"

/* The whole of what the format writes for these updates; malloc'd. *ret_left_out may be NULL. */
char *export_to_text(const struct export_format *f, const struct export_settings *settings,
		     const struct update *const *updates, size_t count, uint64_t *ret_left_out);

#endif
