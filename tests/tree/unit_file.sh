#!/bin/bash
# systemd accepts the unit without a word. It must find what ExecStart names,
# so a copy is checked that names the built program. `systemd-analyze verify`
# exits 0 even for keys it does not know: any output is a failure.
. "$(dirname "$0")/../support/sh.bash"
need systemd-analyze
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sed -E "s|^(Exec[A-Za-z]+=)[^ ]*/logmend|\1$LOGMEND|" \
	"$BUILT/agent/unit/logmend.service" >"$folder/logmend.service"
grep -q "^ExecStart=$LOGMEND run" "$folder/logmend.service" ||
	bad 'ExecStart does not start logmend run'
out=$(systemd-analyze verify --man=no "$folder/logmend.service" 2>&1) ||
	bad "systemd-analyze verify failed: $out"
[[ -z $out ]] || bad "systemd-analyze verify says: $out"

# systemd 257 takes CAP_SETUID from a service with User=root, and eyes need it.
! grep '^User=' "$BUILT/agent/unit/logmend.service" ||
	bad 'with User= systemd takes capabilities that the unit names'

# Its exposure (10 is no hardening at all, Debian's own daemons have 9.6).
out=$(systemd-analyze security --offline=yes --threshold=28 \
	"$folder/logmend.service" 2>&1) ||
	bad "the unit's exposure is above 2.8: $(tail -1 <<<"$out")"
