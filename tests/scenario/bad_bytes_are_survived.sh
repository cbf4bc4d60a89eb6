#!/bin/bash
# Logs as no one should write them: the faults in them are found all the same,
# and what cannot be read is told.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
need jq
build_helpers dockerlog

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
printf '[agent]\nrules = %s\n' "$TOP/rules" >"$stage/logmend.conf"
fault=$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr
log=$stage/x-json.log
put() { "$BUILT/tests/support/dockerlog" "$log"; }

# found N: that many faults, all of the table, all lines valid JSON.
found()
{
	lm scan --json "$log" >"$stage/out" || bad "scan ended with $?"
	expect "faults ($2)" "$(jq -c 'select(.class == "missing-table" and
		.object.table == "AnalyticsEvent")' "$stage/out" | wc -l)" "$1"
	expect "lines ($2)" "$(wc -l <"$stage/out")" "$1"
	shown "$2: every fault is found, $1 by now"
}

put <"$fault"
found 1 'a plain fault'
printf '\377\376 not UTF-8 \300\257\n' | put
put <"$fault"
found 2 'invalid UTF-8'
printf 'NUL \0 and controls \1\2\33[2J\n' | put
put <"$fault"
found 3 'control bytes'
head -c 10485760 /dev/zero | tr '\0' 'x' | put
put <"$fault"
found 4 'a line of 10 MiB without an end'
{ head -c 10485760 /dev/zero | tr '\0' 'x'; echo; } >>"$log"
put <"$fault"
found 5 'a raw line of 10 MiB that is no JSON'
printf '{"log":"torn","stre' >>"$log"
put <"$fault"
found 6 'a torn record'
printf '{}\n[]\nnull\n\n"x"\n{"log":7}\n' >>"$log"
put <"$fault"
found 7 'JSON that is no record'
head -c 4096 /dev/zero >>"$log"
put <"$fault"
found 8 'a hole of NULs'
gzip -k "$log"
expect gzip "$(lm scan --json "$log.gz" | wc -l)" 8
expect 'standard input' "$(lm scan --json - <"$log" | wc -l)" 8
shown 'compressed, and from standard input: the same'
expect_status 1 lm scan --exit-code "$log"
# Nothing of it reaches the terminal raw.
for option in --all --; do
	[[ $(lm scan "$option" "$log") != *$'\33'* ]] ||
		bad 'an escape got through'
done
shown 'no escape sequence of a log reaches the terminal'
: >"$stage/empty"
expect_status 0 lm scan --exit-code "$stage/empty"
expect_status 3 lm scan --exit-code "$log" "$stage/nowhere"
shown 'a file that is not there: said, and status 3'
if ((EUID != 0)); then
	chmod 0 "$log"
	expect_status 3 lm scan "$log"
fi
