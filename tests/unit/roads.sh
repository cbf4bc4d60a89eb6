#!/bin/bash
# Many more logs on both roads: SEEDS of them (20000), from SEED on (a new one
# each day). A failure names its seed: LOGMEND_SEED=N LOGMEND_SEEDS=1.
. "$(dirname "$0")/../support/sh.bash"
export LOGMEND_SEED=${SEED:-$(($(date +%s) / 86400 * 100000))}
export LOGMEND_SEEDS=${SEEDS:-20000} CK_TIMEOUT_MULTIPLIER=60
echo "seeds from $LOGMEND_SEED"
exec "$BUILT/tests/unit/eyes/test_reader"
