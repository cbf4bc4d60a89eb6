#!/bin/bash
# The README's page for a CapRover host, followed to the letter on a fresh
# Debian 12 by a user with sudo: its commands and its configuration are read from
# README.md. Part of `make machine`, with the needs of bootstrap.sh.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

machine_open
machine_new host
machine_user host
told 'README: the page for a CapRover host' readme \
	on host root bash tests/machine/follow.sh
sed -n 's/^shown: /    /p' "$machines/readme.log"
