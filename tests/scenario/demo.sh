#!/bin/bash
# The main job, for people to watch: `make demo` or `./bootstrap demo`.
#
# A private PostgreSQL in a temporary folder holds the database of a moving
# company whose table AnalyticsEvent is missing in production. Output of a real
# Prisma app that was captured is written, with the present time, as Docker
# would write it. `logmend run` does the rest. Two more databases follow that
# must not be mended blindly. Exits non-zero, with a sentence, at the first
# thing that does not come out as it should.
#
# KEEP=1 leaves everything in place, to look at.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

bold='' dim='' green='' off=''
if [[ -t 1 && -z ${NO_COLOR-} ]]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' off=$'\e[0m'
fi
began=$SECONDS

title() { printf '\n%s%s%s\n' "$bold" "$*" "$off"; }
folded() { fold -s -w 90; }
step() { printf '  %s%-14s%s %s\n' "$bold" "$1" "$off" "$2"; }
more() { sed "s/^/                 /"; }
quote() { sed "s/^/    $dim| /; s/\$/$off/"; }
good() { printf '  %sok%s             %s\n' "$green" "$off" "$*"; }

captured=$TOP/tests/data/prisma/p2021-5.22.0-rust

# A database with Prisma's history of four migrations, and people's data in it.
make_app()
{
	local app=$1 folder=$stage/$1/prisma/migrations
	stage_app "$app"
	stage_config "proposals = $folder
packs = prisma
policy = swift
remedy.missing-table = prisma
notify = local"
	# shellcheck disable=SC2086 # four names
	prisma_folder "$folder" $first_four
	prisma_deploy "${app//-/_}" "$folder"
	PGDATABASE=${app//-/_} pg_do -c "
		INSERT INTO \"User\" (id, email) VALUES ('u1', 'a@example.org');
		INSERT INTO \"Job\" (id, reference, \"fromAddr\", \"toAddr\",
			\"userId\") VALUES ('j1', 'M-1', 'Lyon', 'Paris', 'u1')"
}

# Everything but the new table and the history, as text.
fingerprint_of()
{
	PGDATABASE=$1 pg_dump -U postgres --no-owner --inserts \
		-T '"AnalyticsEvent"' -T _prisma_migrations |
		grep -v '^\\\(un\)\{0,1\}restrict' | sha256sum
}

seen()
{
	wait_for 20 lm show "$1" --json ||
		bad "incident $1 was not opened: the fault was not seen"
	step 'fault seen' "$(show "$1" '"\(.app): \(.class) \([.object.schema //
		empty, .object.table] | join(".")), by rule \(.rule)"')"
	step 'incident' "$(show "$1" '"\(.id), first seen \(.first_seen)"')"
}

# cause ID WANTED WORDS: the cause, and a sentence that has these words.
cause()
{
	local sentence
	wait_until "$1" '.cause != null and (.findings | length > 0)'
	sentence=$(show "$1" '[.timeline[] | select(.kind == "cause")][0].text')
	step 'cause' "$(show "$1" .cause)"
	folded <<<"${sentence#*: }" | more
	[[ $sentence == *"$3"* ]] ||
		bad "the sentence on the cause does not say '$3'"
	step 'findings' "of $(show "$1" '.findings | length') questions:"
	show "$1" '.findings[] | "\(.answer)\t\(.name): \(.text)"' |
		expand -t 9 | folded | more
	expect "the cause of incident $1" "$(show "$1" .cause)" "$2"
}

outcome_text='if type == "object" then
	[.outcome, .text] | map(select(.)) | join(": ") else tostring end'

rehearsal()
{
	wait_until "$1" '.rehearsal != null'
	step 'rehearsal' "$(show "$1" ".rehearsal | $outcome_text")"
}

decision()
{
	wait_until "$1" '.decision != null'
	step 'decision' "$(show "$1" '"\(.decision.action), because"')"
	show "$1" .decision.reason | sed 's/; /\n/g' | more
}

plan()
{
	step 'plan' "$(show "$1" '"remedy \(.plan.remedy), hash \(
		.plan.hash[:12])"')"
	show "$1" '.plan.steps[]' | folded | more
}

mended()
{
	wait_until "$1" '(.attempts | length) == 1 and
		.attempts[0].outcome != null'
	step 'mend' "$(show "$1" '.attempts[0] |
		"attempt \(.number): \(.outcome), key \(.key)"')"
	state_is "$1" resolved 60
	step 'verification' "$(show "$1" ".verification | $outcome_text")"
}

# At least $1 notices; prints those that came since the last call, without the
# log record that each may quote.
told=0
notices()
{
	has_notices() { (($(wc -l <"$stage/notices") >= $1)); }
	wait_for 30 has_notices "$1" || bad "fewer than $1 notices arrived"
	step 'notices' 'what the webhook got:'
	tail -n "+$((told + 1))" "$stage/notices" | jq -r '.text + "\n"' |
		sed '/^```/,/```$/d' | folded | quote
	told=$(wc -l <"$stage/notices")
}

title 'The stage'
stage_open
receiver_start
stage_config "
[policy swift]
mode = act
quiet = 3s
cooldown = 1s

[remedy prisma]
kind = prisma

[notify local]
kind = slack
url-file = $stage/hook.url"
make_app moverz-v4
make_app moverz-stray
make_app moverz-base
# Pending: the folder that production never got.
cp -R "$moving/migrations/$the_fifth" "$stage/moverz-v4/prisma/migrations/"
# Stray: the same statements, but not in a migration folder.
cp "$moving/migrations/$the_fifth/migration.sql" \
	"$stage/moverz-stray/prisma/migrations/analytics_event.sql"
# Baseline: one script that creates all tables, also those that exist.
mkdir "$stage/moverz-base/prisma/migrations/20251001000000_baseline"
cp "$moving/baseline/migration.sql" \
	"$stage/moverz-base/prisma/migrations/20251001000000_baseline/"
step 'PostgreSQL' "$(pg_do -c 'SHOW server_version'), as $pg_owner, on port $PGPORT"
step 'databases' 'three, with tables User, Job, Asset, Batch, AiMetric'
step 'Docker root' "$stage/docker"
step 'configuration' "$stage/logmend.conf; two more apps follow in it"
sed '/^\[app moverz-stray\]/,$d' "$stage/logmend.conf" | quote
lm check-config >/dev/null || bad 'check-config refuses the configuration'
agent_start
step 'agent' "$("$LOGMEND" --version) runs in mode act"

title '1. A migration that production never got'
before=$(fingerprint_of moverz_v4)
step 'the app says' 'on stderr, in its container:'
sed -n '/^Prisma/,/^The table/p' \
	"$captured/uncaught.NODE_ENV_production.stderr" | quote
app_fails moverz-v4 uncaught
seen 1
cause 1 pending-migration 'was never applied'
rehearsal 1
decision 1
plan 1
mended 1
has_table moverz_v4 AnalyticsEvent || bad 'AnalyticsEvent was not created'
expect 'everything else in the database' "$(fingerprint_of moverz_v4)" \
	"$before"
row=$(prisma_history moverz_v4 | grep "^$the_fifth|") ||
	bad "Prisma's history does not know the migration"
expect "the row in Prisma's history" "$row" "$the_fifth|$(sha256sum \
	<"$moving/migrations/$the_fifth/migration.sql" | cut -d' ' -f1)|t|f|1|-"
good 'the table is there, recorded as Prisma records it, all else untouched'
# One about the cause, one about the end.
notices 2

title '2. A statement file outside of any migration folder'
history=$(prisma_history moverz_stray)
app_fails moverz-stray console-error
seen 2
cause 2 stray-sql 'outside any migration folder'
state_is 2 awaiting-approval
rehearsal 2
decision 2
plan 2
has_table moverz_stray AnalyticsEvent &&
	bad 'it was mended before anybody approved'
expect 'the history before the approval' "$(prisma_history moverz_stray)" \
	"$history"
notices $((told + 2))
grep -q "logmend approve 2 $(show 2 .approval.code)" "$stage/notices" ||
	bad 'no notice has the line to approve it'
code=$(show 2 .approval.code)
step 'a person' "logmend approve 2 $code"
lm approve 2 "$code" | more
mended 2
has_table moverz_stray AnalyticsEvent || bad 'AnalyticsEvent was not created'
proposed=20250212101001_analytics_event
cmp "$stage/moverz-stray/prisma/migrations/$proposed/migration.sql" \
	"$moving/migrations/$the_fifth/migration.sql" ||
	bad 'the proposed migration folder is not there'
grep -q "^$proposed|" <<<"$(prisma_history moverz_stray)" ||
	bad "Prisma's history does not know $proposed"
[[ -f $stage/moverz-stray/prisma/migrations/analytics_event.sql ]] ||
	bad 'the stray file is gone'
good "$proposed was created and applied; the stray file stays"
notices $((told + 1))

title '3. A baseline that creates every table'
history=$(prisma_history moverz_base)
before=$(fingerprint_of moverz_base)
app_fails moverz-base uncaught
seen 3
cause 3 baseline-conflict '18 of the 22 objects that it creates exist already'
state_is 3 reported
decision 3
expect 'the action' "$(show 3 .decision.action)" report
[[ $(show 3 '.attempts | length') == 0 ]] || bad 'an attempt was made'
expect "Prisma's history" "$(prisma_history moverz_base)" "$history"
expect 'the database' "$(fingerprint_of moverz_base)" "$before"
has_table moverz_base AnalyticsEvent && bad 'the baseline was run'
good 'nothing was touched'
notices $((told + 1))
grep -q '18 of the 22 objects that it creates exist already' "$stage/notices" ||
	bad 'no notice says why the baseline must not be run'

title 'logmend show 1'
lm show 1 | sed 's/^/  /'
agent_stop
title "All as it should be, in $((SECONDS - began)) seconds."
echo "  KEEP=1 ./bootstrap demo leaves everything in place, to look at."
