#!/bin/bash
# The clock on the wall is set forward and back, by an hour and by a day, while
# incidents wait, ask and are verified: nothing is mended twice or too late, no
# quiet period is cut short or drawn out, no question stands longer.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

library=$BUILT/tests/support/clockshift.so
[[ -e $library ]] || skip 'clockshift.so is not built'
! grep -q __asan_init "$LOGMEND" || skip 'a sanitizer bears no preloading'

stage_open
ahead=0
# In place, for the file is mapped.
set_clock()
{
	local i bytes=
	for i in 0 8 16 24 32 40 48 56; do
		bytes+=$(printf '\\x%02x' $((ahead >> i & 255)))
	done
	printf '%b' "$bytes" |
		dd of="$stage/clock" bs=8 conv=notrunc status=none
}
set_clock
export CLOCKSHIFT=$stage/clock
start() { LD_PRELOAD=$library agent_start; }
fails() { LD_PRELOAD=$library app_fails "$1"; }
noticed() { (($(grep -c 'the clock was set' "$stage/agent.log") > seen)); }
# jump SECONDS: and what is due is looked at.
jump()
{
	seen=$(grep -c 'the clock was set' "$stage/agent.log" || true)
	ahead=$((ahead + $1))
	set_clock
	lm resume
	wait_for 10 noticed || bad 'the agent does not see that the clock was set'
	lm resume
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

[policy ask]
mode = ask
approval = 30m
cooldown = 0s

[policy hasty]
mode = ask
approval = 4s
cooldown = 0s'
policy_of()
{
	sed -i "/^\[app $1\]/,/^remedy/s/^policy = p/policy = $2/" \
		"$stage/logmend.conf"
}
restart()
{
	agent_stop
	start
}
stage_pending cool
policy_of cool slow
start

# The cooldown on a database, and the attempts of its hour.
fails cool
state_is 1 resolved
stage_app twin
cp "$stage/cool.url" "$stage/twin.url"
chmod 0600 "$stage/twin.url"
cp -R "$stage/cool/prisma/migrations" "$stage/twin/prisma/"
stage_config 'policy = slow
remedy.missing-table = prisma'
PGDATABASE=cool pg_do -c 'DROP TABLE "AnalyticsEvent"' \
	-c "DELETE FROM _prisma_migrations WHERE migration_name = '$the_fifth'"
restart
fails twin
state_is 2 waiting
for by in $hour $day -$hour -$day; do
	jump "$by"
	state_is 2 waiting
	show 2 .decision.reason | grep -q cooldown ||
		bad "after $by s: $(show 2 .decision.reason)"
	expect 'attempts of twin' "$(show 2 '.attempts | length')" 0
done
# Also where it was set while nobody looked.
agent_stop
ahead=$((ahead + day))
set_clock
start
lm resume
state_is 2 waiting
expect 'attempts of twin' "$(show 2 '.attempts | length')" 0
! has_table cool AnalyticsEvent || bad 'mended within the cooldown'
lm close 2

# A fault that comes back a minute after the mend is no day old.
stage_pending again
restart
fails again
state_is 3 resolved
jump $day
PGDATABASE=again pg_do -c 'DROP TABLE "AnalyticsEvent"' \
	-c "DELETE FROM _prisma_migrations WHERE migration_name = '$the_fifth'"
fails again
wait_until 3 '.timeline | any(.text | startswith("regressed"))'
state_is 3 reported
expect 'attempts of again' "$(show 3 '.attempts | length')" 1
! has_table again AnalyticsEvent || bad 'mended again after a regression'

fails_on()
{
	fails "$1"
	is_true $id '.state == "failed"'
}
# The quiet period is neither over at once, nor deaf.
id=3
for by in $day -$day -$hour; do
	id=$((id + 1))
	stage_pending "quiet$id"
	policy_of "quiet$id" quiet
	restart
	fails "quiet$id"
	state_is $id verifying
	jump "$by"
	state_is $id verifying
	# What is logged within a second of the mend was on its way.
	wait_for 30 fails_on "quiet$id" || bad "deaf after a jump of $by s"
	expect "attempts of $id" "$(show $id '.attempts | length')" 1
done

# Set back, it does not last longer.
id=$((id + 1))
stage_pending short
sed -i '/^\[policy p\]/,/^cooldown/s/^quiet = .*/quiet = 5s/' \
	"$stage/logmend.conf"
restart
fails short
state_is $id verifying
jump -$day
state_is $id resolved 60

# A question expires early, never late.
id=$((id + 1))
stage_pending late
policy_of late hasty
restart
fails late
state_is $id awaiting-approval
code=$(show $id .approval.code)
jump -$hour
state_is $id expired 60
expect_status 1 lm approve $id "$code"
! has_table late AnalyticsEvent || bad 'mended by an expired code'

id=$((id + 1))
stage_pending early
policy_of early ask
restart
fails early
state_is $id awaiting-approval
code=$(show $id .approval.code)
jump $hour
state_is $id expired
expect_status 1 lm approve $id "$code"
! has_table early AnalyticsEvent || bad 'mended by an expired code'

# Also an answer that is given while no daemon runs.
if ((EUID == 0)); then
	id=$((id + 1))
	stage_pending alone
	policy_of alone hasty
	restart
	fails alone
	state_is $id awaiting-approval
	code=$(show $id .approval.code)
	agent_kill
	ahead=$((ahead - hour))
	set_clock
	asked=$SECONDS
	over() { ((SECONDS > asked + 5)); }
	wait_for 30 over || bad 'no time passes'
	LD_PRELOAD=$library expect_status 1 lm approve $id "$code"
	says 'expired'
	start
	state_is $id expired
	! has_table alone AnalyticsEvent || bad 'mended by an expired code'
fi
agent_stop
