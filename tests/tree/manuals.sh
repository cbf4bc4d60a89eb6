#!/bin/bash
# The manuals are correct mdoc, and know every command, section and key that the
# program knows.
. "$(dirname "$0")/../support/sh.bash"
need mandoc
cd "$TOP/man" || exit

mandoc -T lint -W warning ./*.5 ./*.7 ./*.8 || bad 'mandoc has complaints'

text() { mandoc -T ascii "$1" | sed 's/.\x08//g'; }
service=$(text logmend.8) conf=$(text logmend.conf.5)
commands=$("$LOGMEND" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
for command in $commands; do
	grep -qw -- "$command" <<<"$service" ||
		bad "logmend(8) does not mention the command $command"
done
while read -r key; do
	grep -qw -- "$key" <<<"$conf" ||
		bad "logmend.conf(5) does not mention the key $key"
done < <(grep -oE 'SECTION_[A-Z]+, "[a-z.-]+"' "$TOP/agent/config/options.c" |
	cut -d'"' -f2 | sort -u)
