/* The guard's table, and the page that is made from it: after a change of the
 * table, GUARD_MANUAL=man/logmend.guard.7 in the environment writes the page
 * anew. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "hands/sql/rules/rule.h"
#include "support/check_main.h"

#define PAGE TEST_DATA "/../../man/logmend.guard.7"

static const char head[] =
	".\\\" Made from agent/hands/sql/rules/rule-rows.h by\n"
	".\\\" tests/unit/hands/sql/rules/test_rule.c; changes go there.\n"
	".Dd November 28, 2026\n"
	".Dt LOGMEND.GUARD 7\n"
	".Os\n"
	".Sh NAME\n"
	".Nm logmend.guard\n"
	".Nd which statements logmend runs by itself, and why\n"
	".Sh DESCRIPTION\n"
	"Before\n"
	".Xr logmend 8\n"
	"applies a migration, PostgreSQL's own parser reads it, and the guard\n"
	"judges each statement, and of\n"
	".Cm ALTER TABLE\n"
	"each part, by the rows below.\n"
	"The strictest verdict is that of the plan.\n"
	".Bl -tag -width gated\n"
	".It auto\n"
	"runs by itself in mode act.\n"
	".It gated\n"
	"runs by itself if production is measured so, read-only, right "
	"before:\n"
	"a lock that keeps others waiting may be held 250 ms by all "
	"statements\n"
	"of a plan together, as predicted from a scan that is timed for 200 "
	"ms\n"
	"at most, and no row may make it fail.\n"
	"Else it asks.\n"
	".It ask\n"
	"runs once a person approved it; the question names what is lost and\n"
	"how many rows it is about.\n"
	".It fails\n"
	"is refused: rows that are there make it fail, which the rehearsal "
	"could\n"
	"not know, for its copy has none.\n"
	"The sentence has their number and the key of one.\n"
	".It never\n"
	"is refused, also where somebody approved it: a row, a value or the\n"
	"server's safety can be lost.\n"
	".El\n"
	".Pp\n"
	"A statement that may run by itself still asks where it names a type, "
	"a\n"
	"function, an operator or a class of operators that is not the "
	"server's\n"
	"own, a name of more than 63 bytes, which PostgreSQL cuts, the\n"
	"migrator's own table, a temporary or unlogged table, a tablespace, "
	"or\n"
	"anything else that is not known to be harmless.\n"
	"What no row below names asks, and so does what the parser does not\n"
	"know.\n"
	"Rows that say\n"
	".Dq new tables are exempt\n"
	"do not apply to a table that the same plan makes, and into which it "
	"put\n"
	"no rows but those that it wrote out: there the statement runs by\n"
	"itself.\n"
	".Pp\n"
	"The remedy's\n"
	".Cm lock-timeout\n"
	"and\n"
	".Cm statement-timeout\n"
	"and its search_path are set again before each statement that follows "
	"on\n"
	"one which may have changed them.\n"
	".Sh ROWS\n"
	"Each has a name, SQL, the lock on the table that it names (and, "
	"after\n"
	"a plus, on the table that it refers to), what is done with the rows\n"
	"under that lock (none, scan, build an index, rewrite), and the "
	"verdict.\n"
	"Locks and effects were measured on PostgreSQL 15; the rows say where\n"
	"other versions differ.\n";

static const char tail[] = ".Sh SEE ALSO\n"
			   ".Xr logmend.conf 5 ,\n"
			   ".Xr logmend 8\n";

static void
add_row(struct buf *to, const struct guard_rule *r)
{
	buf_printf(to, ".It %s\n%s.\n", r->name, r->words);
	buf_printf(to, "Lock: %s", lock_level_name(r->lock));
	if (r->other)
		buf_printf(to, " + %s", lock_level_name(r->other));
	buf_printf(to, "; effect: %s; verdict: %s%s.\n", effect_name(r->effect),
		verdict_name(r->verdict),
		r->fresh && r->verdict != VERDICT_AUTO
			? " (new tables are exempt)"
			: "");
	if (*gate_text(r->gate))
		buf_printf(to, "Measured: %s.\n", gate_text(r->gate));
	if (r->reason)
		buf_printf(to, "It %s.\n", r->reason);
	if (r->note)
		buf_printf(to, "Versions: %s.\n", r->note);
}

static void
render(struct buf *to)
{
	buf_add_str(to, head);
	buf_add_str(to, ".Bl -tag -width 4n\n");
	for (size_t i = 0; i < rule_count(); i++)
		add_row(to, rule_at(i));
	buf_add_str(to, ".El\n");
	buf_add_str(to, tail);
}

START_TEST(the_page_is_made_from_the_table)
{
	own(buf) struct buf page = { 0 };
	own(buf) struct buf there = { 0 };
	const char *write = getenv("GUARD_MANUAL");
	render(&page);
	if (write) {
		FILE *f = fopen(write, "w");
		ck_assert_ptr_nonnull(f);
		ck_assert_int_ge(fputs(buf_str(&page), f), 0);
		ck_assert_int_eq(fclose(f), 0);
	}
	ck_assert_int_eq(file_read(PAGE, 1u << 20, &there, NULL), 0);
	ck_assert_str_eq(buf_str(&there), buf_str(&page));
}
END_TEST

/* A name is what JSON and the page call a row. */
START_TEST(each_row_has_a_name_of_its_own)
{
	for (size_t i = 0; i < rule_count(); i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(rule_at(i)->name, rule_at(k)->name);
	ck_assert_ptr_null(rule_at(rule_count()));
	ck_assert_str_eq(rule_at(rule_count() - 1)->name, "other");
}
END_TEST

/* Whatever does not run by itself says why, and what is gated has a gate. */
START_TEST(a_row_that_does_not_pass_says_why)
{
	for (size_t i = 0; i < rule_count(); i++) {
		const struct guard_rule *r = rule_at(i);
		bool open = r->verdict == VERDICT_AUTO && r->gate == GATE_NONE;
		ck_assert_msg(open || r->reason, "%s", r->name);
		ck_assert_msg(
			r->verdict != VERDICT_GATED || r->gate != GATE_NONE,
			"%s", r->name);
		ck_assert_msg(r->verdict != VERDICT_NEVER || !r->fresh, "%s",
			r->name);
	}
}
END_TEST

CHECK_MAIN("rule", the_page_is_made_from_the_table,
	each_row_has_a_name_of_its_own, a_row_that_does_not_pass_says_why)
