#!/bin/bash
# The process that parses logs has no rights: no capability, none to be had, a
# user of its own where root starts it, and no memory that is written and run.
. "$(dirname "$0")/../support/sh.bash"
folder=$(mktemp -d "${TMPDIR:-/tmp}/logmend-rights.XXXXXX")
scan=
trap '[[ -z $scan ]] || kill "$scan" 2>/dev/null; rm -rf "$folder"' EXIT
chmod 755 "$folder"

# What /proc says of the eyes that read a pipe.
field() { sed -n "s/^$1:[[:space:]]*//p" "$folder/status" | tr '\t' ' '; }
is() { [[ $(field "$1") == "$2" ]] || bad "$1 is '$(field "$1")', not '$2'"; }

watch_eyes()
{
	local eyes=
	rm -f "$folder/pipe"
	mkfifo "$folder/pipe"
	"$@" "$LOGMEND" scan --rules "$TOP/rules" - <"$folder/pipe" \
		>"$folder/out" 2>"$folder/err" &
	scan=$!
	exec 9>"$folder/pipe"
	# They are locked up once they read.
	until eyes=$(<"/proc/$scan/task/$scan/children") && [[ -n $eyes ]] &&
		grep -q '^Seccomp:[[:space:]]2$' "/proc/${eyes// /}/status"
	do
		kill -0 "$scan" || bad "scan ended: $(<"$folder/err")"
	done
	eyes=${eyes// /}
	cp "/proc/$eyes/status" "$folder/status"
	cp "/proc/$eyes/maps" "$folder/maps" 2>/dev/null || : >"$folder/maps"
	printf 'FATAL ERROR: x - JavaScript heap out of memory\n' >&9
	exec 9>&-
	wait "$scan" || bad "scan failed: $(<"$folder/err")"
	scan=
	grep -q out-of-memory "$folder/out" || bad 'eyes found nothing'
}

has_none()
{
	local set
	for set in CapInh CapPrm CapEff CapAmb "$@"; do
		is $set 0000000000000000
	done
	is NoNewPrivs 1
	! grep -q ' rwx' "$folder/maps" || grep -q __asan_init "$LOGMEND" ||
		bad 'memory can be written and run'
}

uid=2111111111
gid=$uid
if entry=$(getent passwd logmend-eyes); then
	IFS=: read -r _ _ uid gid _ <<<"$entry"
fi
# A user namespace may not have that user; then eyes keep theirs, without rights.
mapped()
{
	awk -v id="$uid" '$1 <= id && id < $1 + $3 { found = 1 }
		END { exit !found }' /proc/self/uid_map
}
watch_eyes env
if ((EUID == 0)) && ! mapped; then
	has_none
	is Uid '0 0 0 0'
elif ((EUID == 0)); then
	has_none CapBnd
	is Uid "$uid $uid $uid $uid"
	is Gid "$gid $gid $gid $gid"
	[[ -z $(field Groups | tr -d ' ') ]] || bad "groups: $(field Groups)"
	shown "eyes of root: uid $uid, no group but its own, no capability"
	if command -v setpriv >/dev/null && [[ -x $LOGMEND ]] &&
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			test -r "$TOP/rules/node.rules" -a -x "$LOGMEND"; then
		chmod 711 "$folder"
		watch_eyes setpriv --reuid 65534 --regid 65534 --clear-groups
		has_none
		is Uid '65534 65534 65534 65534'
		shown "eyes of another user: that user, no capability"
	fi
	# A service that may not change its user must not read as root.
	if command -v setpriv >/dev/null; then
		for cap in setuid setgid setpcap; do
			expect=$(printf 'x\n' | setpriv --bounding-set "-$cap" \
				--inh-caps "-$cap" \
				"$LOGMEND" scan --rules "$TOP/rules" - 2>&1) &&
				bad "without CAP_${cap^^} eyes read on"
			[[ $expect == *CapabilityBoundingSet* ]] ||
				bad "without CAP_${cap^^}: $expect"
		done
		shown 'eyes that cannot give up root do not begin, and say why'
	fi
else
	has_none
	is Uid "$UID $UID $UID $UID"
	shown "eyes of uid $UID: no capability"
fi
