#!/bin/bash
# Runs on a machine of package.sh, booted: the package is installed, tried,
# installed over itself, removed and purged.
. "$(dirname "$0")/../support/sh.bash"
[[ -d /src && $(cat /proc/1/comm) == systemd && -f /logmend.deb ]] ||
	bad 'this is no machine of package.sh'
export DEBIAN_FRONTEND=noninteractive
told() { echo "shown: $*"; }
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }
unit() { systemctl show -P "$1" logmend; }
package() { dpkg-query -W -f '${db:Status-Status}\n' logmend 2>/dev/null; }
apt() { apt-get -y -q --no-install-recommends "$@" >/tmp/apt.log 2>&1 || bad "$*: $(tail /tmp/apt.log)"; }

# Every path that a package could leave behind. What dpkg, apt and debconf keep
# of any package, and the backups of passwd(5), are not.
paths()
{
	find /etc /lib /opt /srv /usr /var -xdev \
		-not -path '/var/lib/dpkg/*' -not -path '/var/lib/apt/*' \
		-not -path '/var/cache/*' -not -path '/var/log/*' \
		-not -path '/var/tmp/*' -not -path '/var/lib/systemd/*' \
		-not -name 'passwd-' -not -name 'group-' \
		-not -name 'shadow-' -not -name 'gshadow-' | sort
}

answers() { logmend status --json >/tmp/status 2>/tmp/err; }
wait_until()
{
	local until=$((SECONDS + 30))
	until "$@"; do
		((SECONDS < until)) || bad "$* did not come: $(cat /tmp/err)"
		sleep 0.1
	done
}

paths >/tmp/before
apt install /logmend.deb
expect 'the program' "$(logmend --version)" \
	"logmend $(dpkg-query -W -f '${source:Upstream-Version}' logmend)"
expect 'the unit' "$(unit UnitFileState) $(unit ActiveState)" \
	'disabled inactive'
[[ $(systemctl show -P LoadState logmend-failed) == loaded ]] ||
	bad 'who tells that the daemon does not run is not there'
getent group logmend >/dev/null || bad 'the group logmend is not there'
for user in logmend logmend-eyes logmend-notify logmend-docker; do
	expect 'a user' "$(id -un $user)" $user
done
roles='eyes hands notify docker'
for role in $roles; do
	expect "the socket of $role" "$(systemctl show -P LoadState \
		logmend-$role.socket) $(systemctl is-active \
		logmend-$role.socket || true)" 'loaded inactive'
	expect "the unit of $role" "$(systemctl show -P LoadState \
		logmend-$role@x.service)" loaded
done
logmend test >/dev/null || bad 'the rules are not where they are looked for'
expect 'failed units' "$(systemctl --failed --no-legend)" ''
for name in $(unit OnFailure); do
	expect "$name" "$(systemctl show -P LoadState "$name")" loaded
done
told 'installed: neither enabled nor started'

# Without a configuration, with the example, with a small one of one's own.
status=0
logmend check-config >/tmp/out 2>/tmp/err || status=$?
expect 'check-config without a configuration' $status 2
grep -q 'there is no configuration' /tmp/err || bad "$(cat /tmp/err)"
cp /etc/logmend/logmend.conf.example /etc/logmend/logmend.conf
status=0
logmend check-config >/tmp/out 2>&1 || status=$?
expect 'check-config with the example' $status 2
for key in database-url-file migrations url-file; do
	grep -q ": $key: .*No such file" /tmp/out || bad "$(cat /tmp/out)"
done
mkdir -p /var/lib/docker/containers
cp /usr/share/doc/logmend/examples/report-only.conf /etc/logmend/logmend.conf
logmend check-config >/tmp/out 2>&1 || bad "check-config: $(cat /tmp/out)"
told 'check-config: nothing, the example and a small configuration'

systemctl enable -q --now logmend
expect 'the unit' "$(unit ActiveState)" active
wait_until answers
for role in $roles; do
	expect "the socket of $role" \
		"$(systemctl is-active logmend-$role.socket)" active
done
expect 'whose it is' "$(stat -c %U "/proc/$(unit MainPID)")" logmend
told 'started by its owner, with its sockets'

# Over itself: the daemon is another one, the files of /etc are the owner's.
echo '# mine' >>/etc/logmend/logmend.conf.example
sha256sum /etc/logmend/* >/tmp/kept
first=$(unit MainPID)
dpkg -i /logmend.deb >/tmp/apt.log 2>&1 || bad "$(cat /tmp/apt.log)"
sha256sum -c --quiet /tmp/kept || bad 'an upgrade changed what was mine'
[[ $(unit MainPID) != "$first" ]] || bad 'the old program still runs'
wait_until answers
expect 'the unit' "$(unit UnitFileState) $(unit ActiveState)" 'enabled active'
told 'upgraded: restarted, and what was changed in /etc is kept'

apt remove logmend
expect 'the package' "$(package)" config-files
[[ ! -e /usr/bin/logmend && ! -e /run/logmend ]] || bad 'it was not removed'
! pgrep -x logmend || bad 'it still runs'
sha256sum -c --quiet /tmp/kept || bad 'a removal took the configuration'
[[ -s /var/lib/logmend/logmend.db ]] || bad 'a removal took the store'
told 'removed: stopped; store and configuration are there'

# Nobody answers: what debconf was not told stays, and is named.
apt purge logmend
expect 'the package' "$(package)" ''
for kept in /var/lib/logmend /etc/logmend; do
	grep -q "logmend: $kept is kept" /tmp/apt.log ||
		bad "not said: $kept is kept: $(cat /tmp/apt.log)"
done
[[ -s /var/lib/logmend/logmend.db && -s /etc/logmend/logmend.conf ]] ||
	bad 'a purge took what nobody gave away'
[[ ! -e /etc/logmend/logmend.conf.example ]] || bad 'the conffile is left'
told 'purged, nobody asked: store and configuration are kept'

# And once more, with the answer yes.
apt install /logmend.deb
echo 'logmend logmend/remove-data boolean true' | debconf-set-selections
apt purge logmend
rmdir /var/lib/docker/containers /var/lib/docker
paths >/tmp/after
diff /tmp/before /tmp/after || bad 'something is left after the purge'
! debconf-show logmend | grep . || bad 'debconf still has the question'
told 'purged with the answer yes: nothing is left'
