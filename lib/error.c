#include "lib/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char *netral_strerror(int err)
{
	switch (err) {
	case NETRAL_OK:
		return "success";
#define X(name, value, text)                                                                       \
	case name:                                                                                 \
		return text;
		NETRAL_ERRORS(X)
#undef X
	default:
		return "unknown error";
	}
}

int netral_error_from_errno(int err)
{
	switch (err) {
	case 0:
		return NETRAL_OK;
	case ENOMEM:
		return NETRAL_ENOMEM;
	case ENOSPC:
	case EDQUOT:
		return NETRAL_EFULL;
	case ENOENT:
	case ENOTDIR:
		return NETRAL_ENOTFOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return NETRAL_EACCES;
	case EFBIG:
	case EMSGSIZE:
		return NETRAL_ETOOBIG;
	case EAGAIN:
	case EINTR:
		return NETRAL_EAGAIN;
	case EBUSY:
	case EADDRINUSE:
		return NETRAL_EBUSY;
	case EINVAL:
		return NETRAL_EINVALID;
	default:
		return NETRAL_EIO;
	}
}

_Noreturn void netral_assert_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "<2>netral: internal error: %s at %s:%d; please report it\n", cond, file,
		line);
	abort();
}
