/* netral-poll among sites whose name, address or certificate is not in order. */
#include "tests/process/hostile.h"

#include "lib/cleanup.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FEED                                                                                       \
	"<rss version=\"2.0\"><channel><item><title>Satu</title><link>@/a</link></item>"           \
	"</channel></rss>"
#define PAGE                                                                                       \
	"<html><body><article><h1>Satu</h1><p>Sekretaris daerah meminta semua pegawai menjaga "    \
	"sikap netral.</p></article></body></html>"

/* --- names --- */

static void a_name_without_an_address_says_so(void **state)
{
	struct hostile *h = *state;
	unsigned none = hostile_add(h, "feed", "http://tidak-ada.invalid/feed.xml");
	unsigned local = hostile_add(h, "feed", "http://10.0.0.1/feed.xml");
	unsigned closed = hostile_add(h, "feed", "http://127.0.1.9:1/feed.xml");
	hostile_start(h);
	/* "tidak-ada.invalid" is not resolved, or not in time where no resolver answers. */
	hostile_expect(h, none, "robots.txt of its host: name");
	hostile_expect(h, local, "address 10.0.0.1 is refused: private");
	hostile_expect(h, closed, "robots.txt of its host: connect: Connection refused");
	hostile_expect_undisturbed(h);
}

static void a_site_may_have_an_ipv6_address(void **state)
{
	struct hostile *h = *state;
	struct web *web = web_start("::1");
	web_put(web, "/feed.xml", "application/rss+xml", FEED);
	web_put(web, "/a", "text/html", PAGE);
	h->sites[h->site_count++] = web;
	unsigned feed = hostile_add(h, "feed", web_url(web, "/feed.xml"));
	hostile_start(h);
	hostile_expect(h, feed, "address [::1] is refused: loopback");
	assert_int_equal(web_count(web, "/robots.txt"), 0);
	rig_stop(h->p->poll);
	poll_rig_set(h->p, "allow_addresses=127.0.0.0/8, ::1/128");
	poll_rig_start(h->p);
	hostile_expect_articles(h, feed, 1);
	hostile_expect_undisturbed(h);
}

/* --- certificates --- */

struct tls {
	char base[RIG_PATH_SIZE]; /* of the names of its files */
	char cert[RIG_PATH_SIZE + 8], key[RIG_PATH_SIZE + 8];
	pid_t pid;
	FILE *out; /* what the server says */
	int port;
};

static pid_t spawn(const char *const argv[], int out)
{
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static bool run(const char *const argv[])
{
	netral_cleanup(netral_closep) int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int status = 0;
	pid_t pid = spawn(argv, out);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* A certificate for an address, signed by itself; with -1 days it has expired. */
static bool make_certificate(struct hostile *h, struct tls *t, const char *name,
			     const char *address, const char *days)
{
	char request[RIG_PATH_SIZE + 8], extension[64], file[32];
	snprintf(t->base, sizeof(t->base), "%s", rig_path(&h->p->d->rig, name));
	snprintf(t->cert, sizeof(t->cert), "%s.pem", t->base);
	snprintf(t->key, sizeof(t->key), "%s.key", t->base);
	snprintf(request, sizeof(request), "%s.csr", t->base);
	snprintf(extension, sizeof(extension), "subjectAltName=IP:%s\n", address);
	snprintf(file, sizeof(file), "%s.ext", name);
	rig_write_file(&h->p->d->rig, file, extension, strlen(extension));
	const char *ask[] = {"openssl",
			     "req",
			     "-new",
			     "-newkey",
			     "ec",
			     "-pkeyopt",
			     "ec_paramgen_curve:P-256",
			     "-nodes",
			     "-subj",
			     "/CN=test",
			     "-keyout",
			     t->key,
			     "-out",
			     request,
			     NULL};
	const char *sign[] = {"openssl",
			      "x509",
			      "-req",
			      "-in",
			      request,
			      "-signkey",
			      t->key,
			      "-days",
			      days,
			      "-extfile",
			      rig_path(&h->p->d->rig, file),
			      "-out",
			      t->cert,
			      NULL};
	return run(ask) && run(sign);
}

/* The openssl program as a server, which says on which port it listens. */
static bool serve(struct tls *t, const char *address)
{
	char listen_on[64], line[256];
	const char *argv[] = {"openssl", "s_server", "-accept", listen_on, "-cert",
			      t->cert,   "-key",     t->key,    "-www",    NULL};
	int fds[2];
	snprintf(listen_on, sizeof(listen_on), "%s:0", address);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	t->pid = spawn(argv, fds[1]);
	close(fds[1]);
	t->out = fdopen(fds[0], "r");
	while (t->pid > 0 && t->out && fgets(line, sizeof(line), t->out)) {
		const char *colon = strrchr(line, ':');
		if (strncmp(line, "ACCEPT ", 7) == 0 && colon)
			t->port = atoi(colon + 1);
		if (t->port)
			return true;
	}
	return false;
}

static void stop(struct tls *t)
{
	if (t->pid > 0) {
		kill(t->pid, SIGTERM);
		waitpid(t->pid, NULL, 0);
	}
	if (t->out)
		fclose(t->out);
}

/* An https source whose certificate is for `address`; its server is at 127.0.1.1. */
static unsigned add_tls(struct hostile *h, struct tls *t, const char *name, const char *address,
			const char *days)
{
	char url[64];
	if (!make_certificate(h, t, name, address, days) || !serve(t, "127.0.1.1"))
		rig_fail("the openssl program cannot serve");
	snprintf(url, sizeof(url), "https://127.0.1.1:%d/feed.xml", t->port);
	return hostile_add(h, "feed", url);
}

static void trust(struct hostile *h, const struct tls *t, const char *file)
{
	char *pem = NULL;
	const char *name = strrchr(t->cert, '/') + 1;
	pem = rig_read_file(&h->p->d->rig, name);
	assert_non_null(pem);
	rig_append(&h->p->d->rig, file, pem);
	free(pem);
}

static void a_certificate_has_to_be_in_order(void **state)
{
	struct hostile *h = *state;
	struct tls own = {.pid = 0}, other = {.pid = 0}, old = {.pid = 0}, good = {.pid = 0};
	char ca[RIG_PATH_SIZE + 16], plain[64];
	if (!run((const char *const[]){"openssl", "version", NULL}))
		skip();
	unsigned of_own = add_tls(h, &own, "own", "127.0.1.1", "2"),
		 of_other = add_tls(h, &other, "other", "127.0.1.7", "2"),
		 of_old = add_tls(h, &old, "old", "127.0.1.1", "-1"),
		 of_good = add_tls(h, &good, "good", "127.0.1.1", "2");
	snprintf(plain, sizeof(plain), "http://127.0.1.1:%d/feed.xml", good.port);
	unsigned of_plain = hostile_add(h, "feed", plain);
	rig_write_file(&h->p->d->rig, "ca.pem", "", 0);
	trust(h, &other, "ca.pem");
	trust(h, &old, "ca.pem");
	trust(h, &good, "ca.pem");
	snprintf(ca, sizeof(ca), "ca_file=%s", rig_path(&h->p->d->rig, "ca.pem"));
	poll_rig_set(h->p, ca);
	poll_rig_set(h->p, "fetch_timeout_ms=2s");
	hostile_start(h);
	hostile_expect(h, of_own, "TLS: SSL certificate problem: self-signed certificate");
	hostile_expect(h, of_other, "TLS: SSL: no alternative certificate subject name");
	hostile_expect(h, of_old, "TLS: SSL certificate problem: certificate has expired");
	/* The server answers everything with a page of its own. */
	hostile_expect(h, of_good, "feed: an HTML page, no feed");
	hostile_expect(h, of_plain, "robots.txt of its host: closed without an answer");
	hostile_expect_undisturbed(h);
	struct tls *all[] = {&own, &other, &old, &good};
	for (size_t i = 0; i < 4; i++)
		stop(all[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(a_name_without_an_address_says_so),
		HOSTILE_TEST(a_site_may_have_an_ipv6_address),
		HOSTILE_TEST(a_certificate_has_to_be_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
