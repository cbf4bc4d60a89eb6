#!/bin/bash
# What somebody achieves who makes an app log what is dear to read: how fast each
# kind of such lines is read, in CPU time of eyes and command, and how late the
# fault of another app is seen meanwhile.
#
#	make bench			16 MB of each shape, 40 faults beside it
#	MEGABYTES=4 FAULTS=20 make bench
. "$(dirname "$0")/../support/sh.bash"
megabytes=${MEGABYTES:-16}
((megabytes <= 64)) || megabytes=64
faults=${FAULTS:-40}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmend-hostile.XXXXXX")
trap 'rm -rf "$work"' EXIT
hostile=$BUILT/tests/bench/hostilelines

# CPU seconds of a scan, the least of 3.
cpu_of()
{
	local run least=999
	for run in 1 2 3; do
		TIMEFORMAT='%U %S'
		{ time "$LOGMEND" scan --json --rules "$TOP/rules" "$1" \
			>"$work/out" 2>"$work/err"; } 2>"$work/time"
		least=$(awk -v least="$least" -v run="$run" \
			'{ s = $1 + $2 } END { print s < least ? s : least }' \
			"$work/time")
	done
	echo "$least"
}

# How fast a log is read, less what an empty one takes. Fails where the log is
# too short for that: where the difference is no more than the start.
speed_of()
{
	awk -v all="$(cpu_of "$1")" -v start="$start" \
		-v n="$(stat -c %s "$1")" 'BEGIN {
			s = all - start
			if (s < start)
				exit 1
			printf "%5.0f MB/s", n / s / 1e6 }'
}

sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1
: >"$work/empty"
start=$(cpu_of "$work/empty")
printf '%-22s %s\n' 'lines' 'CPU; another app meanwhile'
for shape in $("$hostile"); do
	"$hostile" "$shape" "$megabytes" >"$work/log"
	for _ in 1 2 3 4; do cat "$work/log"; done >"$work/flood"
	printf '%-22s %s; %s\n' "$shape" \
		"$(speed_of "$work/log" || speed_of "$work/flood" ||
			echo '   too fast to tell')" \
		"$("$BUILT/tests/bench/besideflood" "$TOP/rules" \
			"$work/flood" "$faults")"
done
