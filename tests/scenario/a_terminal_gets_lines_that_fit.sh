#!/bin/bash
# On a terminal of 80 columns no line of any command is longer, and what is not a
# terminal gets each text on one line.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
need script

stage_open
stage_policy ask
stage_pending moverz-v4
stage_pending barred
pg_url app barred | sed 's/app:app/app:wrong/' >"$stage/barred.url"
agent_start
app_fails moverz-v4
state_is 1 awaiting-approval
app_fails barred
state_is 2 reported

# on_terminal ARGUMENTS: as a person with 80 columns sees it.
on_terminal()
{
	script -qc "stty cols 80; TERM=dumb NO_COLOR=1 '$LOGMEND' \
		-c '$stage/logmend.conf' $1" /dev/null </dev/null | tr -d '\r'
}

# Words that are longer than a line by themselves cannot be broken.
too_long() { awk 'length > 80 && NF > 1 && !/^ *\/[^ ]*$/' <<<"$1"; }

for command in incidents 'show 1' 'show 2' status 'diagnose barred' \
	'diagnose moverz-v4 missing-table public.AnalyticsEvent' \
	"scan '$(log_of moverz-v4)'" test --help 'scan --help' \
	'diagnose --help' pause resume 'reject 1' 'close 2'; do
	said=$(on_terminal "$command")
	[[ -n $said ]] || bad "$command says nothing"
	long=$(too_long "$said")
	[[ -z $long ]] || bad "$command: $long"
done
shown 'no line of any command is longer than a terminal of 80 columns'
said=$(on_terminal 'show 1')
[[ $said == *$'\n             20250901080000_add_analytics_event, which'* ]] ||
	bad "the cause does not go on below its beginning: $said"
said=$(on_terminal incidents)
[[ $said == *$'\n    missing-table public.AnalyticsEvent'* ]] ||
	bad "the fault has no line of its own: $said"
shown 'what is broken goes on below its beginning'
grep -q 'is missing because migration .* never applied here$' <<<"$(lm show 1)" ||
	bad 'a pipe gets broken lines'
shown 'a pipe gets whole sentences'
agent_stop
