#!/bin/bash
# Every shell script is clean to shellcheck, and gives nothing to `grep -q` through a
# pipe: that ends at the first match, whoever writes still is killed by SIGPIPE, and
# for pipefail the match is a failure then.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP" || exit
scripts=()
while read -r file; do
	scripts+=("$file")
done < <(find bootstrap .ci tests packaging -type f \( -name '*.sh' \
	-o -name '*.bash' -o -name bootstrap -o -name run \
	-o -path packaging/completion/logmend \) \
	-not -path 'tests/data/*' 2>/dev/null)
# Also where a pipe ends the line before.
quiet=$(awk '
	FNR == 1 { open = "" }
	open $0 ~ /(^|[^|])\|[ \t]*([A-Z_]+=[^ ]* )*grep (-[^ ]+ )*-[a-zA-Z]*q/ {
		print FILENAME ":" FNR ": " $0
	}
	{ open = /(^|[^|])\|[ \t]*\\?$/ ? "| " : "" }' "${scripts[@]}")
[[ -z $quiet ]] || { echo "$quiet"; bad 'grep -q at the end of a pipe'; }
need shellcheck
shellcheck -S warning -x -P "$TOP/tests/support" -e SC1091,SC2154 -s bash "${scripts[@]}"
# What dpkg runs: debhelper puts more in the place of a mark.
shellcheck -S warning -e SC1091 -s sh packaging/debian/logmend.p*
