# Sourced after stage.bash: the agent below tests/support/injector.c and a played
# service manager, which starts it again whenever it ends.
#
#	injected_start		skips aloud where nothing may be traced
#	injected_stop		ends it, and looks at what it leaves
#	injected_head		the process, if it is there
#	injected_end ROLE	kills all processes of the role, once
#	points ROLE KIND COUNT	asks for a batch; those of it are in $batch
#	point ROLE PHASE CALL N WHAT
#	points_done		the last one was set
#	points_off		no more are wanted
#	hurry			what head waits for by its monotonic clock is due
#				earlier: by 31 s where no eyes are there, else by 1
#	hours SECONDS		so much time passes for head on all clocks
#	until_so SECONDS COMMAND...
#				as wait_for, while time passes
#	lost TEXT		the test ends: TEXT, the points, how to repeat one
#	points_keep		what the tests know, in $KEPT
#	points_tell		how many there were, and how many differ
# shellcheck shell=bash

# What belongs to every build does the same each time, as far as that can be.
: "${SEED:=${TORTURE:+$RANDOM}}"
: "${SEED:=1}"
injector=
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
	mkfifo "$stage/inject"
	exec {injector}<>"$stage/inject"
	: >"$stage/points"
	: >"$stage/all-points"
	LD_PRELOAD=$clocks setsid "$BUILT/tests/support/injector" \
		"$stage/points" "$BUILT/tests/support/manager" -r \
		"$stage/notify" "$LOGMEND" -c "$stage/logmend.conf" run \
		<"$stage/inject" >>"$stage/agent.log" 2>&1 {injector}>&- &
	agent_pid=$!
	wait_for 20 agent_answers || {
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

injected_manager() { tr -d ' ' <"/proc/$agent_pid/task/$agent_pid/children"; }
injected_head()
{
	local manager
	manager=$(injected_manager)
	tr -d ' ' <"/proc/$manager/task/$manager/children"
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
	((batches += 1))
	command_injector "batch $1 $2 $3 $((SEED * 100000 + batches))"
}
point()
{
	points_save
	command_injector "point $*"
}
points_done() { [[ $(points_new | grep -c '^done') != 0 ]]; }
points_off()
{
	command_injector off
	points_save
}

# Head wakes up at every change beside its freeze file.
nudge()
{
	: >"$stage/nudge"
	rm "$stage/nudge"
}
# Eyes that are there would be taken to hang, if much time passed for head.
eyes_are_there() { pgrep -P "$(injected_head)" -f -- --role=eyes; }
clock_paused=0
hurry()
{
	local i bytes='' by=31
	! eyes_are_there >/dev/null 2>&1 || by=1
	((clock_paused += by, 1))
	for i in 0 8 16 24 32 40 48 56; do
		bytes+=$(printf '\\x%02x' $((clock_paused >> i & 255)))
	done
	printf '%b' "$bytes" | dd of="$stage/clocks" bs=8 seek=2 conv=notrunc \
		status=none
	nudge
}
hours()
{
	((clock_passed += $1, 1))
	clocks_write
	nudge
}

until_so()
{
	local until=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < until)) || return 1
		hurry
		sleep 0.1
	done
}

lost()
{
	echo "FAILED: $1" >&2
	echo "SEED=$SEED; the points of this batch, the last one first, as a" \
		"command that repeats one:" >&2
	tac "$batch" | head -n 40 | while read -r role phase call n what rest; do
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
}
