#include "config.h"
#include "head/incidents/still-looking.h"

#include "unit/head/incidents/stage.h"

#define LATE (NOW + NOTICE_PATIENCE)

START_TEST(people_are_told_once_their_patience_is_over)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	still_looking_tell(&d, &i, LATE - 1);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 0);
	ck_assert_uint_eq(d.due, LATE);
	still_looking_tell(&d, &i, LATE);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 1);
	still_looking_tell(&d, &i, LATE + USEC_DAY);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 1);
	tear_down();
}
END_TEST

START_TEST(whoever_knows_the_cause_is_not_told_that_it_is_looked_for)
{
	set_up();
	own(incident) struct incident i = add(STATE_DIAGNOSING);
	i.notices = 1u << NOTICE_CAUSE;
	still_looking_tell(&d, &i, LATE);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 0);
	tear_down();
}
END_TEST

START_TEST(a_cause_that_may_pass_is_none_yet)
{
	set_up();
	own(incident) struct incident i = add(STATE_WAITING);
	still_looking_tell(&d, &i, LATE);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 0);
	i.waiting_since = NOW;
	still_looking_tell(&d, &i, LATE);
	ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 1);
	tear_down();
}
END_TEST

START_TEST(nothing_is_looked_for_in_other_states)
{
	set_up();
	for (int s = STATE_OPEN; s < INCIDENT_STATES; s++) {
		own(incident) struct incident i = add((enum incident_state)s);
		if (s == STATE_OPEN || s == STATE_DIAGNOSING)
			continue;
		still_looking_tell(&d, &i, LATE);
		ck_assert_uint_eq(notices(i.id, NOTICE_LOOKING), 0);
	}
	tear_down();
}
END_TEST

CHECK_MAIN("still-looking", people_are_told_once_their_patience_is_over,
	whoever_knows_the_cause_is_not_told_that_it_is_looked_for,
	a_cause_that_may_pass_is_none_yet,
	nothing_is_looked_for_in_other_states)
