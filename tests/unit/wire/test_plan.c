#include "config.h"
#include "wire/plan.h"

#include <errno.h>
#include <jansson.h>

#include "base/escape.h"
#include "support/check_main.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
make(struct plan *p)
{
	*p = (struct plan){ .remedy = xstrdup("prisma"),
		.hash = HASH,
		.verdict = VERDICT_ASK,
		.reason = xstrdup("it locks a large table"),
		.writable = true };
	plan_step(p, "apply migration %d", 1);
	p->statements = 42;
	plan_doubt(p, "statement 42 of 1_a (DO) runs code");
}

START_TEST(a_plan_survives_the_wire)
{
	own(plan) struct plan out;
	make(&out);
	own(frame) struct frame f = FRAME(1);
	plan_put(&f, &out);
	own(plan) struct plan in;
	ck_assert_int_eq(plan_get(&f, &in, NULL), 0);
	ck_assert_str_eq(in.remedy, "prisma");
	ck_assert_str_eq(in.hash, HASH);
	ck_assert_int_eq(in.verdict, VERDICT_ASK);
	ck_assert_str_eq(in.reason, out.reason);
	ck_assert(in.writable);
	ck_assert_uint_eq(strings_count(in.steps), 1);
	ck_assert_str_eq(in.steps[0], "apply migration 1");
	ck_assert_uint_eq(in.statements, 42);
	ck_assert_uint_eq(in.n_doubts, 1);
	ck_assert_str_eq(in.doubts[0], "statement 42 of 1_a (DO) runs code");
	ck_assert(!in.cut);
}
END_TEST

START_TEST(a_plan_without_a_whole_hash_is_broken)
{
	own(plan) struct plan out;
	make(&out);
	out.hash[10] = '\0';
	own(frame) struct frame f = FRAME(1);
	plan_put(&f, &out);
	own(plan) struct plan in;
	ck_assert_int_eq(plan_get(&f, &in, NULL), -EBADMSG);
}
END_TEST

START_TEST(steps_beyond_the_limit_are_only_mentioned)
{
	own(plan) struct plan p = { 0 };
	for (unsigned i = 0; i < PLAN_STEPS_MAX + 10; i++)
		plan_step(&p, "step %u", i);
	ck_assert_uint_eq(strings_count(p.steps), PLAN_STEPS_MAX);
	ck_assert(p.cut);
	ck_assert_str_eq(p.steps[PLAN_STEPS_MAX - 2], "step 22");
	ck_assert_ptr_nonnull(
		strstr(p.steps[PLAN_STEPS_MAX - 1], "further steps"));
}
END_TEST

START_TEST(a_long_step_is_cut_between_characters)
{
	own(buf) struct buf text = { 0 };
	for (int i = 0; i < 1000; i++)
		buf_add_str(&text, "\xe2\x82\xac");
	own(plan) struct plan p = { 0 };
	plan_step(&p, "%s", buf_str(&text));
	struct span step = span_of(p.steps[0]);
	ck_assert_uint_le(step.len, PLAN_TEXT_MAX);
	ck_assert(span_ends(step, SPAN(" ...")));
	ck_assert(utf8_valid(step));
	ck_assert(p.cut);
}
END_TEST

START_TEST(the_largest_plan_fits_in_a_frame)
{
	own(plan) struct plan out;
	make(&out);
	own(buf) struct buf text = { 0 };
	memset(buf_reserve(&text, PLAN_TEXT_MAX), 'x', PLAN_TEXT_MAX);
	text.len = PLAN_TEXT_MAX;
	for (unsigned i = 0; i < PLAN_STEPS_MAX; i++)
		plan_step(&out, "%s", buf_str(&text));
	for (unsigned i = 0; i < PLAN_DOUBTS_MAX + 5; i++)
		plan_doubt(&out, buf_str(&text));
	own(frame) struct frame f = FRAME(1);
	plan_put(&f, &out);
	own(plan) struct plan in;
	ck_assert_int_eq(plan_get(&f, &in, NULL), 0);
	ck_assert_uint_eq(strings_count(in.steps), PLAN_STEPS_MAX);
	ck_assert_uint_eq(strings_count(in.doubts), PLAN_DOUBTS_MAX);
	ck_assert_uint_eq(in.n_doubts, PLAN_DOUBTS_MAX + 6);
}
END_TEST

START_TEST(json_shows_remedy_hash_and_steps)
{
	own(plan) struct plan p;
	make(&p);
	json_t *json = plan_json(&p);
	ck_assert_uint_eq(json_object_size(json), 3);
	ck_assert_str_eq(
		json_string_value(json_object_get(json, "hash")), HASH);
	ck_assert_uint_eq(json_array_size(json_object_get(json, "steps")), 1);
	json_decref(json);
	ck_assert_str_eq(verdict_name(VERDICT_NEVER), "never");
}
END_TEST

CHECK_MAIN("plan", a_plan_survives_the_wire,
	a_plan_without_a_whole_hash_is_broken,
	steps_beyond_the_limit_are_only_mentioned,
	a_long_step_is_cut_between_characters, the_largest_plan_fits_in_a_frame,
	json_shows_remedy_hash_and_steps)
