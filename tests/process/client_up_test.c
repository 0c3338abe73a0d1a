/* netral up: everything at once, and what a person may do to it. */
#include "tests/process/client.h"
#include "tests/process/hook.h"
#include "tests/process/web.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#define SESSION                                                                                    \
	"Sosialisasi Netralitas di Ambon\n\n"                                                      \
	"Pemerintah Kota Ambon menggelar sosialisasi netralitas ASN menjelang Pilkada 2024 di "    \
	"Kota Ambon, Rabu (4/9/2024).\n"
#define VIOLATION                                                                                  \
	"Lurah Terbukti Melanggar\n\n"                                                             \
	"Bawaslu Kota Parepare menyatakan seorang lurah terbukti melanggar netralitas ASN pada "   \
	"Pilkada 2024, Jumat (13/9/2024).\n"
#define NOTHING "Resep Sambal\n\nCabai dan bawang ditumbuk halus, lalu digoreng.\n"

static void write_text(struct rig *rig, const char *name, const char *text)
{
	rig_write_file(rig, name, text, strlen(text));
}

/* "state/run" is where the other commands look. */
static void set_up(struct rig *rig)
{
	rig_init(rig);
	rig_make_dir(rig, "spool");
}

static struct rig_process *start_up(struct rig *rig)
{
	struct rig_process *p = CLIENT_START(rig, "up", "--state-dir", rig_path(rig, "state"),
					     "--spool", rig_path(rig, "spool"));
	client_wait_log(rig, p, "Running.");
	return p;
}

static int run_once(struct rig *rig, struct rig_process **ret)
{
	return CLIENT_RUN(rig, ret, "up", "--once", "--json", "--state-dir", rig_path(rig, "state"),
			  "--spool", rig_path(rig, "spool"));
}

/* The process of a daemon that runs below `up`. */
static pid_t pid_of(struct rig *rig, size_t daemon)
{
	struct rig_process *p;
	assert_int_equal(CLIENT_RUN(rig, &p, "status", "--json", "--runtime-dir",
				    rig_path(rig, "state/run")),
			 EX_OK);
	json_t *lines = client_lines(p);
	pid_t pid = (pid_t)client_number(json_array_get(lines, daemon), "pid");
	json_decref(lines);
	return pid;
}

static void wait_gone(pid_t pid)
{
	struct pollfd fd = {(int)syscall(SYS_pidfd_open, pid, 0), POLLIN, 0};
	if (fd.fd < 0)
		return;
	assert_int_equal(poll(&fd, 1, RIG_DEADLINE_MS), 1);
	close(fd.fd);
}

/* --- --once --- */

static const json_t *last_line(const json_t *lines)
{
	return json_array_get(lines, json_array_size(lines) - 1);
}

static void test_once(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	write_text(&rig, "spool/a.txt", SESSION);
	write_text(&rig, "spool/b.txt", VIOLATION);
	write_text(&rig, "spool/c.txt", NOTHING);
	write_text(&rig, "spool/d.txt", SESSION); /* the same content */
	write_text(&rig, "spool/e.jsonl", "{\"text\":\"Satu dua.\"}\nbad\n");
	assert_int_equal(run_once(&rig, &p), EX_OK);
	json_t *lines = client_lines(p);
	const json_t *last = last_line(lines);
	assert_int_equal(json_array_size(lines), 3);
	assert_int_equal(client_number(last, "summary.files.done"), 4);
	assert_int_equal(client_number(last, "summary.files.failed"), 1);
	assert_int_equal(client_number(last, "summary.articles.accepted"), 4);
	assert_int_equal(client_number(last, "summary.articles.duplicates"), 1);
	assert_int_equal(client_number(last, "summary.articles.recorded"), 4);
	assert_int_equal(client_number(last, "summary.articles.dead"), 0);
	assert_int_equal(client_number(last, "summary.events.SESSION.HELD"), 1);
	assert_int_equal(client_number(last, "summary.events.VIOLATION.FOUND"), 1);
	json_decref(lines);
	char *reason = rig_read_file(&rig, "spool/failed/e.jsonl.reason");
	assert_non_null(reason);
	assert_non_null(strstr(reason, "line 2"));
	free(reason);
	rig_fini(&rig);
}

/* The journal remembers; the summary tells of this run only. */
static void test_once_again(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	write_text(&rig, "spool/a.txt", SESSION);
	assert_int_equal(run_once(&rig, &p), EX_OK);
	write_text(&rig, "spool/a.txt", SESSION);
	write_text(&rig, "spool/b.txt", VIOLATION);
	assert_int_equal(run_once(&rig, &p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 2);
	assert_int_equal(client_number(last_line(lines), "summary.articles.accepted"), 1);
	assert_int_equal(client_number(last_line(lines), "summary.articles.duplicates"), 1);
	assert_int_equal(client_number(last_line(lines), "summary.articles.recorded"), 1);
	json_decref(lines);
	rig_fini(&rig);
}

static void test_once_on_nothing(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	assert_int_equal(run_once(&rig, &p), EX_OK);
	json_t *lines = client_lines(p);
	assert_int_equal(json_array_size(lines), 1);
	assert_int_equal(client_number(last_line(lines), "summary.files.done"), 0);
	json_decref(lines);
	rig_fini(&rig);
}

/* What up prints is what the store replays. */
static void test_up_prints_what_watch_does(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p, *watch;
	set_up(&rig);
	write_text(&rig, "spool/a.txt", SESSION);
	write_text(&rig, "spool/b.txt", VIOLATION);
	assert_int_equal(run_once(&rig, &p), EX_OK);
	struct rig_process *up = start_up(&rig);
	assert_int_equal(CLIENT_RUN(&rig, &watch, "watch", "--from", "beginning", "--count", "2",
				    "--json", "--runtime-dir", rig_path(&rig, "state/run")),
			 EX_OK);
	char *once = rig_output(p), *replayed = rig_output(watch);
	assert_int_equal(strncmp(once, replayed, strlen(replayed)), 0);
	free(once);
	free(replayed);
	rig_stop(up);
	rig_fini(&rig);
}

/* --- running on --- */

static void test_ctrl_c_leaves_nothing_behind(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	struct rig_process *up = start_up(&rig);
	pid_t netrald = pid_of(&rig, 0), record = pid_of(&rig, 1);
	rig_signal(up, SIGINT);
	assert_int_equal(rig_wait_exit(up), EX_OK);
	assert_true(rig_log_has(up, "Stopped."));
	assert_int_equal(kill(netrald, 0), -1);
	assert_int_equal(kill(record, 0), -1);
	assert_int_equal(run_once(&rig, &p), EX_OK);
	rig_fini(&rig);
}

static void test_kill_of_up_leaves_nothing_behind(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig);
	struct rig_process *up = start_up(&rig);
	pid_t netrald = pid_of(&rig, 0), record = pid_of(&rig, 1);
	rig_kill(up);
	wait_gone(netrald);
	wait_gone(record);
	rig_fini(&rig);
}

static void fell(struct rig *rig, struct rig_process *up, pid_t pid, const char *name,
		 const char *file, const char *text, const char *event)
{
	char message[100];
	snprintf(message, sizeof(message), "%s was killed by signal 9 (Killed); starting it again",
		 name);
	assert_int_equal(kill(pid, SIGKILL), 0);
	client_wait_log(rig, up, message);
	write_text(rig, file, text);
	client_wait_output(rig, up, event);
}

static void test_fallen_daemons_are_started_again(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig);
	struct rig_process *up = start_up(&rig);
	fell(&rig, up, pid_of(&rig, 0), "netrald", "spool/a.txt", SESSION, "SESSION HELD");
	fell(&rig, up, pid_of(&rig, 1), "netral-record", "spool/b.txt", VIOLATION,
	     "VIOLATION FOUND");
	rig_signal(up, SIGTERM);
	assert_int_equal(rig_wait_exit(up), EX_OK);
	rig_fini(&rig);
}

static void test_submit_to_up(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	struct rig_process *up = start_up(&rig);
	write_text(&rig, "a.txt", SESSION);
	assert_int_equal(CLIENT_RUN(&rig, &p, "submit", "--json", "--runtime-dir",
				    rig_path(&rig, "state/run"), rig_path(&rig, "a.txt")),
			 EX_OK);
	client_wait_output(&rig, up, "SESSION HELD  Kota Ambon, Maluku (81.71)  2024-09-04");
	rig_stop(up);
	rig_fini(&rig);
}

/* --- what cannot be --- */

#define PAGE                                                                                       \
	"<html><head><title>Sosialisasi Netralitas di Ambon</title></head><body><article><h1>"     \
	"Sosialisasi Netralitas di Ambon</h1><p>Pemerintah Kota Ambon menggelar sosialisasi "      \
	"netralitas ASN menjelang Pilkada 2024 di Kota Ambon, Rabu (4/9/2024).</p><p>Para "        \
	"peserta datang dari seluruh dinas dan kecamatan di kota itu.</p></article></body></html>"

static void test_up_polls_sources(void **state)
{
	(void)state;
	struct rig rig;
	char sources[1024];
	set_up(&rig);
	struct web *web = web_start("127.0.0.1");
	web_put(web, "/a", "text/html; charset=utf-8", PAGE);
	web_put(web, "/feed", "application/rss+xml",
		"<rss version=\"2.0\"><channel><title>Kabar</title><item><title>Sosialisasi"
		"</title><link>@/a</link></item></channel></rss>");
	snprintf(sources, sizeof(sources),
		 "source \"Kabar\" { kind = feed\n url = \"%s\"\n min_interval = 1s\n }\n",
		 web_url(web, "/feed"));
	write_text(&rig, "sources", sources);
	struct rig_process *up = CLIENT_START(&rig, "up", "--state-dir", rig_path(&rig, "state"),
					      "--sources", rig_path(&rig, "sources"), "--contact",
					      "redaksi@contoh.example", "--allow", "127.0.0.0/8");
	client_wait_output(&rig, up, "SESSION HELD  Kota Ambon, Maluku (81.71)  2024-09-04");
	rig_signal(up, SIGINT);
	assert_int_equal(rig_wait_exit(up), EX_OK);
	web_stop(web);
	rig_fini(&rig);
}

/* What is found is told, and the rules are checked before anything runs. */
static void test_up_tells_receivers(void **state)
{
	(void)state;
	struct rig rig;
	char rules[1024];
	set_up(&rig);
	struct hook *hook = hook_start();
	snprintf(rules, sizeof(rules),
		 "receiver \"desk\" {\n\turl = \"%s\"\n}\nrule \"all\" {\n\treceivers = desk\n}\n",
		 hook_url(hook, "/desk"));
	write_text(&rig, "alerts", rules);
	struct rig_process *up =
		CLIENT_START(&rig, "up", "--state-dir", rig_path(&rig, "state"), "--spool",
			     rig_path(&rig, "spool"), "--alerts", rig_path(&rig, "alerts"),
			     "--contact", "tests@netral.invalid", "--allow", "127.0.0.0/8");
	client_wait_log(&rig, up, "Running.");
	write_text(&rig, "spool/a.txt", SESSION);
	hook_await_text(hook, "/desk", "id.netral.session.v1");
	rig_signal(up, SIGINT);
	assert_int_equal(rig_wait_exit(up), EX_OK);
	hook_stop(hook);
	rig_fini(&rig);
}

static void test_up_with_bad_rules(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	write_text(&rig, "alerts", "rule \"all\" {\n\treceivers = desk\n}\n");
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--state-dir", rig_path(&rig, "state"),
				    "--spool", rig_path(&rig, "spool"), "--alerts",
				    rig_path(&rig, "alerts"), "--contact", "c"),
			 EX_CONFIG);
	assert_true(rig_log_has(p, "there is no receiver \"desk\""));
	rig_fini(&rig);
}

static void test_alerts_need_a_contact(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--alerts", "a"), EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--alerts", "a", "--contact", "c", "--once"),
			 EX_USAGE);
	rig_fini(&rig);
}

static void test_sources_need_a_contact(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--sources", "s"), EX_USAGE);
	assert_true(rig_log_has(p, "--contact"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--sources", "s", "--contact", "c", "--once"),
			 EX_USAGE);
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--contact", "c"), EX_USAGE);
	rig_fini(&rig);
}

static void test_second_up(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	set_up(&rig);
	struct rig_process *up = start_up(&rig);
	assert_int_equal(run_once(&rig, &p), EX_TEMPFAIL);
	assert_true(rig_log_has(p, "in use by process"));
	assert_true(pid_of(&rig, 0) > 0); /* the first one minds nothing */
	rig_stop(up);
	rig_fini(&rig);
}

static void test_directories_that_cannot_be(void **state)
{
	(void)state;
	struct rig rig;
	struct rig_process *p;
	char deep[120];
	set_up(&rig);
	memset(deep, 'd', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	write_text(&rig, "file", "x");
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--state-dir", rig_path(&rig, deep)), EX_USAGE);
	assert_true(rig_log_has(p, "the system takes 107"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--state-dir", rig_path(&rig, "state"),
				    "--spool", rig_path(&rig, "nowhere")),
			 EX_NOINPUT);
	assert_true(rig_log_has(p, "nowhere: No such file or directory"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--state-dir", rig_path(&rig, "state"),
				    "--spool", rig_path(&rig, "file")),
			 EX_NOINPUT);
	assert_true(rig_log_has(p, "file: not a directory"));
	assert_int_not_equal(CLIENT_RUN(&rig, &p, "up", "--state-dir", rig_path(&rig, "file")),
			     EX_OK);
	assert_true(rig_log_has(p, "file"));
	assert_int_equal(CLIENT_RUN(&rig, &p, "up", "--workers", "17"), EX_USAGE);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_once_again),
		cmocka_unit_test(test_once_on_nothing),
		cmocka_unit_test(test_up_prints_what_watch_does),
		cmocka_unit_test(test_ctrl_c_leaves_nothing_behind),
		cmocka_unit_test(test_kill_of_up_leaves_nothing_behind),
		cmocka_unit_test(test_fallen_daemons_are_started_again),
		cmocka_unit_test(test_submit_to_up),
		cmocka_unit_test(test_up_polls_sources),
		cmocka_unit_test(test_sources_need_a_contact),
		cmocka_unit_test(test_up_tells_receivers),
		cmocka_unit_test(test_up_with_bad_rules),
		cmocka_unit_test(test_alerts_need_a_contact),
		cmocka_unit_test(test_second_up),
		cmocka_unit_test(test_directories_that_cannot_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
