#!/bin/bash
# A rotation falls between any two lines: in the middle of a message of many
# lines, or of a line that Docker cut into pieces of 16 KiB. The files of a log
# are read as one, whoever is killed in between and whatever became of them.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy report
stage_pending shop
agent_start
log=$(log_of shop)
fault=$TOP/tests/data/prisma/p2021-5.22.0-rust
fault=$fault/console-error.NODE_ENV_production.stderr

count_is() { wait_until 1 ".count == $1"; }
write() { "$BUILT/tests/support/dockerlog" "$@" "$log"; }
told=0 # gaps that had to be
no_gap()
{
	local gaps
	gaps=$(grep -c 'a gap from byte' "$stage/agent.log") || true
	expect 'gaps' "$gaps" "$told"
}
files_are() { [[ $(lm status --json | jq '.sources | length') == "$1" ]]; }

# Each line of a message in a file of its own.
write -m 1 -f 60 <"$fault"
count_is 1
lines=$(wc -l <"$fault")
((lines >= 4)) || bad "$fault has only $lines lines"
[[ -e $log.$((lines - 1)) ]] || bad "there are no $lines files"
wait_for 20 files_are 1 || bad 'files that are read are still held'
shown "a message of $lines lines, a file for each: counted once"

newest_is_open()
{
	lm status --json | jq -e --argjson size "$(stat -c %s "$log")" \
		'any(.sources[]; .size == $size and (.unlinked | not))'
}

# The same with max-file 1: each file is gone when the next one comes, so that
# it has to be opened in time.
while IFS= read -r line; do
	printf '%s\n' "$line" | write -m 1
	wait_for 20 newest_is_open || bad 'a new file was not opened'
done <"$fault"
count_is 2
no_gap
shown 'the same, and each file gone when the next one comes: counted once'

# A line of 40 KiB whose fault is in its last piece, a file for each piece.
jq -cRs '{level: 50, pad: ("0" * 40000), msg: .}' "$fault" >"$stage/long"
write -m 1 -f 60 <"$stage/long"
count_is 3
no_gap
shown 'a line of 40 KiB, a file for each piece: counted once'

# The halves of a message, and in between everybody is killed; the first half
# is then in a rotated copy, in a compressed one, in one behind others.
half=$((lines / 2))
for way in plain packed deep; do
	rm -f "$log".*
	head -n $half "$fault" | write
	agent_kill
	tail -n +$((half + 1)) "$fault" | write -m 1 -f 60
	if [[ $way == packed ]]; then
		gzip "$log".[1-9]
	elif [[ $way == deep ]]; then
		write -m 1 -f 60 <"$fault"
	fi
	agent_start
	case $way in
	plain) count_is 4 ;;
	packed) count_is 5 ;;
	deep) count_is 7 ;;
	esac
	shown "rotated ($way) in the middle of a message, all killed: counted once"
done
no_gap

# A compressed copy that is broken holds up nobody: it is told as a gap, and what
# came after it is read.
rm -f "$log".*
write <"$fault"
count_is 8
agent_kill
head -c 300000 /dev/urandom | base64 | write
mv "$log" "$log.1"
gzip "$log.1"
printf '\377\377' | dd of="$log.1.gz" bs=1 conv=notrunc status=none \
	seek=$(($(stat -c %s "$log.1.gz") - 8))
write <"$fault"
agent_start
count_is 9
grep -q 'a gap from byte .* compressed data is broken' "$stage/agent.log" ||
	bad 'a broken copy left no gap'
shown 'a compressed copy is broken: a gap is told, and what follows is read'
told=1

# As fast as a disk can write, compressed on the way, but no more than max-file
# keeps: every one counts.
rm -f "$log".*
write -m 6000 -f 99 -z -r 200 <"$fault"
count_is 209
no_gap
shown '200 messages as fast as a disk can write: each counted once'

# With max-file 1 and no time to open them, what is lost is told.
write -m 300 -r 200 <"$fault"
write <"$TOP/tests/data/captures/e5-p2022/stderr"
wait_until 2 true
count=$(show 1 .count)
if ((count != 409)); then
	grep -q 'went away before anybody could look' "$stage/agent.log" ||
		bad "$((409 - count)) of 200 records were lost without a word"
fi
shown "files that went before anybody could look: what is lost is told"
agent_stop
