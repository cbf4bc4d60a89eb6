#!/bin/bash
# Every shell script is clean to shellcheck.
. "$(dirname "$0")/../support/sh.bash"
need shellcheck
cd "$TOP" || exit
scripts=()
while read -r file; do
	scripts+=("$file")
done < <(find bootstrap .ci tests -type f \( -name '*.sh' -o -name '*.bash' \
	-o -name bootstrap -o -name run \) -not -path 'tests/data/*' 2>/dev/null)
shellcheck -S warning -x -P "$TOP/tests/support" -e SC1091,SC2154 -s bash "${scripts[@]}"
