#!/bin/bash
# Eyes that are stopped take no CPU time and die of nothing: they are killed all
# the same, and others go on where they were. What still is not read after a
# minute is an incident of its own, which ends when reading goes on.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy report
stage_pending shop
agent_start
first=$(role_awaited eyes)
kill -STOP "$first"
app_fails shop
seen() { lm incidents --json | jq -es 'map(select(.class == "missing-table"))
	| length == 1'; }
wait_for 90 seen || bad 'nobody read the fault'
[[ $(role_pid eyes) != "$first" ]] || bad 'the same eyes are there'
grep -q 'nothing came from them for 30s while .* bytes were unread' \
	"$stage/agent.log" || bad 'the log does not say why eyes were killed'
[[ $(lm status --json | jq '.unread | length') == 0 ]] ||
	bad 'status says that something is unread'
shown 'eyes that hang are noticed, killed and started again'

# No eyes get anywhere: each is stopped before it has compiled its rules, for
# which the shell has no time to start a program.
: >"$stage/hold"
# A child that is not yet the program holds up head, which waits for that. The
# pause, a millisecond, is far shorter than eyes take to compile their rules.
mkfifo "$stage/nothing"
exec 8<>"$stage/nothing"
while [[ -e $stage/hold ]]; do
	read -r -t 0.001 -u 8 || true
	read -r pids <"/proc/$agent_pid/task/$agent_pid/children" || true
	for pid in $pids; do
		role=
		{ read -r -d '' _ && read -r -d '' role; } \
			<"/proc/$pid/cmdline" || true
		[[ $role != --role=eyes ]] || kill -STOP "$pid" || true
	done
done 2>/dev/null &
holder=$!
stopped() { grep -q 'State:.*stopped' "/proc/$(role_pid eyes)/status"; }
wait_for 10 stopped || bad 'eyes cannot be stopped'
renice -n -20 -p "$holder" >/dev/null 2>&1 || true
unread() { lm incidents --json | jq -es 'map(select(.class == "log-unread")) |
	length == 1'; }
counted() { lm incidents --json | jq -es --argjson n "$written" \
	'map(select(.class == "missing-table"))[0].count == $n'; }
unread_or_counted() { unread || counted; }
# On a busy machine eyes may be quicker than the shell, and read it after all.
written=1
for ((try = 1; try <= 5; try++)); do
	app_fails shop
	((written += 1))
	wait_for 150 unread_or_counted ||
		bad 'bytes that nobody reads are no incident'
	! unread || break
done
unread || bad 'eyes could not be held up'
lm status --json | jq -e '.unread[0] | .app == "shop" and .bytes > 0 and
	(.since | length > 0)' >/dev/null || bad 'status does not say so'
[[ $(lm status) == *'Unread'*'shop: '*' bytes since '* ]] ||
	bad "status does not say so to people: $(lm status)"
id=$(lm incidents --json | jq -s 'map(select(.class == "log-unread"))[0].id')
state_is "$id" reported
shown 'what nobody reads for a minute is an incident of its own'
wait_for 60 grep -q 'they were not ready 30s after their start' \
	"$stage/agent.log" || bad 'eyes that never got ready were not killed'
shown 'eyes that hang at their start are killed as well'
rm "$stage/hold"
wait "$holder" || true
pid=$(role_pid eyes) && kill -CONT "$pid"
state_is "$id" resolved 90
wait_for 30 grep -q 'log-unread' "$stage/notices" || bad 'nobody was told'
wait_for 30 counted || bad "not $written faults were seen: $(lm incidents)"
shown 'it ends when reading goes on, and nothing was lost'
agent_stop
