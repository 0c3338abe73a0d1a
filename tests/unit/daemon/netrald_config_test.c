#include "daemon/config.h"

#include "lib/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct netrald_config config;
	char error[256];
};

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){.error = ""};
	*state = &f;
	return config_defaults(netrald_options, netrald_option_count, &f.config);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	config_free(netrald_options, netrald_option_count, &f->config);
	return 0;
}

static int set(struct fixture *f, const char *assignment)
{
	return config_set(netrald_options, netrald_option_count, &f->config, assignment, f->error,
			  sizeof(f->error));
}

static void the_defaults_are_valid(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(netrald_config_check(&f->config, f->error, sizeof(f->error)), 0);
	assert_string_equal(f->config.state_dir, "/var/lib/netral");
	assert_string_equal(f->config.spool_dir, "");
	assert_int_equal(f->config.journal_max_bytes, UINT64_C(4) << 30);
	assert_int_equal(f->config.silence_ms, 5000);
	assert_int_equal(f->config.retry_backoff_max_ms, 600000);
	assert_int_equal(netrald_config_log_level(&f->config), LOG_LEVEL_INFO);
}

/* Every bound of the table is reached, and nothing beyond it. */
static void every_bound_is_checked(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < netrald_option_count; i++) {
		const struct config_option *o = &netrald_options[i];
		const char *unit = o->type == CONFIG_MSEC ? "ms" : "";
		char text[64];
		if (o->type == CONFIG_STRING)
			continue;
		snprintf(text, sizeof(text), "%s=%lu%s", o->name, (unsigned long)o->min, unit);
		assert_int_equal(set(f, text), 0);
		snprintf(text, sizeof(text), "%s=%lu%s", o->name, (unsigned long)o->max, unit);
		assert_int_equal(set(f, text), 0);
		snprintf(text, sizeof(text), "%s=%lu%s", o->name, (unsigned long)o->min - 1, unit);
		assert_int_equal(set(f, text), NETRAL_EINVALID);
		snprintf(text, sizeof(text), "%s=%lu%s", o->name, (unsigned long)o->max + 1, unit);
		assert_int_equal(set(f, text), NETRAL_EINVALID);
		assert_non_null(strstr(f->error, o->name));
	}
}

static void expect_refusal(struct fixture *f, const char *assignment, const char *sentence)
{
	assert_int_equal(set(f, assignment), 0);
	assert_int_equal(netrald_config_check(&f->config, f->error, sizeof(f->error)),
			 NETRAL_EINVALID);
	assert_string_equal(f->error, sentence);
}

static void keys_must_fit_together(void **state)
{
	struct fixture *f = *state;
	expect_refusal(f, "silence_ms=1999ms", "silence_ms: must be at least twice heartbeat_ms");
	assert_int_equal(set(f, "silence_ms=2s"), 0);
	expect_refusal(f, "retry_backoff_max_ms=999ms",
		       "retry_backoff_max_ms: must be at least retry_backoff_ms");
	expect_refusal(f, "log_level=loud",
		       "log_level: \"loud\" is not error, warning, info or debug");
	assert_int_equal(set(f, "log_level=info"), 0);
	assert_int_equal(set(f, "retry_backoff_max_ms=1s"), 0);
	expect_refusal(f, "push_listen=localhost:80",
		       "push_listen: \"localhost:80\" is not address:port or [v6]:port");
	expect_refusal(f, "push_listen=[::1]:80", "push_listen: needs push_token_file");
	assert_int_equal(set(f, "push_token_file=/nonexistent"), 0);
	assert_int_equal(netrald_config_check(&f->config, f->error, sizeof(f->error)), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_defaults_are_valid),
		TEST(every_bound_is_checked),
		TEST(keys_must_fit_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
