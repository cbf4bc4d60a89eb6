#!/bin/bash
# Every C file is as .clang-format says. Other versions than 14 differ in
# details, so only that one (Debian 12's) decides.
. "$(dirname "$0")/../support/sh.bash"
for tool in clang-format-14 clang-format; do
	command -v "$tool" >/dev/null && break
done
[[ $("$tool" --version 2>/dev/null) == *'version 14.'* ]] ||
	skip 'clang-format 14 is missing'
cd "$TOP" || exit
found=$(find agent tests -name '*.[ch]' -print0 |
	xargs -0 "$tool" --dry-run --Werror 2>&1 | grep 'error:' | head -20 || true)
[[ -z $found ]] || { echo "$found"; bad 'clang-format -i would change these'; }
