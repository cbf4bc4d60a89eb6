#!/bin/bash
# How fast a log is scanned, beside plain reading, grep and ripgrep with the
# rules' own literals, and mtail with them as its program. Page cache warm, one
# run after another, the best of 5 (of one for mtail).
#
#	make bench			400 MB
#	MEGABYTES=100 make bench
. "$(dirname "$0")/../support/sh.bash"
megabytes=${MEGABYTES:-400}
work=$(mktemp -d "${TMPDIR:-/tmp}/logmend-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The best of $runs, in seconds.
runs=5
best()
{
	local from to best=999999999999 run
	for ((run = 0; run < runs; run++)); do
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
if command -v rg >/dev/null; then
	row 'rg -c -F -f literals' "$log" rg -c -F -f "$work/literals" "$log"
else
	echo 'rg: not installed'
fi
row 'grep -c -F -f literals (LC_ALL=C)' "$log" \
	grep -c -F -f "$work/literals" "$log"
if command -v mtail >/dev/null; then
	{
		echo 'counter faults'
		sed 's/[^A-Za-z0-9_ ,:;=-]/\\&/g; s|.*|/&/ {\n  faults++\n}|' \
			"$work/literals"
	} >"$work/literals.mtail"
	runs=1
	row 'mtail --one_shot, literals' "$log" mtail --one_shot \
		--progs "$work/literals.mtail" --logs "$log"
	grep -q '"Value": *[1-9]' "$work/out" ||
		echo 'mtail counted nothing: its figure says nothing'
	runs=5
else
	echo 'mtail: not installed'
fi
echo "$(stat -c %s "$flood") bytes, a fault of 11 lines every 20 lines," \
	"$("$LOGMEND" scan --json --rules "$TOP/rules" "$flood" |
		wc -l) faults"
row 'logmend scan' "$flood" \
	"$LOGMEND" scan --json --rules "$TOP/rules" "$flood"
