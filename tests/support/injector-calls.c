#include "config.h"
#include "support/injector-calls.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/own.h"

/* What a descriptor leads to. */
enum kind {
	KIND_ANY = 0,
	KIND_FILE = 1,
	KIND_PIPE = 2,
	KIND_SOCKET = 4,
	KIND_EVENTS = 8, /* inotify, timerfd, signalfd, epoll */
	KIND_OTHER = 16,
};

/* What can happen, in a list of words. A word of another kind of descriptor, or
 * of another use of the call, stands in a row of its own. */
static const struct row {
	const char *call;
	unsigned kinds;
	const char *words;
} rows[] = {
	{ "read", KIND_FILE, "EIO short" },
	{ "read", KIND_PIPE, "EINTR EAGAIN short" },
	{ "read", KIND_SOCKET, "EINTR EAGAIN ECONNRESET short" },
	{ "read", KIND_EVENTS, "EINTR EAGAIN" },
	{ "pread64", KIND_FILE, "EIO EINTR short" },
	{ "write", KIND_FILE, "EIO ENOSPC EDQUOT short" },
	{ "write", KIND_PIPE, "EINTR EAGAIN EPIPE short" },
	{ "write", KIND_SOCKET, "EINTR EAGAIN EPIPE ECONNRESET short" },
	{ "pwrite64", KIND_FILE, "EIO ENOSPC EDQUOT EINTR short" },
	{ "writev", KIND_FILE, "EIO ENOSPC EDQUOT" },
	{ "fsync", KIND_FILE, "EIO ENOSPC EDQUOT" },
	{ "fdatasync", KIND_FILE, "EIO ENOSPC EDQUOT" },
	{ "ftruncate", KIND_FILE, "EIO EINTR" },
	{ "fallocate", KIND_FILE, "ENOSPC EDQUOT EIO EINTR" },
	{ "open", 0, "EMFILE ENFILE EACCES EIO ENOMEM" },
	{ "openat", 0, "EMFILE ENFILE EACCES EIO ENOMEM" },
	{ "stat", 0, "EACCES EIO ENOMEM" },
	{ "lstat", 0, "EACCES EIO ENOMEM" },
	{ "newfstatat", 0, "EACCES EIO ENOMEM" },
	{ "statx", 0, "EACCES EIO ENOMEM" },
	{ "access", 0, "EACCES EIO ENOMEM" },
	{ "readlink", 0, "EACCES EIO ENOMEM" },
	{ "getdents64", 0, "EIO ENOMEM" },
	{ "lseek", KIND_FILE, "EIO" },
	{ "mkdir", 0, "EACCES ENOSPC EDQUOT EIO EROFS" },
	{ "rename", 0, "EACCES ENOSPC EDQUOT EIO EROFS" },
	{ "unlink", 0, "EACCES EIO EROFS" },
	{ "rmdir", 0, "EACCES EIO EROFS" },
	{ "chmod", 0, "EACCES EIO EROFS" },
	{ "fchmod", 0, "EIO EROFS" },
	{ "chown", 0, "EACCES EIO EROFS" },
	{ "flock", 0, "ENOLCK" },
	{ "dup", 0, "EMFILE" },
	{ "dup2", 0, "EMFILE" },
	{ "pipe2", 0, "EMFILE ENFILE" },
	{ "eventfd2", 0, "EMFILE ENFILE ENOMEM" },
	{ "epoll_create1", 0, "EMFILE ENFILE ENOMEM" },
	{ "epoll_ctl", 0, "ENOMEM ENOSPC" },
	{ "epoll_wait", 0, "EINTR" },
	{ "epoll_pwait2", 0, "EINTR" },
	{ "poll", 0, "EINTR ENOMEM" },
	{ "ppoll", 0, "EINTR ENOMEM" },
	{ "timerfd_create", 0, "EMFILE ENFILE ENOMEM" },
	{ "signalfd4", 0, "EMFILE ENFILE ENOMEM" },
	{ "pidfd_open", 0, "EMFILE ENFILE ENOMEM" },
	{ "inotify_init1", 0, "EMFILE ENFILE ENOMEM" },
	{ "inotify_add_watch", 0, "ENOSPC ENOMEM EACCES" },
	{ "socket", 0, "EMFILE ENFILE ENOBUFS ENOMEM EACCES" },
	{ "socketpair", 0, "EMFILE ENFILE ENOMEM" },
	{ "bind", 0, "EACCES EADDRINUSE ENOMEM" },
	{ "listen", 0, "EADDRINUSE" },
	{ "accept4", 0,
		"EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EAGAIN "
		"EINTR" },
	{ "connect", 0, "ECONNREFUSED ETIMEDOUT ENETUNREACH ENOBUFS" },
	{ "setsockopt", 0, "ENOMEM ENOBUFS" },
	{ "getsockopt", 0, "ENOBUFS" },
	{ "sendto", 0, "EINTR EAGAIN ENOBUFS ENOMEM EPIPE ECONNRESET short" },
	{ "sendmsg", 0, "EINTR EAGAIN ENOBUFS ENOMEM" },
	{ "recvfrom", 0, "EINTR EAGAIN ENOMEM ECONNRESET short" },
	{ "recvmsg", 0, "EINTR EAGAIN ENOMEM" },
	{ "clone", 0, "EAGAIN ENOMEM" },
	{ "clone3", 0, "EAGAIN ENOMEM" },
	{ "vfork", 0, "EAGAIN ENOMEM" },
	{ "execve", 0, "EACCES ENOMEM EIO" },
	{ "wait4", 0, "EINTR" },
	{ "setsid", 0, "EPERM" },
	{ "mmap", 0, "ENOMEM" },
	{ "mprotect", 0, "ENOMEM" },
	{ "mremap", 0, "ENOMEM" },
	{ "brk", 0, "ENOMEM" },
	{ "seccomp", 0, "ENOMEM" },
	{ "prctl", 0, "EPERM" },
	{ "setrlimit", 0, "EPERM" },
	{ "prlimit64", 0, "EPERM" },
	{ "getrandom", 0, "EINTR EAGAIN" },
};

const char *
injector_call_name(long call)
{
	static char *names[512];
	if (call < 0 || call >= (long)ELEMENTS(names))
		return "?";
	if (!names[call])
		names[call] = seccomp_syscall_resolve_num_arch(
			SCMP_ARCH_NATIVE, (int)call);
	return names[call] ? names[call] : "?";
}

long
injector_call_number(const char *name)
{
	return seccomp_syscall_resolve_name(name);
}

int
injector_errno(const char *name)
{
	for (int i = 1; i < 134; i++) {
		const char *other = strerrorname_np(i);
		if (other && strcmp(name, other) == 0)
			return i;
	}
	return 0;
}

static unsigned
kind_of(pid_t tid, uint64_t fd)
{
	own(str) char *path = xprintf("/proc/%d/fd/%d", tid, (int)fd);
	char to[256] = "";
	if (readlink(path, to, sizeof(to) - 1) < 0)
		return KIND_OTHER;
	if (strncmp(to, "socket:", 7) == 0)
		return KIND_SOCKET;
	if (strncmp(to, "pipe:", 5) == 0)
		return KIND_PIPE;
	if (strncmp(to, "anon_inode:", 11) == 0)
		return KIND_EVENTS;
	return strncmp(to, "/dev/", 5) == 0 || strncmp(to, "/proc/", 6) == 0
		? KIND_OTHER
		: KIND_FILE;
}

static bool
is_nonblocking(pid_t tid, uint64_t fd)
{
	own(str) char *path = xprintf("/proc/%d/fdinfo/%d", tid, (int)fd);
	own(buf) struct buf text = { 0 };
	if (file_read(path, 65536, &text, NULL) < 0)
		return false;
	const char *at = strstr(text.data, "flags:");
	return at && strtoul(at + 6, NULL, 8) & O_NONBLOCK;
}

/* A call that blocks has no EAGAIN, and one that moves a byte no half. */
static bool
can_be(const char *word, pid_t tid, const char *call, const uint64_t args[6])
{
	bool message = strstr(call, "msg") != NULL;
	uint64_t flags = args[message ? 2 : 3];
	bool carries = message || strcmp(call, "sendto") == 0 ||
		strcmp(call, "recvfrom") == 0;
	if (strcmp(word, "short") == 0)
		return args[2] > 1;
	if (strcmp(word, "EAGAIN") != 0 || strncmp(call, "clone", 5) == 0 ||
		strcmp(call, "vfork") == 0)
		return true;
	if (strcmp(call, "getrandom") == 0)
		return false;
	return (carries && flags & MSG_DONTWAIT) ||
		is_nonblocking(tid, args[0]);
}

static bool
is_unlock(pid_t tid, uint64_t lock)
{
	struct flock it = { 0 };
	struct iovec here = { &it, sizeof(it) };
	struct iovec there = { (void *)lock, sizeof(it) };
	return process_vm_readv(tid, &here, 1, &there, 1, 0) < 0 ||
		it.l_type == F_UNLCK;
}

/* Locks and new descriptors; all else that fcntl() does cannot fail. */
static const char *
words_of_fcntl(pid_t tid, const uint64_t args[6])
{
	switch (args[1]) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return "EMFILE";
	case F_SETLK:
	case F_OFD_SETLK:
		return is_unlock(tid, args[2]) ? "" : "ENOLCK EAGAIN";
	default:
		return "";
	}
}

static const char *
words_of(pid_t tid, const char *call, const uint64_t args[6])
{
	if (strcmp(call, "fcntl") == 0)
		return words_of_fcntl(tid, args);
	/* What is open can be asked about. */
	if (strcmp(call, "newfstatat") == 0 && args[3] & AT_EMPTY_PATH)
		return "";
	/* A parent that asks whether a child has ended is not interrupted. */
	if (strcmp(call, "wait4") == 0 && args[2] & WNOHANG)
		return "";
	if (strcmp(call, "openat") == 0 && args[2] & O_CREAT)
		return "EMFILE ENFILE EACCES EIO ENOMEM ENOSPC EDQUOT EROFS";
	unsigned kind = KIND_ANY;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (strcmp(rows[i].call, call) != 0)
			continue;
		if (rows[i].kinds && !kind)
			kind = kind_of(tid, args[0]);
		if (!rows[i].kinds || rows[i].kinds & kind)
			return rows[i].words;
	}
	return "";
}

/* The words are kept for good: there are few of them. */
static const char *
keep_word(struct span word)
{
	static char *kept[64];
	for (size_t i = 0; i < ELEMENTS(kept); i++) {
		if (!kept[i])
			kept[i] = xprintf(SPAN_FMT, SPAN_ARG(word));
		if (span_is(word, kept[i]))
			return kept[i];
	}
	return "EIO";
}

size_t
injector_faults(pid_t tid, long call, const uint64_t args[6],
	const char *ret[INJECTOR_WHATS])
{
	const char *name = injector_call_name(call);
	struct span rest = span_of(words_of(tid, name, args)), word;
	size_t n = 0;
	while (n < INJECTOR_WHATS && span_cut(&rest, ' ', &word)) {
		const char *kept = keep_word(word);
		if (*kept && can_be(kept, tid, name, args))
			ret[n++] = kept;
	}
	return n;
}
