#!/bin/bash
# The first minutes on a CapRover host, from the package to the first true notice
# and to the end of the fault: on a fresh Debian that is booted with its systemd and
# a real Docker Engine in swarm mode, booted-minutes.sh follows the README there.
# Part of `make machine`, with the needs of bootstrap.sh and systemd-nspawn. RELEASES
# names the releases (both).
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

# What a host of CapRover has, what the database's and the app's containers are made
# of, and what looks at it all. No database runs on the host itself.
# shellcheck disable=SC2016 # it is expanded in there
prepare='
export DEBIAN_FRONTEND=noninteractive
echo "exit 101" >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get update -q
client=
! apt-cache show docker-cli >/dev/null 2>&1 || client=docker-cli # Debian 13
apt-get install -y -q --no-install-recommends systemd-sysv dbus procps sudo \
	docker.io $client iptables iproute2 busybox-static postgresql jq
for field in Depends Recommends; do
	apt-get satisfy -y -q --no-install-recommends \
		"$(dpkg-deb -f build/deb/logmend_*.deb $field)"
done
rm /usr/sbin/policy-rc.d
'

# What dockerd takes beyond an ordinary machine.
docker_takes=(--capability=all
	'--system-call-filter=add_key keyctl bpf mount')

minutes()
{
	local release=$1 maker=minutes-maker-$1 name=minutes-$1
	machine_new "$maker" "$release"
	told "$release: ./bootstrap deb" "$maker" \
		on "$maker" root ./bootstrap deb
	told "$release: a receiver of notices" "$maker-receiver" \
		on "$maker" root bash -e -c './bootstrap build &&
			make -s -C build tests/support/receiver'
	machine_new "$name" "$release"
	mkdir -p "$machines/$name"/src/build/{deb,tests/support}
	cp "$machines/$maker"/src/build/deb/logmend_*.deb \
		"$machines/$name/src/build/deb/"
	cp "$machines/$maker/src/build/tests/support/receiver" \
		"$machines/$name/src/build/tests/support/"
	told "$release: Docker, and what a database is made of" \
		"$name-deps" on "$name" root bash -e -c "$prepare"
	told "$release: the first minutes" "$name" booted "$name" \
		tests/machine/booted-minutes.sh "${docker_takes[@]}"
	sed -n 's/^shown: /    /p' "$machines/$name.log"
	rm -rf --one-file-system "${machines:?}/$name" \
		"${machines:?}/$maker"
}

machine_open
need systemd-nspawn
for release in ${RELEASES:-bookworm trixie}; do
	minutes "$release"
done
