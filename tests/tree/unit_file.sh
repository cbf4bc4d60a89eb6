#!/bin/bash
# systemd accepts the units without a word. It must find what ExecStart names,
# so copies are checked that name the built program. `systemd-analyze verify`
# exits 0 even for keys it does not know: any output is a failure.
. "$(dirname "$0")/../support/sh.bash"
need systemd-analyze
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
roles='eyes hands notify docker'
services='logmend logmend-failed'
for role in $roles; do
	services+=" logmend-$role@"
done

for unit in $services; do
	sed -E "s#^(Exec[A-Za-z]+=[-+]*)[^ ]*/logmend( |\$)#\1$LOGMEND\2#" \
		"$BUILT/agent/unit/$unit.service" >"$folder/$unit.service"
	grep -q "^ExecStart=$LOGMEND " "$folder/$unit.service" ||
		bad "ExecStart of $unit does not start logmend"
done
for role in $roles; do
	cp "$BUILT/agent/unit/logmend-$role.socket" "$folder/"
	grep -q "^ExecStart=.* --role=launch $role logmend\$" \
		"$folder/logmend-$role@.service" ||
		bad "logmend-$role@ starts something else"
	grep -q "^Wants=.*logmend-$role.socket" "$folder/logmend.service" ||
		bad "nobody wants logmend-$role.socket"
done
verified()
{
	local out
	out=$(systemd-analyze verify --man=no "$@" 2>&1) ||
		bad "systemd-analyze verify failed: $out"
	[[ -z $out ]] || bad "systemd-analyze verify says: $out"
}
verified "$folder"/*.service "$folder"/*.socket

# Whoever is no root has of a capability what is both given and not taken away.
for unit in $services; do
	grep -q '^User=logmend' "$folder/$unit.service" ||
		bad "$unit runs as root"
	given=$(sed -n 's/^AmbientCapabilities=//p' "$folder/$unit.service")
	bound=$(sed -n 's/^CapabilityBoundingSet=//p' "$folder/$unit.service")
	[[ $bound == "$given" ]] ||
		bad "$unit: bounding set '$bound', ambient '$given'"
done

# Their exposure (10 is no hardening at all, Debian's own daemons have 9.6), ten
# times as much; whoever raises a figure says why.
exposure()
{
	local out
	out=$(systemd-analyze security --offline=yes --threshold="$2" \
		"$folder/$1.service" 2>&1) ||
		bad "the exposure of $1 is above $2/10: $(tail -1 <<<"$out")"
}
exposure logmend 7
exposure logmend-failed 7
exposure logmend-eyes@ 4
exposure logmend-docker@ 4
# It speaks to receivers anywhere.
exposure logmend-notify@ 12
# It speaks to databases, and writes a proposal into an app's folder.
exposure logmend-hands@ 19
# With the drop-ins that somebody may want: CAP_SYS_ADMIN is the dear one.
for unit in logmend logmend-docker@ logmend-hands@; do
	mkdir "$folder/$unit.service.d"
	cp "$TOP/agent/unit/docker-socket.conf" "$folder/$unit.service.d/"
done
cp "$TOP/agent/unit/reach.conf" "$folder/logmend-hands@.service.d/"
verified "$folder"/*.service "$folder"/*.socket
exposure logmend 7
exposure logmend-docker@ 4
exposure logmend-hands@ 24
