#!/bin/bash
# What decides, stores and tells takes the time from outside (struct clock, or a
# `now`), so that a test can play any history. Only the role's own files read it.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent/head" || exit

never='clock_wall|clock_mono|clock_boot|clock_gettime|gettimeofday|time'
never+='|sd_event_now|clock_system'
found=0
while read -r file; do
	# -fpreprocessed only drops the comments.
	hits=$(${CC:-cc} -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null |
		grep -oE "(^|[^A-Za-z0-9_])($never)([^A-Za-z0-9_]|$)" |
		grep -E 'clock_system|\(' || true)
	if [[ -n $hits ]]; then
		echo "agent/head/$file: $(tr '\n' ' ' <<<"$hits")"
		found=1
	fi
done < <(find incidents policy model store control notices -name '*.[ch]' | sort)
((found == 0)) || bad 'these read the clock themselves'
