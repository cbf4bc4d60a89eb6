#include "config.h"
#include "hands/sql/parser-child.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/io/privileges.h"
#include "hands/sql/parse.h"
#include "hands/sql/pg-node.h"
#include "hands/sql/rules/part.h"
#include "hands/sql/script.h"
#include "hands/sql/statement.h"

#define MEMORY (1ull << 30)
#define STACK (64ull << 20)

static void
set_limit(int what, rlim_t value)
{
	struct rlimit l = { value, value };
	/* A lower hard limit is fine too: the parser then dies sooner. */
	(void)setrlimit(what, &l);
}

/* The parser needs memory and the socket that is open already. Every other call
 * fails, so that a script which takes the parser over gets nothing with it:
 * memory cannot be executed, and nothing is sent but over the socket. The
 * sanitizers' own threads need more than that: their builds have no filter. */
static int
lock_up(int sock)
{
	struct why why;
	int r = privileges_drop(&why);
#ifdef SANITIZED
	(void)sock;
	return r;
#else
	static const int calls[] = { SCMP_SYS(brk), SCMP_SYS(munmap),
		SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
		SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
		SCMP_SYS(rt_sigprocmask), SCMP_SYS(getrandom), SCMP_SYS(getpid),
		SCMP_SYS(gettid), SCMP_SYS(clock_gettime) };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (r == 0 && !ctx)
		r = -ENOMEM;
	for (size_t i = 0; i < ELEMENTS(calls) && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
			i ? SCMP_SYS(mmap) : SCMP_SYS(mprotect), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)sock));
	if (r == 0)
		r = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
			SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
	if (r == 0)
		r = seccomp_load(ctx);
	seccomp_release(ctx);
	return r;
#endif
}

int
parser_version(void)
{
	return PG_VERSION_NUM / 10000;
}

static int
send_statement(void *arg, const struct statement *s)
{
	own(frame) struct frame f = FRAME(PARSER_STATEMENT);
	statement_put(&f, s);
	int r = frame_send(*(int *)arg, &f);
	for (size_t i = 0; i < s->n_parts && r == 0; i++) {
		own(frame) struct frame part = FRAME(PARSER_PART);
		part_put(&part, &s->parts[i]);
		r = frame_send(*(int *)arg, &part);
	}
	return r;
}

/* frame_put() asserts that its value fits, so a statement with too many objects
 * ends this process, and the parent takes the script for one that is unknown.
 */
_Noreturn void
parser_child(const char *text, bool bodies, int sock)
{
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_CPU, PARSER_CPU);
	set_limit(RLIMIT_STACK, STACK);
#ifndef SANITIZED
	set_limit(RLIMIT_AS, MEMORY);
#endif
	if (lock_up(sock) < 0)
		_exit(3);
	struct why why = { "" };
	int r = parse_statements(
		text, bodies, SCRIPT_STATEMENTS, send_statement, &sock, &why);
	own(frame) struct frame f = FRAME(r < 0 ? PARSER_REFUSED : PARSER_END);
	if (r < 0)
		frame_put_bool(&f, r == -EILSEQ);
	frame_put_str(&f, why.text);
	_exit(frame_send(sock, &f) < 0);
}
