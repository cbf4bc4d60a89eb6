#include "config.h"
#include "head/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "head/packed.h"

/* Holds at least one line of Docker's with its time in nanoseconds, which no
 * two files begin with: 16 KiB of text, of which each byte may be six. */
#define HEAD_LEN (128u << 10)

int
logfile_open(const char *path, struct why *why)
{
	own(fd) int fd = open(path,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			strerror(errno));
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", path);
	return take(fd);
}

int
logfile_identify(struct logfile *l, struct why *why)
{
	char key[IDENTITY_TEXT];
	int r = identity_of(l->fd, &l->identity, why);
	if (r < 0)
		return r;
	free(l->key);
	l->key = xstrdup(identity_text(&l->identity, key));
	return 0;
}

int
logfile_new(int fd, struct logfile **ret, struct why *why)
{
	own(logfile) struct logfile *l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	l->packed = packed_is(fd);
	int r = logfile_identify(l, why);
	if (r < 0)
		return r;
	*ret = take(l);
	return 0;
}

void
logfile_free(struct logfile *l)
{
	if (!l)
		return;
	free(l->key);
	fd_close(l->fd);
	free(l);
}

void
logfiles_free(struct logfile *list)
{
	for (struct logfile *l = list, *next; l; l = next) {
		next = l->next;
		logfile_free(l);
	}
}

int
logfile_size(const struct logfile *l, uint64_t *ret, struct why *why)
{
	struct stat st;
	if (l->packed)
		return packed_size(l->fd, ret, why);
	if (fstat(l->fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	*ret = (uint64_t)st.st_size;
	return 0;
}

usec
logfile_written(const struct logfile *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return 0;
	return (usec)st.st_mtim.tv_sec * USEC_SECOND +
		(usec)st.st_mtim.tv_nsec / NSEC_USEC;
}

bool
logfile_is_copy(const struct logfile *a, const struct logfile *b)
{
	if (a->identity.dev == b->identity.dev &&
		a->identity.ino == b->identity.ino)
		return true;
	if (a->packed == b->packed)
		return false;
	const struct logfile *packed = a->packed ? a : b;
	const struct logfile *plain = a->packed ? b : a;
	uint64_t x, y;
	if (logfile_size(packed, &x, NULL) < 0 ||
		logfile_size(plain, &y, NULL) < 0 || x != y)
		return false;
	own(str) char *head = xcalloc(1, HEAD_LEN);
	own(str) char *other = xcalloc(1, HEAD_LEN);
	int n = packed_read(packed->fd, 0, head, HEAD_LEN, NULL);
	return n >= 0 && pread(plain->fd, other, HEAD_LEN, 0) == n &&
		memcmp(head, other, (size_t)n) == 0;
}

/* Its name in the service manager's store. */
static char *
kept_name(const struct logfile *l, const char *container)
{
	return xprintf(
		"%s.%llx", container, (unsigned long long)l->identity.ino);
}

char *
logfile_container(const char *name)
{
	return xstrndup(name, strcspn(name, "."));
}

void
logfile_keep(const struct logfile *l, const char *container)
{
	own(str) char *name = kept_name(l, container);
	own(str) char *text = xprintf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	/* Without a service manager there is nowhere to keep it. */
	(void)sd_pid_notify_with_fds(0, 0, text, &l->fd, 1);
}

void
logfile_unkeep(const struct logfile *l, const char *container)
{
	own(str) char *name = kept_name(l, container);
	(void)sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
}

bool
logfile_is_replaced(const struct logfile *l, const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 &&
		(st.st_ino != l->identity.ino || st.st_dev != l->identity.dev);
}

bool
logfile_has_shrunk(struct logfile *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return false;
	bool shrunk = (uint64_t)st.st_size < l->seen;
	l->seen = (uint64_t)st.st_size;
	return shrunk;
}
