#!/bin/bash
# A host of CapRover that is rebooted: a fresh Debian with its systemd and a real
# Docker Engine in swarm mode, and logmend as the README installs it. An app logs
# faults up to its end, and a mend is under way, when booted-reboot.sh has the machine
# rebooted, and looks what came of that afterwards. Part of `make machine`, with the
# needs of bootstrap.sh and systemd-nspawn. RELEASES names the releases (both).
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

# What a host has that a tree of debootstrap has not.
# shellcheck disable=SC2016 # it is expanded in there
prepare='
export DEBIAN_FRONTEND=noninteractive
echo "exit 101" >/usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
./bootstrap deps
client=
! apt-cache show docker-cli >/dev/null 2>&1 || client=docker-cli # Debian 13
apt-get install -y -q --no-install-recommends systemd-sysv dbus procps docker.io \
	$client iptables iproute2 busybox-static postgresql jq
make -s -C build tests/support/dockerlog tests/support/receiver
rm /usr/sbin/policy-rc.d
'

# What dockerd takes beyond an ordinary machine.
docker_takes=(--capability=all
	'--system-call-filter=add_key keyctl bpf mount')

reboots()
{
	local name=reboot-$1
	machine_new "$name" "$1"
	told "$1: ./bootstrap build, install" "$name-build" on "$name" root \
		bash -e -c './bootstrap build && make -s -C build install'
	told "$1: Docker, and what tests need" "$name-deps" on "$name" root \
		bash -e -c "$prepare"
	told "$1: a reboot" "$name" booted "$name" \
		tests/machine/booted-reboot.sh "${docker_takes[@]}"
	sed -n 's/^shown: /    /p' "$machines/$name.log"
	rm -rf --one-file-system "${machines:?}/$name"
}

machine_open
need systemd-nspawn
for release in ${RELEASES:-bookworm trixie}; do
	reboots "$release"
done
