#!/bin/bash
# A real PostgreSQL 17 in a container, on a host whose own pg_dump is older, as on
# Debian 12: on-seventeen.sh runs on this host, with a container made of Debian 13's
# package. Part of `make machine`, with the needs of bootstrap.sh and a Docker Engine.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

# shellcheck disable=SC2016 # it is expanded in there
prepare='
export DEBIAN_FRONTEND=noninteractive
mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get update -q
apt-get install -y -q --no-install-recommends postgresql-17
rm -rf /src /var/cache/apt/archives/*.deb
'

machine_open
machine_new seventeen trixie
told 'trixie: PostgreSQL 17' seventeen-apt \
	on seventeen root bash -e -c "$prepare"
told 'this host: PostgreSQL 17 in a container' seventeen \
	env SEVENTEEN="$machines/seventeen" \
	bash "$TOP/tests/machine/on-seventeen.sh"
sed 's/^/    /' "$machines/seventeen.log"
