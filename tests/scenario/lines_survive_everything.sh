#!/bin/bash
# A container writes faults while its log is rotated in ways drawn by chance, and
# head and eyes are killed or stopped at random moments: after each of ROUNDS
# rounds (3; `make torture` does 60) every record counts once. SEED repeats a run.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

rounds=${ROUNDS:-${TORTURE:+60}}
rounds=${rounds:-3}
RANDOM=${SEED:=$RANDOM}
packed=
((RANDOM % 2)) || packed=yes # as one container does all the time
echo "SEED=$SEED ROUNDS=$rounds repeats this run"
stage_open
stage_policy report
stage_pending shop
log=$(log_of shop)
: >"$log"
managed_start

fault=$TOP/tests/data/prisma/p2021-5.22.0-rust
fault=$fault/console-error.NODE_ENV_production.stderr
jq -cRs '{level: 50, pad: ("0" * 40000), msg: .}' "$fault" >"$stage/long"

sleep_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

# Sizes and numbers are such that Docker throws nothing away that is unread.
write_some()
{
	local text=$fault way=(-f 99 -m $((3000 + RANDOM % 9000)))
	((RANDOM % 3)) || { text=$stage/long; way[3]=$((RANDOM + 60000)); }
	[[ -z $packed ]] || way+=(-z)
	((RANDOM % 2)) || way+=(-s stdout)
	"$BUILT/tests/support/dockerlog" "${way[@]}" -r "$1" "$log" <"$text"
}

# Who is not there is killed already.
strike()
{
	local pid
	case $((RANDOM % 5)) in
	0 | 1) kill -USR1 "$agent_pid" ;;
	2) kill -KILL "$(managed_eyes)" ;;
	3 | 4)
		if ((RANDOM % 2)); then
			pid=$(managed_head)
		else
			pid=$(managed_eyes)
		fi
		kill -STOP "$pid"
		sleep_ms $((RANDOM % 400))
		kill -CONT "$pid"
		;;
	esac 2>/dev/null || true
}

written=0
for ((round = 1; round <= rounds; round++)); do
	parts=()
	for ((part = 0; part < 4; part++)); do
		parts+=($((1 + RANDOM % 8)))
		((written += parts[part], 1))
	done
	for n in "${parts[@]}"; do
		write_some "$n"
		sleep_ms $((RANDOM % 60))
	done &
	writer=$!
	for ((blow = 0; blow < 3; blow++)); do
		sleep_ms $((RANDOM % 200))
		strike
	done
	wait "$writer"
	wait_for 60 is_true 1 ".count == $written" ||
		bad "round $round: $(show 1 .count) of $written records count"
done
! grep 'a gap from byte' "$stage/agent.log" || bad 'a gap was told'
shown "$rounds rounds of rotations and kills: each of $written records counts once"
wait_for 20 agent_answers || bad "it does not run any more"
shown 'nothing was lost, and it still runs'
agent_stop
