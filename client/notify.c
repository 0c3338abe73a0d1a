#include "client/notify.h"

#include "lib/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Binding without a name lets the kernel choose one that nobody has. */
static int bind_somewhere(int fd, char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(address);
	int on = 1;
	if (setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return NETRAL_EIO;
	size_t name_len = len - offsetof(struct sockaddr_un, sun_path) - 1;
	if (name_len + 2 > NOTIFY_NAME_SIZE)
		return NETRAL_EIO;
	snprintf(name, NOTIFY_NAME_SIZE, "@%.*s", (int)name_len, address.sun_path + 1);
	return NETRAL_OK;
}

int notify_open(int *ret_fd, char name[static NOTIFY_NAME_SIZE])
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return NETRAL_EIO;
	int r = bind_somewhere(fd, name);
	if (r < 0)
		close(fd);
	else
		*ret_fd = fd;
	return r;
}

static pid_t sender_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct ucred credentials;
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&credentials, CMSG_DATA(c), sizeof(credentials));
		return credentials.pid;
	}
	return 0;
}

int notify_read(int fd, pid_t *ret_pid, char text[static NOTIFY_TEXT_SIZE])
{
	struct iovec part = {text, NOTIFY_TEXT_SIZE - 1};
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return 0;
	text[n] = '\0';
	*ret_pid = sender_of(&m);
	return 1;
}

bool notify_has(const char *text, const char *assignment)
{
	size_t len = strlen(assignment);
	for (const char *line = text; *line;) {
		size_t line_len = strcspn(line, "\n");
		if (line_len == len && memcmp(line, assignment, len) == 0)
			return true;
		line += line_len + (line[line_len] == '\n');
	}
	return false;
}
