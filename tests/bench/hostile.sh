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

# CPU seconds of a scan; the least of 3, less what an empty log takes.
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

sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1
: >"$work/empty"
start=$(cpu_of "$work/empty")
printf '%-22s %s\n' 'lines' 'CPU; another app meanwhile'
for shape in $("$hostile"); do
	"$hostile" "$shape" "$megabytes" >"$work/log"
	speed=$(awk -v all="$(cpu_of "$work/log")" -v start="$start" \
		-v n="$(stat -c %s "$work/log")" 'BEGIN {
			s = all - start; if (s < 0.001) s = 0.001
			printf "%5.0f MB/s", n / s / 1e6 }')
	for _ in 1 2 3 4; do cat "$work/log"; done >"$work/flood"
	printf '%-22s %s; %s\n' "$shape" "$speed" \
		"$("$BUILT/tests/bench/besideflood" "$TOP/rules" \
			"$work/flood" "$faults")"
done
