#!/bin/bash
# The clock on the wall is set forward and back, by an hour and by a day, while
# incidents wait, ask and are verified: nothing is mended twice or too late, no
# quiet period is cut short or drawn out, no question stands longer.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
noticed() { (($(grep -c 'the clock was set' "$stage/agent.log") > seen)); }
# jump SECONDS: and what is due is looked at.
jump()
{
	seen=$(grep -c 'the clock was set' "$stage/agent.log" || true)
	clock_set "$1"
	lm resume >/dev/null
	wait_for 10 noticed || bad 'the agent does not see that the clock was set'
	lm resume >/dev/null
	lm status >/dev/null
}
hour=3600 day=86400

stage_policy act
stage_config '[policy slow]
mode = act
quiet = 1s
cooldown = 10m

[policy quiet]
mode = act
quiet = 60s
cooldown = 0s

[policy short]
mode = act
quiet = 1m
cooldown = 0s

[policy ask]
mode = ask
approval = 30m
cooldown = 0s

[policy hasty]
mode = ask
approval = 1m
cooldown = 0s'
is_read() { lm status --json | jq -e --arg app "$1" \
	'.sources | any(.app == $app)' >/dev/null; }
# pending APP POLICY
pending()
{
	stage_pending "$1"
	sed -i "/^\[app $1\]/,/^remedy/s/^policy = p/policy = $2/" \
		"$stage/logmend.conf"
}
undo_mend()
{
	PGDATABASE=$1 pg_do -c 'DROP TABLE "AnalyticsEvent"' -c "DELETE FROM
		_prisma_migrations WHERE migration_name = '$the_fifth'"
}
pending cool slow
# Another app on the same database.
pending twin slow
cat "$stage/cool.url" >"$stage/twin.url"
pending again p
pending quiet-4 quiet
pending quiet-5 quiet
pending quiet-6 quiet
pending short short
pending late hasty
pending early ask
pending alone hasty
agent_start

# --- the cooldown on a database, and the attempts of its hour ---------------

app_fails cool
state_is 1 resolved
undo_mend cool
app_fails twin
state_is 2 waiting
for by in $hour $day -$hour -$day; do
	jump "$by"
	state_is 2 waiting
	[[ $(show 2 .decision.reason) == *cooldown* ]] ||
		bad "after $by s: $(show 2 .decision.reason)"
	expect 'attempts of twin' "$(show 2 '.attempts | length')" 0
	shown "the clock was set by $by s: the cooldown of ten minutes lasts"
done
agent_stop
clock_set $day
agent_start
lm resume >/dev/null
state_is 2 waiting
expect 'attempts of twin' "$(show 2 '.attempts | length')" 0
! has_table cool AnalyticsEvent || bad 'mended within the cooldown'
shown 'the clock was set while nobody looked: the cooldown lasts'
lm close 2 >/dev/null

# --- a fault that comes back a minute after the mend is no day old ----------

app_fails again
state_is 3 resolved
jump $day
undo_mend again
app_fails again
wait_until 3 '.timeline | any(.text | startswith("regressed"))'
state_is 3 reported
expect 'attempts of again' "$(show 3 '.attempts | length')" 1
! has_table again AnalyticsEvent || bad 'mended again after a regression'
shown "a fault came back after the clock was set by $day s: a regression, and \
not mended again"

# --- the quiet period is neither over at once, nor deaf ---------------------

fails_on()
{
	app_fails "$1"
	is_true $id '.state == "failed"'
}
id=3
for by in $day -$day -$hour; do
	id=$((id + 1))
	app_fails "quiet-$id"
	state_is $id verifying
	jump "$by"
	state_is $id verifying
	# What is logged within a second of the mend was on its way.
	wait_for 30 fails_on "quiet-$id" || bad "deaf after a jump of $by s"
	expect "attempts of $id" "$(show $id '.attempts | length')" 1
	shown "the clock was set by $by s in a quiet period: it went on, and \
heard that the fault was there again"
done

# --- set back, it does not last longer --------------------------------------

id=7
app_fails short
state_is $id verifying
jump -$day
time_passes 60
state_is $id resolved
shown "the clock was set by -$day s in a quiet period of a minute: over \
after a minute"

# --- a question expires early, never late -----------------------------------

id=8
app_fails late
state_is $id awaiting-approval
code=$(show $id .approval.code)
jump -$hour
time_passes 60
state_is $id expired
expect_status 1 lm approve $id "$code"
! has_table late AnalyticsEvent || bad 'mended by an expired code'
shown "the clock was set by -$hour s: a question of a minute expired after \
a minute, and its code with it"

id=9
app_fails early
state_is $id awaiting-approval
code=$(show $id .approval.code)
jump $hour
state_is $id expired
expect_status 1 lm approve $id "$code"
! has_table early AnalyticsEvent || bad 'mended by an expired code'
shown "the clock was set by $hour s: a question of half an hour expired at once"

# --- a log that is first seen while the clock is ahead -----------------------

agent_stop
pending first ask
clock_set $((3 * day))
agent_start
wait_for 30 is_read first || bad 'the log of first is not read'
agent_stop
clock_set -$((3 * day))
agent_start
app_fails first
id=10
state_is $id awaiting-approval
shown "first seen by a clock three days ahead: what is logged afterwards counts"

# Also an answer that is given while no daemon runs, which only root may.
if ((EUID == 0)); then
	id=11
	app_fails alone
	state_is $id awaiting-approval
	code=$(show $id .approval.code)
	agent_kill
	clock_set -$hour
	time_passes 60
	LD_PRELOAD=$clocks expect_status 1 lm approve $id "$code"
	says 'expired'
	agent_start
	state_is $id expired
	! has_table alone AnalyticsEvent || bad 'mended by an expired code'
	shown 'set back while no daemon ran: the answer came too late'
fi
agent_stop
