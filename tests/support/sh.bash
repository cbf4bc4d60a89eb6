# Sourced by the test scripts. TOP is the source tree, BUILT the build tree,
# LOGMEND the program; the harness sets them, and without it they are those of
# ./bootstrap build.
#
#	skip, bad TEXT		end the test; need COMMAND skips it without one
#	shown TEXT		a sentence about what the test has shown so far
#	build_helpers NAME...	makes what is missing of tests/support
set -euo pipefail
export LC_ALL=C

: "${TOP:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
# As short as it can be written: it is printed.
TOP=$(cd "$TOP" && pwd)
: "${BUILT:=$(cd "$TOP" && realpath -m "${LOGMEND_BUILD:-build}")}"
: "${LOGMEND:=$BUILT/logmend}"

skip() { echo "skipped: $*"; exit 77; }
bad() { echo "FAILED: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || skip "$1 is missing"; }
shown() { printf '%s\n' "$*"; }

build_helpers()
{
	local helper missing=()
	[[ -x $LOGMEND ]] ||
		bad "$LOGMEND is not built: ./bootstrap build makes it"
	for helper; do
		[[ -e $BUILT/tests/support/$helper ]] ||
			missing+=("tests/support/$helper")
	done
	((${#missing[@]} == 0)) ||
		make -s -C "$BUILT" "${missing[@]}" >&2 ||
		bad "${missing[*]} could not be built"
}
