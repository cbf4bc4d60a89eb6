#include "config.h"
#include "hands/container/made-container.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <systemd/sd-id128.h>
#include <time.h>
#include <unistd.h>

#include "base/io/locked-file.h"
#include "hands/container/docker-app.h"

#define FOLDER "containers"
#define NAME "logmend-"
/* Seconds after which Docker no longer makes what a killed process asked for.
 */
#define LATE_MOST 3600

static char *
folder_beside(const char *store)
{
	const char *slash = strrchr(store, '/');
	return xprintf("%.*s/" FOLDER, slash ? (int)(slash - store) : 0, store);
}

int
made_container_plan(
	const char *store, struct made_container *ret, struct why *why)
{
	own(str) char *folder = folder_beside(store);
	sd_id128_t id;
	int fd = -1;
	int r = sd_id128_randomize(&id);
	if (r < 0)
		return because(why, r, "no random name: %s", strerror(-r));
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return because(why, -errno, "%s: cannot be made: %s", folder,
			strerror(errno));
	own(str) char *name =
		xprintf(NAME SD_ID128_FORMAT_STR, SD_ID128_FORMAT_VAL(id));
	r = locked_file_make(folder, name, SPAN_NONE, &fd, why);
	if (r < 0)
		return r;
	ret->file = xprintf("%s/%s", folder, name);
	ret->name = take(name);
	ret->lock = fd;
	return 0;
}

void
made_container_leave(struct made_container *m)
{
	if (m->name)
		fd_close(m->lock);
	free(m->name);
	free(m->file);
	*m = (struct made_container){ 0 };
}

void
made_container_forget(struct made_container *m)
{
	/* One that stays is tried again by the next sweep. */
	if (m->file)
		(void)unlink(m->file);
	made_container_leave(m);
}

/* Removes the container of this name with the volumes that its image made it
 * have. Not one that was started, which is somebody's by now: Docker itself
 * refuses one that runs. 0: nothing is left to do; -ESRCH: there is none. */
static int
remove_by_name(struct engine *e, const char *name)
{
	own(buf) struct buf asked = { 0 }, path = { 0 };
	json_t *whole = NULL;
	struct why why;
	buf_add_str(&asked, "/containers/");
	engine_add_part(&asked, span_of(name));
	buf_add_str(&asked, "/json");
	int r = engine_get(e, buf_str(&asked), &whole, &why);
	const char *id = json_string_value(json_object_get(whole, "Id"));
	const char *state =
		json_string_value(json_at(whole, "State", "Status", NULL));
	if (r == 0 && id && state && strcmp(state, "created") == 0) {
		buf_add_str(&path, "/containers/");
		engine_add_part(&path, span_of(id));
		buf_add_str(&path, "?v=1");
		r = engine_delete(e, buf_str(&path), &why);
	}
	json_decref(whole);
	return r;
}

void
made_container_remove(struct engine *e, struct made_container *m)
{
	int r = m->name ? remove_by_name(e, m->name) : 0;
	if (r == 0 || r == -ESRCH)
		made_container_forget(m);
	else
		made_container_leave(m);
}

/* The lock is free where its maker is gone. What it asked Docker for may be
 * there only later. */
static void
sweep_one(struct engine *e, const char *folder, const char *name)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd =
		open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &st) < 0)
		return;
	int r = remove_by_name(e, name);
	if (r == 0 || (r == -ESRCH && st.st_mtime + LATE_MOST < time(NULL)))
		(void)unlink(path);
}

void
made_container_sweep(const char *store, struct engine *e)
{
	own(str) char *folder = folder_beside(store);
	DIR *d = opendir(folder);
	struct dirent *one;
	if (!d)
		return;
	locked_file_sweep(folder);
	while ((one = readdir(d)))
		if (strncmp(one->d_name, NAME, strlen(NAME)) == 0)
			sweep_one(e, folder, one->d_name);
	closedir(d);
}
