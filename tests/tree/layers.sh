#!/bin/bash
# Who may include what (DESIGN section 4): which folder of agent/ which other, and
# within a role which of its folders which other, so that there is no circle and
# no arrow back up. A file includes the header of each function that it calls,
# and each header compiles alone. Prints every breach as file:line.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent" || exit

# From top to bottom: a file includes headers of its own folder and of those that
# stand in a later line. `.` are the files of the role itself.
# hands: migrator/ is the seam. prisma/ implements it and stands beside diagnose/,
# so that neither includes the other; migrators.sh keeps jobs/ and plan/ from it.
declare -A inside=()
inside[head]='
.
control watch
incidents
notices sources
store roles
model
policy'
inside[hands]='
.
jobs
plan
diagnose prisma
migrator
postgres sql
container
steps
run'
inside[eyes]='
.
match
records
search
format
input'
inside[cli]='
init doctor
daemon local
roles
.
output'
# Every folder of agent/, which may include what stands in a later line. Of a role
# others see its face alone: ROLE/ROLE.h.
arrows='
main
cli
eyes head hands notify launch
docker
rule
config
wire
base'
roles='eyes head hands notify launch'

breaches=0
breach() { echo "agent/$1: $2"; breaches=$((breaches + 1)); }

# The line of the list $1 that names $2; nothing if none does.
level() { grep -nwF -- "$2" <<<"$1" | head -1 | cut -d: -f1; }

# Whether in the list $1 the entry $2 may include the entry $3.
is_below()
{
	local from into
	[[ $2 == "$3" ]] && return 0
	from=$(level "$1" "$2") into=$(level "$1" "$3")
	[[ -n $from && -n $into ]] && ((from < into))
}

is_face()
{
	local role
	for role in $roles; do
		[[ $1 == "$role/$role.h" ]] && return 0
	done
	return 1
}

# The part of the role that the path $1 lies in.
part()
{
	local rest=${1#*/}
	[[ $rest == */* ]] && echo "${rest%%/*}" || echo .
}

declare -A known=()
# Whether the file $1 may include $2, remembered for its folder.
may_include()
{
	local from=${1%%/*} into=${2%%/*} key
	[[ $1 == */* ]] || from=main
	[[ $2 == config.h ]] && return 0
	key=${1%/*}:${2%/*}
	[[ -n ${known[$key]-} ]] && return "${known[$key]}"
	known[$key]=1
	if [[ $from == "$into" ]]; then
		[[ -z ${inside[$from]-} ]] ||
			is_below "${inside[$from]}" \
				"$(part "$1")" "$(part "$2")" || return 1
	elif [[ " $roles " == *" $into "* ]]; then
		# A face is no folder: what holds for it holds for it alone.
		known[$key]=
		[[ $from =~ ^(main|cli)$ ]] && is_face "$2"
		return
	else
		is_below "$arrows" "$from" "$into" || return 1
	fi
	known[$key]=0
}

check_includes()
{
	local file=$1 first='' second='' line header
	while IFS=: read -r line header; do
		header=${header#*\"} header=${header%%\"*}
		if [[ -z $first ]]; then
			first=$header
		elif [[ -z $second ]]; then
			second=$header
		fi
		may_include "$file" "$header" ||
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

# A file that calls a function of a header, outside of base/, includes that header
# itself or through its own header: so the includes say who uses whom. The lines
# come without comments and strings, as `file:line:text`.
check_calls()
{
	awk -F: '
	function include(text) {
		match(text, /"[^"]*"/)
		return substr(text, RSTART + 1, RLENGTH - 2)
	}
	{
		file = $1; number = $2
		text = substr($0, length(file) + length(number) + 3)
		if (text ~ /^#include "/) {
			has[file, include(text)] = 1
			next
		}
		gsub(/"([^"\\]|\\.)*"/, "\"\"", text)
		if (file ~ /\.h$/ && text ~ /^[a-z].*[a-z0-9_]\(|^[a-z0-9_]+\(/ &&
			text !~ /^[A-Z]|^typedef|__attribute__/) {
			name = text
			sub(/\(.*/, "", name)
			sub(/.*[^a-z0-9_]/, "", name)
			if (name != "" && !(name in home))
				home[name] = file
			else if (name != "" && home[name] != file)
				home[name] = "several"
			next
		}
		while (match(text, /(^|[^a-z0-9_.>])[a-z][a-z0-9_]*\(/)) {
			name = substr(text, RSTART, RLENGTH - 1)
			sub(/^[^a-z]/, "", name)
			at = file SUBSEP name
			if (text ~ ("^" name "\\("))
				defined[at] = 1
			else if (!(at in calls))
				calls[at] = number
			text = substr(text, RSTART + RLENGTH)
		}
	}
	END {
		for (at in calls) {
			split(at, part, SUBSEP)
			file = part[1]; name = part[2]
			if (!(name in home) || (at in defined))
				continue
			header = home[name]
			own = file
			sub(/\.c$/, ".h", own)
			if (header == "several" || header ~ /^base\// ||
				header == own || (file, header) in has ||
				(own, header) in has)
				continue
			printf "%s:%s:%s of %s\n", file, calls[at], name, header
		}
	}'
}

code()
{
	local file
	for file in "$@"; do
		${CC:-cc} -fpreprocessed -dD -E -x c "$file" 2>/dev/null |
			awk -v file="$file" '
			/^# [0-9]+ / { at = $2; next }
			/^#undef|^#pragma/ { at++; next }
			{ if (length($0)) print file ":" at ":" $0; at++ }'
	done
}

mapfile -t files < <(find . -name '*.[ch]' -printf '%P\n' | sort)
for file in "${files[@]}"; do
	check_includes "$file"
	[[ $file == *.h ]] && check_header_alone "$file"
done
while IFS=: read -r file line what; do
	breach "$file:$line" "calls $what, and does not include it"
done < <(code "${files[@]}" | check_calls | sort)

# Who connects to anybody on the network, by libcurl, and who looks names up: head
# has neither, and no call of its own that would.
outside='curl_[a-z_]+|CURL[A-Z_]*|getaddrinfo|gethostbyname[a-z0-9_]*'
outside+='|AF_INET6?|PF_INET6?|inet_pton'
while IFS=: read -r file line what; do
	case $file in
	docker/http/* | notify/*) [[ $what == *[cC][uU][rR][lL]* ]] && continue ;;
	esac
	case $file in
	notify/* | hands/*) [[ $what != *[cC][uU][rR][lL]* ]] && continue ;;
	esac
	breach "$file:$line" "has no business with $what"
done < <(code "${files[@]}" | sed -nE \
	"s/^([^:]*:[0-9]+:)(.*[^A-Za-z0-9_])?($outside)([^A-Za-z0-9_].*)?$/\1\3/p")

# No folder is a heap.
while read -r folder; do
	number=$(find "$folder" -maxdepth 1 -name '*.c' | wc -l)
	((number <= 13)) ||
		breach "$folder" "holds $number .c files: make rooms of it"
done < <(find . -mindepth 1 -type d -printf '%P\n')
((breaches == 0)) || bad "$breaches breaches of the layer rule"
