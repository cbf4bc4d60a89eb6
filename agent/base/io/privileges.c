#include "config.h"
#include "base/io/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/own.h"

#define WAY_OUT                                                               \
	"CapabilityBoundingSet= of the service needs CAP_SETUID, CAP_SETGID " \
	"and CAP_SETPCAP"

static int
capabilities_get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	return syscall(SYS_capget, &head, data) < 0 ? -errno : 0;
}

/* The C library has no function for it, and libcap none that is shorter. What
 * is so already needs no call: the units of processes without any capability
 * forbid it. */
static int
capabilities_set(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct now[2];
	if (capabilities_get(now) == 0 && memcmp(now, data, sizeof(now)) == 0)
		return 0;
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/* Takes one from the bounding set, if it is there. */
static int
forget_bound(int capability)
{
	if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 1)
		return 0;
	return prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 ? -errno : 0;
}

/* The kernel knows the numbers up to the first that it refuses. */
static int
forget_bounds(void)
{
	int r = 0;
	for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0 && r == 0; c++)
		r = forget_bound(c);
	return r;
}

static int
forget_all(struct why *why)
{
	static const struct __user_cap_data_struct none[2];
	int r = 0;
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = capabilities_set(none);
	return r < 0 ? because(why, r, "capabilities cannot be given up: %s",
			       strerror(-r))
		     : 0;
}

static int
prepare(bool bounds, struct why *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return because(why, -errno, "prctl: %s", strerror(errno));
	int r = forget_bounds();
	if (r == -EPERM && !bounds)
		return 0;
	return r < 0
		? because(why, r,
			  "the bounding set cannot be emptied: %s; " WAY_OUT,
			  strerror(-r))
		: 0;
}

int
privileges_drop(struct why *why)
{
	int r = prepare(false, why);
	return r < 0 ? r : forget_all(why);
}

/* EINVAL: this user namespace has no such user. The signal at the parent's end
 * does not survive a change of the user (prctl(2)). */
static int
change_user(uid_t uid, gid_t gid)
{
	int signal = 0;
	if (prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0) < 0)
		return -errno;
	if (setresgid(gid, gid, gid) < 0)
		return errno == EINVAL ? 0 : -errno;
	if (setgroups(0, NULL) < 0 || setresuid(uid, uid, uid) < 0)
		return -errno;
	return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) < 0 ? -errno : 0;
}

int
privileges_become(const char *user, uid_t fallback, struct why *why)
{
	bool root = geteuid() == 0;
	int r = prepare(root, why);
	if (r == 0 && root) {
		const struct passwd *p = getpwnam(user);
		bool other = p && p->pw_uid != 0;
		r = change_user(other ? p->pw_uid : fallback,
			other ? p->pw_gid : fallback);
		if (r < 0)
			r = because(why, r,
				"root cannot be given up: %s; " WAY_OUT,
				strerror(-r));
	}
	return r < 0 ? r : forget_all(why);
}

static bool
is_among(int capability, const int *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (all[i] == capability)
			return true;
	return false;
}

/* Without new privileges a bounding set gives nothing, so one that cannot be
 * made smaller is none the worse. */
static int
bound_to(const int *kept, size_t n)
{
	int r = 0;
	for (int c = 0; prctl(PR_CAPBSET_READ, c, 0, 0, 0) >= 0 && r == 0; c++)
		if (!is_among(c, kept, n))
			r = forget_bound(c);
	return r == -EPERM ? 0 : r;
}

int
privileges_only(const int *kept, size_t n, struct why *why)
{
	struct __user_cap_data_struct data[2];
	uint32_t stay[2] = { 0 };
	for (size_t i = 0; i < n; i++)
		stay[kept[i] / 32] |= 1u << kept[i] % 32;
	int r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
	if (r == 0 &&
		prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		r = -errno;
	if (r == 0)
		r = bound_to(kept, n);
	if (r == 0)
		r = capabilities_get(data);
	for (size_t i = 0; i < 2 && r == 0; i++) {
		data[i].permitted &= stay[i];
		data[i].effective &= stay[i];
		data[i].inheritable = 0;
	}
	if (r == 0)
		r = capabilities_set(data);
	return r < 0 ? because(why, r, "capabilities cannot be given up: %s",
			       strerror(-r))
		     : 0;
}

bool
privileges_has(int capability)
{
	struct __user_cap_data_struct data[2];
	return capabilities_get(data) == 0 &&
		data[capability / 32].effective & 1u << capability % 32;
}
