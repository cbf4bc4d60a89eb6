#include "config.h"
#include "head/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

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
logfile_new(const struct app *app, const char *container, const char *path,
	int fd, struct logfile **ret, struct why *why)
{
	own(logfile) struct logfile *l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	l->app = app;
	l->container = xstrdup(container);
	l->path = xstrdup(path);
	l->source = (struct source){ .format = FORMAT_DOCKER,
		.watch = -1,
		.follow = true,
		.fold = true };
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
	free(l->container);
	free(l->path);
	free(l->key);
	fd_close(l->fd);
	free(l);
}

/* Its name in the service manager's store. */
static char *
kept_name(const struct logfile *l)
{
	return xprintf(
		"%s.%llx", l->container, (unsigned long long)l->identity.ino);
}

void
logfile_keep(const struct logfile *l)
{
	own(str) char *name = kept_name(l);
	own(str) char *text = xprintf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);
	/* Without a service manager there is nowhere to keep it. */
	(void)sd_pid_notify_with_fds(0, 0, text, &l->fd, 1);
}

void
logfile_unkeep(const struct logfile *l)
{
	own(str) char *name = kept_name(l);
	(void)sd_notifyf(0, "FDSTOREREMOVE=1\nFDNAME=%s", name);
}

bool
logfile_has_name(const struct logfile *l)
{
	struct stat st;
	return stat(l->path, &st) == 0;
}

bool
logfile_is_replaced(const struct logfile *l)
{
	struct stat st;
	return stat(l->path, &st) == 0 &&
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

json_t *
logfile_json(const struct logfile *l)
{
	struct stat st;
	if (fstat(l->fd, &st) < 0)
		return NULL;
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:b}", "app", l->app->name,
		"container", l->container, "path", l->path, "read",
		(json_int_t)position_least(&l->source.from), "size",
		(json_int_t)st.st_size, "unlinked", st.st_nlink == 0);
}
