#!/bin/bash
# Many more histories than `make check` plays, of seeds that nobody chose.
. "$(dirname "$0")/../support/sh.bash"
first=$((RANDOM * 32768 * 32768 + RANDOM * 32768 + RANDOM))
echo "FIRST=$first HISTORIES=${HISTORIES:-30000}"
FIRST=$first HISTORIES=${HISTORIES:-30000} "$BUILT/tests/sim/test_histories"
