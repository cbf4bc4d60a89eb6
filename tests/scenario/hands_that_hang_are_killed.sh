#!/bin/bash
# Hands that do not end, whatever their deadlines say, are killed with all that
# they started; what they did is found out, the other incidents of the app go on,
# and the notice says so. Also hands of a head that is gone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
clocks_open
[[ -n $clocks ]] ||
	skip "below a sanitizer its clocks cannot be moved, and it would take minutes"
cat >"$stage/pg_dump" <<END
#!/bin/bash
# Its child outlives it, and has a session of its own.
[[ \$1 != --version ]] || exec $(pg_bin)/pg_dump --version
setsid sleep 1000 &
echo \$! \$PPID >"$stage/child.new"
mv "$stage/child.new" "$stage/child"
wait
END
chmod 755 "$stage/pg_dump"
stage_policy act '' 'lock-timeout = 15s
statement-timeout = 15s
deadline = 20s'
stage_config "[remedy hanging]
kind = prisma
deadline = 20s
pg-dump = $stage/pg_dump"
stage_pending stopped
stage_pending orphaned
stage_pending copied
sed -i '/^\[app copied\]/,$s/^remedy.missing-table = .*/remedy.missing-table = hanging/' \
	"$stage/logmend.conf"

# hangs ID APP: its mend stands still in the middle, in $hands.
hangs()
{
	hold_lock "$2"
	app_fails "$2"
	wait_for 60 mend_waits "$2" ||
		{ lm show "$1"; bad "the mend of $2 did not come to the lock"; }
	hands=$(role_pid hands) || bad 'no hands are there'
	kill -STOP "$hands"
	release_lock
}
# Each time the agent is asked for something, its timers are looked at.
passes() { time_passes 60 && "$@"; }
is_state() { [[ $(show "$1" .state) == "$2" ]]; }

agent_start
hangs 1 stopped
# Another fault of the same app, which has to wait for its hands.
stage_log stopped "$TOP/tests/data/captures/bundle-min-p2022-prod-742/stderr"
wait_until 2 '.state | IN("open", "diagnosing")'
state_is 1 mending
! is_over "$hands" || bad 'hands were killed before their time'
wait_for 60 passes is_state 1 failed || { lm show 1; bad 'they hang still'; }
is_over "$hands" || bad 'the hands that hung live'
expect outcome "$(show 1 '.attempts[0].outcome')" not-applied
expect_status 0 lm show 1
[[ ${output//[$'\n ']/} == *didnotendintimeandwerekilled* ]] ||
	bad "the attempt says: $output"
! has_table stopped AnalyticsEvent || bad 'it is there, and called failed'
expect 'rows' "$(prisma_history stopped | grep -c "^$the_fifth|.*|f|t|")" 1
told() { [[ $(grep -F "$1:" "$stage/notices") == *'in time and were killed'* ]]; }
wait_for 15 told stopped || bad 'nobody was told'
shown 'hands hung in the middle of a mend: killed, found out, told'
wait_until 2 '.state | IN("not-confirmed", "reported")'
shown 'the other incident of the app went on'

hangs 3 orphaned
agent_kill
agent_start
state_is 3 mending
wait_for 60 passes is_state 3 failed || { lm show 3; bad 'they hang still'; }
is_over "$hands" || bad 'the hands that hung live'
! has_table orphaned AnalyticsEvent || bad 'it is there, and called failed'
wait_for 15 told orphaned || bad 'nobody was told'
shown 'their head was killed: the next one killed them'

app_fails copied
state_is 4 rehearsing
wait_for 30 test -s "$stage/child" || bad 'no dump was begun'
# Other incidents may have hands, too.
read -r child hands <"$stage/child"
grep -qz -- --role=hands "/proc/$hands/cmdline" || bad 'no hands asked for it'
kill -STOP "$hands"
! is_over "$child" || bad 'the child is gone already'
wait_for 60 passes is_over "$child" || bad 'what hands started lives'
shown 'hands hung in a rehearsal: what they had started was killed with them'
agent_kill
# A further rehearsal may have begun.
read -r child hands <"$stage/child"
is_over "$child" || kill -KILL "$child"
