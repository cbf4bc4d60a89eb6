#!/bin/bash
# The unit on a fresh Debian that is booted with its systemd: the program is
# installed there as the README says, and booted.sh runs in it. Part of
# `make machine`, with the needs of bootstrap.sh and systemd-nspawn. RELEASES
# names the releases (both).
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

# What a host has that a tree of debootstrap has not.
host_has='systemd-sysv dbus procps libcap2-bin'

service()
{
	local name=service-$1
	machine_new "$name" "$1"
	told "$1: ./bootstrap build, install" "$name-build" on "$name" root \
		bash -e -c './bootstrap build && make -s -C build install'
	told "$1: what tests need, and an init" "$name-deps" on "$name" root \
		bash -e -c "./bootstrap deps && make -s -C build \
			tests/support/dockerlog tests/support/receiver &&
			apt-get install -y -q --no-install-recommends $host_has"
	told "$1: the unit, booted" "$name" booted "$name" \
		tests/machine/booted.sh
	sed -n 's/^shown: /    /p' "$machines/$name.log"
	rm -rf --one-file-system "${machines:?}/$name"
}

machine_open
need systemd-nspawn
for release in ${RELEASES:-bookworm trixie}; do
	service "$release"
done
