#!/bin/bash
# Every shell script is clean to shellcheck.
. "$(dirname "$0")/../support/sh.bash"
need shellcheck
cd "$TOP" || exit
scripts=()
while read -r file; do
	scripts+=("$file")
done < <(find bootstrap .ci tests packaging -type f \( -name '*.sh' \
	-o -name '*.bash' -o -name bootstrap -o -name run \
	-o -path packaging/completion/logmend \) \
	-not -path 'tests/data/*' 2>/dev/null)
shellcheck -S warning -x -P "$TOP/tests/support" -e SC1091,SC2154 -s bash "${scripts[@]}"
# What dpkg runs: debhelper puts more in the place of a mark.
shellcheck -S warning -e SC1091 -s sh packaging/debian/logmend.p*
