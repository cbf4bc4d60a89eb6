#!/bin/bash
# `scan APP`: the logs of an app's containers, found by the app's name or its
# service's, rotated ones too, the oldest first; and what it says of a name that
# is a file as well, or neither.
. "$(dirname "$0")/../support/sh.bash"
need jq
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit
fault=$TOP/tests/data/captures/c5-console-error.prod/stderr
conf=$work/logmend.conf
root=$work/docker

# expect WHAT GOT WANTED
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }
scan() { "$LOGMEND" -c "$conf" scan "$@"; }
# ends STATUS COMMAND...: what it says on stderr is left in $work/err.
ends()
{
	local wanted=$1 status=0
	shift
	"$@" >"$work/out" 2>"$work/err" || status=$?
	[[ $status == "$wanted" ]] ||
		bad "$*: $status instead of $wanted: $(cat "$work/err")"
}
says() { grep -qF -- "$1" "$work/err" || bad "not said: $1: $(cat "$work/err")"; }
# container SERVICE ID CREATED
container()
{
	"$TOP/tests/support/container.sh" "$root" "$1" "$2" >/dev/null
	jq -c --arg created "$3" '.Created = $created' \
		"$root/containers/$2/config.v2.json" >"$work/config"
	cat "$work/config" >"$root/containers/$2/config.v2.json"
}
log_of() { echo "$root/containers/$1/$1-json.log"; }
# fails TABLE FILE: the file ends with a fault of that table.
fails()
{
	sed "s/AnalyticsEvent/$1/" "$fault" |
		"$BUILT/tests/support/dockerlog" "$2"
}
tables() { jq -r .object.table | tr '\n' ' '; }

# The container with the later name is the older one.
container srv-captain--shop zzz 2026-11-20T00:00:00Z
container srv-captain--shop aaa 2026-11-21T00:00:00.5Z
container blog bbb 2026-11-21T00:00:00Z
container db-of-shop ccc 2026-11-21T00:00:00Z
fails Z3 "$(log_of zzz).3" && gzip "$(log_of zzz).3"
fails Z2 "$(log_of zzz).2"
fails Z1 "$(log_of zzz).1"
fails Z0 "$(log_of zzz)"
fails A0 "$(log_of aaa)"
fails B0 "$(log_of bbb)"
fails C0 "$(log_of ccc)"
cat >"$conf" <<-END
	[agent]
	docker-root = $root
	rules = $TOP/rules
	[app shop]
	[app store]
	service = db-of-shop
	[app gone]
	END

for name in shop srv-captain--shop; do
	ends 0 scan --json "$name"
	expect "$name" "$(tables <"$work/out")" 'Z3 Z2 Z1 Z0 A0 '
	expect "$name: apps" "$(jq -r .app "$work/out" | sort -u)" shop
done
expect 'its files' "$(jq -r .source "$work/out" | sed 's/.*json.log//' |
	tr '\n' ' ')" '.3.gz .2 .1   '
# One that is not configured, a service with a name of its own, several at once.
for name in blog srv-captain--blog; do
	expect "$name" "$(scan --json "$name" | jq -r '.app + .object.table')" \
		blogB0
done
for name in store db-of-shop; do
	expect "$name" "$(scan --json "$name" | jq -r '.app + .object.table')" \
		storeC0
done
expect 'several' "$(scan --json blog "$fault" store | tables)" \
	'B0 AnalyticsEvent C0 '
ends 0 scan shop blog
expect 'the summary' "$(grep -v '^ ' "$work/out" | tr '\n' ';')" \
	'shop;blog (not configured; next: logmend init);'
says '6 faults in 6 logs'

# A file stays a file; what is both is said.
cp "$fault" shop
ends 0 scan --json shop
expect 'a file' "$(tables <"$work/out")" 'AnalyticsEvent '
says 'shop: is a file here and an app, too: the file is read'
ends 0 scan --json ./shop
[[ ! -s err ]] || bad "a path is no name: $(cat err)"
ends 0 scan --json srv-captain--shop
expect 'the app all the same' "$(tables <"$work/out")" 'Z3 Z2 Z1 Z0 A0 '
rm shop
cp "$fault" plain.log
ends 0 scan --json plain.log
[[ ! -s err ]] || bad "a file that is no app: $(cat err)"

# Neither, and nothing to read.
ends 3 scan shpo blog
says 'shpo: there is no such file, and no such app; there are apps shop, '
says '1 fault in 1 log'
ends 3 scan gone
says 'gone: no container belongs to this app; there are apps gone, '
ends 3 scan "$work/shop"
says 'shop: cannot be opened: No such file or directory'

# What keeps a log from being read is said, and the others are read.
ln -sf /etc/passwd "$(log_of aaa)"
ends 3 scan --json shop
says "$(log_of aaa): cannot be opened"
expect 'the others' "$(tables <"$work/out")" 'Z3 Z2 Z1 Z0 '
rm "$(log_of aaa)"
ends 0 scan --json shop
expect 'a container that did not log yet' "$(tables <"$work/out")" \
	'Z3 Z2 Z1 Z0 '
head -c 90 "$(log_of zzz).3.gz" >"$work/torn"
cat "$work/torn" >"$(log_of zzz).3.gz"
ends 3 scan --json shop
says "$(log_of zzz).3.gz: "
expect 'a torn copy' "$(tables <"$work/out")" 'Z2 Z1 Z0 '
sed -i 's/"json-file"/"journald"/' "$root/containers/bbb/hostconfig.json"
ends 3 scan blog
says "bbb: this container logs with the driver 'journald'"

# The app's own packs and rules.off count, as for the daemon; not with --rules.
sed -i 's/^\[app shop\]/&\nrules.off = prisma-p2021/' "$conf"
! scan --json shop 2>/dev/null | grep '"rule":"prisma-p2021"' ||
	bad 'rules.off of the app does not count'
sed -i 's/^rules.off.*/packs = node/' "$conf"
expect 'packs' "$(scan --json shop 2>/dev/null | tables)" ''
expect 'packs and --rules' "$(scan --rules "$TOP/rules" --json shop \
	2>/dev/null | tables)" 'Z2 Z1 Z0 '

# More containers than are looked at: said, and once.
(cd "$root/containers" && seq -f 'x%.0f' 65536 | xargs mkdir)
ends 3 scan --json blog shop
says "$root: 4 containers more were not looked at"
expect 'how often it is said' "$(grep -c 'were not looked at' "$work/err")" 1

rm -r "$root"
ends 3 scan blog shop
says 'blog: there is no such file, and containers cannot be looked for: '
says 'shop: is an app, and containers cannot be looked for: '
