/* secret_file.h - a file that holds a secret, and that nobody else may use. Any thread. */
#ifndef NETRAL_LIB_SECRET_FILE_H
#define NETRAL_LIB_SECRET_FILE_H

#include <stddef.h>

/* Reads at most `size` bytes of `path` and drops blanks and line ends behind them; *ret_len == size
 * says that there may be more. The file must be plain, and for its owner alone (mode 0600); one
 * directly in $CREDENTIALS_DIRECTORY, where the service manager decides, may have a group.
 * What is read is the caller's to wipe. 0; NETRAL_EINVALID, NETRAL_EIO or that of open(2), with
 * a sentence in `error` that names the file and not its content. */
int secret_file_read(const char *path, char *ret, size_t size, size_t *ret_len, char *error,
		     size_t error_size);

#endif
