#include "lib/log.h"

#include "lib/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer lines are cut: journald splits at 48 KiB, and no line of ours needs more. */
enum { LINE_MAX_BYTES = 2048 };

static const char *log_program = "netral";
static enum log_level log_lowest = LOG_LEVEL_INFO;
static bool log_to_journal;

void log_init(const char *program, enum log_level level)
{
	log_program = program;
	log_lowest = level;
	log_to_journal = getenv("JOURNAL_STREAM") != NULL;
}

int log_level_parse(const char *name, enum log_level *ret_level)
{
	static const struct {
		const char *name;
		enum log_level level;
	} levels[] = {
		{"error", LOG_LEVEL_ERROR},
		{"warning", LOG_LEVEL_WARNING},
		{"info", LOG_LEVEL_INFO},
		{"debug", LOG_LEVEL_DEBUG},
	};
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(levels[i].name, name) == 0) {
			*ret_level = levels[i].level;
			return NETRAL_OK;
		}
	}
	return NETRAL_EINVALID;
}

/* Names and reasons come from peers: none of them may begin a line of its own. */
static void flatten(char *line)
{
	for (; *line; line++) {
		if ((unsigned char)*line < ' ' || *line == 0x7F)
			*line = ' ';
	}
}

void log_write(enum log_level level, const char *format, ...)
{
	if (level > log_lowest)
		return;

	char line[LINE_MAX_BYTES];
	int head = log_to_journal ? snprintf(line, sizeof(line), "<%d>", (int)level)
				  : snprintf(line, sizeof(line), "%s: ", log_program);
	va_list args;
	va_start(args, format);
	int body = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, args);
	va_end(args);
	if (body < 0)
		return;

	flatten(line);
	size_t len = strlen(line);
	line[len++] = '\n';
	/* One write a line, so that lines of several processes do not mix. */
	ssize_t written = write(STDERR_FILENO, line, len);
	(void)written;
}

bool log_limit_pass(struct log_limit *limit, uint64_t now_ms)
{
	uint64_t start_ms = limit->window_start_ms; /* 0: never used */
	if (start_ms == 0 || (now_ms > start_ms && now_ms - start_ms >= LOG_LIMIT_MS)) {
		if (limit->left_out > 0)
			log_warning("log: similar lines left out, count=%u", limit->left_out);
		*limit = (struct log_limit){.window_start_ms = now_ms ? now_ms : 1};
	}
	if (limit->written < LOG_LIMIT_BURST) {
		limit->written++;
		return true;
	}
	limit->left_out++;
	return false;
}
