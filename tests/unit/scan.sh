#!/bin/bash
# The command line of `scan` and `test`: keys, order, sources, exit statuses.
. "$(dirname "$0")/../support/sh.bash"
need jq
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
captures=$TOP/tests/data/captures
rules=(--rules "$TOP/rules")
scan() { "$LOGMEND" scan "${rules[@]}" "$@"; }

# expect WHAT GOT WANTED
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }
# ends STATUS COMMAND...: what it says on stderr is left in $work/err.
ends()
{
	local wanted=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[[ $status == "$wanted" ]] ||
		bad "$*: $status instead of $wanted: $(cat "$work/err")"
}
says() { grep -qF -- "$1" "$work/err" || bad "not said: $1"; }

fault=$captures/c5-console-error.prod/stderr
docker=$work/x-json.log
echo first | "$BUILT/tests/support/dockerlog" -t 2026-11-22T12:25:44.52255286Z \
	"$docker"
"$BUILT/tests/support/dockerlog" -t 2026-11-22T12:25:45.1Z "$docker" <"$fault"

# One object a line, with these keys in this order.
scan --json "$docker" >"$work/out"
expect keys "$(jq -c keys_unsorted "$work/out")" \
	'["rule","class","app","object","source","time","line","lines","text"]'
expect values "$(jq -c '[.rule, .class, .app, .object, .time, .line, .lines]' \
	"$work/out")" '["prisma-p2021","missing-table",null,'\
'{"schema":"public","table":"AnalyticsEvent"},"2026-11-22T12:25:45.1Z",2,15]'
expect source "$(jq -r .source "$work/out")" "$docker"
jq -r .text "$work/out" | grep -q '^PrismaClientKnownRequestError: \\x0aInv' ||
	bad "text: $(cat "$work/out")"
scan --json "$fault" | jq -e '.time == null and .line == 1' >"$work/out" ||
	bad 'a plain file has no time'

# The app: as told, or by the container's own file beside the log.
mkdir "$work/c"
cp "$docker" "$work/c/c-json.log"
cp "$TOP/tests/data/docker/swarm-config.v2.json" "$work/c/config.v2.json"
expect app "$(scan --json "$work/c/c-json.log" | jq -r .app)" moverz-v4
expect --app "$(scan --json --app shop "$work/c/c-json.log" | jq -r .app)" shop

# Ascending by line, sources in the order given.
for _ in 1 2 3; do
	"$BUILT/tests/support/dockerlog" -s stdout "$docker" <"$fault"
	"$BUILT/tests/support/dockerlog" -s stderr "$docker" <"$fault"
done
expect order "$(scan --json "$docker" "$fault" | jq -r .line | tr '\n' ' ')" \
	'2 17 32 47 62 77 92 1 '

# Unusual sources.
gzip -k "$docker"
cat "$docker.gz" "$docker.gz" >"$work/two.gz"
expect 'two gzip members' "$(scan --json "$work/two.gz" | wc -l)" 14
head -c 300 "$docker.gz" >"$work/torn.gz"
ends 3 scan "$work/torn.gz"
says 'ends in the middle of its compressed data'
expect 'a pipe' "$(scan --json - <"$docker" | jq -r .line | tail -1)" 92
expect 'a compressed pipe' "$(scan --json - <"$docker.gz" | wc -l)" 7
mkfifo "$work/fifo"
ends 0 scan --json "$work/fifo"
ends 3 scan "$work"
says 'is a folder'
ends 3 scan /proc/self/mem
says '/proc/self/mem: cannot be read'
ends 3 scan "$work/nowhere" "$docker"
says 'nowhere: cannot be opened'
expect 'the others are read' "$(grep -c 'missing-table' "$work/out")" 7
head -c 200000 /dev/urandom >"$work/junk"
ends 0 scan --exit-code "$work/junk"

# Exit statuses and mistakes.
ends 0 scan "$docker"
says '7 faults in 1 log'
ends 1 scan --exit-code "$docker"
ends 3 scan --exit-code "$docker" "$work/nowhere"
ends 2 "$LOGMEND" scan
ends 2 "$LOGMEND" scan journal:docker.service
says 'not built yet'
ends 2 "$LOGMEND" scan --rules "$work/nowhere" "$docker"
ends 2 "$LOGMEND" scan --rules "$docker" "$docker"
mkdir "$work/none"
ends 2 "$LOGMEND" scan --rules "$work/none" "$docker"
says 'there are no rules'
status=0
scan "$docker" >/dev/full 2>"$work/err" || status=$?
expect 'a full disk' $status 3
says 'could not be written'

# A rule without a literal takes the slow road and finds the same.
mkdir "$work/slow"
printf '[rule slow]\nclass = missing-table\nmatch = %s\n' \
	'^[T]he [t]a[b]le `[p]u[b]lic[.](?<table>[^`]+)`' >"$work/slow/slow.rules"
expect 'the slow road' "$("$LOGMEND" scan --json --rules "$work/slow" \
	"$docker" | wc -l)" 7

# Lines that only a shapes file makes one message; samples are read with it too.
mkdir "$work/shaped"
cat >"$work/shaped/acme.rules" <<-'END'
	[rule acme]
	class = db-unreachable
	literal = because: no route
	match = ^acme failed$
	[match acme 1]
	text =
	 |acme failed
	 |because: no route
	[no-match acme 2]
	text =
	 |acme failed
	 |although: no route
END
printf 'acme failed\nbecause: no route\n' >"$work/acme.log"
expect 'without shapes' "$("$LOGMEND" scan --rules "$work/shaped" --json "$work/acme.log" |
	wc -l)" 0
ends 1 "$LOGMEND" test "$work/shaped/acme.rules"
printf '[line acme]\nshape = cause\nstarts = "because: "\n' \
	>"$work/shaped/acme.shapes"
expect 'with shapes' "$("$LOGMEND" scan --rules "$work/shaped" --json "$work/acme.log" |
	jq -c '[.line, .lines]')" '[1,2]'
ends 0 "$LOGMEND" test "$work/shaped/acme.rules" "$work/shaped/acme.shapes"
# A folder without the shapes that come with the program is read with them.
cp "$TOP/rules/prisma.rules" "$work/shaped"
expect 'built-in shapes' "$("$LOGMEND" scan --rules "$work/shaped" --json "$fault" |
	jq -c '[.rule, .line, .lines]')" '["prisma-p2021",1,15]'
# A broken file is an error and no blindness.
printf '[line acme]\nshape = causes\n' >"$work/shaped/acme.shapes"
ends 2 "$LOGMEND" scan --rules "$work/shaped" "$fault"
says "acme.shapes:2: there is no shape 'causes'"
ends 2 "$LOGMEND" test "$work/shaped/acme.shapes"

# Samples.
ends 0 "$LOGMEND" test "$TOP"/rules/*.rules
grep -q '^failed' "$work/out" && bad 'a shipped sample failed'
ends 0 "$LOGMEND" test "$work/slow/slow.rules"
grep -q 'has no literal' "$work/out" || bad 'the lint is silent'
cat >>"$work/slow/slow.rules" <<-'END'
	[match slow 1]
	text = |The table `public.X` is gone
	expect = table=Y
	[no-match slow 2]
	text = |The table `public.Z` is gone
	[match slow 3]
	text = |nothing
END
ends 1 "$LOGMEND" test "$work/slow/slow.rules"
for line in ':4: [match slow 1]: expected Y, got X' \
	':7: [no-match slow 2]: matched and must not: Z' \
	':9: [match slow 3]: did not match'; do
	grep -qF "$line" "$work/out" || bad "not said: $line: $(cat "$work/out")"
done
echo '[rule' >"$work/broken.rules"
ends 2 "$LOGMEND" test "$work/broken.rules"
says 'broken.rules:1'
