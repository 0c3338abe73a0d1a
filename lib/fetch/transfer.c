/* One hop: libcurl's handle, and the callbacks that keep it within its bounds. */
#include "lib/fetch/fetch_internal.h"

#include "lib/error.h"
#include "lib/fault.h"

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* Of a body that nobody reads: enough to keep the connection for the next request. */
#define NAMES_KEPT_S       10L
#define CONNECTIONS_KEPT_S 5L

enum { UNREAD_MAX = 64 * 1024 };

static bool body_is_read(const struct transfer *t)
{
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status < 300;
}

static size_t stop(struct transfer *t, enum transfer_stop why)
{
	t->stop = why;
	return 0;
}

/* As it was sent; verdict() undoes its coding. libcurl's own limit looks at Content-Length alone,
 * of redirects too, whose body nobody wants. */
static size_t on_body(char *data, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;
	if (!body_is_read(t)) {
		t->unread_bytes += len;
		return t->unread_bytes > UNREAD_MAX ? stop(t, STOP_ENOUGH) : len;
	}
	if (t->fetcher->bodies_bytes + len > t->fetcher->bodies_max)
		return stop(t, STOP_BODIES);
	int r = buf_append(&t->body, data, len);
	if (r < 0)
		return stop(t, r == NETRAL_ETOOBIG ? STOP_BODY : STOP_MEMORY);
	t->fetcher->bodies_bytes += len;
	t->body_bytes += len;
	return len;
}

static bool starts_answer(const char *line, size_t len)
{
	return len > 5 && strncasecmp(line, "HTTP/", 5) == 0;
}

static bool ends_header(const char *line, size_t len)
{
	return len > 0 && (line[0] == '\r' || line[0] == '\n');
}

/* Only one coding is undone, and only one that was asked for. */
static size_t on_header(char *line, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;
	t->header_bytes += len; /* of all answers to this request, so that 1xx cannot go on */
	if (t->header_bytes > FETCH_HEADERS_MAX)
		return stop(t, STOP_HEADERS);
	if (starts_answer(line, len))
		t->codings = 0;
	if (!field_coding_ok(line, len, &t->codings) || t->codings > 1)
		return stop(t, STOP_CODING);
	if (ends_header(line, len)) {
		long status = 0;
		curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
		t->headed = status >= 200;
	}
	return len;
}

/* The address is the one that is connected to: what a name or a redirect claimed does not matter
 * any more. libcurl goes on with the next address of the name. */
static curl_socket_t on_open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct transfer *t = user;
	const char *refusal = address_refusal(&a->addr, t->fetcher->allow, t->allow_count);
	if (purpose != CURLSOCKTYPE_IPCXN || refusal) {
		address_format(&a->addr, t->refused);
		t->refused_as = refusal ? refusal : "unknown purpose";
		return CURL_SOCKET_BAD;
	}
	int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	if (fd < 0)
		return CURL_SOCKET_BAD;
	t->sockets++;
	return fd;
}

/* curl_easy_setopt() fails for want of memory, or for an option that this libcurl lacks. */
#define SET(option, value) failed |= curl_easy_setopt(easy, option, value) != CURLE_OK

static bool set_request(CURL *easy, const struct fetcher *f, const struct fetch *fetch)
{
	bool failed = false;
	SET(CURLOPT_URL, fetch_url(fetch));
	SET(CURLOPT_USERAGENT, f->user_agent);
	SET(CURLOPT_HTTPHEADER, fetch->headers);
	SET(CURLOPT_FORBID_REUSE, (long)fetch->is_last);
	SET(CURLOPT_ACCEPT_ENCODING, "gzip, deflate, br");
	/* libcurl does not say whether a decoder came to its end: see verdict.c. */
	SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	return !failed;
}

static bool set_post(CURL *easy, const struct fetch *fetch)
{
	bool failed = false;
	if (!fetch->posts)
		return true;
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->post.len);
	SET(CURLOPT_POSTFIELDS, fetch->post.len ? (const char *)fetch->post.data : "");
	return !failed;
}

static bool set_refusals(CURL *easy, const struct fetcher *f)
{
	bool failed = false;
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L); /* each hop waits for its host: redirect.c */
	SET(CURLOPT_PROXY, "");          /* not even from the environment */
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (f->ca_file)
		SET(CURLOPT_CAINFO, f->ca_file);
	return !failed;
}

static bool set_limits(CURL *easy, const struct transfer *t, const struct fetch_limits *limits)
{
	bool failed = false;
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)t->limit_ms);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)limits->slow_bytes);
	SET(CURLOPT_LOW_SPEED_TIME, (long)limits->slow_s);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* libcurl walks through all names that it remembers with each request. */
	SET(CURLOPT_DNS_CACHE_TIMEOUT, NAMES_KEPT_S);
	SET(CURLOPT_MAXAGE_CONN, CONNECTIONS_KEPT_S);
	/* Without it, ending a transfer whose name is being resolved waits for the resolver. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	return !failed;
}

static bool set_callbacks(CURL *easy, struct transfer *t)
{
	bool failed = false;
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
	SET(CURLOPT_OPENSOCKETDATA, t);
	SET(CURLOPT_ERRORBUFFER, t->error);
	return !failed;
}

int transfer_new(struct fetcher *f, const struct fetch *fetch, struct transfer **ret_transfer)
{
	struct transfer *t = fault_calloc(1, sizeof(*t));
	if (!t)
		return NETRAL_ENOMEM;
	const struct fetch_limits *limits = &fetch->limits;
	t->fetcher = f;
	t->allow_count = fetch->public_only ? 0 : f->allow_count;
	t->limit_ms = limits->whole_ms > fetch->spent_ms ? limits->whole_ms - fetch->spent_ms : 1;
	t->answer.retry_after_s = -1;
	buf_init(&t->body, limits->body_max);
	t->easy = curl_easy_init();
	if (t->easy && set_request(t->easy, f, fetch) && set_post(t->easy, fetch) &&
	    set_refusals(t->easy, f) && set_limits(t->easy, t, limits) &&
	    set_callbacks(t->easy, t)) {
		*ret_transfer = t;
		return NETRAL_OK;
	}
	transfer_free(t);
	return NETRAL_ENOMEM;
}

void transfer_free(struct transfer *t)
{
	if (!t)
		return;
	curl_easy_cleanup(t->easy);
	t->fetcher->bodies_bytes -= t->body_bytes;
	buf_fini(&t->body);
	free(t);
}
