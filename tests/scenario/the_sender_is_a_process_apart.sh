#!/bin/bash
# Notices are sent by a process of its own, which has no capability, a user of its
# own, a filter of system calls, and nothing of what head has open. Killed
# in the middle of a POST it loses no notice; stopped it holds up neither reading
# nor mending; one that cannot be started is told. It ends with head.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
need prlimit

stage_open
clocks_open
receiver_start -w "$stage/hold"
stage_policy act
stage_pending first
stage_pending second
stage_pending third
stage_pending fourth
arrived() { grep -c "$1" "$stage/notices" || true; }
came() { (($(arrived "$1") >= ${2:-1})); }
sender_runs() { [[ $(lm status --json | jq .sender.pid) == "$(role_pid notify)" ]]; }
other_sender() { [[ $(role_pid notify) != "$1" ]] && sender_runs; }

agent_start
wait_for 120 sender_runs || bad "no sender runs: $(lm status)"
sender=$(role_pid notify)
[[ $(lm status) == *"running, process $sender"* ]] ||
	bad "status does not show it: $(lm status)"

# --- what it is and has ------------------------------------------------------
field() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$sender/status" | tr '\t' ' '; }
is() { [[ $(field "$1") == "$2" ]] || bad "$1 is '$(field "$1")', not '$2'"; }
uid=2111111112
gid=$uid
if entry=$(getent passwd logmend-notify); then
	IFS=: read -r _ _ uid gid _ <<<"$entry"
fi
# A user namespace may not have that user; then it keeps head's, without rights.
mapped()
{
	awk -v id="$uid" '$1 <= id && id < $1 + $3 { found = 1 }
		END { exit !found }' /proc/self/uid_map
}
((EUID == 0)) && mapped || uid=$EUID gid=$(id -g)
for set in CapInh CapPrm CapEff CapAmb; do
	is $set 0000000000000000
done
((EUID != 0)) || is CapBnd 0000000000000000
is NoNewPrivs 1
is Seccomp 2
is Uid "$uid $uid $uid $uid"
is Gid "$gid $gid $gid $gid"
((EUID != 0)) || [[ -z $(field Groups | tr -d ' ') ]] ||
	bad "it has groups: $(field Groups)"
# Of a process that may not be looked into, what is private is root's.
grep -q __asan_init "$LOGMEND" || ((EUID != 0)) || ! mapped ||
	[[ $(stat -c %u "/proc/$sender/fd") == 0 ]] || bad 'it can be traced'
shown 'the sender has no capability, a user of its own and a filter'

# What it has open, only root sees.
sees_into() { ((EUID == 0)) || ls "/proc/$1/fd" >/dev/null 2>&1; }

# Besides the socket to head it has what it made itself: sockets between
# libcurl's threads, timers. Head's end of a socket is another one.
if sees_into "$sender"; then
	heads=$(readlink "/proc/$agent_pid/fd/"*) || true # some are closed by now
	for fd in "/proc/$sender/fd/"*; do
		to=$(readlink "$fd") || continue
		case $to in
		/dev/null | anon_inode:\[eventpoll] | anon_inode:\[eventfd] | \
			anon_inode:\[timerfd]) ;;
		"$stage/agent.log") [[ $fd == */2 ]] || bad "$fd leads to $to" ;;
		socket:*) ! grep -qxF "$to" <<<"$heads" || bad "$fd is head's" ;;
		*) bad "it has $fd, which leads to $to" ;;
		esac
	done
	[[ $(readlink "/proc/$sender/fd/3") == socket:* ]] || bad 'it has no socket'
	shown 'it has a socket to head, and nothing of what head has open: no store, no log'
else
	! grep -q __asan_init "$LOGMEND" || bad "below a sanitizer it hides"
	shown 'what it has open, its own user does not see'
fi

# --- killed in the middle ----------------------------------------------------
: >"$stage/hold"
app_fails first
wait_for 120 test -s "$stage/hold" || bad 'the receiver was not asked'
printf -v port '%04X' "$(cat "$stage/receiver.port")"
inode=$(awk -v port=":$port" '$3 ~ port "$" && $4 == "01" { print $10; exit }' \
	/proc/net/tcp)
# A descriptor may be closed meanwhile.
has() { grep -qx "socket:\[$inode]" <<<"$(readlink "/proc/$1/fd/"*)"; }
[[ -n $inode ]] || bad 'nobody has a connection to the receiver'
! sees_into "$sender" || has "$sender" ||
	bad 'the sender has no connection to the receiver'
! has "$agent_pid" || bad 'head has a connection to the receiver'
kill -KILL "$sender"
wait_for 120 other_sender "$sender" || bad 'no other sender was started'
waits() { (($(lm status --json | jq .notices.waiting) > 0)); }
waits || bad 'a notice that nobody answered for counts as sent'
grep -q 'whether it was sent is not known' "$stage/agent.log" ||
	bad 'the log does not say that nobody knows whether it was sent'
rm "$stage/hold"
state_is 1 resolved 180
# The first is sent again after half a minute, and the end only behind it.
none_waits() { [[ $(lm status --json | jq -c .notices) == '{"waiting":0,"given_up":0}' ]]; }
time_passes 30
wait_for 120 none_waits || bad "notices wait: $(lm status)"
# What the receiver had when its sender was killed came once more, as it does
# where head is killed; all others came once.
expect 'notices that came twice' \
	"$(sort "$stage/notices" | uniq -d | wc -l)" 1
expect 'the others' "$(($(sort "$stage/notices" | uniq -u | wc -l) > 0))" 1
came 'ncident 1\b' 2 || bad "the notices of incident 1: $(cat "$stage/notices")"
shown 'killed in the middle of a POST: the notice is sent again, none is lost'

# --- stopped -----------------------------------------------------------------
sender=$(role_pid notify)
before=$(wc -l <"$stage/notices")
kill -STOP "$sender"
app_fails second
state_is 2 resolved 180
shown 'while the sender is stopped, a fault is read and mended'
# It may have been killed by now, as one that does not answer.
kill -CONT "$sender" 2>/dev/null || true
told() { [[ $(show 2 '[.notices[] | .sent == null] | any') == false ]]; }
told_later() { told || { time_passes 31; wait_for 10 told; }; }
wait_for 300 told_later || bad "notices of incident 2 wait: $(show 2 .notices)"
(($(wc -l <"$stage/notices") > before)) || bad 'no notice arrived'
shown 'once it goes on, its notices arrive'

wait_for 120 sender_runs || bad 'no sender runs'
sender=$(role_pid notify)
kill -STOP "$sender"
app_fails third
given() { (($(lm status --json | jq .notices.waiting) > 0)); }
wait_for 120 given || bad 'no notice is due'
overdue() { time_passes 21; wait_for 10 other_sender "$sender"; }
wait_for 300 overdue || bad 'a sender that hangs is not replaced'
grep -q 'it did not answer in time' "$stage/agent.log" ||
	bad 'the log does not say that it did not answer'
later() { time_passes 31; wait_for 10 none_waits; }
wait_for 300 later || bad "notices wait: $(lm status)"
state_is 3 resolved 180
shown 'one that is never continued is replaced, and its notices arrive'

# --- none to be had ----------------------------------------------------------
# As in what_cannot_be_started_is_started_later.sh: a process takes more
# descriptors than are left, a command less.
lowest_free()
{
	local free=0
	while [[ -e /proc/$agent_pid/fd/$free ]]; do
		free=$((free + 1))
	done
	echo "$free"
}
at_rest()
{
	local before i
	before=$(ls -l "/proc/$agent_pid/fd")
	for ((i = 0; i < 10; i++)); do
		sleep 0.1
		[[ $(ls -l "/proc/$agent_pid/fd") == "$before" ]] || return 1
	done
}
wait_for 120 at_rest || bad 'head goes on opening and closing'
prlimit --pid "$agent_pid" --nofile=$(($(lowest_free) + 2)):
kill -KILL "$(role_pid notify)"
lacks() { grep -q 'sender of notices could not be started: .*too many open' "$stage/agent.log"; }
wait_for 120 lacks || bad 'nobody says why there is no sender'
seen_in_status() { [[ $(lm status) == *'no notice is sent:'*'could not be started'* ]]; }
wait_for 120 seen_in_status || bad "status: $(lm status)"
prlimit --pid "$agent_pid" --nofile=1024:
wait_for 120 sender_runs || bad 'no sender is started'
app_fails fourth
wait_for 120 came 'ncident 4\b' || bad 'nobody was told of incident 4'
shown 'one that cannot be started is told, and started once it can'

# --- with head ---------------------------------------------------------------
wait_for 120 sender_runs || bad 'no sender runs'
sender=$(role_pid notify)
agent_kill
wait_for 120 is_over "$sender" || bad 'it outlives head'
shown 'it ends with head'
