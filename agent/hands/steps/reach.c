#include "config.h"
#include "hands/steps/reach.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/frame.h"
#include "base/io/privileges.h"
#include "hands/run/sandboxed-child.h"

#define SCOUT_TIME (20 * USEC_SECOND)
#define TEXT_MAX 4096u
#define NEW_ADDRESSES 16 /* between two looks at the list */
#define WAY_OUT                                                               \
	"the drop-in " DATA_DIR "/reach.conf has what the service lacks for " \
	"that, CAP_SYS_ADMIN and RestrictNamespaces=net (`logmend doctor` "   \
	"prints the commands)"

enum { SCOUT_WAY = 1 }; /* a struct reach_way; fd: the namespace */

/* A process is in one network namespace. */
static struct reach_place place;

const struct reach_place *
reach_place(void)
{
	return &place;
}

void
reach_way_free(struct reach_way *w)
{
	fd_close(w->ns);
	free(w->network);
	free(w->name);
	free(w->address);
	free(w->whose);
	free(w->refusal);
	*w = (struct reach_way)REACH_WAY;
}

/* What a job needs of root: to read logs and migrations, to write a proposal in
 * the app's folder, and to leave it to the folder's owner. */
static int
give_up(struct why *why)
{
	static const int kept[] = { CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE,
		CAP_CHOWN };
	return privileges_only(kept, ELEMENTS(kept), why);
}

static void
send_way(int sock, const struct reach_way *w)
{
	own(frame) struct frame f = FRAME(SCOUT_WAY);
	frame_put_str(&f, w->network);
	frame_put_str(&f, w->name);
	frame_put_str(&f, w->address);
	frame_put_str(&f, w->whose);
	frame_put_str(&f, w->refusal);
	if (w->ns >= 0)
		frame_lend_fd(&f, w->ns);
	(void)frame_send(sock, &f); /* else the parent sees our end */
}

static int
take_way(struct frame *f, struct reach_way *ret, struct why *why)
{
	ret->network = frame_get_str(f, TEXT_MAX);
	ret->name = frame_get_str(f, TEXT_MAX);
	ret->address = frame_get_str(f, TEXT_MAX);
	ret->whose = frame_get_str(f, TEXT_MAX);
	ret->refusal = frame_get_str(f, TEXT_MAX);
	if (f->n_fds)
		ret->ns = frame_get_fd(f);
	int r = frame_end(f, why);
	if (r == 0 && ret->ns >= 0 &&
		!(ret->network && ret->name && ret->address && ret->whose))
		r = because(why, -EBADMSG, "the scout named half a way");
	return r;
}

static int
hear(const struct sandboxed_child *child, struct reach_way *ret,
	struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	int r = sandboxed_child_recv(child, clock_mono() + SCOUT_TIME, &f);
	if (r == 0)
		return because(why, -EPIPE,
			"the process that finds the way to the database died");
	if (r < 0)
		return because(why, r,
			"the way to the database was not found: %s",
			strerror(-r));
	return take_way(&f, ret, why);
}

/* In the child: without the right, it reads what others wrote. */
static _Noreturn void
be_scout(int sock, reach_scout scout, const void *arg)
{
	own(reach_way) struct reach_way way = REACH_WAY;
	struct why why;
	if (give_up(&why) < 0)
		_exit(3);
	scout(arg, &way);
	send_way(sock, &way);
	_exit(0);
}

static int
send_scout(reach_scout scout, const void *arg, struct reach_way *ret,
	struct why *why)
{
	struct sandboxed_child child;
	int r = sandboxed_child_fork(&child, why);
	if (r == 1)
		be_scout(child.sock, scout, arg);
	if (r < 0)
		return r;
	r = hear(&child, ret, why);
	sandboxed_child_end(&child);
	return r;
}

/* A name below /run/docker/netns is an empty file where its namespace is gone.
 */
static bool
is_network_namespace(int fd)
{
	struct statfs fs;
	return fstatfs(fd, &fs) == 0 && fs.f_type == NSFS_MAGIC &&
		ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWNET;
}

static bool
is_address(const struct ifreq *q, const struct in_addr *wanted)
{
	const struct sockaddr_in *a = (const struct sockaddr_in *)&q->ifr_addr;
	return a->sin_family == AF_INET && a->sin_addr.s_addr == wanted->s_addr;
}

/* The kernel lists the addresses of all devices. Binding one proves nothing: in
 * a namespace with net.ipv4.ip_nonlocal_bind, which a container may be run
 * with, any address can be bound. The unit has no AF_NETLINK. */
static bool
has_address(const char *text)
{
	struct in_addr wanted;
	struct ifconf all = { 0 };
	own(fd) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || inet_pton(AF_INET, text, &wanted) != 1 ||
		ioctl(fd, SIOCGIFCONF, &all) < 0) /* only how long it is */
		return false;
	struct ifreq *list =
		xcalloc((size_t)all.ifc_len + NEW_ADDRESSES * sizeof(*list), 1);
	all.ifc_len += (int)(NEW_ADDRESSES * sizeof(*list));
	all.ifc_req = list;
	size_t n = ioctl(fd, SIOCGIFCONF, &all) < 0
		? 0
		: (size_t)all.ifc_len / sizeof(*list);
	bool has = false;
	for (size_t i = 0; i < n; i++)
		has |= is_address(&list[i], &wanted);
	free(list);
	return has;
}

bool
reach_is_gone(void)
{
	return place.network && !has_address(place.address);
}

static int
enter(const struct reach_way *w, struct why *why)
{
	own(fd) int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (home < 0 || !is_network_namespace(w->ns))
		return because(why, -ESTALE,
			"the network of %s was gone before it was entered",
			w->whose);
	if (setns(w->ns, CLONE_NEWNET) < 0)
		return because(why, -errno,
			"the network of %s could not be entered (%s); " WAY_OUT,
			w->whose, strerror(errno));
	if (has_address(w->address))
		return 0;
	/* Never a job in a place that is not the one that was meant. */
	if (setns(home, CLONE_NEWNET) < 0)
		_exit(4);
	return because(why, -ESTALE,
		"the network of %s has not the address %s that Docker names",
		w->whose, w->address);
}

static void
go(reach_scout scout, const void *arg)
{
	own(reach_way) struct reach_way way = REACH_WAY;
	struct why why;
	int r = send_scout(scout, arg, &way, &why);
	if (r == 0 && way.ns < 0) {
		place.refusal = take(way.refusal);
		return;
	}
	if (r == 0)
		r = enter(&way, &why);
	if (r < 0) {
		place.refusal = xstrdup(why.text);
		return;
	}
	place.network = take(way.network);
	place.name = take(way.name);
	place.whose = take(way.whose);
	place.address = take(way.address);
}

int
reach_step(reach_scout scout, const void *arg, struct why *why)
{
	if (privileges_has(CAP_SYS_ADMIN))
		go(scout, arg);
	else
		place.refusal = xstrdup("it has no right to; " WAY_OUT);
	return give_up(why);
}
