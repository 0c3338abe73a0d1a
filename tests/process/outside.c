#include "tests/process/outside.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "tests/process/rig.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAUSE_MS = 20 };

void outside_need(const char *program)
{
	if (access(program, X_OK) == 0)
		return;
	print_message("skipped: needs %s\n", program);
	skip();
}

static struct sockaddr_in loopback(unsigned port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static int bind_any(unsigned *ret_port)
{
	struct sockaddr_in address = loopback(0);
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*ret_port = ntohs(address.sin_port);
	return fd;
}

unsigned outside_port(void)
{
	unsigned port;
	close(bind_any(&port));
	return port;
}

int outside_listen(unsigned *ret_port)
{
	int fd = bind_any(ret_port);
	assert_int_equal(listen(fd, SOMAXCONN), 0);
	return fd;
}

void outside_await(unsigned port)
{
	struct sockaddr_in address = loopback(port);
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	for (;;) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_true(fd >= 0);
		int r = connect(fd, (struct sockaddr *)&address, sizeof(address));
		close(fd);
		if (r == 0)
			return;
		if (clock_ms() > deadline)
			rig_fail("nobody listens on port %u", port);
		poll(NULL, 0, PAUSE_MS);
	}
}

static size_t keep(char *data, size_t size, size_t count, void *user)
{
	return buf_append(user, data, size * count) == 0 ? size * count : 0;
}

static json_t *try_get(const char *url)
{
	struct buf body = {.limit = 0};
	json_error_t error;
	long status = 0;
	CURL *curl = curl_easy_init();
	assert_non_null(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	json_t *j = status == 200 ? json_loadb((const char *)body.data, body.len, 0, &error) : NULL;
	curl_easy_cleanup(curl);
	buf_fini(&body);
	return j;
}

json_t *outside_get(unsigned port, const char *path)
{
	char url[256];
	uint64_t deadline = clock_ms() + RIG_DEADLINE_MS;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, path);
	for (;;) {
		json_t *j = try_get(url);
		if (j)
			return j;
		if (clock_ms() > deadline)
			rig_fail("%s does not answer with JSON", url);
		poll(NULL, 0, PAUSE_MS);
	}
}
