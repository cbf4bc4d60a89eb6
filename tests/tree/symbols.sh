#!/bin/bash
# Rooms of different roles share one program: two functions of one name would
# be taken for each other by the linker, or refused when both are needed. Two
# types of one name would be taken for each other by the reader.
. "$(dirname "$0")/../support/sh.bash"

cd "$BUILT" || exit 1
twice=$(nm -A -g --defined-only agent/*/lib*.a 2>/dev/null |
	awk '{ print $NF }' | sort | uniq -d)
[[ -z $twice ]] || bad "defined in two places: $twice"
[[ -n $(nm -g --defined-only agent/base/libbase.a) ]] ||
	bad 'there is nothing in agent/base/libbase.a'

twice=$(find "$TOP/agent" -name '*.[ch]' -exec grep -hoE \
	'^(struct|enum|union) [a-z_0-9]+ \{' {} + | cut -d' ' -f2 | sort | uniq -d)
[[ -z $twice ]] || bad "types that are defined twice: $twice"
