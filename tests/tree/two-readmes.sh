#!/bin/bash
# README.fr.md is the README in French: the same headings in the same order, as
# deep, and the same commands in the code blocks. What stands behind a # in a
# command is for people, and translated; a block with other lines than commands
# (a drawing) only has to be there.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP" || exit

# The levels of the headings, each with the number of blocks in its section and
# the commands in them.
outline()
{
	awk '
	function ends() { if (block != "" && drawn) print "block"
		else if (block != "") printf "%s", block
		block = ""; drawn = 0 }
	/^#+ / { ends(); sub(/ .*/, ""); print; next }
	/^    / {
		line = substr($0, 5)
		sub(/(^| +)#( .*)?$/, "", line)
		if (line ~ /[^ -~]|^ |\|$/) drawn = 1
		if (line ~ /^ *$/) next
		block = block line "\n"
		next
	}
	/^[^ ]/ { ends() }
	END { ends() }' "$1"
}

# The check itself is tried first.
sample=$(mktemp -d)
trap 'rm -rf "$sample"' EXIT
printf '# a\n\nx\n\n    run it   # now\n\n## b\n' >"$sample/en"
printf '# \xc3\xa0\n\nx\n\n    run it # tout de suite\n\n## c\n' >"$sample/fr"
[[ $(outline "$sample/en") == $'#\nrun it\n##' ]] ||
	bad "the outline is: $(outline "$sample/en")"
[[ $(outline "$sample/en") == "$(outline "$sample/fr")" ]] ||
	bad 'a translated comment makes a difference'
sed -i 's/run it/run that/' "$sample/fr"
[[ $(outline "$sample/en") != "$(outline "$sample/fr")" ]] ||
	bad 'another command makes no difference'

diff <(outline README.md) <(outline README.fr.md) ||
	bad 'README.md and README.fr.md differ in a heading or a command'
[[ $(grep -c '^|' README.md) == $(grep -c '^|' README.fr.md) ]] ||
	bad 'their tables differ in length'
