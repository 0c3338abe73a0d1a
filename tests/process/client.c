#include "tests/process/client.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cmocka.h>

struct rig_process *client_start(struct rig *rig, const char *const *args)
{
	char runtime[RIG_PATH_SIZE];
	snprintf(runtime, sizeof(runtime), "NETRAL_RUNTIME_DIR=%s", rig->dir);
	const char *const env[] = {runtime, "TZ=UTC", NULL};
	return rig_start(rig, "netral", args, env);
}

int client_run(struct rig *rig, struct rig_process **ret_process, const char *const *args)
{
	struct rig_process *p = client_start(rig, args);
	if (ret_process)
		*ret_process = p;
	return rig_wait_exit(p);
}

static bool output_has(struct rig_process *p, const char *text)
{
	char *output = rig_output(p);
	bool found = strstr(output, text) != NULL;
	free(output);
	return found;
}

/* The rig captures the streams of its n-th process in files of these names. */
static void wait_for(struct rig *rig, struct rig_process *p, const char *kind,
		     bool (*has)(struct rig_process *, const char *), const char *text)
{
	char name[64], events[4096];
	snprintf(name, sizeof(name), ".%s-%zu", kind, (size_t)(p - rig->processes));
	struct pollfd fd = {inotify_init1(IN_CLOEXEC | IN_NONBLOCK), POLLIN, 0};
	if (inotify_add_watch(fd.fd, rig_path(rig, name), IN_MODIFY) < 0)
		rig_fail("%s: %s", name, strerror(errno));
	while (!has(p, text)) {
		if (poll(&fd, 1, RIG_DEADLINE_MS) <= 0)
			rig_fail("%s: \"%s\" did not appear in %s", p->name, text, kind);
		if (read(fd.fd, events, sizeof(events)) < 0 && errno != EAGAIN)
			rig_fail("inotify: %s", strerror(errno));
	}
	close(fd.fd);
}

void client_wait_output(struct rig *rig, struct rig_process *p, const char *text)
{
	wait_for(rig, p, "stdout", output_has, text);
}

void client_wait_log(struct rig *rig, struct rig_process *p, const char *text)
{
	wait_for(rig, p, "stderr", rig_log_has, text);
}

json_t *client_lines(struct rig_process *p)
{
	char *output = rig_output(p);
	json_t *lines = json_array();
	json_error_t error;
	char *rest = output;
	for (char *line = strsep(&rest, "\n"); line && rest; line = strsep(&rest, "\n")) {
		json_t *object = json_loads(line, 0, &error);
		if (!object)
			rig_fail("not JSON: %s: %s", error.text, line);
		json_array_append_new(lines, object);
	}
	free(output);
	return lines;
}

const json_t *client_get(const json_t *object, const char *path)
{
	char copy[200];
	char *rest = copy;
	const json_t *at = object;
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *key = strsep(&rest, "."); key && at; key = strsep(&rest, "."))
		at = json_object_get(at, key);
	if (!at)
		rig_fail("no \"%s\" in the object", path);
	return at;
}

const char *client_string(const json_t *object, const char *path)
{
	const char *s = json_string_value(client_get(object, path));
	if (!s)
		rig_fail("\"%s\" is no string", path);
	return s;
}

uint64_t client_number(const json_t *object, const char *path)
{
	const json_t *n = client_get(object, path);
	if (!json_is_integer(n))
		rig_fail("\"%s\" is no whole number", path);
	return (uint64_t)json_integer_value(n);
}
