#!/bin/bash
# Eyes, head and the sender of notices are killed, and their system calls fail, at
# counted calls, while logs are written and rotated: after each batch of points reading goes on, and
# at the end every record counts once. POINTS is how many (100; `make torture`:
# 16,000), SEED repeats a run as far as two processes can be repeated, and POINT
# ('ROLE PHASE CALL N WHAT') does one point alone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/inject.bash"

count=${POINTS:-${TORTURE:+16000}}
count=${count:-100}
size=${BATCH:-${TORTURE:+150}}
size=${size:-25}
RANDOM=$SEED
stage_open
receiver_start
stage_policy report
apps=(plain packed large)
for app in "${apps[@]}"; do
	stage_pending "$app"
done
# Nobody here needs hands, and each head would start some for each database.
sed -i '/^database-url-file/d; /^remedy\./d' "$stage/logmend.conf"
injected_start
echo "SEED=$SEED POINTS=$count"

# A class without a probe, so that hands have no part in this.
fault='FATAL ERROR: Reached heap limit - JavaScript heap out of memory'
printf -v filler '%30000s' ''
filler=${filler// /x}
written=0
declare -A written_of=()
# write_some [APP]
write_some()
{
	local app=${1:-${apps[RANDOM % 3]}} n=$((1 + RANDOM % 6)) i
	local way=(-f 99 -m $((2000 + RANDOM % 6000)))
	[[ $app != packed ]] || way+=(-z)
	[[ $app != large ]] || way[3]=$((60000 + RANDOM))
	((RANDOM % 2)) || way+=(-s stdout)
	for ((i = 0; i < n; i++)); do
		((written += 1))
		((written_of[$app] += 1))
		[[ $app != large ]] || echo "${filler:0:RANDOM % 30000}"
		echo "$fault, record $written"
	done >"$stage/text"
	LD_PRELOAD=$clocks "$BUILT/tests/support/dockerlog" "${way[@]}" \
		"$(log_of "$app")" <"$stage/text"
}

# Into the file that is there.
write_one()
{
	((written += 1))
	((written_of[plain] += 1))
	echo "$fault, record $written" >"$stage/text"
	LD_PRELOAD=$clocks "$BUILT/tests/support/dockerlog" "$(log_of plain)" \
		<"$stage/text"
}

# Reading that paused for long is an incident of its own, and passes.
total()
{
	local app n class sum=0
	while read -r _ app _ n class; do
		[[ $class != out-of-memory || ${1-$app} != "$app" ]] ||
			((sum += n, 1))
	done < <(standing)
	echo "$sum"
}
each_count()
{
	local app
	for app in "${apps[@]}"; do
		printf '%s %d written, %d counted; ' "$app" \
			"${written_of[$app]-0}" "$(total "$app")"
	done
}
all_count() { (($(total) >= written)); }

# What head has open when nothing is left to be read: what it had at first, and
# the log that is written of each app.
opened()
{
	local all=("/proc/$(injected_head)/fd/"*)
	echo "${#all[@]}"
}
few_opened() { (($(opened) <= most_opened)); }
# Eyes, the sender of notices, and nobody else.
two_children()
{
	local all pid roles=
	read -ra all <"/proc/$(injected_head)/task/$(injected_head)/children"
	for pid in "${all[@]}"; do
		roles+=$(tr '\0' ' ' <"/proc/$pid/cmdline" |
			grep -oE -- '--role=[a-z]+')' '
	done
	[[ $roles == '--role=eyes --role=notify ' ||
		$roles == '--role=notify --role=eyes ' ]]
}

# A record ends where another begins; else eyes wait for a second whether it goes
# on.
write_end()
{
	echo 'GET /health 200' >"$stage/text"
	LD_PRELOAD=$clocks "$BUILT/tests/support/dockerlog" "$(log_of "$1")" \
		<"$stage/text"
}

check()
{
	local app
	for app in "${apps[@]}"; do
		write_some "$app"
		write_end "$app"
	done
	until_so "${PATIENCE:-60}" all_count ||
		lost "$(total) of $written records count: $(each_count)"
	[[ $(total) == "$written" ]] ||
		lost "$(total) records count, and $written are: $(each_count)"
	until_so 30 few_opened ||
		lost "head has $(opened) descriptors, and had $most_opened"
	until_so 60 two_children || lost "head's children: $(everybody)"
}

write_some
until_so 30 all_count || bad 'nothing is read'
for app in "${apps[@]}"; do
	write_some "$app"
done
until_so 30 all_count || bad 'nothing is read'
most_opened=$(($(opened) + 4))

# No more is written than what the rotation leaves on the disk. Head is ended now
# and then, for its stop has points too: the manager starts it again.
strike()
{
	local turns=0
	points "$@"
	pace pauses
	while ! points_done 5; do
		((SECONDS < until)) || break
		((turns += 1))
		if ((turns < 30)); then
			write_some
		else
			write_one
		fi
		[[ $((turns % 64)) != 0 || -n ${POINT-} ]] || command_injector term
	done
	points_off
}

roles=(eyes head notify)
kinds=(both kill fault fault both kill fault)
if [[ -n ${POINT-} ]]; then
	read -ra words <<<"$POINT"
	until=$((SECONDS + 60))
	points()
	{
		point "${words[@]}"
		case ${words[1]} in
		load | start | child) injected_end "${words[0]}" ;;
		stop) command_injector term ;;
		esac
	}
	strike
	[[ -s $batch ]] || skip 'the point was not reached in 60 s'
	check
	injected_stop
	points_tell
	shown "after $POINT reading goes on: each of $written records counts once"
	exit
fi
done_so_far=0
while ((done_so_far < count)); do
	until=$((SECONDS + 60))
	strike "${roles[batches % 3]}" "${kinds[batches % 7]}" "$size"
	((done_so_far += $(wc -l <"$batch"), 1))
	check
done
injected_stop
points_tell
! grep 'a gap from byte' "$stage/agent.log" || bad 'a gap was told'
shown "reading goes on after each batch: each of $written records counts once"
shown 'the store is intact, no process and no descriptor is left'
