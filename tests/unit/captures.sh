#!/bin/bash
# What real programs printed (tests/data/captures, one folder each) gives the
# faults that its `expect` names and no others: as plain files, as one Docker
# log of both streams, line by line in turn, and compressed.
. "$(dirname "$0")/../support/sh.bash"
need jq
captures=$TOP/tests/data/captures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One line for each fault: NAME class key=value ..., unknown values as `-`.
faults()
{
	jq -r '(.source | split("/") | .[-2]) + " " + .class +
		([.object | to_entries[] | " \(.key)=\(.value // "-")"] | add
		// "")' | LC_ALL=C sort -u
}

# Sources of no fault say so, as `expect` does.
with_nothing()
{
	awk -v names="$work/names" '{ print; seen[$1] = 1 }
		END { while ((getline name < names) > 0)
			if (!seen[name]) print name " nothing" }' |
		LC_ALL=C sort
}

# compare WHAT FILE...: what scan makes of them, against $work/expected.
compare()
{
	local what=$1
	shift
	"$LOGMEND" scan --json --rules "$TOP/rules" "$@" >"$work/out" ||
		bad "$what: scan ended with $?"
	faults <"$work/out" | with_nothing >"$work/got"
	diff -u "$work/expected" "$work/got" >"$work/diff" || {
		cat "$work/diff"
		bad "$what: other faults than expected"
	}
}

plain=() docker=() packed=()
for folder in "$captures"/*/; do
	name=$(basename "$folder")
	echo "$name" >>"$work/names"
	sed "s|^|$name |" "$folder/expect" >>"$work/expecting"
	mkdir "$work/$name"
	for stream in stdout stderr; do
		[[ -s $folder/$stream ]] || continue
		plain+=("$folder$stream")
		"$BUILT/tests/support/dockerlog" -s $stream \
			"$work/$name/$stream" <"$folder/$stream"
	done
	# A runtime's own pieces are not logged by a container once more.
	if [[ $name == wrap-*16k-straddle* ]]; then
		sed "s|^|$name |" "$folder/expect" >>"$work/pieces"
		continue
	fi
	touch "$work/$name/stdout" "$work/$name/stderr"
	paste -d '\n' "$work/$name/stdout" "$work/$name/stderr" |
		grep . >"$work/$name/json.log" || true
	gzip -c "$work/$name/json.log" >"$work/$name/json.log.1.gz"
	docker+=("$work/$name/json.log")
	packed+=("$work/$name/json.log.1.gz")
done
LC_ALL=C sort "$work/expecting" >"$work/expected"
((${#docker[@]} > 400)) || bad 'the captures are missing'
compare 'plain files' "${plain[@]}"
grep -v -x -F -f "$work/pieces" "$work/expected" >"$work/fewer"
mv "$work/fewer" "$work/expected"
grep -v straddle "$work/names" >"$work/fewer"
mv "$work/fewer" "$work/names"
compare 'Docker logs' "${docker[@]}"
compare 'compressed logs' "${packed[@]}"
