/* bench_hooks: the receivers of netral-alert's webhooks, on the loopback device: /0, /1 and so on.
 *
 * Each message's signature is computed again, with libsodium alone, and compared; its number, at
 * the end of webhook-id, must be higher than the one before at the same path. Prints READY and the
 * port, and a line of JSON when TOTAL messages came in all. Ends with standard input. */
#include "bench/measure.h"
#include "lib/cleanup.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { PATHS_MAX = 64, BODY_MAX = 64 * 1024, KEY_MAX = 64, MEMORY = 64 << 10 };

/* All but `total` and the key belong to the server's thread. */
struct hooks {
	uint8_t key[KEY_MAX];
	size_t key_len;
	uint64_t total;
	uint64_t last[PATHS_MAX]; /* number */
	uint64_t received, bytes, forged, disordered, connections;
	uint64_t first_ns;
	struct MHD_Response *nothing;
};

struct message {
	crypto_auth_hmacsha256_state mac;
	size_t len;
};

static bool parse_secret(const char *text, struct hooks *h)
{
	static const char prefix[] = "whsec_";
	if (strncmp(text, prefix, strlen(prefix)) != 0)
		return false;
	text += strlen(prefix);
	return sodium_base642bin(h->key, sizeof(h->key), text, strlen(text), NULL, &h->key_len,
				 NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static const char *field(struct MHD_Connection *c, const char *name)
{
	const char *value = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
	return value ? value : "";
}

static void update(struct message *m, const char *s)
{
	crypto_auth_hmacsha256_update(&m->mac, (const uint8_t *)s, strlen(s));
}

static struct message *begin(const struct hooks *h, struct MHD_Connection *c)
{
	struct message *m = calloc(1, sizeof(*m));
	if (!m)
		return NULL;
	crypto_auth_hmacsha256_init(&m->mac, h->key, h->key_len);
	update(m, field(c, "webhook-id"));
	update(m, ".");
	update(m, field(c, "webhook-timestamp"));
	update(m, ".");
	return m;
}

static bool is_signed(struct message *m, const char *signature)
{
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(sizeof(mac), sodium_base64_VARIANT_ORIGINAL) + 3] =
		"v1,";
	crypto_auth_hmacsha256_final(&m->mac, mac);
	sodium_bin2base64(text + 3, sizeof(text) - 3, mac, sizeof(mac),
			  sodium_base64_VARIANT_ORIGINAL);
	return strcmp(text, signature) == 0;
}

static void tell(const struct hooks *h)
{
	double seconds = (double)(measure_now_ns() - h->first_ns) / 1e9;
	printf("{\"received\":%" PRIu64 ",\"seconds\":%.3f,\"messages_s\":%.1f,\"bytes\":%" PRIu64
	       ",\"forged\":%" PRIu64 ",\"disordered\":%" PRIu64 ",\"connections\":%" PRIu64 "}\n",
	       h->received, seconds, (double)(h->received - 1) / seconds, h->bytes / h->received,
	       h->forged, h->disordered, h->connections);
	fflush(stdout);
}

static void count(struct hooks *h, struct MHD_Connection *c, const char *url, struct message *m)
{
	const char *mark = strrchr(field(c, "webhook-id"), '_');
	uint64_t number = mark ? strtoull(mark + 1, NULL, 10) : 0;
	uint64_t path = strtoull(url + 1, NULL, 10) % PATHS_MAX;
	if (h->received++ == 0)
		h->first_ns = measure_now_ns();
	h->bytes += m->len;
	h->forged += !is_signed(m, field(c, "webhook-signature"));
	h->disordered += number <= h->last[path];
	h->last[path] = number;
	if (h->received == h->total)
		tell(h);
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **state)
{
	struct hooks *h = user;
	struct message *m = *state;
	(void)version;
	if (!m) {
		*state = strcmp(method, "POST") == 0 ? begin(h, c) : NULL;
		return *state ? MHD_YES : MHD_NO;
	}
	if (*len > 0) {
		m->len += *len;
		crypto_auth_hmacsha256_update(&m->mac, (const uint8_t *)data, *len);
		*len = 0;
		return m->len <= BODY_MAX ? MHD_YES : MHD_NO;
	}
	count(h, c, url, m);
	return MHD_queue_response(c, MHD_HTTP_NO_CONTENT, h->nothing);
}

static void on_end(void *user, struct MHD_Connection *c, void **state,
		   enum MHD_RequestTerminationCode code)
{
	(void)user;
	(void)c;
	(void)code;
	free(*state);
	*state = NULL;
}

static void on_connection(void *user, struct MHD_Connection *c, void **state,
			  enum MHD_ConnectionNotificationCode code)
{
	struct hooks *h = user;
	(void)c;
	(void)state;
	h->connections += code == MHD_CONNECTION_NOTIFY_STARTED;
}

static struct MHD_Daemon *start(struct hooks *h)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, h,
				MHD_OPTION_SOCK_ADDR, &a, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
				(size_t)MEMORY, MHD_OPTION_NOTIFY_COMPLETED, on_end, h,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
}

static int port_of(struct MHD_Daemon *d)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
	return info ? info->port : 0;
}

int main(int argc, char **argv)
{
	static struct hooks h;
	char byte;
	if (argc != 3 || sodium_init() < 0 || !parse_secret(argv[1], &h) ||
	    !(h.total = strtoull(argv[2], NULL, 10))) {
		fprintf(stderr, "Usage: bench_hooks SECRET TOTAL\n");
		return EX_USAGE;
	}
	h.nothing = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *d = h.nothing ? start(&h) : NULL;
	if (!d)
		return EX_OSERR;
	printf("READY\n%d\n", port_of(d));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	MHD_stop_daemon(d);
	MHD_destroy_response(h.nothing);
	return EX_OK;
}
