# Sourced: fresh Debian machines, each a folder with an own root file system.
#
#	machine_open		makes $machines (a folder), cleans up at the end;
#				MACHINES names a folder of an earlier run whose
#				clean machines serve again (KEEP=1 leaves it)
#	machine_new NAME [FROM]	a copy of the clean machine of a Debian release,
#				or of any other one, with the sources in /src;
#				FROM is bookworm if it is not given
#	machine_user NAME	adds dev, who has sudo and owns /src
#	on NAME USER COMMAND...	runs it there, in /src
#	told TEXT LOG COMMAND...	shows the text, the output only if it fails
#	off NAME USER COMMAND...	the same with no network but loopback
#	booted NAME SCRIPT [OPTION...]
#				boots it with its systemd, without a network; the
#				script, of /src, runs as root after boot, also
#				after one that it asks for; the end of all else is
#				the script's. Options are nspawn's
#
# A command has mounts and processes of its own, which end with it: nothing is
# ever mounted in the sight of others. MIRROR is the Debian mirror.
# shellcheck shell=bash

: "${MIRROR:=http://deb.debian.org/debian}"
machines=

machine_open()
{
	((EUID == 0)) || skip 'only root can make machines'
	need debootstrap
	need unshare
	need ip
	unshare -m -p -n -f true 2>/dev/null ||
		skip 'namespaces cannot be made here'
	machines=${MACHINES:-$(mktemp -d "${TMPDIR:-/var/tmp}/logmend-machines.XXXXXX")}
	trap machine_close EXIT
	trap 'exit 130' INT TERM HUP
	mkdir -p "$machines/archives/partial"
	pack_sources
}

# The clean machine of a Debian release has its name. A second attempt is made,
# because mirrors have bad moments.
make_clean()
{
	local suite=$1
	[[ ! -d $machines/$suite ]] || return 0
	echo "debootstrap: Debian $suite from $MIRROR"
	for _ in 1 2; do
		rm -rf "$machines/.clean"
		if debootstrap --variant=minbase "$suite" "$machines/.clean" \
			"$MIRROR" >"$machines/debootstrap.log" 2>&1; then
			mv "$machines/.clean" "$machines/$suite"
			return
		fi
	done
	tail -n 3 "$machines/debootstrap.log" >&2
	skip "no Debian came from $MIRROR"
}

# What a checkout has, without what was built in it; from a release tarball all
# that it holds.
pack_sources()
{
	if [[ -e $TOP/.git ]] &&
		git -C "$TOP" rev-parse --verify -q HEAD >/dev/null 2>&1; then
		git -C "$TOP" archive --format=tar HEAD
	else
		tar -C "$TOP" -c --exclude='./build*' .
	fi >"$machines/sources.tar"
}

machine_close()
{
	local status=$?
	trap - EXIT
	if [[ -n ${KEEP-} || -n ${MACHINES-} ]]; then
		echo "the machines are left in $machines"
	else
		rm -rf --one-file-system "$machines"
	fi
	exit "$status"
}

machine_new()
{
	local root=$machines/$1 from=${2:-bookworm}
	case $from in
	bookworm | trixie) make_clean "$from" ;;
	esac
	rm -rf --one-file-system "$root"
	cp -a --reflink=auto "$machines/$from" "$root"
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$(hostname)" \
		>"$root/etc/hosts"
	rm -rf "$root/src"
	mkdir "$root/src"
	tar -C "$root/src" -xf "$machines/sources.tar"
}

machine_user()
{
	on "$1" root useradd -m -s /bin/bash dev
	on "$1" root chown -R dev: /src
	on "$1" root apt-get update -q >/dev/null
	on "$1" root apt-get install -y -q --no-install-recommends sudo \
		>/dev/null 2>&1
	echo 'dev ALL=(ALL) NOPASSWD: ALL' >"$machines/$1/etc/sudoers.d/dev"
}

# told TEXT LOG COMMAND...: one line, and the end of its output if it fails.
told()
{
	local text=$1 log=$machines/$2.log since=$SECONDS
	shift 2
	printf '  %-58s ' "$text"
	"$@" >"$log" 2>&1 || {
		echo FAILED
		tail -n 40 "$log" >&2
		bad "$text"
	}
	echo "$((SECONDS - since)) s"
}

# The words of a command on a machine, into the array `enter`.
entrance()
{
	local way=$1 name=$2 user=$3 home=/root
	[[ $user == root ]] || home=/home/$user
	# $1: the root; the rest is the command. Packages are fetched once for
	# all machines.
	# shellcheck disable=SC2016 # it is expanded in there
	enter=(unshare --mount --pid --fork --kill-child bash -c '
		set -e
		root=$1
		shift
		[[ $0 != off ]] || ip link set lo up
		mount -t proc proc "$root/proc"
		mount -t sysfs -o ro sysfs "$root/sys"
		mount -t tmpfs tmpfs "$root/dev/shm"
		mount --bind /dev/pts "$root/dev/pts"
		[[ $0 == off ]] || mount --bind "$root/../archives" \
			"$root/var/cache/apt/archives"
		who=(--userspec="$1")
		[[ $1 != root ]] || who=()
		exec chroot "${who[@]}" "$root" /usr/bin/env -i "${@:2}"
	' "$way" "$machines/$name" "$user" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		HOME="$home" USER="$user" TERM=dumb LANG=C.UTF-8
		bash -c 'cd /src && "$@"' bash)
}

on()
{
	local enter
	entrance on "$1" "$2"
	"${enter[@]}" "${@:3}"
}

off()
{
	local enter
	entrance off "$1" "$2"
	unshare --net "${enter[@]}" "${@:3}"
}

# nspawn ends with its machine, which ends with the script. The journal's copy of
# what the script prints would be cut.
booted()
{
	local root=$machines/$1 status=133
	local unit=$root/etc/systemd/system/booted.service
	rm -f "$root/booted.log" "$root/booted.status" "$machines/$1.console"
	cat >"$unit" <<-END
		[Unit]
		After=multi-user.target
		[Service]
		Type=oneshot
		StandardOutput=append:/booted.log
		StandardError=append:/booted.log
		ExecStart=/bin/bash -c 'bash /src/$2; echo \$\$? >/booted.status'
		ExecStopPost=/bin/systemctl --no-block poweroff
		TimeoutStartSec=900
	END
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -sf ../booted.service \
		"$root/etc/systemd/system/multi-user.target.wants/"
	# With --keep-unit it says that the machine is to be rebooted, by this status.
	while ((status == 133)); do
		status=0
		SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 timeout -k 5 930 \
			systemd-nspawn -q -D "$root" --boot --register=no \
			--keep-unit --private-network --link-journal=no \
			--console=read-only "${@:3}" \
			>>"$machines/$1.console" 2>&1 </dev/null || status=$?
	done
	cat "$root/booted.log"
	[[ $(cat "$root/booted.status") == 0 ]]
}
