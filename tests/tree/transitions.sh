#!/bin/bash
# Only one file changes an incident: what is stored, noted in the timeline and
# told to people is decided in head/incidents/transition.c. The store itself and
# the incident's own table are what it calls.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent" || exit

one='head/incidents/transition.c'
only='store_incident_add|store_incident_save|store_moment_add|store_attempt_add'
only+='|store_attempt_end|store_findings_put|notice_queue|incident_step'
found=0
while read -r file; do
	case $file in
	"$one" | head/store/* | head/model/incident.c | head/notices/notice.c) continue ;;
	esac
	# -fpreprocessed only drops the comments.
	hits=$(${CC:-cc} -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null |
		grep -oE "(^|[^A-Za-z0-9_])($only)\(" || true)
	if [[ -n $hits ]]; then
		echo "agent/$file: $(tr '\n' ' ' <<<"$hits")"
		found=1
	fi
done < <(find . -name '*.c' -printf '%P\n' | sort)
grep -qE "($only)\(" "$one" || bad "$one calls none of these"
# Nor does a notice write the timeline.
! grep -q 'store_moment_add(' head/notices/*.c ||
	bad 'a notice writes the timeline itself'
((found == 0)) || bad "these change an incident without $one"
