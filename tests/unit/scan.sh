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
grep -q '^PrismaClientKnownRequestError: \\x0aInv' <<<"$(jq -r .text "$work/out")" ||
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
ends 3 scan --all "$work/nowhere" "$docker"
says 'nowhere: cannot be opened'
expect 'the others are read' "$(grep -c 'missing-table' "$work/out")" 7
head -c 200000 /dev/urandom >"$work/junk"
ends 0 scan --exit-code "$work/junk"

# For people: each app and object once, with how often, when, and what is next;
# every fault with --all.
conf=$work/logmend.conf
printf '[agent]\nrules = %s\n[app moverz-v4]\n' "$TOP/rules" >"$conf"
configured() { "$LOGMEND" -c "$conf" scan "$@"; }
ends 0 configured "$docker"
expect 'objects' "$(grep -c 'missing-table' "$work/out")" 1
for said in '    7 times, first 2026-11-22T12:25:45Z, last 20' \
	"    first at $docker:2" '--app NAME says it'; do
	grep -qF -- "$said" "$work/out" || bad "$said: $(cat "$work/out")"
done
ends 0 configured --all "$docker"
expect 'every fault' "$(grep -c "^$docker:[0-9]*: 20.*missing-table" \
	"$work/out")" 7
ends 0 configured "$work/c/c-json.log" "$fault"
expect 'what is next' "$(grep -c 'next: ' "$work/out")" 1
grep -qxF '    next: logmend diagnose moverz-v4 missing-table public.AnalyticsEvent' \
	"$work/out" || bad "the next step: $(cat "$work/out")"
expect 'once' "$(grep -c '^    once' "$work/out")" 2
ends 0 configured --app shop "$fault"
grep -q '^shop (not configured; next: logmend init)' "$work/out" ||
	bad "an app that is not configured: $(cat "$work/out")"
# A name that a log made up does nothing in the shell that it is pasted into.
sed "s/AnalyticsEvent/\$(reboot)'x/" "$fault" >"$work/made-up"
ends 0 configured --app moverz-v4 "$work/made-up"
next=$(sed -n 's/^    next: logmend //p' "$work/out")
expect 'a made-up name' "$(eval "printf '%s|' $next")" \
	"diagnose|moverz-v4|missing-table|public.\$(reboot)'x|"
# A flood of names is told by its number; what is most frequent comes first.
for i in {1..60}; do sed "s/AnalyticsEvent/T$i/" "$fault"; done >"$work/flood"
cat "$fault" "$fault" >>"$work/flood"
ends 0 configured --app moverz-v4 "$work/flood"
expect 'objects of a flood' "$(grep -c '^  missing-table ' "$work/out")" 20
expect 'the most frequent' "$(grep -m 1 '^  missing-table ' "$work/out")" \
	'  missing-table public.AnalyticsEvent'
grep -q '^  missing-table: 41 further objects, 41 faults: --all' "$work/out" ||
	bad "the rest of a flood: $(cat "$work/out")"

# A part of the time: a length back, a day, a time; what has none is in no part.
dated=$work/dated-json.log
for day in 20 21 22; do
	"$BUILT/tests/support/dockerlog" -t 2026-11-${day}T12:00:00.5Z "$dated" \
		<"$fault"
done
"$BUILT/tests/support/dockerlog" "$dated" <"$fault"
lines_of() { jq -r .line "$work/out" | tr '\n' ' '; }
in_time() { ends 0 scan --json "$@" "$dated"; }
in_time --since 2026-11-21
expect 'since a day' "$(lines_of)" '16 31 46 '
in_time --until 2026-11-21
expect 'until a day' "$(lines_of)" '1 '
in_time --since 2026-11-20T12:00:00.5Z --until=2026-11-22T13:00:00.5+01:00
expect 'from a time to another' "$(lines_of)" '1 16 '
in_time --since 1h
expect 'an hour back' "$(lines_of)" '46 '
ends 0 scan --since 2026-11-21 "$dated" "$fault"
says '3 faults in 2 logs'
says '; 1 without a time left out'
grep -q '^    3 times, first 2026-11-21T12:00:00Z' "$work/out" ||
	bad "the summary of a part: $(cat "$work/out")"
ends 1 scan --exit-code --until 2026-11-21 "$dated"
ends 0 scan --exit-code --until 2026-11-20 "$dated"
ends 2 scan --since yesterday "$dated"
says "--since: 'yesterday' is no time: give a length back from now"
ends 2 scan --since 2026-11-21 --until 2026-11-21 "$dated"
says 'no time is left'
ends 2 scan "$dated" --until

# A bar on a terminal that can go back in its line, and nowhere else.
# on_terminal VARIABLES ARGUMENTS: both of its outputs.
on_terminal()
{
	script -qec "stty cols 80; env $1 '$LOGMEND' scan --rules \
		'$TOP/rules' $2" /dev/null </dev/null
}
if command -v script >/dev/null; then
	for options in '' --all --json; do
		said=$(on_terminal 'TERM=xterm NO_COLOR=1' \
			"$options '$docker' '$docker.gz'")
		[[ $said == *$'\r[####'*'% of 0.0 MB'*$'   \r'* ]] ||
			bad "no bar: $said"
		[[ $said != *$'\33'* ]] || bad "the bar steers: $said"
		# It is taken away before a line is printed.
		! grep -E '%.*(missing-table|faults in)' \
			<<<"${said//$'  \r'/$'\n'}" || bad "a bar is left"
	done
	for way in "TERM=dumb; '$docker'" "TERM=; '$docker'" \
		"TERM=xterm; '$docker' | cat" \
		"TERM=xterm; '$docker' 2>'$work/err'"; do
		said=$(on_terminal "${way%%;*}" "${way#*;}")
		[[ $said != *'%'* ]] || bad "a bar, $way: $said"
	done
	! grep '%' "$work/err" || bad 'a bar in a file'
fi

# Nobody reads it any more: silence, and no failure.
mkfifo "$work/unread"
exec 5<>"$work/unread" 6>"$work/unread" 5<&-
for option in --json --all --; do
	scan "$option" "$docker" >&6 2>"$work/err" ||
		bad "unread, $option: $?: $(cat "$work/err")"
	[[ ! -s $work/err ]] || bad "unread, $option: $(cat "$work/err")"
done
exec 6>&-

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
