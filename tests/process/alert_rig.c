#include "tests/process/alert_rig.h"

#include "lib/clock.h"

#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int alert_rig_set_up(void **state)
{
	struct alert_rig *a = calloc(1, sizeof(*a));
	assert_non_null(a);
	bench_begin(&a->b, NULL, NULL);
	a->hook = hook_start();
	rig_write_file(&a->b.rig, "alerts.conf", "", 0);
	peer_open(&a->control, a->b.transport, rig_endpoint(&a->b.rig, "alert-control"));
	*state = a;
	return 0;
}

int alert_rig_tear_down(void **state)
{
	struct alert_rig *a = *state;
	peer_close(&a->control);
	bench_end(&a->b);
	hook_stop(a->hook);
	free(a);
	return 0;
}

void alert_rig_section(struct alert_rig *a, const char *section)
{
	rig_append(&a->b.rig, "alerts.conf", section);
}

void alert_rig_receiver(struct alert_rig *a, const char *name, const char *path, const char *keys)
{
	char section[2048];
	snprintf(section, sizeof(section), "receiver \"%s\" {\n\turl = \"%s\"\n%s}\n", name,
		 hook_url(a->hook, path), keys);
	alert_rig_section(a, section);
}

void alert_rig_launch(struct alert_rig *a, const char *const *env)
{
	char state[RIG_PATH_SIZE + 16], run[RIG_PATH_SIZE + 16], rules[RIG_PATH_SIZE + 16];
	snprintf(state, sizeof(state), "state_dir=%s", rig_path(&a->b.rig, "state"));
	snprintf(run, sizeof(run), "runtime_dir=%s", a->b.rig.dir);
	snprintf(rules, sizeof(rules), "rules_file=%s", rig_path(&a->b.rig, "alerts.conf"));
	const char *args[32] = {"--config", "/dev/null",
				"--set",    state,
				"--set",    run,
				"--set",    rules,
				"--set",    "contact=tests@netral.invalid",
				"--set",    "allow_addresses=127.0.0.0/8",
				"--set",    "names=full"};
	size_t n = 14;
	for (size_t i = 0; i < a->set_count; i++) {
		args[n++] = "--set";
		args[n++] = a->sets[i];
	}
	char retries[256];
	snprintf(retries, sizeof(retries), "retry_schedule=%s",
		 a->retries ? a->retries : "10ms 10ms 10ms 10ms 10ms 10ms 10ms 10ms 10ms");
	args[n++] = "--set";
	args[n] = retries;
	a->alert = rig_start(&a->b.rig, "netral-alert", args, env);
}

void alert_rig_start(struct alert_rig *a)
{
	alert_rig_launch(a, NULL);
	rig_wait_ready(a->alert);
	rig_wait_status(a->alert, "running");
}

uint64_t alert_rig_counter(struct alert_rig *a, const char *name)
{
	struct message m = {.type = MSG_STATUS_REQUEST, .status_request = {++a->b.request}};
	peer_send(&a->control, &m);
	const struct msg_status_reply *reply =
		&peer_receive(&a->control, MSG_STATUS_REPLY)->status_reply;
	for (size_t i = 0; i < reply->counter_count; i++) {
		if (strcmp(reply->counters[i].name, name) == 0)
			return reply->counters[i].value;
	}
	rig_fail("no counter %s", name);
	return 0;
}

void alert_rig_wait_counter(struct alert_rig *a, const char *name, uint64_t value)
{
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS, is;
	while ((is = alert_rig_counter(a, name)) != value) {
		if (clock_ms() > deadline)
			rig_fail("%s is %lu instead of %lu", name, (unsigned long)is,
				 (unsigned long)value);
	}
}

int alert_rig_ask(struct alert_rig *a, const char *const *words)
{
	const char *args[12] = {"alert"};
	size_t n = 1;
	while (*words)
		args[n++] = *words++;
	args[n++] = "--runtime-dir";
	args[n] = a->b.rig.dir;
	return rig_wait_exit(rig_start(&a->b.rig, "netral", args, NULL));
}

void alert_rig_record(struct alert_rig *a, unsigned from, unsigned to)
{
	bench_record_range(&a->b, from, to, "81.71");
}

static unsigned number_of(const struct hook_message *m)
{
	json_error_t error;
	const char *title = "";
	unsigned number = UINT32_MAX;
	json_t *event = json_loads(m->body, 0, &error);
	assert_non_null(event);
	json_unpack(event, "{s:{s:{s:s}}}", "data", "article", "title", &title);
	assert_int_equal(sscanf(title, "Title %u", &number), 1);
	json_decref(event);
	return number;
}

void alert_rig_expect_all(struct alert_rig *a, const char *path, unsigned count)
{
	char last[32];
	snprintf(last, sizeof(last), "\"Title %u\"", count - 1);
	hook_await_text(a->hook, path, last);
	unsigned next = 0, messages = hook_count(a->hook, path);
	const char **ids = calloc(count, sizeof(*ids));
	assert_non_null(ids);
	for (unsigned i = 0; i < messages; i++) {
		const struct hook_message *m = hook_message(a->hook, path, i);
		unsigned number = number_of(m);
		if (number > next || number >= count)
			rig_fail("%s: event %u after %u, id %s", path, number, next, m->id);
		if (number == next)
			ids[next++] = m->id;
		assert_string_equal(m->id, ids[number]);
	}
	assert_int_equal(next, count);
	free(ids);
}
