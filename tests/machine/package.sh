#!/bin/bash
# `./bootstrap deb` on a fresh Debian, and its package on another one that is
# booted with its systemd: booted-package.sh runs there. Part of `make machine`,
# with the needs of bootstrap.sh and systemd-nspawn. RELEASES names the releases
# (both).
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

# What a host has that a tree of debootstrap has not.
host_has='systemd-sysv dbus procps'

# Everything that the package asks for, and not the package.
# shellcheck disable=SC2016 # it is expanded in there
prepare='
apt-get update -q
apt-get install -y -q --no-install-recommends "$@"
apt-get satisfy -y -q --no-install-recommends \
	"$(dpkg-deb -f /logmend.deb Depends)"
'

package()
{
	local release=$1 maker=maker-$1 name=package-$1
	machine_new "$maker" "$release"
	told "$release: ./bootstrap deb" "$maker" \
		on "$maker" root ./bootstrap deb
	machine_new "$name" "$release"
	cp "$machines/$maker"/src/build/deb/logmend_*.deb \
		"$machines/$name/logmend.deb"
	# shellcheck disable=SC2086 # several names
	told "$release: what the package depends on, and an init" \
		"$name-deps" on "$name" root \
		env DEBIAN_FRONTEND=noninteractive \
		bash -e -c "$prepare" bash $host_has
	told "$release: the package, booted" "$name" booted "$name" \
		tests/machine/booted-package.sh
	sed -n 's/^shown: /    /p' "$machines/$name.log"
	rm -rf --one-file-system "${machines:?}/$name" \
		"${machines:?}/$maker"
}

machine_open
need systemd-nspawn
for release in ${RELEASES:-bookworm trixie}; do
	package "$release"
done
