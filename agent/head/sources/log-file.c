#include "config.h"
#include "head/sources/log-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "head/sources/gzip-info.h"

/* Holds at least one line of Docker's with its time in nanoseconds, which no
 * two files begin with: 16 KiB of text, of which each byte may be six. */
#define HEAD_LEN (128u << 10)

int
log_file_open(const char *path, struct why *why)
{
	own(fd) int fd = open(path,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			descriptors_error(-errno));
	struct why none;
	int r = descriptors_spare(fd, &none);
	if (r < 0)
		return because(
			why, r, "%s: cannot be read: %s", path, none.text);
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", path);
	return take(fd);
}

int
log_file_identify(struct log_file *l, struct why *why)
{
	char key[FILE_IDENTITY_TEXT];
	int r = file_identity_of(l->fd, &l->identity, why);
	if (r < 0)
		return r;
	free(l->key);
	l->key = xstrdup(file_identity_text(&l->identity, key));
	return 0;
}

int
log_file_new(int fd, struct log_file **ret, struct why *why)
{
	own(log_file) struct log_file *l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	l->packed = gzip_info_is_gzip(fd);
	int r = log_file_identify(l, why);
	if (r < 0)
		return r;
	*ret = take(l);
	return 0;
}

void
log_file_free(struct log_file *l)
{
	if (!l)
		return;
	free(l->key);
	fd_close(l->fd);
	free(l);
}

void
log_files_free(struct log_file *list)
{
	for (struct log_file *l = list, *next; l; l = next) {
		next = l->next;
		log_file_free(l);
	}
}

int
log_file_size(const struct log_file *l, uint64_t *ret, struct why *why)
{
	struct stat st;
	if (l->packed)
		return gzip_info_size(l->fd, ret, why);
	if (fstat(l->fd, &st) < 0)
		return because(
			why, -errno, "cannot be read: %s", strerror(errno));
	*ret = (uint64_t)st.st_size;
	return 0;
}

usec
log_file_written(const struct log_file *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return 0;
	return (usec)st.st_mtim.tv_sec * USEC_SECOND +
		(usec)st.st_mtim.tv_nsec / NSEC_USEC;
}

bool
log_file_is_copy(const struct log_file *a, const struct log_file *b)
{
	if (a->identity.dev == b->identity.dev &&
		a->identity.ino == b->identity.ino)
		return true;
	if (a->packed == b->packed)
		return false;
	const struct log_file *packed = a->packed ? a : b;
	const struct log_file *plain = a->packed ? b : a;
	uint64_t x, y;
	if (log_file_size(packed, &x, NULL) < 0 ||
		log_file_size(plain, &y, NULL) < 0 || x != y)
		return false;
	own(str) char *head = xcalloc(1, HEAD_LEN);
	own(str) char *other = xcalloc(1, HEAD_LEN);
	int n = gzip_info_read(packed->fd, 0, head, HEAD_LEN, NULL);
	return n >= 0 && pread(plain->fd, other, HEAD_LEN, 0) == n &&
		memcmp(head, other, (size_t)n) == 0;
}

/* Its name in the service manager's store. */
static char *
kept_name(const struct log_file *l, const char *container)
{
	return xprintf(
		"%s.%llx", container, (unsigned long long)l->identity.ino);
}

char *
log_file_container(const char *name)
{
	return xstrndup(name, strcspn(name, "."));
}

void
log_file_keep(const struct log_file *l, const char *container)
{
	own(str) char *name = kept_name(l, container);
	own(str) char *text = xprintf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	/* Without a service manager there is nowhere to keep it. */
	(void)sd_pid_notify_with_fds(0, 0, text, &l->fd, 1);
}

void
log_file_unkeep(const struct log_file *l, const char *container)
{
	own(str) char *name = kept_name(l, container);
	(void)sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
}

bool
log_file_is_replaced(const struct log_file *l, const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 &&
		(st.st_ino != l->identity.ino || st.st_dev != l->identity.dev);
}

bool
log_file_has_shrunk(struct log_file *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return false;
	bool shrunk = (uint64_t)st.st_size < l->seen;
	l->seen = (uint64_t)st.st_size;
	return shrunk;
}
