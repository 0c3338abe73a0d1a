/* The thread owns the connection; `lock` is for what both threads see. One that is busy when the
 * loop is done with it frees itself: so the loop never waits for a server that does not answer.
 *
 * The library would ask the resolver itself. Names are resolved here instead, so that an address is
 * refused before anything is sent to it; other servers that a server names are not used. A failure
 * closes the connection: whatever its state was, the next try begins anew. */
#include "alert/nats_worker.h"

#include "lib/cleanup.h"
#include "lib/error.h"
#include "lib/fault.h"
#include "lib/fetch/address.h"
#include "lib/fetch/fetch.h"

#include <fcntl.h>
#include <nats/nats.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

enum { CONNECT_MS = 10 * 1000, HOST_SIZE = 256, PORT_SIZE = 8, ADDRESSES_MAX = 8 };

struct nats_worker {
	/* As they were at the start. */
	char host[HOST_SIZE], port[PORT_SIZE];
	char *user, *password, *credentials_file, *ca_file;
	struct cidr allow[FETCH_ALLOW_MAX];
	size_t allow_count;
	bool tls, jetstream;
	int64_t request_ms;
	int wake_fd;

	pthread_t thread;

	/* Under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool has_message, is_busy, has_result, is_left, frees_itself;
	struct delivery_outcome outcome;

	/* The thread's, from has_message to has_result. */
	struct buf subject, body, id;
	char reason[OUTBOX_REASON_MAX];
	natsConnection *connection;
	jsCtx *js;
};

/* --- connecting --- */

static void disconnect(struct nats_worker *w)
{
	jsCtx_Destroy(w->js);
	natsConnection_Destroy(w->connection);
	w->js = NULL;
	w->connection = NULL;
}

/* Errors are taken from what is called; the library would print those that come between. */
static void on_error(natsConnection *nc, natsSubscription *sub, natsStatus err, void *user)
{
	(void)nc;
	(void)sub;
	(void)err;
	(void)user;
}

static natsStatus set_access(const struct nats_worker *w, natsOptions *o)
{
	if (w->credentials_file[0])
		return natsOptions_SetUserCredentialsFromFiles(o, w->credentials_file, NULL);
	return w->user[0] ? natsOptions_SetUserInfo(o, w->user, w->password) : NATS_OK;
}

static natsStatus set_tls(const struct nats_worker *w, natsOptions *o)
{
	if (!w->tls)
		return NATS_OK;
	natsStatus s = natsOptions_SetSecure(o, true);
	if (s == NATS_OK && w->ca_file[0])
		s = natsOptions_LoadCATrustedCertificates(o, w->ca_file);
	return s == NATS_OK ? natsOptions_SetExpectedHostname(o, w->host) : s;
}

struct urls {
	char texts[ADDRESSES_MAX][ADDRESS_TEXT_SIZE + 32];
	const char *list[ADDRESSES_MAX];
	int count;
};

static natsStatus set_options(const struct nats_worker *w, struct urls *urls, natsOptions *o)
{
	int64_t connect_ms = w->request_ms < CONNECT_MS ? w->request_ms : CONNECT_MS;
	natsStatus s = natsOptions_SetServers(o, urls->list, urls->count);
	s = s ? s : natsOptions_SetNoRandomize(o, true);
	s = s ? s : natsOptions_SetName(o, "netral-alert");
	s = s ? s : natsOptions_SetTimeout(o, connect_ms);
	s = s ? s : natsOptions_SetWriteDeadline(o, w->request_ms);
	s = s ? s : natsOptions_SetAllowReconnect(o, false);
	s = s ? s : natsOptions_SetIgnoreDiscoveredServers(o, true);
	s = s ? s : natsOptions_SetErrorHandler(o, on_error, NULL);
	s = s ? s : set_access(w, o);
	return s ? s : set_tls(w, o);
}

/* Those of the addresses that are in order. */
static bool find_urls(struct nats_worker *w, struct urls *ret)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	const char *refusal = "there is none";
	char text[ADDRESS_TEXT_SIZE];
	ret->count = 0;
	if (getaddrinfo(w->host, w->port, &hints, &list) != 0) {
		snprintf(w->reason, sizeof(w->reason), "the name has no address");
		return false;
	}
	for (const struct addrinfo *a = list; a && ret->count < ADDRESSES_MAX; a = a->ai_next) {
		const char *why = address_refusal(a->ai_addr, w->allow, w->allow_count);
		if (why) {
			refusal = why;
			continue;
		}
		address_format(a->ai_addr, text);
		snprintf(ret->texts[ret->count], sizeof(ret->texts[0]), "nats://%s:%s", text,
			 w->port);
		ret->list[ret->count] = ret->texts[ret->count];
		ret->count++;
	}
	freeaddrinfo(list);
	if (ret->count == 0)
		snprintf(w->reason, sizeof(w->reason), "the address is refused: %s", refusal);
	return ret->count > 0;
}

static natsStatus connect_to(struct nats_worker *w, struct urls *urls)
{
	natsOptions *options = NULL;
	natsStatus s = natsOptions_Create(&options);
	s = s ? s : set_options(w, urls, options);
	s = s ? s : natsConnection_Connect(&w->connection, options);
	if (s == NATS_OK && w->jetstream)
		s = natsConnection_JetStream(&w->js, w->connection, NULL);
	natsOptions_Destroy(options);
	return s;
}

/* --- a message --- */

static enum delivery_result result_of(struct nats_worker *w, natsStatus s)
{
	if (s == NATS_OK)
		return DELIVERY_TAKEN;
	snprintf(w->reason, sizeof(w->reason), "NATS: %s", natsStatus_GetText(s));
	if (s == NATS_MAX_PAYLOAD || s == NATS_INVALID_SUBJECT || s == NATS_INVALID_ARG)
		return DELIVERY_REFUSED;
	return s == NATS_NO_MEMORY ? DELIVERY_LOCAL : DELIVERY_FAILED;
}

/* A PONG says that the server has read what came before the PING; whether it refused it stands in
 * the connection. */
static natsStatus publish_plain(struct nats_worker *w, natsMsg *m)
{
	const char *text;
	natsStatus s = natsConnection_PublishMsg(w->connection, m);
	s = s ? s : natsConnection_FlushTimeout(w->connection, w->request_ms);
	return s ? s : natsConnection_GetLastError(w->connection, &text);
}

static natsStatus publish_stored(struct nats_worker *w, natsMsg *m)
{
	jsPubOptions o;
	jsPubOptions_Init(&o);
	o.MaxWait = w->request_ms;
	o.MsgId = (const char *)w->id.data;
	return js_PublishMsg(NULL, w->js, m, &o, NULL);
}

static natsStatus publish(struct nats_worker *w)
{
	natsMsg *m = NULL;
	natsStatus s = natsMsg_Create(&m, (const char *)w->subject.data, NULL,
				      (const char *)w->body.data, (int)w->body.len);
	s = s ? s : natsMsgHeader_Set(m, "Nats-Msg-Id", (const char *)w->id.data);
	s = s ? s
	      : natsMsgHeader_Set(m, "Content-Type",
				  w->body.data[0] == '[' ? "application/cloudevents-batch+json"
							 : "application/cloudevents+json");
	if (s == NATS_OK)
		s = w->jetstream ? publish_stored(w, m) : publish_plain(w, m);
	natsMsg_Destroy(m);
	return s;
}

static enum delivery_result deliver(struct nats_worker *w)
{
	struct urls urls;
	natsStatus s = NATS_OK;
	if (w->connection && natsConnection_Status(w->connection) != NATS_CONN_STATUS_CONNECTED)
		disconnect(w);
	if (!w->connection) {
		if (!find_urls(w, &urls))
			return DELIVERY_FAILED;
		s = connect_to(w, &urls);
	}
	if (s == NATS_OK)
		s = publish(w);
	if (s != NATS_OK)
		disconnect(w);
	return result_of(w, s);
}

/* --- the thread --- */

static void wipe(char *s)
{
	if (s)
		explicit_bzero(s, strlen(s));
	free(s);
}

static void destroy(struct nats_worker *w)
{
	disconnect(w);
	if (w->wake_fd >= 0)
		close(w->wake_fd);
	wipe(w->password);
	free(w->user);
	free(w->credentials_file);
	free(w->ca_file);
	buf_fini(&w->subject);
	buf_fini(&w->body);
	buf_fini(&w->id);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* False when there is nobody left who would hear of it. */
static bool wait_message(struct nats_worker *w)
{
	pthread_mutex_lock(&w->lock);
	while (!w->has_message && !w->is_left)
		pthread_cond_wait(&w->changed, &w->lock);
	bool go_on = !w->is_left;
	w->has_message = false;
	pthread_mutex_unlock(&w->lock);
	return go_on;
}

static void tell(struct nats_worker *w, enum delivery_result result)
{
	pthread_mutex_lock(&w->lock);
	w->outcome = (struct delivery_outcome){result, -1, w->reason};
	w->has_result = true;
	w->is_busy = false;
	pthread_mutex_unlock(&w->lock);
	(void)!eventfd_write(w->wake_fd, 1);
}

static void *run(void *user)
{
	struct nats_worker *w = user;
	while (wait_message(w))
		tell(w, deliver(w));
	pthread_mutex_lock(&w->lock);
	bool frees_itself = w->frees_itself;
	pthread_mutex_unlock(&w->lock);
	if (frees_itself)
		destroy(w);
	nats_ReleaseThreadMemory();
	return NULL;
}

/* --- the loop's side --- */

/* "nats://host:port" or "tls://host:port", as channel_nats.c checked it. */
static void take_url(struct nats_worker *w, const char *url)
{
	w->tls = strncmp(url, "tls:", 4) == 0;
	const char *host = strstr(url, "://") + 3;
	bool is_v6 = host[0] == '[';
	size_t len = is_v6 ? strcspn(++host, "]") : strcspn(host, ":/");
	const char *port = host + len + is_v6;
	snprintf(w->host, sizeof(w->host), "%.*s", (int)len, host);
	snprintf(w->port, sizeof(w->port), "%s", *port == ':' ? port + 1 : "4222");
}

static int take_options(struct nats_worker *w, const struct receiver *to,
			const struct alert_config *config)
{
	const char *ranges[FETCH_ALLOW_MAX];
	netral_cleanup(netral_freep) char *copy = strdup(config->allow_addresses);
	w->user = strdup(to->user);
	w->password = strdup(to->password);
	w->credentials_file = strdup(to->credentials_file);
	w->ca_file = strdup(config->ca_file);
	if (!copy || !w->user || !w->password || !w->credentials_file || !w->ca_file)
		return NETRAL_ENOMEM;
	size_t count = alert_config_allow(copy, ranges);
	for (size_t i = 0; i < count; i++)
		w->allow_count += cidr_parse(ranges[i], &w->allow[w->allow_count]);
	take_url(w, to->url);
	w->jetstream = to->jetstream;
	w->request_ms = (int64_t)config->request_ms;
	return NETRAL_OK;
}

int nats_worker_new(const struct receiver *to, const struct alert_config *config, int wake_fd,
		    struct nats_worker **ret_worker)
{
	struct nats_worker *w = fault_calloc(1, sizeof(*w));
	if (!w)
		return NETRAL_ENOMEM;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	w->wake_fd = fcntl(wake_fd, F_DUPFD_CLOEXEC, 0);
	int r = w->wake_fd < 0 ? NETRAL_EIO : take_options(w, to, config);
	if (r == NETRAL_OK && pthread_create(&w->thread, NULL, run, w) != 0)
		r = NETRAL_ENOMEM;
	if (r == NETRAL_OK)
		*ret_worker = w;
	else
		destroy(w);
	return r;
}

void nats_worker_free(struct nats_worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	bool is_busy = w->is_busy;
	w->is_left = true;
	w->frees_itself = is_busy;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	if (is_busy) {
		pthread_detach(w->thread);
		return;
	}
	pthread_join(w->thread, NULL);
	destroy(w);
}

static int keep(struct buf *b, const void *data, size_t len)
{
	buf_clear(b);
	int r = buf_append(b, data, len);
	return r == NETRAL_OK ? buf_append(b, "", 1) : r;
}

int nats_worker_publish(struct nats_worker *w, const char *id, const struct text *subject,
			const struct text *body)
{
	int r = keep(&w->id, id, strlen(id));
	if (r == NETRAL_OK)
		r = keep(&w->subject, subject->ptr, subject->len);
	if (r == NETRAL_OK)
		r = keep(&w->body, body->ptr, body->len);
	if (r < 0)
		return NETRAL_ENOMEM;
	w->body.len--;
	pthread_mutex_lock(&w->lock);
	w->has_message = w->is_busy = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	return NETRAL_OK;
}

bool nats_worker_result(struct nats_worker *w, struct delivery_outcome *ret)
{
	pthread_mutex_lock(&w->lock);
	bool has_result = w->has_result;
	w->has_result = false;
	*ret = w->outcome;
	pthread_mutex_unlock(&w->lock);
	return has_result;
}
