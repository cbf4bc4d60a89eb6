#!/bin/bash
# Broken configurations and rules, and wrong command lines: file, line and key,
# and the exit status that the manual promises.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
conf=$stage/logmend.conf

# refused STATUS TEXT CONFIGURATION
refused()
{
	printf '%b' "$3" >"$conf"
	expect_status "$1" lm check-config
	says "$2"
}

refused 2 "$conf:2: colour" '[agent]\ncolour = red\n'
refused 2 "$conf:3" '[agent]\n\nnonsense\n'
refused 2 'not built yet' '[agent]\nstorm = 3\n'
refused 2 'not built yet' '[app a]\nsource = journal\n'
refused 2 'not built yet' '[remedy r]\nkind = exec\n'
refused 2 "$conf:2: mode" '[policy p]\nmode = auto\n'
rules="[agent]\nrules = $TOP/rules\n"
refused 2 "$conf:4: database-url-file" \
	"${rules}[app a]\ndatabase-url-file = $stage/nowhere\n"
refused 2 "$conf:5: packs" "${rules}[app a]\nstart = tail\npacks = no\n"
refused 2 "$conf:4: rules.off" "${rules}[app a]\nrules.off = no\n"
refused 2 "$conf:5: [app a] remedy.disk-full" "${rules}[app a]\npolicy = p
remedy.disk-full = r\n[policy p]\nmode = ask\n[remedy r]\n"
refused 2 "$conf:3: approvers" "${rules}approvers = root, 0, nobody-here\n"
refused 2 "$conf:2: rules" "[agent]\nrules = $stage/nowhere\n"
expect_status 2 lm run
says 'no fault would be seen'
rm "$conf"
expect_status 2 lm check-config
says "$conf"
expect_status 2 lm run

mkdir "$stage/rules"
printf '[agent]\nrules = %s\n' "$stage/rules" >"$conf"
rule=$stage/rules/broken.rules
broken()
{
	printf '%b' "$2" >"$rule"
	expect_status 2 lm check-config
	says "$rule:$1"
}
broken 2 '[rule a]\nclass = no-such-class\nmatch = x\n'
broken 3 '[rule a]\nclass = missing-table\nmatch = (unclosed\n'
says match
broken 1 '[rule a]\nclass = missing-table\n'
broken 4 '[rule a]\nclass = missing-table\nmatch = some literal\ncolour = red\n'
# A sample that does not come out is not a mistake of the file: status 1.
printf '%b' '[rule a]\nclass = disk-full\nmatch = no space left\n' \
	'[match a 1]\ntext = |plenty of space\n' >"$rule"
expect_status 1 lm test "$rule"
says 'a'

expect_status 2 lm no-such-command
expect_status 2 lm explain x
says 'not built yet'
expect_status 2 lm show
expect_status 2 lm scan --no-such-option x
expect_status 0 lm --help
expect_status 0 lm --version
expect_status 0 lm scan --help
expect_status 3 lm scan "$stage/nowhere.log"
says "$stage/nowhere.log"
rm "$rule"
expect_status 2 lm scan "$stage/nowhere.log"
says 'no rules'
