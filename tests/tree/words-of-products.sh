#!/bin/bash
# Which lines make one message is told by words of other programs. They are data,
# in rules/*.shapes: no string of the code that applies them holds one, so that
# a new program needs a new file and nothing else.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP" || exit

# The quoted words of the shapes files, in pieces at \d and \., and names that
# must not come back.
mapfile -t words < <(
	sed -nE 's/^([a-z-]+ *=)?[[:blank:]]*"(.*)"$/\2/p' rules/*.shapes |
		sed 's/\\[d.]/\n/g' | grep -E '.{4}' | sort -u
	printf '%s\n' prisma Prisma PostgreSQL P2021 P3009 invocation \
		migration Traceback goroutine DETAIL STATEMENT
)
((${#words[@]} > 40)) || bad 'the shapes files cannot be read'

# The strings of C files as `file: "..."`, without those of #include.
strings()
{
	local file
	for file; do
		${CC:-cc} -fpreprocessed -dD -E -P -x c "$file" 2>/dev/null |
			grep -v '^#include' |
			grep -oE '"([^"\\]|\\.)*"' | sed "s|^|$file: |" || true
	done
}

mapfile -t files < <(find agent/eyes agent/rule -name '*.[ch]' | sort)
words_in() { strings "$@" | grep -F -f <(printf '%s\n' "${words[@]}") || true; }

# The search itself is tried first.
sample=$(mktemp)
trap 'rm -f "$sample"' EXIT
printf 'const char *s = "Error: P3009";\n' >"$sample"
[[ -n $(words_in "$sample") ]] || bad 'no word is found where there is one'

found=$(words_in "${files[@]}")
[[ -z $found ]] || bad "words that belong into a shapes file:
$found"
