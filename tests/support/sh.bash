# Sourced by the test scripts. TOP is the source tree, BUILT the build tree,
# LOGMEND the program; the harness sets them.
set -euo pipefail

: "${TOP:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${BUILT:=$TOP/build}"
: "${LOGMEND:=$BUILT/logmend}"

# As short as it can be written: it is shown.
TOP=$(cd "$TOP" && pwd)

skip() { echo "skipped: $*"; exit 77; }
bad() { echo "FAILED: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || skip "$1 is missing"; }
