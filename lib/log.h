/* log.h - one line a fact, to stderr.
 * Under systemd (JOURNAL_STREAM set) lines carry the "<N>" priority prefix that journald reads;
 * on a terminal they carry the program's name. Form: `module: sentence, key=value key="text"`.
 * Any thread. */
#ifndef NETRAL_LIB_LOG_H
#define NETRAL_LIB_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* Names the program in lines for people, and sets the lowest level that is written. */
void log_init(const char *program, enum log_level level);

/* "error", "warning", "info" or "debug"; returns 0, or NETRAL_EINVALID. */
int log_level_parse(const char *name, enum log_level *ret_level);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...)    log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* What a peer can trigger at will is limited: at most LOG_LIMIT_BURST lines in LOG_LIMIT_MS from
 * one limiter; the next line let through is preceded by the number that were left out. */
enum { LOG_LIMIT_BURST = 10, LOG_LIMIT_MS = 10000 };
struct log_limit {
	uint64_t window_start_ms;
	uint32_t written;
	uint32_t left_out;
};
bool log_limit_pass(struct log_limit *limit, uint64_t now_ms);

#endif
