#include "config.h"
#include "wire/launch/launch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/role.h"

#define PROGRAM "/proc/self/exe"

int
program_find(struct program *ret, struct why *why)
{
	struct stat st;
	if (stat(PROGRAM, &st) < 0)
		return because(why, -errno, PROGRAM ": %s", strerror(errno));
	*ret = (struct program){
		.device = st.st_dev,
		.inode = st.st_ino,
		.size = (uint64_t)st.st_size,
		.changed = (uint64_t)st.st_mtim.tv_sec * 1000000000 +
			(uint64_t)st.st_mtim.tv_nsec,
	};
	return 0;
}

bool
program_same(const struct program *a, const struct program *b)
{
	return a->device == b->device && a->inode == b->inode &&
		a->size == b->size && a->changed == b->changed;
}

void
launch_free(struct launch *l)
{
	free(l->config);
	fd_close(l->sock);
	*l = (struct launch)LAUNCH;
}

void
launch_put(struct frame *f, const struct launch *l)
{
	frame_reset(f, LAUNCH_START);
	frame_put_u64(f, l->program.device);
	frame_put_u64(f, l->program.inode);
	frame_put_u64(f, l->program.size);
	frame_put_u64(f, l->program.changed);
	frame_put_str(f, l->config);
	frame_put_bool(f, l->debug);
	frame_put_u64(f, l->outlive);
	frame_lend_fd(f, l->sock);
}

int
launch_get(struct frame *f, struct launch *ret, struct why *why)
{
	ret->program.device = frame_get_u64(f);
	ret->program.inode = frame_get_u64(f);
	ret->program.size = frame_get_u64(f);
	ret->program.changed = frame_get_u64(f);
	ret->config = frame_get_str(f, PATH_MAX);
	ret->debug = frame_get_bool(f);
	ret->outlive = frame_get_u64(f);
	ret->sock = frame_get_fd(f);
	return frame_end(f, why);
}
