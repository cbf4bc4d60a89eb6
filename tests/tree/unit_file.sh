#!/bin/bash
# systemd accepts the units without a word. It must find what ExecStart names,
# so copies are checked that name the built program. `systemd-analyze verify`
# exits 0 even for keys it does not know: any output is a failure.
. "$(dirname "$0")/../support/sh.bash"
need systemd-analyze
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for unit in logmend logmend-failed; do
	sed -E "s#^(Exec[A-Za-z]+=)[^ ]*/logmend( |\$)#\1$LOGMEND\2#" \
		"$BUILT/agent/unit/$unit.service" >"$folder/$unit.service"
	grep -q "^ExecStart=$LOGMEND " "$folder/$unit.service" ||
		bad "ExecStart of $unit does not start logmend"
done
for unit in logmend logmend-failed; do
	out=$(systemd-analyze verify --man=no "$folder/$unit.service" 2>&1) ||
		bad "systemd-analyze verify failed: $out"
	[[ -z $out ]] || bad "systemd-analyze verify says: $out"
done

# systemd 257 takes CAP_SETUID from a service with User=root, and eyes need it.
! grep '^User=' "$BUILT/agent/unit/logmend.service" ||
	bad 'with User= systemd takes capabilities that the unit names'

# Their exposure (10 is no hardening at all, Debian's own daemons have 9.6), ten
# times as much; whoever raises a figure says why.
exposure()
{
	out=$(systemd-analyze security --offline=yes --threshold="$2" \
		"$folder/$1.service" 2>&1) ||
		bad "the exposure of $1 is above $2/10: $(tail -1 <<<"$out")"
}
exposure logmend 26
# With the drop-ins that somebody may want: CAP_SYS_ADMIN is the dear one.
mkdir "$folder/logmend.service.d"
cp "$TOP"/agent/unit/{docker-socket,reach}.conf "$folder/logmend.service.d/"
out=$(systemd-analyze verify --man=no "$folder/logmend.service" 2>&1) ||
	bad "systemd-analyze verify failed with the drop-ins: $out"
[[ -z $out ]] || bad "systemd-analyze verify says of the drop-ins: $out"
exposure logmend 30
# 19 without the capabilities with which what sends its notices gives up root.
exposure logmend-failed 23
