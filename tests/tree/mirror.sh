#!/bin/bash
# Tests mirror the folders: tests/unit/FOLDER/test_FILE.c tests agent/FOLDER/FILE.c,
# which exists, and so does tests/server where a PostgreSQL server is needed; each
# is in a build list. Each file of the folders that decide what happens to
# somebody's database has a test program of its own name.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP" || exit

decides='head/incidents head/policy hands/plan hands/sql hands/diagnose'
lost=0
tell() { echo "$*"; lost=$((lost + 1)); }

while read -r path; do
	folder=${path%/*} name=${path##*/test_}
	[[ $folder == "$path" ]] && folder=
	[[ -f agent/$folder/$name || -f agent/$folder/${name%.c}.h ]] ||
		tell "tests/unit/$path: there is no agent/$folder/$name"
	grep -qE "^	tests/unit/${path%.c}( \\\\)?$" tests/unit/local.mk \
		tests/sim/local.mk ||
		tell "tests/unit/$path: is in no build list"
done < <(find tests/unit -name 'test_*.c' -printf '%P\n' | sort)

for folder in $decides; do
	for file in agent/"$folder"/*.c; do
		name=$(basename "$file" .c)
		[[ -f tests/unit/$folder/test_$name.c ||
			-f tests/server/test_$name.c ]] ||
			tell "$file: has no test program of its own name"
	done
done
((lost == 0)) || bad "$lost tests are missing or astray"
