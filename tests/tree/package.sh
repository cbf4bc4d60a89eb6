#!/bin/bash
# `./bootstrap deb` makes a package that lintian accepts, the same one twice, with
# what belongs into it at its place; what it ships as examples is what the
# program takes.
. "$(dirname "$0")/../support/sh.bash"
need dh
need dpkg-buildpackage
need lintian
# The package is the same whatever the flags of the built tree are.
! grep -qs '^#define SANITIZED 1' "$BUILT/config.h" ||
	skip 'the package is built without sanitizers'
dpkg-checkbuilddeps "$TOP/packaging/debian/control" 2>/dev/null ||
	skip "$(dpkg-checkbuilddeps "$TOP/packaging/debian/control" 2>&1)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL DEB_BUILD_OPTIONS SOURCE_DATE_EPOCH \
	CC CFLAGS CPPFLAGS LDFLAGS

# build NAME: in a folder of its own, so that its path would show.
build()
{
	mkdir "$work/$1"
	LOGMEND_BUILD=$work/$1 "$TOP/bootstrap" deb \
		>"$work/$1.log" 2>&1 ||
		{ cat "$work/$1.log"; bad './bootstrap deb failed'; }
}
one() { compgen -G "$work/$1/deb/logmend_*.deb"; }

build first
build another-place
cmp "$(one first)" "$(one another-place)" || bad 'two builds differ'

lintian --allow-root -E --pedantic --fail-on error,warning,pedantic \
	"$work"/first/deb/*.changes >"$work/lintian.log" 2>&1 ||
	{ cat "$work/lintian.log"; bad 'lintian has complaints'; }
[[ ! -s $work/lintian.log ]] || bad "lintian says: $(cat "$work/lintian.log")"

root=$work/root
dpkg-deb -x "$(one first)" "$root"
dpkg-deb -e "$(one first)" "$work/control"
doc=usr/share/doc/logmend
for file in etc/logmend/logmend.conf.example usr/bin/logmend \
	usr/lib/sysusers.d/logmend.conf usr/share/man/man8/logmend.8.gz \
	usr/share/man/man5/logmend.conf.5.gz \
	usr/share/man/man5/logmend.rules.5.gz \
	usr/share/man/man7/logmend.guard.7.gz \
	usr/share/logmend/{docker-socket,reach}.conf \
	usr/share/logmend/rules/prisma.{rules,shapes} \
	usr/share/bash-completion/completions/logmend \
	usr/share/zsh/vendor-completions/_logmend $doc/changelog.gz \
	$doc/examples/own.rules; do
	[[ -f $root/$file ]] || bad "/$file is not in the package"
done
unit=$(find "$root" -path '*lib/systemd/system/logmend.service')
[[ -n $unit ]] ||
	bad 'the unit is not in the package'
grep -qx 'ExecStart=/usr/bin/logmend run' "$unit" ||
	bad 'the unit starts another program'
# Whatever other unit it names is there, too, and what each socket starts.
for name in $(grep -oE 'logmend-[a-z]+\.(service|socket)' "$unit" | sort -u); do
	[[ -f ${unit%/*}/$name ]] || bad "the package has no $name"
	[[ $name != *.socket || -f ${unit%/*}/${name%.socket}@.service ]] ||
		bad "the package has no ${name%.socket}@.service"
done
cmp "$root/usr/lib/sysusers.d/logmend.conf" \
	"$TOP/agent/unit/sysusers.d/logmend.conf"
gzip -dc "$root/$doc/changelog.gz" | cmp - "$TOP/NEWS"
[[ $(<"$work/control/conffiles") == /etc/logmend/logmend.conf.example ]] ||
	bad "other conffiles: $(<"$work/control/conffiles")"
grep -q 'still open: there is none yet' "$root/$doc/copyright" ||
	bad 'the copyright file says something else of the licence'
# Neither enabled nor started: only what runs is restarted by an upgrade, and
# stopped by a removal.
cd "$work/control" || exit
! grep -hE 'deb-systemd-invoke|systemctl' postinst |
	grep -vE "daemon-reload|invoke try-restart '?logmend" ||
	bad 'the package starts the service'
grep -q 'try-restart' postinst || bad 'an upgrade restarts nothing'
grep -q 'deb-systemd-invoke stop' prerm || bad 'a removal stops nothing'
cd "$TOP" || exit

# The version is that of configure.ac.
version=$(sed -n 's/^AC_INIT(\[logmend\], \[\([^]]*\)\].*/\1/p' \
	"$TOP/configure.ac")
[[ $(dpkg-deb -f "$(one first)" Version) == "$version"-* ]] ||
	bad "the package has another version than $version"
[[ $("$root/usr/bin/logmend" --version) == "logmend $version" ]] ||
	bad 'the program has another version'

# The examples.
"$root/usr/bin/logmend" test "$root/$doc/examples/own.rules" >/dev/null ||
	bad 'the example of rules fails its own samples'
for conf in "$root/etc/logmend/logmend.conf.example" \
	"$root/$doc/examples/report-only.conf"; do
	# What the keys lead to is on no machine but the owner's.
	said=$("$root/usr/bin/logmend" -c "$conf" check-config 2>&1 || true)
	! grep -E "^$conf:[0-9]" <<<"$said" | grep -v 'No such file or dir' ||
		bad "$conf has mistakes"
	[[ $said == *'app moverz-v4: '* ]] || bad "$conf: $said"
done
