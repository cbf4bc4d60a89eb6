#!/bin/bash
# bootstrap on fresh Debian 12 and 13 machines: what the README's two commands do
# there and what they leave behind; and that every compiler of both builds it,
# also for arm64. Part of `make machine`; root, debootstrap and a Debian mirror
# are needed, some 10 GB in TMPDIR (/var/tmp) and some two hours. CASES names the
# only ones that run, COMPILERS the only compilers; MACHINES and KEEP are
# machine.bash's.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/machine/machine.bash"

conf=/etc/postgresql-common/createcluster.conf

apt_on()
{
	on "$1" root env DEBIAN_FRONTEND=noninteractive apt-get -y -q \
		--no-install-recommends "${@:2}"
}

# packages TABLE...: those of bootstrap's tables, one a line.
packages()
{
	local table
	for table; do
		sed -n "/^${table}_needs='/,/^'/s/^\([a-z].*\)\t.*/\1/p" \
			"$TOP/bootstrap" | tr -d '\t'
	done
}

# The machine `ready`: Debian 12 with all that bootstrap installs but the server.
make_ready()
{
	[[ ! -d $machines/ready ]] || return 0
	local needs
	mapfile -t needs < <(packages build demo check | grep -vx postgresql)
	((${#needs[@]} > 20)) || bad 'no packages were found in bootstrap'
	machine_new getting-ready
	apt_on getting-ready update >/dev/null
	told 'apt-get: all that is needed but the server' ready \
		apt_on getting-ready install "${needs[@]}"
	mv "$machines/getting-ready" "$machines/ready"
}

release_of() { sed -n 's/^VERSION_CODENAME=//p' "$machines/$1/etc/os-release"; }

# shipped_conf RELEASE: createcluster.conf as that release ships it, into $shipped.
shipped_conf()
{
	shipped=$machines/shipped-$1.conf
	[[ ! -f $shipped ]] || return 0
	machine_new shipped "$1"
	apt_on shipped update >/dev/null
	told "apt-get: postgresql-common, as $1 ships it" shipped \
		apt_on shipped install postgresql-common
	cp -a "$machines/shipped$conf" "$shipped"
	rm -rf --one-file-system "$machines/shipped"
}

# As if bootstrap had never been there, but for the packages.
unchanged()
{
	local root=$machines/$1 there shipped
	shipped_conf "$(release_of "$1")"
	cmp "$shipped" "$root$conf" ||
		bad "$1: createcluster.conf is not what Debian ships"
	expect "$1: mode and owner of createcluster.conf" \
		"$(stat -c '%a %u:%g' "$root$conf")" \
		"$(stat -c '%a %u:%g' "$shipped")"
	there=$(cd "$root/etc/postgresql-common" && compgen -G '*logmend*') &&
		bad "$1: left in /etc/postgresql-common: $there"
	there=$(on "$1" root pg_lsclusters -h)
	expect "$1: clusters" "$there" ''
	there=$(compgen -G "$root/var/lib/postgresql/*/*" || true)
	expect "$1: data of clusters" "$there" ''
	there=$(on "$1" root dpkg --audit)
	expect "$1: packages in a bad state" "$there" ''
	[[ -x $(compgen -G "$root/usr/lib/postgresql/*/bin/initdb") ]] ||
		bad "$1: the server is not installed"
}

expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }

fingerprint() { sha256sum "$machines/$1/var/lib/dpkg/status"; }

# The two commands by one who may install, then both once more offline.
both_commands()
{
	local name=$1 user=$2 before
	told "$user: ./bootstrap demo" "$name-demo" \
		on "$name" "$user" ./bootstrap demo
	unchanged "$name"
	told "$user: ./bootstrap check" "$name-check" \
		on "$name" "$user" ./bootstrap check
	unchanged "$name"
	sed -n 's/^# \([A-Z]*\): *\([1-9]\)/    \1 \2/p; s/^skipped:/    &/p' \
		"$machines/$name-check.log"
	before=$(fingerprint "$name")
	told "$user: ./bootstrap demo without a network" "$name-again" \
		off "$name" "$user" ./bootstrap demo
	! grep -q '^installing' "$machines/$name-again.log" ||
		bad 'the second run installed something'
	expect 'dpkg after the second run' "$(fingerprint "$name")" "$before"
	unchanged "$name"
}

case_root()
{
	machine_new root
	both_commands root root
}

# Debian 13: PostgreSQL 17, and libpg_query with its grammar.
case_trixie()
{
	machine_new trixie-root trixie
	both_commands trixie-root root
}

installed() { on "$1" root dpkg-query -W -f '${Package}\n'; }

# Building needs no server, and the tests come with what they need later.
case_build()
{
	local name=build-alone before there
	machine_new "$name"
	before=$(installed "$name")
	told './bootstrap build' "$name" on "$name" root ./bootstrap build
	on "$name" root build/logmend --version >/dev/null
	there=$(comm -13 <(sort <<<"$before") <(installed "$name" | sort))
	echo "    $(wc -l <<<"$there") packages were installed"
	! grep -E '^postgresql|^(check|jq|mandoc|systemd)$' <<<"$there" ||
		bad 'these packages are not for building'
	there=$(compgen -G "$machines/$name/usr/lib/postgresql/*/bin/*" || true)
	expect 'a server after ./bootstrap build' "$there" ''
	before=$(fingerprint "$name")
	told './bootstrap build without a network' "$name-again" \
		off "$name" root ./bootstrap build
	expect 'dpkg after the second build' "$(fingerprint "$name")" "$before"
	told './bootstrap deps demo' "$name-demo" \
		on "$name" root ./bootstrap deps demo
	unchanged "$name"
	told './bootstrap deps' "$name-deps" on "$name" root ./bootstrap deps
	unchanged "$name"
	told './bootstrap build with what the tests need' "$name-check" \
		off "$name" root ./bootstrap build
	grep -q 'unit tests  *yes' "$machines/$name/src/build/configure.log" ||
		bad 'configure was not run again when libcheck had come'
}

case_sudo()
{
	local status=0
	machine_new sudo
	on sudo root useradd -m poor
	on sudo poor ./bootstrap build >"$machines/no-sudo.log" 2>&1 || status=$?
	expect 'a plain user without sudo: status' "$status" 2
	grep -q 'apt-get install --no-install-recommends gcc' \
		"$machines/no-sudo.log" ||
		bad "no way out is told: $(cat "$machines/no-sudo.log")"
	machine_user sudo
	both_commands sudo dev
}

# Runs in the machine: bootstrap, hit by $1 when $2 (a line of dpkg's log, or
# "begun") is there; then, if $3 is `again`, the next run at once. `everything`
# is the power that fails: with its first process the machine has no other.
# shellcheck disable=SC2016 # it is expanded in there
interrupted='
set -u
signal=$1 moment=$2 then=$3
reached()
{
	if [[ $moment == begun ]]; then
		[[ -e /etc/postgresql-common/createcluster.conf.before-logmend ]]
	else
		grep -q "$moment" /var/log/dpkg.log
	fi
}
set -m
./bootstrap deps &
pid=$!
set +m
until reached; do
	kill -0 $pid || { echo "ended before the moment"; exit 1; }
	sleep 0.02
done
case $signal in
everything) exit 0 ;;
group-*) kill -"${signal#group-}" -- -$pid ;;
*) kill -"$signal" $pid ;;
esac
wait $pid
echo "bootstrap ended with $?"
ls -l /etc/postgresql-common
[[ $then != again ]] || ./bootstrap deps
'

interrupt()
{
	local signal=$1 moment=$2 then=$3 shipped
	local name=hit-$signal-${moment// /-}
	machine_new "$name" ready
	told "interrupted ($signal, $moment)" "$name" \
		on "$name" root bash -c "$interrupted" bash "$signal" \
		"$moment" "$then"
	if [[ $then == itself ]]; then
		shipped_conf bookworm
		cmp "$shipped" "$machines/$name$conf" ||
			bad "$signal: createcluster.conf was not given back"
	fi
	told '  and the next run' "$name-next" \
		on "$name" root ./bootstrap deps
	unchanged "$name"
	rm -rf --one-file-system "${machines:?}/$name"
}

case_interrupted()
{
	make_ready
	interrupt TERM begun itself
	interrupt TERM 'status unpacked postgresql-15' itself
	interrupt group-INT 'status unpacked postgresql-15' itself
	interrupt group-TERM 'status half-configured postgresql-15' itself
	interrupt KILL begun again
	interrupt KILL 'status unpacked postgresql-15' again
	interrupt group-KILL 'status half-installed postgresql-15' later
	interrupt everything 'status unpacked postgresql-15' later
}

# As on a machine that was just started: apt is at work by itself.
# shellcheck disable=SC2016 # it is expanded in there
busy='
apt-get -q update -o "APT::Update::Pre-Invoke::=touch /tmp/held; sleep 8" &
until [[ -e /tmp/held ]]; do sleep 0.1; done
./bootstrap deps
wait
grep "Could not get lock" build/apt.log
'

case_busy()
{
	make_ready
	machine_new busy ready
	apt_on busy remove jq >/dev/null 2>&1
	told 'busy: ./bootstrap deps waits for apt' busy \
		on busy root bash -e -c "$busy"
	unchanged busy
}

eyes_tests='tests/unit/captures.sh tests/unit/scan.sh tests/unit/rule/test_rule
tests/unit/eyes/format/test_docker-json tests/unit/eyes/records/test_assemble tests/unit/eyes/search/test_prefilter
tests/unit/eyes/test_sandbox tests/unit/eyes/test_reader'

# has_hs NAME yes|no: what configure found and the program is linked with.
has_hs()
{
	local linked=no
	grep -q 'define HAVE_HS 1' "$machines/$1/src/build/config.h" &&
		linked=yes
	expect "$1: configured with libhs" "$linked" "$2"
	linked=no
	[[ $(on "$1" root ldd build/logmend) != *libhs* ]] || linked=yes
	expect "$1: linked with libhs" "$linked" "$2"
}

eyes_pass()
{
	local tests=() test
	for test in $eyes_tests; do
		[[ ! -e $machines/$1/src/$test.c &&
			! -e $machines/$1/src/$test ]] || tests+=("$test")
	done
	told "$1: the tests of eyes" "$1-eyes" on "$1" root \
		make -C build -j"$(nproc)" check TESTS="${tests[*]}"
	sed -n 's/^# \([A-Z]*\): *\([1-9]\)/    \1 \2/p' \
		"$machines/$1-eyes.log"
}

# The new one is only taken when the old one is gone.
in_place_of_vectorscan()
{
	apt_on "$1" remove libvectorscan-dev libvectorscan5 &&
		apt_on "$1" install libhyperscan-dev
}

case_hyperscan()
{
	make_ready
	machine_new hyperscan ready
	told 'hyperscan: libhyperscan-dev for libvectorscan-dev' hyperscan-apt \
		in_place_of_vectorscan hyperscan
	told 'hyperscan: ./bootstrap build' hyperscan-build \
		on hyperscan root ./bootstrap build
	[[ $(on hyperscan root dpkg-query -W -f '${db:Status-Status}' \
		libvectorscan-dev 2>/dev/null) != installed ]] ||
		bad 'libvectorscan-dev was installed all the same'
	has_hs hyperscan yes
	eyes_pass hyperscan
}

case_neither()
{
	make_ready
	machine_new neither ready
	told 'neither: without libvectorscan-dev' neither-apt \
		apt_on neither remove libvectorscan-dev
	# shellcheck disable=SC2016 # it is expanded in there
	told 'neither: autoreconf, configure, make' neither-build \
		on neither root bash -c 'autoreconf -fi && mkdir build &&
			cd build && ../configure && make -j"$(nproc)"'
	grep -q 'plain search' "$machines/neither-build.log" ||
		bad 'configure does not say that a plain search stands in'
	has_hs neither no
	eyes_pass neither
}

# Runs in the machine: builds the program, and its tests where $2 is `tests`, in a
# folder of its own.
# shellcheck disable=SC2016 # it is expanded in there
built='
set -e
[[ -x configure ]] || autoreconf -fi
mkdir "$1"
cd "$1"
../configure --enable-werror "${@:3}"
make -j"$(nproc)" all
[[ $2 != tests ]] || make -j"$(nproc)" check TESTS=
'

# compile NAME FOLDER tests|program FLAG...: nothing may be said that is only a
# warning, such as one of the linker.
compile()
{
	local name=$1 folder=$2 what=$3
	told "$what: ${*:4}" "$name-$folder" on "$name" root \
		bash -c "$built" bash "$folder" "$what" "${@:4}"
	! grep 'warning:' "$machines/$name-$folder.log" ||
		bad 'there are warnings'
	on "$name" root "$folder/logmend" test >/dev/null
	rm -rf "${machines:?}/$name/src/$folder"
}

# Optimised across all files gcc sees the most, and warns then, so its tests are
# linked like that as well: that takes the longest. clang warns before it links.
compile_three_ways()
{
	local name=$1 compiler=$2 with=("CC=$2") what=tests
	compile "$name" "$compiler" tests "${with[@]}"
	if [[ $compiler == clang-* ]]; then
		what=program
		local version=${compiler#clang-}
		with+=("AR=llvm-ar-$version" "RANLIB=llvm-ranlib-$version"
			"LDFLAGS=-fuse-ld=lld-$version")
	fi
	with+=("CFLAGS=-g -O3 -flto=auto")
	compile "$name" "$compiler-lto" "$what" "${with[@]}"
	compile "$name" "$compiler-lto-plain" program "${with[@]}" \
		--without-vectorscan
}

# compilers NAME RELEASE COMPILER...
compilers()
{
	local name=$1 release=$2 needs compiler
	shift 2
	mapfile -t needs < <(packages build && echo check)
	for compiler; do
		needs+=("$compiler")
		[[ $compiler != clang-* ]] ||
			needs+=("llvm-${compiler#*-}" "lld-${compiler#*-}")
	done
	machine_new "$name" "$release"
	apt_on "$name" update >/dev/null
	told "$release: apt-get: $*" "$name" apt_on "$name" install "${needs[@]}"
	for compiler; do
		[[ " ${COMPILERS-$compiler} " != *" $compiler "* ]] ||
			compile_three_ways "$name" "$compiler"
	done
	rm -rf --one-file-system "${machines:?}/$name"
}

case_compilers_bookworm()
{
	compilers compilers-12 bookworm gcc-12 clang-14 clang-19
}

case_compilers_trixie() { compilers compilers-13 trixie gcc-14 clang-19; }

# emulated NAME COMMAND...: there, in a user namespace where the kernel starts
# programs for arm64 with qemu; root is the only user.
emulated()
{
	local enter
	entrance off "$1" root
	# shellcheck disable=SC2016 # it is expanded in there
	unshare --user --map-root-user --net "${enter[@]}" bash -e -c '
		mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
		printf %s ":arm64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00" \
			"\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff" \
			"\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff" \
			"\xfe\xff\xff\xff:$(command -v qemu-aarch64-static ||
				command -v qemu-aarch64):OCF" \
			>/proc/sys/fs/binfmt_misc/register
		"$@"
	' bash "${@:2}"
}

# qemu-user cannot filter system calls, so a filter cannot be loaded; and where
# memory that may be run lies beside memory that may not, qemu 7 shows both as one
# in /proc/self/maps, so that sealing the one would seal the other. There, and
# only there, both count as done. Runs in the machine, in the built folder.
# shellcheck disable=SC2016 # it is expanded in there
units_on_arm64='
set -e
cd "$1"
cat >unfiltered.c <<"END"
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int seccomp_load(void *);
int seccomp_load(void *filter) { (void)filter; return 0; }
int mprotect(void *at, size_t len, int prot)
{
	return prot & PROT_EXEC ? 0 : (int)syscall(SYS_mprotect, at, len, prot);
}
END
aarch64-linux-gnu-gcc -fPIE -c unfiltered.c
find . -type f -executable -name "test_*" -delete
rm logmend
make -j"$(nproc)" LIBS="$PWD/unfiltered.o" all >/dev/null
./logmend test
CK_TIMEOUT_MULTIPLIER=20 make -k -j"$(nproc)" check \
	LIBS="$PWD/unfiltered.o" TESTS="${*:2}"
'

# What is left out needs the filter (test_sandbox, test_call-filter,
# test_docker-sandbox, test_notify-sandbox, test_eyes, and test_descriptors and
# test_rule, which let calls fail by one), other users (test_daemon-client,
# test_control, test_listening-socket, test_owned-path, test_privileges,
# test_engine, test_new-migration, test_resume), a namespace entered (test_reach),
# openat2(2), which qemu does not know (test_in-root, test_migrations-folder), to
# trace processes (test_locked-file, test_attempt-file), the descriptors that qemu
# takes for itself (test_process), a first argument that it changes (test_role) or,
# emulated, minutes (test_reader).
arm64_tests()
{
	local out='sandbox|eyes|daemon-client|control|listening-socket'
	out+='|owned-path|privileges|locked-file|process|role|descriptors|rule'
	out+='|call-filter|docker-sandbox|notify-sandbox|engine|new-migration'
	out+='|resume|reach|in-root|migrations-folder'
	(cd "$TOP" && find tests/unit -name 'test_*.c' -o -name scan.sh \
		-o -name captures.sh) | sed 's/\.c$//' |
		grep -vE "/test_($out|attempt-file|reader)$"
}

# arm64 RELEASE: cross-compiled as Debian does it.
arm64()
{
	local name=arm64-$1 needs tests
	mapfile -t needs < <((packages build && echo check) |
		sed '/^lib\|^zlib\|^check$\|^pkgconf$/s/$/:arm64/; /^gcc$/d')
	mapfile -t tests < <(arm64_tests)
	machine_new "$name" "$1"
	on "$name" root dpkg --add-architecture arm64
	apt_on "$name" update >/dev/null
	told "$1: apt-get: gcc and libraries for arm64" "$name" \
		apt_on "$name" install gcc-aarch64-linux-gnu jq \
		qemu-user-static "${needs[@]}"
	compile_arm64 "$name"
	told 'the tests of units on arm64' "$name-units" emulated "$name" \
		bash -c "$units_on_arm64" bash built "${tests[@]}"
	sed -n 's/^# \([A-Z]*\): *\([1-9]\)/    \1 \2/p' \
		"$machines/$name-units.log"
	rm -rf --one-file-system "${machines:?}/$name"
}

compile_arm64()
{
	told '--host=aarch64-linux-gnu' "$1-build" on "$1" root \
		bash -c "$built" bash built tests --host=aarch64-linux-gnu
	! grep 'warning:' "$machines/$1-build.log" ||
		bad 'there are warnings'
	[[ $(emulated "$1" built/logmend --version) == logmend* ]] ||
		bad 'the program does not run on arm64'
}

case_arm64_bookworm() { arm64 bookworm; }
case_arm64_trixie() { arm64 trixie; }

machine_open
for c in ${CASES:-build compilers_bookworm compilers_trixie arm64_bookworm \
	arm64_trixie interrupted busy hyperscan neither root sudo trixie}; do
	echo "$c"
	"case_$c"
done
