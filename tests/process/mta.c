#include "tests/process/mta.h"

#include "lib/clock.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define EXIM "/usr/sbin/exim4"
#define USER "Debian-exim"

enum { PATHS_SIZE = 16384 };

struct mta {
	struct rig *rig;
	int listener, port;
	bool starts_tls;
	pthread_t thread;
	pthread_mutex_t lock; /* over what follows */
	pthread_cond_t changed;
	unsigned connections; /* that ended */
	char url[64], ca_file[RIG_PATH_SIZE], config[RIG_PATH_SIZE];
	char paths[PATHS_SIZE];
};

/* Delivers into the folder "mail". */
static const char config_text[] =
	"exim_path = " EXIM "\n"
	"primary_hostname = mta.example\n"
	"spool_directory = %1$s/mta\n"
	"log_file_path = %1$s/mta/%%slog\n"
	"tls_advertise_hosts = *\n"
	"tls_certificate = %1$s/mta-cert.pem\n"
	"tls_privatekey = %1$s/mta-key.pem\n"
	"keep_environment =\n"
	"host_lookup =\n"
	"rfc1413_hosts =\n"
	"acl_smtp_rcpt = rcpt\n"
	"acl_smtp_data = accept\n"
	"begin acl\n"
	"rcpt:\n"
	"  deny !authenticated = *\n"
	"  deny local_parts = ditolak\n"
	"  accept\n"
	"begin routers\n"
	"all:\n"
	"  driver = accept\n"
	"  transport = file\n"
	"begin transports\n"
	"file:\n"
	"  driver = appendfile\n"
	"  directory = %1$s/mta/mail\n"
	"  maildir_format\n"
	"  create_directory\n"
	"  user = " USER "\n"
	"begin authenticators\n"
	"plain:\n"
	"  driver = plaintext\n"
	"  public_name = PLAIN\n"
	"  server_prompts = :\n"
	"  server_advertise_condition = ${if def:tls_in_cipher}\n"
	"  server_condition = ${if and{{eq{$auth2}{desk}}{eq{$auth3}{rahasia}}}}\n"
	"  server_set_id = $auth2\n";

/* --- its files --- */

static void need(const struct passwd *user)
{
	if (geteuid() == 0 && access(EXIM, X_OK) == 0 && user)
		return;
	print_message("skipped: needs exim4 and root\n");
	skip();
}

static void make_certificate(const struct mta *m, const char *name)
{
	char command[8 * RIG_PATH_SIZE];
	snprintf(command, sizeof(command),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
		 "-subj /CN=mta -addext subjectAltName=%s -keyout %s -out %s 2>/dev/null",
		 name, rig_path(m->rig, "mta-key.pem"), m->ca_file);
	assert_int_equal(system(command), 0);
}

static void make_files(struct mta *m, const char *name, const struct passwd *user)
{
	char text[4096];
	static const char *const folders[] = {"mta", "mta/mail", "mta/mail/new", "mta/mail/cur",
					      "mta/mail/tmp"};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		rig_make_dir(m->rig, folders[i]);
		assert_int_equal(chown(rig_path(m->rig, folders[i]), user->pw_uid, user->pw_gid),
				 0);
	}
	make_certificate(m, name);
	assert_int_equal(chown(rig_path(m->rig, "mta-key.pem"), user->pw_uid, user->pw_gid), 0);
	assert_int_equal(chmod(m->rig->dir, 0711), 0);
	int len = snprintf(text, sizeof(text), config_text, m->rig->dir);
	rig_write_file(m->rig, "mta.conf", text, (size_t)len);
	assert_int_equal(chmod(m->config, 0644), 0);
}

/* --- connections --- */

static void serve(struct mta *m, int fd)
{
	pid_t pid = fork();
	if (pid == 0) {
		int log = open(rig_path(m->rig, "mta.err"), O_WRONLY | O_CREAT | O_APPEND, 0600);
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		execl(EXIM, EXIM, "-C", m->config, "-odi", "-bs",
		      m->starts_tls ? NULL : "-tls-on-connect", NULL);
		_exit(127);
	}
	close(fd);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	pthread_mutex_lock(&m->lock);
	m->connections++;
	pthread_cond_broadcast(&m->changed);
	pthread_mutex_unlock(&m->lock);
}

static void *accept_all(void *user)
{
	struct mta *m = user;
	int fd;
	while ((fd = accept(m->listener, NULL, NULL)) >= 0)
		serve(m, fd);
	return NULL;
}

void mta_up(struct mta *m)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)m->port)};
	socklen_t len = sizeof(in);
	const int on = 1;
	m->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(m->listener >= 0);
	assert_int_equal(setsockopt(m->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)), 0);
	assert_int_equal(bind(m->listener, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(m->listener, 16), 0);
	assert_int_equal(getsockname(m->listener, (struct sockaddr *)&in, &len), 0);
	m->port = ntohs(in.sin_port);
	assert_int_equal(pthread_create(&m->thread, NULL, accept_all, m), 0);
}

void mta_down(struct mta *m)
{
	if (m->listener < 0)
		return;
	(void)shutdown(m->listener, SHUT_RDWR);
	(void)pthread_join(m->thread, NULL);
	close(m->listener);
	m->listener = -1;
}

/* --- life --- */

struct mta *mta_start(struct rig *rig, const char *name, bool starts_tls)
{
	const struct passwd *user = getpwnam(USER);
	need(user);
	struct mta *m = calloc(1, sizeof(*m));
	assert_non_null(m);
	m->rig = rig;
	m->starts_tls = starts_tls;
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->changed, NULL);
	snprintf(m->ca_file, sizeof(m->ca_file), "%s", rig_path(rig, "mta-cert.pem"));
	snprintf(m->config, sizeof(m->config), "%s", rig_path(rig, "mta.conf"));
	make_files(m, name, user);
	mta_up(m);
	snprintf(m->url, sizeof(m->url), "%s://127.0.0.1:%d", starts_tls ? "smtp" : "smtps",
		 m->port);
	return m;
}

void mta_stop(struct mta *m)
{
	if (!m)
		return;
	mta_down(m);
	free(m);
}

const char *mta_url(const struct mta *m)
{
	return m->url;
}

const char *mta_ca_file(const struct mta *m)
{
	return m->ca_file;
}

void mta_await_connections(struct mta *m, unsigned count)
{
	struct timespec until;
	int rc = 0;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += RIG_DEADLINE_MS / 1000;
	pthread_mutex_lock(&m->lock);
	while (rc == 0 && m->connections < count)
		rc = pthread_cond_timedwait(&m->changed, &m->lock, &until);
	pthread_mutex_unlock(&m->lock);
	if (rc != 0)
		rig_fail("the mail server was asked less than %u times", count);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* The names begin with the time of their delivery, in numbers of any length. */
static unsigned list(struct mta *m)
{
	char *names[256] = {NULL};
	unsigned count = 0;
	size_t len = 0;
	const char *folder = rig_path(m->rig, "mta/mail/new");
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir)) && count < 256;) {
		if (e->d_name[0] != '.')
			names[count++] = strdup(e->d_name);
	}
	closedir(dir);
	qsort(names, count, sizeof(names[0]), by_name);
	for (unsigned i = 0; i < count; i++) {
		len += (size_t)snprintf(m->paths + len, PATHS_SIZE - len, "%s/%s ", folder,
					names[i]);
		free(names[i]);
		assert_true(len < PATHS_SIZE);
	}
	return count;
}

const char *mta_await(struct mta *m, unsigned count)
{
	char events[4096];
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	int fd = inotify_init1(IN_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(inotify_add_watch(fd, rig_path(m->rig, "mta/mail/new"),
				      IN_CREATE | IN_MOVED_TO) >= 0);
	while (list(m) < count) {
		uint64_t now = clock_ms();
		struct pollfd p = {.fd = fd, .events = POLLIN};
		if (now >= deadline || poll(&p, 1, (int)(deadline - now)) <= 0 ||
		    read(fd, events, sizeof(events)) <= 0)
			rig_fail("the mail server delivered less than %u mails", count);
	}
	close(fd);
	return m->paths;
}
