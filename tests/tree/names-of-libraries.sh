#!/bin/bash
# A function of ours must not have the name of one in a library that the program
# loads: the library would then call ours. libpg_query, for one, exports all
# functions of PostgreSQL's parser. The linker exports a function of a program
# exactly if a library knows its name.
. "$(dirname "$0")/../support/sh.bash"

cd "$BUILT" || exit 1
ours=$(nm -g --defined-only agent/*/lib*.a 2>/dev/null |
	awk '$2 == "T" { print $3 }' | sort -u)
[[ -n $ours ]] || bad 'no functions are found in agent/'
exported=$(nm -D --defined-only logmend | awk '$2 == "T" { print $3 }' |
	sort -u)
both=$(comm -12 <(echo "$ours") <(echo "$exported"))
[[ -z $both ]] || bad "named like a library's function: $both"
