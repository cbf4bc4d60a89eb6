#!/bin/bash
# The layer rule of DESIGN section 4: who may include what, and that each
# header compiles alone. Prints every breach as file:line.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent" || exit

roles='eyes head hands'
breaches=0
breach() { echo "agent/$1: $2"; breaches=$((breaches + 1)); }

# Whether a file of folder $1 (its path is $2) may include $3.
may_include()
{
	local from=$1 file=$2 header=$3 into=${3%%/*}
	[[ $into == "$from" ]] && return 0
	case $from in
	base) false ;;
	wire) [[ $into == base ]] ;;
	config) [[ $into =~ ^(base|wire)$ ]] ;;
	rule) [[ $into =~ ^(base|wire|config)$ ]] ;;
	cli) [[ $into =~ ^(base|wire|config|rule)$ ]] || is_face "$header" ;;
	main) [[ $into =~ ^(base|wire|config|rule|cli)$ ]] ||
		is_face "$header" ;;
	*) [[ $into =~ ^(base|wire|config|rule)$ ]] ;;
	esac
}

# ROLE/ROLE.h, which is all that others see of a role.
is_face()
{
	local role
	for role in $roles; do
		[[ $1 == "$role/$role.h" ]] && return 0
	done
	return 1
}

check_includes()
{
	local file=$1 from=${1%%/*} first='' second='' line header
	[[ $file == */* ]] || from=main
	while IFS=: read -r line header; do
		header=${header#*\"} header=${header%%\"*}
		if [[ -z $first ]]; then
			first=$header
		elif [[ -z $second ]]; then
			second=$header
		fi
		[[ $header == config.h ]] ||
			may_include "$from" "$file" "$header" ||
			breach "$file:$line" "may not include $header"
	done < <(grep -n '^#include "' "$file")
	[[ $file == *.c && $first != config.h ]] &&
		breach "$file:1" 'does not include config.h first'
	[[ $file == *.c && -f ${file%.c}.h && $second != "${file%.c}.h" ]] &&
		breach "$file:1" 'does not include its own header second'
	return 0
}

check_header_alone()
{
	local flags
	# Headers of libraries whose folder is not the default one.
	flags=$(pkg-config --cflags libpq libpcre2-8 libsystemd jansson 2>&1) ||
		flags=
	# shellcheck disable=SC2086 # flags are several words
	echo "#include \"$1\"" | ${CC:-cc} -std=gnu17 -D_GNU_SOURCE -Wall \
		-Wextra -Werror -fsyntax-only -I"$BUILT" -I. $flags -x c - ||
		breach "$1:1" 'does not compile alone'
}

while read -r file; do
	check_includes "$file"
	[[ $file == *.h ]] && check_header_alone "$file"
done < <(find . -name '*.[ch]' -printf '%P\n' | sort)
((breaches == 0)) || bad "$breaches breaches of the layer rule"
