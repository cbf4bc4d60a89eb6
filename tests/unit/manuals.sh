#!/bin/bash
# The manuals are correct mdoc, and know every command, section and key that the
# program knows.
. "$(dirname "$0")/../support/sh.bash"
need mandoc
cd "$TOP/man"

mandoc -T lint -W warning ./*.5 ./*.8 || bad 'mandoc has complaints'

text() { mandoc -T utf8 "$1" | col -b; }
need col
service=$(text logmend.8) conf=$(text logmend.conf.5)
while read -r command; do
	grep -qw -- "$command" <<<"$service" ||
		bad "logmend(8) does not mention the command $command"
done < <("$LOGMEND" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
while read -r key; do
	grep -qw -- "$key" <<<"$conf" ||
		bad "logmend.conf(5) does not mention the key $key"
done < <(grep -oE 'SECTION_[A-Z]+, "[a-z.-]+"' "$TOP/agent/wire/options.c" |
	cut -d'"' -f2 | sort -u)
