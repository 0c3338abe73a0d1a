/* TLS and HTTP/2, against the servers of the openssl program and of nghttp2. Where one is missing,
 * its tests are skipped. */
#include "rig.h"

#include "tests/folder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct tls {
	struct rig *rig;
	char folder[FOLDER_SIZE], cert[FOLDER_SIZE + 16], key[FOLDER_SIZE + 16];
	pid_t pid;
	FILE *out;
	int port;
};

static pid_t run(const char *const argv[], int out)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* the loop blocks signals */
	dup2(out, STDOUT_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static bool make_certificate(struct tls *t)
{
	const char *argv[] = {"openssl",
			      "req",
			      "-x509",
			      "-newkey",
			      "ec",
			      "-pkeyopt",
			      "ec_paramgen_curve:P-256",
			      "-nodes",
			      "-subj",
			      "/CN=test",
			      "-addext",
			      "subjectAltName=IP:127.0.0.1",
			      "-keyout",
			      t->key,
			      "-out",
			      t->cert,
			      NULL};
	int status = 0;
	pid_t pid = run(argv, STDERR_FILENO);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Runs a server whose output is t->out. */
static bool start(struct tls *t, const char *const argv[])
{
	int fds[2];
	if (pipe(fds) < 0)
		return false;
	t->pid = run(argv, fds[1]);
	close(fds[1]);
	t->out = fdopen(fds[0], "r");
	return t->pid > 0 && t->out;
}

static void stop(struct tls *t)
{
	if (t->pid > 0) {
		kill(t->pid, SIGTERM);
		waitpid(t->pid, NULL, 0);
	}
	if (t->out)
		fclose(t->out);
	t->pid = 0;
	t->out = NULL;
}

/* It says on which port it listens. */
static bool start_server(struct tls *t)
{
	const char *argv[] = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
			      t->cert,   "-key",     t->key,    "-www",        NULL};
	char line[256];
	if (!start(t, argv))
		return false;
	while (fgets(line, sizeof(line), t->out)) {
		if (sscanf(line, "ACCEPT 127.0.0.1:%d", &t->port) == 1)
			return true;
	}
	return false;
}

static int set_up(void **state)
{
	static struct tls t;
	memset(&t, 0, sizeof(t));
	if (rig_set_up((void **)&t.rig) < 0 || !folder_make(t.folder))
		return -1;
	snprintf(t.cert, sizeof(t.cert), "%s/cert.pem", t.folder);
	snprintf(t.key, sizeof(t.key), "%s/key.pem", t.folder);
	*state = make_certificate(&t) && start_server(&t) ? &t : NULL;
	return 0;
}

static int tear_down(void **state)
{
	struct tls *t = *state;
	if (!t)
		return 0;
	stop(t);
	unlink(t->cert);
	unlink(t->key);
	rmdir(t->folder);
	return rig_tear_down((void **)&t->rig);
}

static const struct seen *get(struct tls *t, const char *host, int port, const char *ca_file)
{
	char url[64];
	struct fetch_options options = rig_options();
	options.ca_file = ca_file;
	rig_use(t->rig, &options);
	snprintf(url, sizeof(url), "https://%s:%d/", host, port);
	return rig_one(t->rig, url);
}

static void test_verified(void **state)
{
	struct tls *t = *state;
	if (!t)
		skip();
	const struct seen *s = get(t, "127.0.0.1", t->port, t->cert);
	rig_expect(s, FETCH_OK, "200");
	assert_true(s->body_len > 0);
}

static void test_not_verified(void **state)
{
	struct tls *t = *state;
	if (!t)
		skip();
	rig_expect(get(t, "127.0.0.1", t->port, NULL), FETCH_TLS, "self-signed certificate");
	rig_expect(get(t, "localhost", t->port, t->cert), FETCH_TLS, "subject");
}

static bool speak_http(struct connection *c, void *user)
{
	(void)user;
	return connection_printf(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

/* https to a server that speaks http. */
static void test_no_tls(void **state)
{
	struct tls *t = *state;
	if (!t)
		skip();
	server_on(t->rig->bad, "*", speak_http, NULL);
	t->rig->limits.connect_ms = 1000;
	const struct seen *s = get(t, "127.0.0.1", server_port(t->rig->bad), NULL);
	rig_expect(s, FETCH_TIMEOUT, "no connection");
	/* http to a server that speaks https. */
	char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", t->port);
	s = rig_one(t->rig, url);
	assert_true(s->outcome != FETCH_OK);
}

/* A port that was free a moment ago: this server does not tell which one it was given. */
static int free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int r = fd < 0 ? -1 : bind(fd, (void *)&a, len) | getsockname(fd, (void *)&a, &len);
	if (fd >= 0)
		close(fd);
	return r == 0 ? ntohs(a.sin_port) : 0;
}

/* It is where Debian has it, serves its folder, and speaks nothing but HTTP/2. */
static bool start_http2(struct tls *t)
{
	char port[8], line[256];
	const char *argv[] = {"/usr/sbin/nghttpd", "-v", "-a",   "127.0.0.1", "-d",
			      t->folder,           port, t->key, t->cert,     NULL};
	t->port = free_port();
	snprintf(port, sizeof(port), "%d", t->port);
	return start(t, argv) && fgets(line, sizeof(line), t->out) && strstr(line, ": listen");
}

static void test_http2(void **state)
{
	struct tls *t = *state;
	char url[64];
	if (!t)
		skip();
	stop(t);
	bool started = false;
	for (int i = 0; i < 3 && !started; i++) {
		started = start_http2(t);
		if (!started)
			stop(t);
	}
	if (!started)
		skip();
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/cert.pem", t->port);
	struct fetch_options options = rig_options();
	options.ca_file = t->cert;
	rig_use(t->rig, &options);
	const struct seen *s = rig_one(t->rig, url);
	rig_expect(s, FETCH_OK, "200");
	assert_memory_equal(s->body, "-----BEGIN CERTIFICATE-----", 27);
	assert_true(s->last_modified[0]);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/none", t->port);
	rig_expect(rig_one(t->rig, url), FETCH_STATUS, "404");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_verified),
		TEST(test_not_verified),
		TEST(test_no_tls),
		TEST(test_http2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
