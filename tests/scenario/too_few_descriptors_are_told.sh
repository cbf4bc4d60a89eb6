#!/bin/bash
# Every log that is followed is an open file. Where a process may have too few of
# them, logmend reads what it can, names each app that it does not read, and says
# how many open files it needs; it never dies of it, and never guesses.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
work=$(mktemp -d)
agent=
cleanup()
{
	[[ -z $agent ]] || kill -KILL "$agent" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT
mkdir -m 0700 "$work/state"
mkdir "$work/docker"
cat >"$work/logmend.conf" <<END
[agent]
store = $work/state/logmend.db
socket = $work/control
docker-root = $work/docker
rules = $TOP/rules
freeze-file = $work/freeze
END
for ((i = 1; i <= 40; i++)); do
	"$TOP/tests/support/container.sh" "$work/docker" "app$i" >/dev/null
	printf '\n[app app%d]\n' "$i" >>"$work/logmend.conf"
done

# runs LIMIT [SOFT]: starts the agent with so many open files, and waits until it
# reads or has ended; what it says is in $work/log, its end in $status.
runs()
{
	rm -rf "$work/state"
	mkdir -m 0700 "$work/state"
	: >"$work/log"
	status=running
	(
		ulimit -Sn "${2-$1}" && ulimit -Hn "$1" &&
			exec "$LOGMEND" -c "$work/logmend.conf" run
	) >"$work/log" 2>&1 &
	agent=$!
	wait_for 20 came_up || bad "limit $1: $(cat "$work/log")"
	# It may have ended meanwhile.
	kill "$agent" 2>/dev/null || true
	status=0
	wait "$agent" || status=$?
	agent=
}
came_up() { grep -q 'reading [0-9]* logs\? of' "$work/log" || ! kill -0 $agent; }
logs_read() { sed -n 's/.*reading \([0-9]*\) logs\? of.*/\1/p' "$work/log"; }
needed() { sed -n '/.* and needs \([0-9]*\);.*/{s//\1/p;q}' "$work/log"; }
untold() { grep -E 'Bad file descriptor|status 127|eyes ended' "$work/log"; }

for limit in 20 30 40 45 50 55 58 60 62 70 80; do
	runs "$limit"
	! untold || bad "limit $limit: the reason is not told"
	n=$(logs_read) n=${n:-0}
	named=$(grep -c 'app app[0-9]*: .*: too many open files' \
		"$work/log") || true
	((n + named == 40)) ||
		bad "limit $limit: $n logs are read, $named apps named"
	grep -q "$((40 - n)) logs are not read: this process may have $limit \
open files, and needs [0-9]*; raise LimitNOFILE=" "$work/log" ||
		bad "limit $limit: what is needed is not told: \
$(cat "$work/log")"
	if ((n == 0)); then
		((status == 3)) || bad "limit $limit: ended with $status"
	else
		((status == 0)) || bad "limit $limit: ended with $status"
	fi
done
shown "of 40 logs $n are read with 80 open files, and each other app is named"

enough=$(needed)
runs "$enough"
[[ $(logs_read) == 40 ]] ||
	bad "$enough open files were said to be enough: $(cat "$work/log")"
shown "the number that is asked for, $enough, is enough"
runs "$((enough - 1))"
[[ $(logs_read) == 39 ]] || bad "one less is enough as well"
shown 'and one less is not'

# What the service manager allows is used: the soft limit is raised.
runs 4096 40
[[ $(logs_read) == 40 ]] || bad "the soft limit was not raised"
shown 'a low soft limit is raised'

# The command line starts processes, too.
for limit in 6 7 8 9 10 11 12; do
	status=0
	(ulimit -n "$limit" && "$LOGMEND" scan --rules "$TOP/rules" \
		"$TOP/tests/data/captures/c5-console-error.prod/stderr") \
		>"$work/out" 2>"$work/log" </dev/null || status=$?
	((status == 0)) || grep -q 'too many open files' "$work/log" ||
		bad "scan with $limit open files: $(cat "$work/log")"
done
shown 'scan says so as well'
