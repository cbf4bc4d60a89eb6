#include "config.h"
#include "head/notices/way-to-ask.h"

#include <string.h>

#include "config/labels.h"
#include "support/check_main.h"

static struct policy policy = { .name = (char *)"careful", .line = 3 };
static struct remedy remedy = { .name = (char *)"prisma" };
static struct app app = { .name = (char *)"shop",
	.policy = &policy,
	.remedy = { [CLASS_MISSING_TABLE] = &remedy } };
static const struct settings settings = {
	.file = (char *)"/etc/l.conf", .apps = &app, .n_apps = 1
};

static struct incident
an_incident(void)
{
	struct incident i = { .class = CLASS_MISSING_TABLE,
		.cause = CAUSE_PENDING_MIGRATION,
		.state = STATE_REPORTED,
		.action = ACTION_REPORT };
	i.plan.remedy = (char *)"prisma";
	i.plan.writable = true;
	return i;
}

static void
label(const char *text)
{
	own(strings) char **list = NULL;
	strings_add(&list, text);
	labels_apply(&app, "shop", list);
}

START_TEST(the_key_and_the_file_are_named)
{
	const struct incident i = an_incident();
	own(str) char *way = way_to_ask(&settings, &app, &i);
	ck_assert_pstr_eq(way,
		"To be asked about this plan: set `mode = ask` in [policy "
		"careful] of /etc/l.conf, which holds for each app with this "
		"policy, then `sudo logmend reload`.");
	struct policy none = { .name = (char *)"(default)" };
	app.policy = &none;
	own(str) char *other = way_to_ask(&settings, &app, &i);
	ck_assert_ptr_nonnull(strstr(
		other, "set `policy = careful` in [app shop] of /etc/l.conf"));
	app.policy = &policy;
}
END_TEST

START_TEST(a_label_is_named_that_is_in_the_way)
{
	const struct incident i = an_incident();
	policy.mode = MODE_ASK;
	label("logmend.mode=report");
	own(str) char *way = way_to_ask(&settings, &app, &i);
	ck_assert_pstr_eq(way,
		"To be asked about this plan: take away what lowers the mode: "
		"the label logmend.mode of service shop.");
	labels_clear(&app);
	policy.mode = MODE_REPORT;
	label("logmend.mode=off");
	own(str) char *both = way_to_ask(&settings, &app, &i);
	ck_assert_ptr_nonnull(strstr(both, "set `mode = ask` in [policy"));
	ck_assert_ptr_nonnull(strstr(both, "; and take away"));
	labels_clear(&app);
}
END_TEST

START_TEST(nothing_is_said_where_nobody_would_be_asked)
{
	struct incident rows[10];
	for (size_t k = 0; k < ELEMENTS(rows); k++)
		rows[k] = an_incident();
	rows[0].plan.remedy = NULL;
	rows[1].plan.writable = false;
	rows[2].plan.verdict = VERDICT_NEVER;
	rows[3].breaker = true;
	rows[4].roll_up = true;
	rows[5].class = CLASS_MISSING_COLUMN; /* no remedy */
	rows[6].state = STATE_AWAITING_APPROVAL;
	rows[7].action = ACTION_REFUSE;
	rows[8].state = STATE_RESOLVED;
	rows[9].cause = CAUSE_UNKNOWN;
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		own(str) char *way = way_to_ask(&settings, &app, &rows[k]);
		ck_assert_msg(!way, "row %zu: %s", k, way);
	}
	policy.mode = MODE_ASK;
	const struct incident i = an_incident();
	own(str) char *asked = way_to_ask(&settings, &app, &i);
	ck_assert_ptr_null(asked);
	policy.mode = MODE_REPORT;
}
END_TEST

CHECK_MAIN("way-to-ask", the_key_and_the_file_are_named,
	a_label_is_named_that_is_in_the_way,
	nothing_is_said_where_nobody_would_be_asked)
