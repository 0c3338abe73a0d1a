/* error.h - the one list of error codes.
 * Functions return 0 or a negative code; expected outcomes ("an item", "none") are positive or
 * zero and named in each header. Codes never leave the process as numbers, except through
 * libnetral, which names them anew: peers get netral.v1.Code and a sentence. */
#ifndef NETRAL_LIB_ERROR_H
#define NETRAL_LIB_ERROR_H

#define NETRAL_ERRORS(X)                                                                           \
	X(NETRAL_ENOMEM, -1, "out of memory")                                                      \
	X(NETRAL_EIO, -2, "input/output error")                                                    \
	X(NETRAL_EFULL, -3, "store is full")                                                       \
	X(NETRAL_EMALFORMED, -4, "malformed data")                                                 \
	X(NETRAL_ETOOBIG, -5, "exceeds the size limit")                                            \
	X(NETRAL_ENOTFOUND, -6, "not found")                                                       \
	X(NETRAL_EBUSY, -7, "in use by another process")                                           \
	X(NETRAL_EVERSION, -8, "version not supported")                                            \
	X(NETRAL_EINVALID, -9, "invalid value")                                                    \
	X(NETRAL_EENCODING, -10, "not valid UTF-8")                                                \
	X(NETRAL_ECLOSED, -11, "closed")                                                           \
	X(NETRAL_ETIMEOUT, -12, "timed out")                                                       \
	X(NETRAL_EACCES, -13, "permission denied")                                                 \
	X(NETRAL_EAGAIN, -14, "try again later")                                                   \
	X(NETRAL_EFUTURE, -15, "beyond the end of the store")                                      \
	X(NETRAL_EAMBIGUOUS, -16, "more than one begins like this")

enum netral_err {
	NETRAL_OK = 0,
#define X(name, value, text) name = (value),
	NETRAL_ERRORS(X)
#undef X
};

/* A sentence fragment for `err`, never NULL. Any thread. */
const char *netral_strerror(int err);

/* Translates an errno value. Any thread. */
int netral_error_from_errno(int err);

/* A bug of ours, not of the world: prints where and aborts. NDEBUG does not remove it. */
#define netral_assert(cond) ((cond) ? (void)0 : netral_assert_failed(#cond, __FILE__, __LINE__))
_Noreturn void netral_assert_failed(const char *cond, const char *file, int line);

#endif
