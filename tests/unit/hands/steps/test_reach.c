/* The step into another network namespace. With root the namespaces are real.
 */
#include "config.h"
#include "hands/steps/reach.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/privileges.h"
#include "support/check_main.h"

#define THERE "10.9.8.7"

static int lives_there = -1; /* leads to who made the namespace */

/* In a process of its own: a step is taken once. */
static void
apart(int (*visit)(void))
{
	int status;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(visit());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
		"status %x", status);
}

static int
open_own(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static bool
is_in(int ns)
{
	own(fd) int own = open_own();
	struct stat a, b;
	return fstat(ns, &a) == 0 && fstat(own, &b) == 0 &&
		a.st_ino == b.st_ino;
}

/* With the device it is up, or nobody has the address. */
static bool
set_address(const char *device, const char *text)
{
	struct ifreq q = { 0 };
	struct sockaddr_in *a = (struct sockaddr_in *)&q.ifr_addr;
	own(fd) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(q.ifr_name, sizeof(q.ifr_name), "%s", device);
	a->sin_family = AF_INET;
	if (fd < 0 || inet_pton(AF_INET, text, &a->sin_addr) != 1 ||
		ioctl(fd, SIOCSIFADDR, &q) < 0)
		return false;
	q.ifr_flags = IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &q) == 0;
}

/* As a container may be run: any address can be bound then. */
static bool
allow_any_address(void)
{
	own(fd) int fd = open(
		"/proc/sys/net/ipv4/ip_nonlocal_bind", O_WRONLY | O_CLOEXEC);
	return fd >= 0 && write(fd, "1", 1) == 1;
}

/* Who has no rights: so a scout without any can open its namespace. */
static pid_t
live_without_rights(void)
{
	struct why why;
	int pipes[2];
	char answer = 'n';
	pid_t pid = pipe(pipes) < 0 ? -1 : fork();
	if (pid != 0)
		return pid > 0 && read(pipes[0], &answer, 1) == 1 &&
				answer == 'y'
			? pid
			: -1;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	bool dropped = privileges_drop(&why) == 0;
	/* Giving up rights forgets it. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(pipes[1], dropped ? "y" : "n", 1) == 1)
		pause();
	_exit(0);
}

/* Takes the address away when it hears of it. */
static _Noreturn void
live_there(int sock)
{
	char asked;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	bool set = unshare(CLONE_NEWNET) == 0 && allow_any_address() &&
		set_address("lo", "127.0.0.1") && set_address("lo:1", THERE);
	pid_t pid = set ? live_without_rights() : -1;
	if (write(sock, &pid, sizeof(pid)) != sizeof(pid) ||
		read(sock, &asked, 1) != 1)
		_exit(1);
	pid = set_address("lo:1", "10.9.8.6") ? pid : -1;
	if (write(sock, &pid, sizeof(pid)) == sizeof(pid))
		pause();
	_exit(0);
}

/* The path of a namespace whose loopback has another address, too, as long as
 * this process lives; owned. NULL: none can be made. */
static char *
make_namespace(void)
{
	int pair[2];
	pid_t pid = -1;
	if (!privileges_has(CAP_SYS_ADMIN) ||
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return NULL;
	if (fork() == 0)
		live_there(pair[1]);
	lives_there = pair[0];
	close(pair[1]);
	if (read(pair[0], &pid, sizeof(pid)) != sizeof(pid) || pid < 0)
		return NULL;
	return xprintf("/proc/%d/ns/net", (int)pid);
}

static bool
take_address_away(void)
{
	pid_t pid = -1;
	return write(lives_there, "x", 1) == 1 &&
		read(lives_there, &pid, sizeof(pid)) == sizeof(pid) && pid > 0;
}

struct found {
	const char *path; /* of the namespace; NULL: none */
	const char *address;
	const char *refusal;
};

static void
find(const void *arg, struct reach_way *ret)
{
	const struct found *f = arg;
	/* What others wrote is read without the right. */
	if (privileges_has(CAP_SYS_ADMIN))
		_exit(9);
	ret->refusal = xstrdup(f->refusal);
	if (!f->path)
		return;
	ret->ns = open(f->path, O_RDONLY | O_CLOEXEC);
	ret->network = xstrdup("n1");
	ret->name = xstrdup("inner");
	ret->address = xstrdup(f->address);
	ret->whose = xstrdup("captain-nginx");
}

static int
has_rights(void)
{
	static const int gone[] = { CAP_SYS_ADMIN, CAP_SYS_PTRACE,
		CAP_NET_ADMIN, CAP_NET_RAW, CAP_SETUID, CAP_KILL, CAP_SETPCAP };
	for (size_t i = 0; i < ELEMENTS(gone); i++)
		if (privileges_has(gone[i]))
			return 20;
	return geteuid() == 0 && !privileges_has(CAP_DAC_READ_SEARCH) ? 21 : 0;
}

static int
enter(void)
{
	struct why why;
	own(str) char *path = make_namespace();
	own(fd) int home = open_own();
	if (!path)
		return 0;
	own(fd) int there = open(path, O_RDONLY | O_CLOEXEC);
	const struct found f = { path, THERE, NULL };
	if (reach_step(find, &f, &why) < 0)
		return 1;
	if (!is_in(there) || is_in(home) || !reach_place()->network)
		return 2;
	if (strcmp(reach_place()->network, "n1") != 0 || reach_is_gone())
		return 3;
	/* There is no way back. */
	if (setns(home, CLONE_NEWNET) == 0)
		return 4;
	if (!take_address_away() || !reach_is_gone())
		return 5;
	return has_rights();
}

START_TEST(it_enters_and_gives_up_every_right)
{
	apart(enter);
}
END_TEST

/* Whatever a scout says: then this process stays where it was. */
static int
stay(const struct found *f, const char *said)
{
	struct why why;
	own(fd) int home = open_own();
	bool may = privileges_has(CAP_SYS_ADMIN);
	if (reach_step(find, f, &why) < 0)
		return 1;
	if (!is_in(home) || reach_place()->network || reach_is_gone())
		return 2;
	const char *refusal = reach_place()->refusal;
	if (may && (!said != !refusal || (said && !strstr(refusal, said))))
		return 3;
	return has_rights();
}

static int
other_address(void)
{
	own(str) char *path = make_namespace();
	return path
		? stay(&(struct found){ path, "192.0.2.6", NULL }, "192.0.2.6")
		: 0;
}

static int
any_address(void)
{
	own(str) char *path = make_namespace();
	return path ? stay(&(struct found){ path, "0.0.0.0", NULL }, "0.0.0.0")
		    : 0;
}

static int
no_namespace(void)
{
	return stay(&(struct found){ "/dev/null", THERE, NULL }, "was gone");
}

static int
other_kind(void)
{
	return stay(&(struct found){ "/proc/self/ns/uts", THERE, NULL },
		"was gone");
}

static int
half_a_way(void)
{
	return stay(&(struct found){ "/proc/self/ns/net", NULL, NULL },
		"half a way");
}

static int
nothing(void)
{
	return stay(&(struct found){ NULL, NULL, NULL }, NULL);
}

static int
refused(void)
{
	return stay(
		&(struct found){ NULL, NULL, "nobody there" }, "nobody there");
}

START_TEST(it_stays_where_it_is)
{
	static int (*const all[])(void) = { other_address, any_address,
		no_namespace, other_kind, half_a_way, nothing, refused };
	for (size_t i = 0; i < ELEMENTS(all); i++)
		apart(all[i]);
}
END_TEST

static void
die(const void *arg, struct reach_way *ret)
{
	(void)arg;
	(void)ret;
	abort();
}

static int
outlive(void)
{
	struct why why;
	bool may = privileges_has(CAP_SYS_ADMIN);
	if (reach_step(die, NULL, &why) < 0 || reach_place()->network)
		return 1;
	return may && !strstr(reach_place()->refusal, "died") ? 2
							      : has_rights();
}

START_TEST(a_scout_that_dies_keeps_nobody_from_the_job)
{
	apart(outlive);
}
END_TEST

static int
step_without(void)
{
	static const int kept[] = { CAP_CHOWN };
	struct why why;
	const struct found f = { NULL, NULL, "asked" };
	if (privileges_only(kept, 1, &why) < 0 ||
		reach_step(find, &f, &why) < 0)
		return 1;
	return !strstr(reach_place()->refusal, "reach.conf");
}

START_TEST(without_the_right_the_drop_in_is_named)
{
	apart(step_without);
}
END_TEST

CHECK_MAIN("reach", it_enters_and_gives_up_every_right, it_stays_where_it_is,
	a_scout_that_dies_keeps_nobody_from_the_job,
	without_the_right_the_drop_in_is_named)
