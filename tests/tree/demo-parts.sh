#!/bin/bash
# The demo needs fewer packages than the tests (bootstrap: demo_needs): none of the
# programs that it is made of may be linked with what tests share, which needs check.
. "$(dirname "$0")/../support/sh.bash"
list=$TOP/tests/local.mk
parts=$(sed -n '/^SUPPORT = /,/[^\\]$/p' "$list" | grep -o 'tests/support/[a-z-]*')
(($(wc -l <<<"$parts") > 3)) || bad "$list: SUPPORT is not found"
for part in $parts; do
	links=$(grep "^${part//[\/-]/_}_LDADD = " "$list") ||
		bad "$list: $part is linked with what all tests are linked with"
	[[ $links != *libsupport* && $links != *LDADD\)* ]] ||
		bad "$list: $part is linked with what tests share"
done
