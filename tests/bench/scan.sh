#!/bin/bash
# How fast a log is scanned, beside plain reading and grep with the rules' own
# literals. Page cache warm, one run after another, the best of 5.
#
#	make bench			400 MB
#	MEGABYTES=100 make bench
. "$(dirname "$0")/../support/sh.bash"
megabytes=${MEGABYTES:-400}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmend-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The best of 5 runs, in seconds.
best()
{
	local from to best=999999999999
	for _ in 1 2 3 4 5; do
		from=$(date +%s%N)
		"$@" >"$work/out" 2>"$work/err" || true
		to=$(date +%s%N)
		((to - from < best)) && best=$((to - from))
	done
	awk -v ns=$best 'BEGIN { printf "%.3f", ns / 1e9 }'
}

# row WHAT LOG COMMAND...
row()
{
	local what=$1 log=$2 size seconds
	shift 2
	size=$(stat -c %s "$log")
	seconds=$(best "$@")
	awk -v what="$what" -v s="$seconds" -v n="$size" 'BEGIN {
		printf "%-44s %7.3f s  %6.2f GB/s\n", what, s, n / s / 1e9 }'
}

grep -h '^literal' "$TOP"/rules/*.rules | sed 's/^[^=]*= *//' |
	sort -u >"$work/literals"
log=$work/few.log
"$BUILT/tests/bench/dockerlines" "$megabytes" 100000 >"$log"
flood=$work/flood.log
"$BUILT/tests/bench/dockerlines" "$((megabytes / 4))" 20 >"$flood"
cat "$log" "$flood" >/dev/null

sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1
echo "$(stat -c %s "$log") bytes, $(wc -l <"$log") lines," \
	"$("$LOGMEND" scan --json --rules "$TOP/rules" "$log" | wc -l) faults," \
	"$(wc -l <"$work/literals") literals"
row 'wc -l' "$log" wc -l "$log"
row 'logmend scan' "$log" "$LOGMEND" scan --json --rules "$TOP/rules" "$log"
if command -v rg >"$work/rg"; then
	row 'rg -c -F -f literals' "$log" rg -c -F -f "$work/literals" "$log"
fi
row 'grep -c -F -f literals (LC_ALL=C)' "$log" \
	grep -c -F -f "$work/literals" "$log"
echo "$(stat -c %s "$flood") bytes, a fault of 11 lines every 20 lines," \
	"$("$LOGMEND" scan --json --rules "$TOP/rules" "$flood" |
		wc -l) faults"
row 'logmend scan' "$flood" \
	"$LOGMEND" scan --json --rules "$TOP/rules" "$flood"
