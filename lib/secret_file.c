#include "lib/secret_file.h"

#include "lib/cleanup.h"
#include "lib/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t len = dir ? strlen(dir) : 0;
	return len > 0 && strncmp(path, dir, len) == 0 && path[len] == '/' &&
	       !strchr(path + len + 1, '/');
}

static int check_file(const char *path, int fd, char *error, size_t size)
{
	struct stat st;
	mode_t forbidden = is_credential(path) ? S_IRWXO : S_IRWXG | S_IRWXO;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		snprintf(error, size, "%s: not a plain file", path);
		return NETRAL_EINVALID;
	}
	if (st.st_mode & forbidden) {
		snprintf(error, size, "%s: others than its owner may use it (mode %04o): chmod 600",
			 path, (unsigned)(st.st_mode & 07777));
		return NETRAL_EINVALID;
	}
	return NETRAL_OK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int secret_file_read(const char *path, char *ret, size_t size, size_t *ret_len, char *error,
		     size_t error_size)
{
	netral_cleanup(netral_closep) int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return netral_error_from_errno(errno);
	}
	int r = check_file(path, fd, error, error_size);
	if (r < 0)
		return r;
	ssize_t n = read(fd, ret, size);
	if (n < 0) {
		snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return NETRAL_EIO;
	}
	size_t len = (size_t)n;
	/* What fills the buffer may go on in the file: its end is not here. */
	while (len < size && len > 0 && is_space(ret[len - 1]))
		len--;
	*ret_len = len;
	return NETRAL_OK;
}
