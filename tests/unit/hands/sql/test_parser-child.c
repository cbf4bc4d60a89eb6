/* What the child answers, frame by frame; what the parent makes of it is in
 * tests/unit/hands/sql/test_script.c. */
#include "config.h"
#include "hands/sql/parser-child.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/frame.h"
#include "hands/sql/script.h"
#include "support/check_main.h"

struct child {
	pid_t pid;
	int sock;
};

static struct child
start(const char *text)
{
	int pair[2];
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(pair[0]);
		parser_child(text, true, pair[1]);
	}
	close(pair[1]);
	return (struct child){ pid, pair[0] };
}

static bool grammar; /* refused what was read last */

/* Reads frames up to the last; how many statements came before it. */
static size_t
read_all(const struct child *c, uint16_t *ret_type, char **ret_text)
{
	for (size_t n = 0;;) {
		own(frame) struct frame f = FRAME(0);
		ck_assert_int_eq(frame_recv(c->sock, &f), 1);
		n += f.type == PARSER_STATEMENT;
		if (f.type == PARSER_STATEMENT || f.type == PARSER_PART)
			continue;
		*ret_type = f.type;
		if (f.type == PARSER_REFUSED)
			grammar = frame_get_bool(&f);
		*ret_text = frame_get_str(&f, 4096);
		return n;
	}
}

static void
check_end(struct child *c)
{
	int status;
	own(frame) struct frame f = FRAME(0);
	ck_assert_int_eq(frame_recv(c->sock, &f), 0);
	ck_assert_int_eq(waitpid(c->pid, &status, 0), c->pid);
	ck_assert_int_eq(status, 0);
	close(c->sock);
}

START_TEST(each_statement_is_a_frame_and_then_comes_the_end)
{
	struct child c =
		start("CREATE TABLE a (b int); SELECT 1; DROP TABLE a");
	own(str) char *text = NULL;
	uint16_t type;
	ck_assert_uint_eq(read_all(&c, &type, &text), 3);
	ck_assert_uint_eq(type, PARSER_END);
	check_end(&c);
}
END_TEST

START_TEST(what_does_not_parse_is_refused_with_the_place)
{
	struct child c = start("CREATE TABLE a (b int); CREATE TABEL c");
	own(str) char *text = NULL;
	uint16_t type;
	ck_assert_uint_eq(read_all(&c, &type, &text), 0);
	ck_assert_uint_eq(type, PARSER_REFUSED);
	ck_assert(grammar);
	ck_assert_ptr_nonnull(strstr(text, "TABEL"));
	ck_assert_ptr_nonnull(strstr(text, "at character"));
	check_end(&c);
}
END_TEST

START_TEST(more_statements_than_anybody_wrote_are_refused)
{
	own(buf) struct buf sql = { 0 };
	for (unsigned i = 0; i <= SCRIPT_STATEMENTS; i++)
		buf_add_str(&sql, "SELECT 1;");
	struct child c = start(buf_str(&sql));
	own(str) char *text = NULL;
	uint16_t type;
	ck_assert_uint_eq(read_all(&c, &type, &text), 0);
	ck_assert_uint_eq(type, PARSER_REFUSED);
	ck_assert(!grammar);
	check_end(&c);
}
END_TEST

/* PostgreSQL's parser recurses; the child dies of it, and nobody else. */
START_TEST(a_text_that_is_too_deep_ends_the_child_alone)
{
	own(buf) struct buf sql = { 0 };
	buf_add_str(&sql, "SELECT ");
	for (int i = 0; i < 4000000; i++)
		buf_add_char(&sql, '(');
	struct child c = start(buf_str(&sql));
	own(frame) struct frame f = FRAME(0);
	int r = frame_recv(c.sock, &f);
	ck_assert(r == 0 || (r == 1 && f.type == PARSER_REFUSED));
	int status;
	ck_assert_int_eq(waitpid(c.pid, &status, 0), c.pid);
	close(c.sock);
}
END_TEST

CHECK_MAIN("parser-child", each_statement_is_a_frame_and_then_comes_the_end,
	what_does_not_parse_is_refused_with_the_place,
	more_statements_than_anybody_wrote_are_refused,
	a_text_that_is_too_deep_ends_the_child_alone)
