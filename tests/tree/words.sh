#!/bin/bash
# Functions that have no place in a daemon which reads hostile text: a shell,
# strings without a length, memory on the stack that the outside can size,
# names of temporary files. Comments are not looked at.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent" || exit

never='system|popen|wordexp|sprintf|vsprintf|strcpy|stpcpy|strcat|strncat'
never+='|gets|alloca|strdupa|strndupa|mktemp|tempnam|tmpnam|strtok'
never+='|strncpy|execlp|execvp|execvpe|longjmp|setjmp'

found=0
while read -r file; do
	# -fpreprocessed only drops the comments; line numbers stay.
	hits=$(${CC:-cc} -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null |
		grep -oE "(^|[^A-Za-z0-9_.>])($never)[[:blank:]]*\(" || true)
	if [[ -n $hits ]]; then
		echo "agent/$file: $(tr '\n' ' ' <<<"$hits")"
		found=1
	fi
done < <(find . -name '*.[ch]' -printf '%P\n' | sort)
((found == 0)) || bad 'these functions are not used here'
