#!/bin/bash
# A function fits on a screen: none of agent/ is longer than 45 lines, and a file
# has at most 400. As clang-format leaves them, a function's name begins a line
# and its last brace is alone on one.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent" || exit

long=$(find . -name '*.c' -printf '%P\n' | sort | xargs awk '
	FNR == 1 { name = "" }
	/^[a-z_0-9]+\(/ { name = $0; sub(/\(.*/, "", name); from = FNR }
	/^}/ && name != "" {
		if (FNR - from + 1 > 45)
			printf "agent/%s:%d: %s has %d lines\n", FILENAME,
				from, name, FNR - from + 1
		name = ""
	}')
[[ -z $long ]] || { echo "$long"; bad 'functions of more than 45 lines'; }
long=$(find . -name '*.c' -printf '%P\n' | sort | xargs wc -l |
	awk '$2 != "total" && $1 > 400 { print "agent/" $2 ": " $1 " lines" }')
[[ -z $long ]] || { echo "$long"; bad 'files of more than 400 lines'; }
