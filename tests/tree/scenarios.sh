#!/bin/bash
# Every scenario runs by itself, tells at its head what it is about, and says a
# sentence for each thing that it shows.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/tests/scenario" || exit

faults=0
fault() { echo "tests/scenario/$1: $2"; faults=$((faults + 1)); }

# The comment below the first line, as one line.
head_comment()
{
	awk 'NR == 1 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$1" |
		tr '\n' ' '
}

for file in *.sh; do
	# Who may write is said by the umask of whoever unpacked the sources, and
	# in a tarball that is being tried nobody may.
	mode=$(stat -c %a "$file")
	[[ $mode == [75][75]5 ]] || fault "$file" "has mode $mode, not 755"
	[[ $(head -n 1 "$file") == '#!/bin/bash' ]] ||
		fault "$file" 'does not begin with #!/bin/bash'
	[[ $(head_comment "$file") =~ ^[A-Z\`k].{40,}\. ]] ||
		fault "$file" 'has no comment of a sentence at its head'
	grep -qE '^[[:blank:]]*(shown|good) ' "$file" ||
		fault "$file" 'says nothing of what it shows'
	grep -q "tests/scenario/$file" local.mk ||
		fault "$file" 'is not in local.mk'
done
((faults == 0)) || bad "$faults faults of scenarios"
