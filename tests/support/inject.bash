# Sourced after stage.bash: the agent below tests/support/injector.c and a played
# service manager, which starts it again whenever it ends.
#
#	injected_start		skips aloud where nothing may be traced
#	injected_stop		ends it, and looks at what it leaves
#	injected_head		the process, if it is there
#	injected_end ROLE	kills all processes of the role, once
#	points ROLE KIND COUNT	asks for a batch; those of it are in $batch
#	point ROLE PHASE CALL N WHAT
#	points_done MS		waits so long at most until the last one was set
#	points_off		no more are wanted
#	pace pauses|hours|off	time passes while the agent's processes sleep: see
#				tests/support/injector.c
#	hours SECONDS		so much time passes for head on all clocks
#	until_so SECONDS COMMAND...
#				as wait_for, while pauses end early; then none do
#	standing		ID APP STATE COUNT CLASS of each incident that is
#				not closed
#	lost TEXT		the test ends: TEXT, the points, how to repeat one
#	points_keep		what the tests know, in $KEPT
#	points_tell		how many there were, and how many differ
# shellcheck shell=bash

# What belongs to every build does the same each time, as far as that can be.
: "${SEED:=${TORTURE:+$RANDOM}}"
: "${SEED:=1}"
injector=
answers=
naps=
batch=
batches=0
points_from=0
began=$SECONDS

# Whoever answers without an agent must have its clock.
lm() { LD_PRELOAD=$clocks "$LOGMEND" -c "$stage/logmend.conf" "$@"; }

injected_start()
{
	[[ $(uname -m) == x86_64 ]] || skip 'the injector knows x86-64 only'
	build_helpers injector manager storecheck clockshift.so
	clocks_open
	[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
	batch=$stage/batch
	mkfifo "$stage/inject" "$stage/answers" "$stage/naps"
	exec {injector}<>"$stage/inject" {answers}<>"$stage/answers" \
		{naps}<>"$stage/naps"
	: >"$stage/points"
	: >"$stage/all-points"
	# Its own clock must be the kernel's.
	setsid "$BUILT/tests/support/injector" "$stage" \
		env LD_PRELOAD="$clocks" "$BUILT/tests/support/manager" -r \
		"$stage/notify" "$LOGMEND" -c "$stage/logmend.conf" run \
		<"$stage/inject" >>"$stage/agent.log" 2>&1 {injector}>&- \
		{answers}>&- {naps}>&- &
	agent_pid=$!
	agent_is_up || {
		kill -0 "$agent_pid" 2>/dev/null ||
			skip "$(tail -n 1 "$stage/agent.log")"
		bad 'logmend run did not start'
	}
}

injected_stop()
{
	points_off
	points_keep
	until_so 60 agent_answers || lost 'it does not run any more'
	agent_stop
	[[ -z $(everybody) ]] || lost "processes are left: $(everybody)"
	"$BUILT/tests/support/storecheck" "$stage/state/logmend.db" ||
		lost 'the store is not intact'
}

# What runs with this configuration.
everybody() { pgrep -af -- "--role=|$stage/logmend.conf run" | grep "$stage/" || true; }

injected_head()
{
	local manager head=
	read -r manager <"/proc/$agent_pid/task/$agent_pid/children" || true
	read -r head <"/proc/$manager/task/$manager/children" || true
	echo "${head% }"
}
injected_end()
{
	local pid head
	head=$(injected_head)
	[[ $1 != head ]] || { kill -KILL "$head"; return; }
	for pid in $(cat "/proc/$head/task/"*/children); do
		! grep -qz -- "--role=$1" "/proc/$pid/cmdline" ||
			kill -KILL "$pid"
	done
}

command_injector() { echo "$1" >&"$injector"; }
points_new() { tail -c +$((points_from + 1)) "$stage/points"; }
# The batch before is kept until there is another point.
points_save()
{
	points_new | sed -n 's/^point //p' >"$batch.new"
	points_from=$(stat -c %s "$stage/points")
	[[ ! -s $batch.new ]] || mv "$batch.new" "$batch"
	[[ ! -s $batch || -e $batch.new ]] || cat "$batch" >>"$stage/all-points"
}
points()
{
	points_save
	while read -r -t 0.001 -u "$answers"; do :; done
	((batches += 1))
	command_injector "batch $1 $2 $3 $((SEED * 100000 + batches))"
}
point()
{
	points_save
	command_injector "point $*"
}
points_done()
{
	local seconds
	printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
	read -r -t "$seconds" -u "$answers"
}
points_off()
{
	command_injector off
	points_save
}

pace() { command_injector "pace $1"; }
hours() { command_injector "pass $1"; }

# The pipe stays empty: a sleep without a process.
nap() { read -r -t "$1" -u "$naps" || true; }

until_so()
{
	local until=$((SECONDS + $1)) status=0
	shift
	pace pauses
	until "$@" >/dev/null 2>&1; do
		((SECONDS < until)) || { status=1; break; }
		nap 0.02
	done
	pace off
	return "$status"
}

# What is asked of the agent before it ends, or while it starts, is asked again.
ask() { lm "$@" 2>>"$stage/asked"; }
# An object a line, whose head is the same for all: that takes no process, and
# jq would take most of the time.
standing()
{
	local line text='"([^"]*)"' shape
	shape="^\\{\"id\":([0-9]+),\"app\":$text,.*\"class\":$text,"
	shape+=".*\"state\":$text,\"count\":([0-9]+),"
	ask incidents --json >"$stage/standing" || return 1
	while read -r line; do
		[[ $line =~ $shape ]] || return 1
		[[ ${BASH_REMATCH[4]} == closed ]] ||
			echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}" \
				"${BASH_REMATCH[4]} ${BASH_REMATCH[5]}" \
				"${BASH_REMATCH[3]}"
	done <"$stage/standing"
}

lost()
{
	echo "FAILED: $1" >&2
	echo "SEED=$SEED; the points of this batch, the last one first, as a" \
		"command that repeats one:" >&2
	tail -n 40 "$batch" | tac | while read -r role phase call n what rest; do
		echo "POINT='$role $phase $call $n $what' bash $0	# at $rest"
	done >&2
	points_keep
	exit 1
}

# KEPT names a folder that gets the agent's log and all points, for a person.
points_keep()
{
	[[ -n ${KEPT-} && -n $agent_pid ]] || return 0
	mkdir -p "$KEPT"
	cp "$stage/points" "$KEPT/points.$SEED"
	cp "$stage/agent.log" "$KEPT/log.$SEED"
	cp -a "$stage/docker" "$KEPT/docker.$SEED"
	cp -a "$stage/state" "$KEPT/state.$SEED"
	ls -l "/proc/$(injected_head)/fd" >"$KEPT/fd.$SEED" 2>&1 || true
	lm status --json >"$KEPT/status.$SEED" 2>&1 || true
}

# What ended by a signal that it raised itself, in which phase and where. Three
# kinds are accepted where a call failed: whatever the dynamic linker does in
# `load`, which uses its first memory unasked (SIGSEGV in ld.so after the first
# mmap); libseccomp in `start`, which does so while it builds a filter (SIGSEGV
# after brk and mmap, 2.5.4), before the process did anything; and abort(): ours
# where a few bytes are not to be had (base/own.h), and libsystemd's assertions.
crashes_tell()
{
	local role phase signal place n
	sed -n 's/^crash //p' "$stage/points" |
		awk '{ sub(/,.*/, "", $5); print $1, $2, $3, $4, $5 }' |
		sort | uniq -c | sort -rn >"$stage/crashes"
	while read -r n role phase signal place; do
		shown "	$n times $role ended in $phase by $signal, at $place"
	done <"$stage/crashes"
	! grep -v -e ' load SIG' -e ' SIGABRT ' \
		-e ' start SIGSEGV libseccomp' "$stage/crashes" ||
		bad 'a process crashed where a call failed'
}

# Two points differ in role, phase, call, number or what was done; two places,
# in role, call, what was done or where in the program that was.
points_tell()
{
	local all=$stage/all-points took=$((SECONDS - began))
	local kills faults different places
	kills=$(grep -c ' kill-' "$all" || true)
	faults=$(grep -vc ' kill-' "$all" || true)
	different=$(cut -d ' ' -f 1-5 "$all" | sort -u | wc -l)
	places=$(awk '{ sub(/,.*/, "", $6); print $1, $3, $5, $6 }' "$all" |
		sort -u | wc -l)
	shown "SEED=$SEED: $kills kills and $faults faults in $took s;" \
		"$different points differ, in $places places"
	awk '{ n[$1 " " $2, $5 ~ /^kill/]++; k[$1 " " $2] } END { for (i in k)
		printf "\t%s: %d kills, %d faults\n", i, n[i, 1], n[i, 0] }' \
		"$all" | sort
	crashes_tell
}
