/* injector: traces a program and all that it starts, and at counted system
 * calls kills one of its processes or lets the call fail.
 *
 *	injector FOLDER PROGRAM ARG...
 *
 * It reads commands from standard input, a line each:
 *
 *	batch ROLE KIND COUNT SEED
 *		COUNT points in processes of ROLE (head, eyes, hands, notify);
 *KIND is kill, fault or both point ROLE PHASE CALL N WHAT one point, told
 *exactly off	no more points term	SIGTERM to head, whose phase is `stop`
 *	pass SECONDS
 *		so much time passes at once, on all clocks of clockshift.c
 *	pace pauses|hours|off
 *		time passes by itself while every process sleeps. `pauses`: on
 *		the monotonic clock alone, by 1 s, or by 31 s where there are no
 *		eyes. `hours`: on all clocks, by 11 s, while there are no hands
 *
 * and appends to FOLDER/points, a line each:
 *
 *	started ROLE PID
 *	point ROLE PHASE CALL N WHAT SITES PID
 *	crash ROLE PHASE SIGNAL FILE+OFFSET SITES PID
 *					it raised a signal that ends it
 *	done				the last point of a batch was set
 *
 * It writes `done` to the pipe FOLDER/answers, too. The clocks are the file
 * FOLDER/clocks; where time passes it makes FOLDER/nudge and removes it, for
 * head wakes up at every change beside its freeze file.
 *
 * N counts the calls of this name since the phase began, or since the command
 * where the process was in that phase already. WHAT is kill-before, kill-after,
 * short (the call moves half of its bytes) or the name of an errno. SITES are
 * addresses in the program that the stack holds, innermost first: addr2line -e
 * knows them. SIGTERM ends the program, and the injector with its status; the
 * kernel kills every process that is traced when the injector ends.
 *
 * Exits with 77 where no process may be traced. */
#include "config.h"

#include <err.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io/file.h"
#include "support/injector-calls.h"

#define CALLS 512
#define NEVER (~0u)
#define STACK_BYTES 4096
#define SITES_MAX 4u
/* The points of a phase lie within as many calls as the longest one had so far,
 * but not beyond this. */
#define SPAN_FIRST 60u
#define SPAN_MOST 900u
#define SPAN_OF_LOOP 200u
/* How many calls at the most lie between two points of one process. In a loop
 * that tries again what failed, every try must not fail. */
#define GAP 30u
#define GAP_OF_LOOP 160u
/* A place in the program that had so many points gets few more. */
#define PLACE_MOST 3u
#define PLACES 8192u
#define KILL_AFTER 1 /* in place of a negative errno */

enum role {
	ROLE_OTHER,
	ROLE_OF_HEAD,
	ROLE_OF_EYES,
	ROLE_OF_HANDS,
	ROLE_OF_NOTIFY,
	ROLES
};
static const char *const role_names[ROLES] = { "other", "head", "eyes", "hands",
	"notify" };

/* The jobs of hands stand in the order of enum job_kind. */
enum phase {
	PHASE_LOAD,  /* the dynamic linker */
	PHASE_START, /* head: until its loop; eyes, notify: until their filter
		      */
	PHASE_CHILD, /* forked, until it executes anything */
	PHASE_RUN,   /* head's loop, eyes and notify behind their filter */
	PHASE_STOP,
	PHASE_TARGET,
	PHASE_LOOK,
	PHASE_REHEARSE,
	PHASE_MEND,
	PHASE_RECOVER,
	PHASES
};
static const char *const phase_names[PHASES] = { "load", "start", "child",
	"run", "stop", "target", "look", "rehearse", "mend", "recover" };

struct traced {
	struct traced *next;
	pid_t pid;
	enum role role;
	enum phase phase;
	uint64_t text, text_end, text_offset; /* of the program's own code */
	uint64_t entry;                       /* where it begins */
	long entry_code;                      /* what stood there */
	bool counting;                        /* its calls stop */
	unsigned calls[CALLS];
	unsigned total; /* calls of all names in this phase */
	unsigned at;    /* the call of them that the next point is at */
};

struct thread {
	struct thread *next;
	pid_t tid;
	struct traced *of;
	int pending;  /* at the exit of the call: KILL_AFTER, an errno, or 0 */
	bool altered; /* its arguments are not those that it asked with */
	uint64_t args[6];
};

static unsigned char places[PLACES];
static struct traced *all;
static struct thread *threads;
static FILE *report;
static int answers;
static pid_t program;
static int program_status;
static volatile sig_atomic_t ended; /* by SIGTERM */

/* What is to be done. */
static struct {
	enum role role; /* ROLE_OTHER: nothing */
	bool kills, faults, unreadable;
	unsigned left;
	uint64_t random;
	unsigned span[ROLES][PHASES];
	/* One point: */
	bool exact;
	enum phase phase;
	long call;
	unsigned n;
	char what[32];
} plan;

static unsigned
draw(unsigned below)
{
	plan.random ^= plan.random << 13;
	plan.random ^= plan.random >> 7;
	plan.random ^= plan.random << 17;
	return (unsigned)(plan.random >> 11) % below;
}

static int
index_of(const char *const *names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* --- processes ------------------------------------------------------------ */

static struct traced *
traced_of(pid_t pid)
{
	for (struct traced *p = all; p; p = p->next)
		if (p->pid == pid)
			return p;
	return NULL;
}

static struct thread *
thread_of(pid_t tid)
{
	for (struct thread *t = threads; t; t = t->next)
		if (t->tid == tid)
			return t;
	return NULL;
}

/* The number behind NAME: in /proc/PID/status; 0 if it is gone. */
static pid_t
status_number(pid_t pid, const char *name)
{
	own(str) char *path = xprintf("/proc/%d/status", pid);
	own(buf) struct buf text = { 0 };
	if (file_read(path, 65536, &text, NULL) < 0)
		return 0;
	const char *at = strstr(text.data, name);
	return at ? (pid_t)strtol(at + strlen(name), NULL, 10) : 0;
}

/* One process in how many has points in a phase. Few deaths in the dynamic
 * linker are unlike another, and who never gets beyond the start, or a look,
 * never reads or mends. */
static const unsigned one_in[PHASES] = {
	[PHASE_LOAD] = 8,
	[PHASE_START] = 2,
	[PHASE_CHILD] = 4,
	[PHASE_TARGET] = 2,
	[PHASE_LOOK] = 4,
	[PHASE_REHEARSE] = 2,
};

/* Where no point can be: the linker makes hundreds of calls, which need not
 * stop one by one, as a breakpoint tells where it ends. */
static bool
is_skipped(const struct traced *p)
{
	bool wanted = plan.exact && plan.phase == p->phase;
	return p->at == NEVER && !wanted &&
		(p->phase == PHASE_LOAD || p->phase == PHASE_CHILD);
}

/* Where the next point is. */
static unsigned
next_point(const struct traced *p)
{
	unsigned most = p->phase == PHASE_RUN ? SPAN_OF_LOOP : SPAN_MOST;
	if (p->role != plan.role || plan.exact ||
		(one_in[p->phase] && draw(one_in[p->phase])))
		return NEVER;
	unsigned span = plan.span[p->role][p->phase];
	return 1 + draw(span ? MIN(span, most) : SPAN_FIRST);
}

static void
enter_phase(struct traced *p, enum phase phase)
{
	memset(p->calls, 0, sizeof(p->calls));
	p->phase = phase;
	p->total = 0;
	p->at = next_point(p);
}

static void
find_text(struct traced *p)
{
	own(str) char *path = xprintf("/proc/%d/maps", p->pid);
	own(file) FILE *f = fopen(path, "re");
	char line[512], file[400];
	p->text = p->text_end = 0;
	while (f && fgets(line, sizeof(line), f)) {
		uint64_t from, to, offset;
		char rights[8];
		if (sscanf(line, "%lx-%lx %7s %lx %*s %*s %399s", &from, &to,
			    rights, &offset, file) == 5 &&
			rights[2] == 'x' && strstr(file, "/logmend")) {
			p->text = from;
			p->text_end = to;
			p->text_offset = offset;
			return;
		}
	}
}

/* The kernel leaves this address on the stack, where it is no call. */
static void
find_entry(struct traced *p)
{
	own(str) char *path = xprintf("/proc/%d/auxv", p->pid);
	own(buf) struct buf all_of_it = { 0 };
	uint64_t pair[2];
	p->entry = 0;
	if (file_read(path, 65536, &all_of_it, NULL) < 0)
		return;
	for (size_t i = 0; i + sizeof(pair) <= all_of_it.len;
		i += sizeof(pair)) {
		memcpy(pair, all_of_it.data + i, sizeof(pair));
		if (pair[0] == AT_ENTRY)
			p->entry = pair[1];
	}
}

/* The linker is done when the program begins. */
static void
set_breakpoint(struct traced *p)
{
	if (!p->entry)
		return;
	errno = 0;
	p->entry_code = ptrace(PTRACE_PEEKTEXT, p->pid, p->entry, NULL);
	if (errno == 0)
		(void)ptrace(PTRACE_POKETEXT, p->pid, p->entry,
			(p->entry_code & ~0xffL) | 0xcc);
}

/* Whether it stopped there; then it goes on as if nothing had been. A head that
 * was asked to stop while it was loaded comes here in that phase, and stays in
 * it. */
static bool
at_breakpoint(struct traced *p)
{
	struct user_regs_struct r;
	if (!p->entry || ptrace(PTRACE_GETREGS, p->pid, NULL, &r) < 0 ||
		r.rip != p->entry + 1)
		return false;
	r.rip = p->entry;
	(void)ptrace(PTRACE_SETREGS, p->pid, NULL, &r);
	(void)ptrace(PTRACE_POKETEXT, p->pid, p->entry, p->entry_code);
	if (p->phase == PHASE_LOAD)
		enter_phase(p, PHASE_START);
	return true;
}

static enum role
role_of(pid_t pid)
{
	own(str) char *path = xprintf("/proc/%d/cmdline", pid);
	own(buf) struct buf line = { 0 };
	if (file_read(path, 65536, &line, NULL) < 0)
		return ROLE_OTHER;
	struct span all_of_it = buf_span(&line);
	if (span_find(all_of_it, SPAN("--role=eyes")) >= 0)
		return ROLE_OF_EYES;
	if (span_find(all_of_it, SPAN("--role=hands")) >= 0)
		return ROLE_OF_HANDS;
	if (span_find(all_of_it, SPAN("--role=notify")) >= 0)
		return ROLE_OF_NOTIFY;
	bool runs = span_find(all_of_it, SPAN("\0run\0")) >= 0 &&
		span_find(all_of_it, SPAN("logmend\0-c")) >= 0;
	return runs && !strstr(line.data, "manager") ? ROLE_OF_HEAD
						     : ROLE_OTHER;
}

static void
on_exec(struct traced *p)
{
	p->role = role_of(p->pid);
	p->counting = plan.role && p->role == plan.role;
	find_text(p);
	find_entry(p);
	enter_phase(p, PHASE_LOAD);
	if (p->role != ROLE_OTHER)
		set_breakpoint(p);
	if (p->role != ROLE_OTHER)
		fprintf(report, "started %s %d\n", role_names[p->role], p->pid);
}

/* A process that was forked is its parent's until it executes something. */
static struct traced *
add_traced(pid_t pid)
{
	struct traced *p = xcalloc(1, sizeof(*p));
	const struct traced *parent = traced_of(status_number(pid, "\nPPid:"));
	if (parent)
		*p = *parent;
	p->pid = pid;
	p->next = all;
	all = p;
	enter_phase(p, PHASE_CHILD);
	return p;
}

static struct thread *
add_thread(pid_t tid)
{
	struct thread *t = xcalloc(1, sizeof(*t));
	pid_t pid = status_number(tid, "\nTgid:");
	t->tid = tid;
	t->of = traced_of(pid ? pid : tid);
	if (!t->of)
		t->of = add_traced(pid ? pid : tid);
	t->next = threads;
	threads = t;
	return t;
}

static void
drop_traced(const struct traced *p)
{
	for (const struct thread *t = threads; t; t = t->next)
		if (t->of == p)
			return;
	for (struct traced **at = &all; *at; at = &(*at)->next)
		if (*at == p) {
			struct traced *gone = *at;
			*at = gone->next;
			free(gone);
			return;
		}
}

static void
drop_thread(pid_t tid)
{
	for (struct thread **at = &threads; *at; at = &(*at)->next)
		if ((*at)->tid == tid) {
			struct thread *gone = *at;
			*at = gone->next;
			drop_traced(gone->of);
			free(gone);
			return;
		}
}

/* --- where a process is --------------------------------------------------- */

static size_t
read_memory(pid_t pid, uint64_t from, void *to, size_t len)
{
	struct iovec here = { to, len };
	struct iovec there = { (void *)from, len };
	ssize_t n = process_vm_readv(pid, &here, 1, &there, 1, 0);
	return n < 0 ? 0 : (size_t)n;
}

/* Whatever on the stack points into the program's code. Some of it may be left
 * from calls that are over, which a reader of the report has to bear. */
static size_t
find_sites(const struct traced *p, uint64_t stack, uint64_t sites[SITES_MAX])
{
	uint64_t words[STACK_BYTES / 8];
	size_t n = read_memory(p->pid, stack, words, sizeof(words)), found = 0;
	if (!n) /* less is left of the stack */
		n = read_memory(p->pid, stack, words, 512);
	for (size_t i = 0; i < n / 8 && found < SITES_MAX; i++)
		if (words[i] >= p->text && words[i] < p->text_end &&
			words[i] != p->entry)
			sites[found++] = words[i] - p->text + p->text_offset;
	return found;
}

/* The kind of the job, which is the first number of its frame. */
static enum phase
phase_of_job(const struct traced *p, uint64_t message)
{
	struct msghdr m;
	struct iovec parts[2];
	uint32_t kind = PHASES;
	if (read_memory(p->pid, message, &m, sizeof(m)) == sizeof(m) &&
		read_memory(p->pid, (uint64_t)m.msg_iov, parts,
			sizeof(parts)) == sizeof(parts))
		(void)read_memory(p->pid, (uint64_t)parts[1].iov_base, &kind,
			sizeof(kind));
	return kind <= PHASE_RECOVER - PHASE_TARGET ? PHASE_TARGET + kind
						    : PHASE_START;
}

static void
before_call(struct traced *p, long call)
{
	bool waits = call == SYS_epoll_wait || call == SYS_epoll_pwait ||
		call == SYS_epoll_pwait2;
	if (p->phase == PHASE_START && p->role == ROLE_OF_HEAD && waits)
		enter_phase(p, PHASE_RUN);
}

static void
after_call(struct traced *p, const struct thread *t, long call, int64_t result)
{
	if (p->phase != PHASE_START || result < 0)
		return;
	bool locks = p->role == ROLE_OF_EYES || p->role == ROLE_OF_NOTIFY;
	if (locks && call == SYS_seccomp && t->args[0] == 1)
		enter_phase(p, PHASE_RUN);
	if (p->role == ROLE_OF_HANDS && call == SYS_recvmsg)
		enter_phase(p, phase_of_job(p, t->args[1]));
}

/* --- points --------------------------------------------------------------- */

static void
tell_point(const struct traced *p, long call, const char *what, uint64_t stack)
{
	uint64_t sites[SITES_MAX];
	size_t n = find_sites(p, stack, sites);
	fprintf(report, "point %s %s %s %u %s ", role_names[p->role],
		phase_names[p->phase], injector_call_name(call), p->calls[call],
		what);
	for (size_t i = 0; i < n; i++)
		fprintf(report, "%s0x%lx", i ? "," : "", sites[i]);
	fprintf(report, "%s %d\n", n ? "" : "-", p->pid);
}

/* Which file the address belongs to, and where in it. */
static char *
place_of(pid_t pid, uint64_t address)
{
	own(str) char *path = xprintf("/proc/%d/maps", pid);
	own(file) FILE *f = fopen(path, "re");
	char line[512], file[400];
	while (f && fgets(line, sizeof(line), f)) {
		uint64_t from, to, offset;
		if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %399s", &from, &to,
			    &offset, file) != 4 ||
			address < from || address >= to)
			continue;
		const char *slash = strrchr(file, '/');
		return xprintf("%s+0x%lx", slash ? slash + 1 : file,
			address - from + offset);
	}
	return xprintf("?+0x%lx", address);
}

static void
tell_crash(const struct thread *t, int sig)
{
	const struct traced *p = t->of;
	struct user_regs_struct r;
	if (p->role == ROLE_OTHER ||
		ptrace(PTRACE_GETREGS, t->tid, NULL, &r) < 0)
		return;
	own(str) char *place = place_of(p->pid, r.rip);
	uint64_t sites[SITES_MAX];
	size_t n = find_sites(p, r.rsp, sites);
	fprintf(report, "crash %s %s SIG%s %s ", role_names[p->role],
		phase_names[p->phase], sigabbrev_np(sig), place);
	for (size_t i = 0; i < n; i++)
		fprintf(report, "%s0x%lx", i ? "," : "", sites[i]);
	fprintf(report, "%s %d\n", n ? "" : "-", p->pid);
}

/* A pipe that nobody empties is no reason to wait. */
static void
tell_done(void)
{
	fputs("done\n", report);
	(void)!write(answers, "done\n", 5);
}

static void
set_registers(
	pid_t tid, void (*change)(struct user_regs_struct *r, long to), long to)
{
	struct user_regs_struct r;
	if (ptrace(PTRACE_GETREGS, tid, NULL, &r) < 0)
		return; /* it was killed by somebody else */
	change(&r, to);
	(void)ptrace(PTRACE_SETREGS, tid, NULL, &r);
}

static void
no_call(struct user_regs_struct *r, long to)
{
	r->orig_rax = (unsigned long long)to;
}

static void
result_is(struct user_regs_struct *r, long to)
{
	r->rax = (unsigned long long)to;
}

static void
half_of_it(struct user_regs_struct *r, long to)
{
	(void)to;
	r->rdx /= 2;
}

/* brk() has no errno: one that fails gives the end that there was, as one does
 * that asks for it. */
static void
ask_for_end(struct user_regs_struct *r, long to)
{
	(void)to;
	r->rdi = 0;
}

/* The kernel leaves the arguments in their registers, and the C library counts
 * on it: brk() compares what it asked for with the answer. */
static void
ask_as_before(struct thread *t)
{
	struct user_regs_struct r;
	t->altered = false;
	if (ptrace(PTRACE_GETREGS, t->tid, NULL, &r) < 0)
		return;
	r.rdi = t->args[0];
	r.rdx = t->args[2];
	(void)ptrace(PTRACE_SETREGS, t->tid, NULL, &r);
}

/* False: the process is gone. */
static bool
do_what(struct thread *t, long call, const char *what)
{
	if (strcmp(what, "kill-before") == 0) {
		(void)kill(t->of->pid, SIGKILL);
		return false;
	}
	if (strcmp(what, "kill-after") == 0)
		t->pending = KILL_AFTER;
	else if (strcmp(what, "short") == 0 || call == SYS_brk) {
		set_registers(
			t->tid, call == SYS_brk ? ask_for_end : half_of_it, 0);
		t->altered = true;
	} else {
		t->pending = -injector_errno(what);
		set_registers(t->tid, no_call, -1);
	}
	return true;
}

/* A compressed file that eyes cannot read twice is skipped, and that is told as
 * a gap (followed-logs.c). One failure must lose nothing, so a batch has one.
 */
static bool
may_be(const struct traced *p, long call, const char *what)
{
	bool reads = call == SYS_pread64 || call == SYS_fstat ||
		call == SYS_newfstatat;
	if (p->role != ROLE_OF_EYES || !reads || strcmp(what, "short") == 0 ||
		strcmp(what, "EINTR") == 0)
		return true;
	if (plan.unreadable)
		return false;
	plan.unreadable = true;
	return true;
}

/* What happens at this call; NULL: nothing that the plan wants fits. */
static const char *
choose_what(const struct thread *t, long call)
{
	static const char *const kills[] = { "kill-before", "kill-after" };
	if (plan.kills && (!plan.faults || draw(2)))
		return kills[draw(2)];
	const char *fits[INJECTOR_WHATS];
	size_t n = injector_faults(t->tid, call, t->args, fits);
	const char *what = n ? fits[draw((unsigned)n)] : NULL;
	return what && may_be(t->of, call, what) ? what : NULL;
}

static bool
is_exact(const struct traced *p, long call)
{
	return plan.exact && plan.left && p->phase == plan.phase &&
		call == plan.call && p->calls[call] == plan.n;
}

/* Points of a batch go where few were before. */
static bool
is_worn(const struct traced *p, long call, uint64_t stack)
{
	uint64_t sites[SITES_MAX] = { 0 };
	(void)find_sites(p, stack, sites);
	uint64_t key = sites[0] * 31 + (uint64_t)call * 7919 +
		(uint64_t)p->role * 104729 + (uint64_t)p->phase * 1299709;
	unsigned char *worn = &places[key % PLACES];
	if (*worn >= PLACE_MOST && draw(16))
		return true;
	*worn += *worn < PLACE_MOST;
	return false;
}

static const char *
at_point(const struct thread *t, long call, uint64_t stack)
{
	const struct traced *p = t->of;
	if (is_exact(p, call))
		return plan.what;
	if (!plan.left || p->total != p->at || is_worn(p, call, stack))
		return NULL;
	return choose_what(t, call);
}

/* False: the process is gone. */
static bool
on_point(struct thread *t, long call, uint64_t stack)
{
	struct traced *p = t->of;
	const char *what = at_point(t, call, stack);
	if (!what) {
		/* Nothing fits, so the point is at the next call. */
		p->at += p->total == p->at;
		return true;
	}
	tell_point(p, call, what, stack);
	p->at = p->total + 1 + draw(p->phase == PHASE_RUN ? GAP_OF_LOOP : GAP);
	plan.left--;
	if (!plan.left)
		tell_done();
	return do_what(t, call, what);
}

static void
count_call(struct traced *p, long call)
{
	unsigned *span = &plan.span[p->role][p->phase];
	p->calls[call]++;
	p->total++;
	if (p->total > *span)
		*span = p->total < SPAN_MOST ? p->total : SPAN_MOST;
}

/* False: the process is gone. */
static bool
on_entry(struct thread *t, const struct __ptrace_syscall_info *info)
{
	long call = (long)info->entry.nr;
	t->pending = 0;
	t->altered = false;
	if (call < 0 || call >= CALLS)
		return true;
	for (int i = 0; i < 6; i++)
		t->args[i] = info->entry.args[i];
	before_call(t->of, call);
	count_call(t->of, call);
	return on_point(t, call, info->stack_pointer);
}

static bool
on_exit_of_call(struct thread *t, const struct __ptrace_syscall_info *info)
{
	struct user_regs_struct r;
	if (t->pending == KILL_AFTER) {
		(void)kill(t->of->pid, SIGKILL);
		return false;
	}
	if (t->altered)
		ask_as_before(t);
	if (t->pending)
		set_registers(t->tid, result_is, t->pending);
	else if (t->of->phase == PHASE_START &&
		ptrace(PTRACE_GETREGS, t->tid, NULL, &r) == 0)
		after_call(t->of, t, (long)r.orig_rax, info->exit.rval);
	t->pending = 0;
	return true;
}

/* --- time ----------------------------------------------------------------- */

/* What clockshift.c reads. */
static volatile struct {
	int64_t set, passed, paused;
} * clocks;
static char *nudge;

static struct {
	bool pauses, hours;
	bool slept;  /* all processes did at the last look */
	usec looked; /* monotonic: when that was */
	usec moved;  /* when time passed last */
} pace;

/* Between two looks at whether all processes sleep. */
#define LOOK_EVERY (2 * (USEC_SECOND / 1000))
/* Eyes have the kernel's clock, and head must not take them to hang: a second
 * of head's is at least so long for them. The 30 s after which head kills them
 * are then longer than their start, on a busy machine, and the second for which
 * they wait whether a record goes on. */
#define SECOND_OF_EYES (150 * (USEC_SECOND / 1000))

static void
wake_head(void)
{
	int fd = open(nudge, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	(void)unlink(nudge);
}

/* Whether it waits for something, or has ended (proc(5), /proc/pid/stat). */
static bool
is_asleep(pid_t pid)
{
	own(str) char *path = xprintf("/proc/%d/stat", pid);
	own(buf) struct buf text = { 0 };
	if (file_read(path, 65536, &text, NULL) < 0)
		return true;
	const char *name_end = strrchr(text.data, ')');
	return name_end && strchr("SZX", name_end[2]);
}

static bool
all_sleep(void)
{
	for (const struct traced *p = all; p; p = p->next)
		if (!is_asleep(p->pid))
			return false;
	return true;
}

/* Whoever was just forked may become one of the role. */
static bool
is_there(enum role role)
{
	for (const struct traced *p = all; p; p = p->next)
		if (p->role == role ||
			(p->role == ROLE_OF_HEAD && p->phase == PHASE_CHILD))
			return true;
	return false;
}

static void
let_pause_pass(usec now)
{
	bool eyes = is_there(ROLE_OF_EYES);
	if (eyes && now - pace.moved < SECOND_OF_EYES)
		return;
	clocks->paused += eyes ? 1 : 31;
	pace.moved = now;
}

/* Whoever has a deadline sleeps seldom and shortly but for what it waits for,
 * so time passes only where all slept at two looks. */
static void
let_time_pass(void)
{
	usec now = clock_mono();
	if ((!pace.pauses && !pace.hours) || now - pace.looked < LOOK_EVERY)
		return;
	bool slept = pace.slept;
	pace.looked = now;
	pace.slept = all_sleep();
	if (!slept || !pace.slept || (pace.hours && is_there(ROLE_OF_HANDS)))
		return;
	if (pace.hours)
		clocks->passed += 11;
	else
		let_pause_pass(now);
	pace.slept = false;
	wake_head();
}

static bool
on_time_command(const char *line)
{
	long seconds;
	if (sscanf(line, "pass %ld", &seconds) == 1) {
		clocks->passed += seconds;
		wake_head();
		return true;
	}
	if (strncmp(line, "pace ", 5) != 0)
		return false;
	pace.pauses = strcmp(line + 5, "pauses") == 0;
	pace.hours = strcmp(line + 5, "hours") == 0;
	pace.slept = false;
	return true;
}

static void
map_clocks(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*clocks)) < 0)
		err(1, "%s", path);
	clocks = mmap(NULL, sizeof(*clocks), PROT_READ | PROT_WRITE, MAP_SHARED,
		fd, 0);
	if (clocks == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
}

/* --- the loop ------------------------------------------------------------- */

static void
on_stop(struct thread *t, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;
	struct __ptrace_syscall_info info;
	bool there = true;
	if (sig == (SIGTRAP | 0x80)) {
		sig = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info),
			    &info) <= 0)
			return;
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY && t->of->counting)
			there = on_entry(t, &info);
		else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			there = on_exit_of_call(t, &info);
	} else if (event == PTRACE_EVENT_EXEC) {
		sig = 0;
		on_exec(t->of);
	} else if (event == PTRACE_EVENT_STOP &&
		(sig == SIGSTOP || sig == SIGTSTP)) {
		(void)ptrace(PTRACE_LISTEN, t->tid, NULL, NULL);
		return;
	} else if (event || (sig == SIGTRAP && at_breakpoint(t->of))) {
		sig = 0;
	} else if (sig == SIGSEGV || sig == SIGABRT || sig == SIGBUS ||
		sig == SIGILL || sig == SIGFPE || sig == SIGTRAP) {
		tell_crash(t, sig);
	}
	bool stops = (t->of->counting && !is_skipped(t->of)) || t->pending ||
		t->altered;
	if (there)
		(void)ptrace(stops ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, NULL,
			sig);
}

/* False: nobody is left. */
static bool
take_events(void)
{
	int status;
	pid_t tid;
	while ((tid = waitpid(-1, &status, WNOHANG | __WALL)) > 0) {
		struct thread *t = thread_of(tid);
		if (!WIFSTOPPED(status)) {
			if (tid == program)
				program_status = status;
			drop_thread(tid);
		} else {
			on_stop(t ? t : add_thread(tid), status);
		}
	}
	return tid == 0;
}

static void
start_plan(void)
{
	for (struct traced *p = all; p; p = p->next) {
		p->counting = p->role == plan.role && plan.left;
		if (!p->counting)
			continue;
		/* From where it is on. */
		bool late = p->phase == PHASE_LOAD || p->phase == PHASE_START;
		bool jobs = p->role == ROLE_OF_HANDS && p->phase < PHASE_TARGET;
		enter_phase(p, late ? PHASE_RUN : p->phase);
		if (jobs)
			p->at = NEVER;
	}
	for (struct thread *t = threads; t; t = t->next)
		if (t->of->counting)
			(void)ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
}

static void
send_term(void)
{
	for (struct traced *p = all; p; p = p->next)
		if (p->role == ROLE_OF_HEAD && p->phase != PHASE_CHILD) {
			(void)kill(p->pid, SIGTERM);
			enter_phase(p, PHASE_STOP);
		}
}

static void
on_command(const char *line)
{
	char role[16], kind[16], call[40];
	unsigned long seed = 0;
	if (strcmp(line, "term") == 0)
		send_term();
	if (strcmp(line, "term") == 0 || on_time_command(line))
		return;
	plan.exact = plan.unreadable = false;
	plan.left = 0;
	if (sscanf(line, "batch %15s %15s %u %lu", role, kind, &plan.left,
		    &seed) == 4) {
		plan.kills = strcmp(kind, "fault") != 0;
		plan.faults = strcmp(kind, "kill") != 0;
		plan.random = seed * 2654435761u + 88172645463325252u;
	} else if (sscanf(line, "point %15s %15s %39s %u %31s", role, kind,
			   call, &plan.n, plan.what) == 5) {
		plan.exact = true;
		plan.left = 1;
		plan.phase = (enum phase)index_of(phase_names, PHASES, kind);
		plan.call = injector_call_number(call);
	} else if (strcmp(line, "off") != 0) {
		warnx("no such command: %s", line);
	}
	int r = plan.left ? index_of(role_names, ROLES, role) : 0;
	plan.role = r < 0 ? ROLE_OTHER : (enum role)r;
	start_plan();
}

static void
take_commands(void)
{
	static char line[256];
	static size_t len;
	char text[256];
	ssize_t n = read(STDIN_FILENO, text, sizeof(text));
	for (ssize_t i = 0; i < n; i++) {
		if (text[i] != '\n') {
			line[len] = text[i];
			len += len + 1 < sizeof(line);
			continue;
		}
		line[len] = '\0';
		len = 0;
		on_command(line);
	}
}

static void
on_signal(int sig)
{
	ended |= sig == SIGTERM;
}

/* Both signals are blocked but while it waits, so none is missed. */
static void
wait_for_something(void)
{
	sigset_t none;
	struct pollfd in = { STDIN_FILENO, POLLIN, 0 };
	const struct timespec look = { .tv_nsec = LOOK_EVERY * NSEC_USEC };
	sigemptyset(&none);
	if (ppoll(&in, 1, pace.pauses || pace.hours ? &look : NULL, &none) >
			0 &&
		in.revents & POLLIN)
		take_commands();
	if (ended) {
		(void)kill(program, SIGTERM);
		ended = 0;
	}
}

static void
catch_signals(sigset_t *before)
{
	sigset_t set;
	struct sigaction action = { .sa_handler = on_signal };
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, before);
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* The child runs the program once it is traced. */
static void
start_program(char **argv)
{
	int go[2];
	sigset_t before;
	catch_signals(&before);
	if (pipe(go) < 0)
		err(1, "pipe");
	program = fork();
	if (program < 0)
		err(1, "fork");
	if (program == 0) {
		char byte;
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		close(go[1]);
		(void)!read(go[0], &byte, 1);
		close(go[0]);
		int null = open("/dev/null", O_RDONLY);
		(void)dup2(null, STDIN_FILENO);
		close(null);
		execvp(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
		PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		PTRACE_O_EXITKILL;
	if (ptrace(PTRACE_SEIZE, program, NULL, options) < 0) {
		warn("no process may be traced");
		(void)kill(program, SIGKILL);
		exit(77);
	}
	close(go[0]);
	close(go[1]);
}

static void
open_folder(const char *folder)
{
	own(str) char *points = xprintf("%s/points", folder);
	own(str) char *pipe = xprintf("%s/answers", folder);
	own(str) char *shift = xprintf("%s/clocks", folder);
	nudge = xprintf("%s/nudge", folder);
	report = fopen(points, "ae");
	if (!report)
		err(1, "%s", points);
	setvbuf(report, NULL, _IOLBF, 0);
	answers = open(pipe, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (answers < 0)
		err(1, "%s", pipe);
	map_clocks(shift);
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		errx(2, "usage: injector FOLDER PROGRAM ARG...");
	open_folder(argv[1]);
	start_program(argv + 2);
	while (take_events()) {
		let_time_pass();
		wait_for_something();
	}
	return WIFEXITED(program_status) ? WEXITSTATUS(program_status) : 1;
}
