#!/bin/bash
# What code and documents cite is in the tree: every `DESIGN section N`, every
# path in backticks in the documents for developers, every file that a comment
# names with its folder. What is planned is marked so behind the path:
# `agent/web` (planned). Nothing cites what is not in the repository.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP" || exit
documents=(agent/DESIGN.md agent/CONVENTIONS.md HACKING.md SECURITY.md README.md README.fr.md
	NEWS)
sources=(agent sql man rules tests/support tests/tree tests/unit tests/server
	tests/scenario tests/machine tests/bench tests/local.mk configure.ac
	Makefile.am bootstrap)

breaches=0
breach() { echo "$*"; breaches=$((breaches + 1)); }

for document in "${documents[@]}"; do
	[[ -f $document ]] || breach "$document: is missing"
done

# --- sections ----------------------------------------------------------------
while IFS=: read -r file section; do
	grep -q "^## $section\. " agent/DESIGN.md ||
		breach "$file: agent/DESIGN.md has no section $section"
done < <(grep -rohE --with-filename 'DESIGN(\.md)?,? sections? [0-9]+' \
	"${sources[@]}" "${documents[@]}" | sed 's/:.* /:/' | sort -u)

# --- paths -------------------------------------------------------------------
# A path counts from the top, from agent/ or from tests/; a name alone is that of
# some file. Words in capitals stand for something: tests/unit/FOLDER.
is_there()
{
	local path=$1 place
	[[ ! $path =~ [A-Z]{2} || $path == *.md || -e $path ]] || return 0
	case $path in
	/* | .* | build/* | config.h | *[!A-Za-z0-9._/*-]*) return 0 ;;
	*/* | *.md)
		for place in . agent tests; do
			compgen -G "$place/${path%/}" >/dev/null && return 0
		done
		return 1
		;;
	*.[ch] | *.sh | *.bash | *.mk | *.sql | *.rules | *.shapes)
		[[ -n $(find agent rules sql tests -name "$path" -print -quit) ]]
		;;
	esac
}

for document in "${documents[@]}"; do
	[[ -f $document ]] || continue
	while read -r path; do
		is_there "$path" ||
			breach "$document: $path is not in the tree"
	done < <(tr '\n' ' ' <"$document" | sed 's/```[^`]*```//g' |
		grep -oE '`[^` ]+`( +\(planned\))?' | grep -v 'planned)$' |
		tr -d '`' | sort -u)
done

# In comments: a file with its folder, such as wire/job.h.
while IFS=: read -r file path; do
	for place in . agent tests "$(dirname "$file")"; do
		[[ ! -e $place/$path ]] || continue 2
	done
	breach "$file: $path is not in the tree"
done < <(grep -rhoE --with-filename --include='*.[ch]' --include='*.mk' \
	'(/\*|^[	 ]+\*|^#) .*' agent tests sql man |
	grep -v '#include' |
	sed -nE 's|^([^:]*):.*[^A-Za-z0-9_./*-](([a-z0-9-]+/)+[a-z0-9_-]+\.([ch]\|sh\|bash\|mk)).*|\1:\2|p' |
	sort -u)

# --- places that are nobody's but ours ----------------------------------------
# The pattern is in pieces, so that it does not find itself.
elsewhere='\.\./sha''red|[^a-z]fac''ts/|HOU''SE\.md'
if grep -rnE "$elsewhere" "${sources[@]}" "${documents[@]}" 2>/dev/null; then
	breach 'these cite what is not in the repository'
fi

# --- width -------------------------------------------------------------------
while IFS=: read -r document line _; do
	breach "$document:$line: is longer than 100 columns"
done < <(LC_ALL=C.UTF-8 grep -nHE '^.{101}' "${documents[@]}" 2>/dev/null)
((breaches == 0)) || bad "$breaches citations lead nowhere"
