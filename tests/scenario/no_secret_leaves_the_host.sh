#!/bin/bash
# Secrets that an app logs, that stand in the configuration, in the environment,
# in scripts and in what the server says: none is in the store, a message, the
# agent's own log, a file of its own, the command line or the environment of a
# process, or what a command prints. 1,000 are made up in the forms of
# tests/data/secrets/forms. SEED repeats a run; make torture takes random ones.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

: "${SEED:=$([[ -n ${TORTURE-} ]] && echo $RANDOM$RANDOM || echo 1)}"
count=1000 apps=17
echo "SEED=$SEED, $count secrets"
stage_open
build_helpers canaries
work=$stage/work seen=$stage/seen
mkdir "$work" "$seen" "$stage/tmp"
needles=$work/needles
"$BUILT/tests/support/canaries" "$TOP/tests/data/secrets/forms" "$SEED" \
	"$count" "$work" "$apps"

# secret: one more, in $one; each is letters and digits.
RANDOM=$SEED
secret()
{
	one=Zq$RANDOM$(tr '0-9' 'g-p' <<<"$RANDOM$RANDOM")Kx$RANDOM
	echo "$one" >>"$needles"
}

# leaks WHAT FILE...: no needle is in them, as bytes.
leaks()
{
	local what=$1 found
	shift
	found=$(LC_ALL=C grep -aoF -f "$needles" "$@" || true)
	[[ -z $found ]] || bad "$what: $(sort <<<"$found" | uniq -c |
		sort -rn | head -20)"
}

receiver_start
secret
pg_password=$one%2f,%3a$one
pg_do -c "ALTER ROLE app PASSWORD '$one/,:$one'" >/dev/null
# What the rehearsal's pg_dump and the hands above it were started with. Head
# itself asks for the version, and has the environment that we give it.
cat >"$stage/pg_dump" <<END
#!/bin/bash
[[ \$1 == --version ]] || for pid in \$\$ \$PPID; do
	cat /proc/\$pid/cmdline /proc/\$pid/environ >>"$seen/processes"
	echo "\$(tr '\\0' ' ' </proc/\$pid/cmdline)" >>"$seen/names"
done
exec "$pg_bin/pg_dump" "\$@"
END
chmod 755 "$stage/pg_dump"
secret
stage_config "# $one
[policy p]
mode = act
quiet = 1s
cooldown = 0s
# password = $one

[remedy prisma]
pg-dump = $stage/pg_dump

[notify local]
url-file = $stage/hook.url"
secret
echo "$(cat "$stage/hook.url")/services/T0/B0/$one?token=$one" \
	>"$stage/hook.url"
hook=$one

# An app of real secrets and a database that has them in its scripts.
pending()
{
	local app=$1 folder=$stage/$1/prisma/migrations
	stage_app "$app" first_four
	stage_config "policy = p
remedy.missing-table = prisma
notify = local"
	# shellcheck disable=SC2086 # several names
	prisma_folder "$folder" $first_four "$the_fifth"
	echo "postgresql://app:$pg_password@127.0.0.1:$PGPORT/${app//-/_}" \
		>"$stage/$app.url"
	chmod 600 "$stage/$app.url"
	[[ -z ${2-} ]] || echo "$2" >>"$folder/$the_fifth/migration.sql"
}
pending mended
secret
echo "$one" >"$work/in-scripts"
pending asked "ALTER ROLE app PASSWORD '$one';"
pg_do -c 'ALTER ROLE app CREATEROLE' >/dev/null
secret
echo "$one" >>"$work/in-scripts"
pending broken "SELECT 'password=$one'::int;"

# URLs that cannot work, each in its way.
n=0
declare -a unusable=()
malformed()
{
	n=$((n + 1))
	unusable+=("url-$n")
	echo "$1" >"$stage/url-$n.url"
	container_of[url-$n]=$("$TOP/tests/support/container.sh" \
		"$stage/docker" "srv-captain--url-$n")
	stage_config "
[app url-$n]
database-url-file = $stage/url-$n.url
notify = local"
}
secret; malformed "app:$one@127.0.0.1:1/shop"
secret; malformed "$one"
secret; malformed "$one://127.0.0.1/shop"
secret; malformed "postgresql://app:x@12/$one@127.0.0.1:1/shop"
secret; malformed "postgresql://app:x@12?$one@127.0.0.1:1/shop"
secret; malformed "DATABASE_URL=postgresql://app:$one@127.0.0.1:1/shop"
secret; malformed "mysql://app:$one@127.0.0.1/shop"
secret; malformed "postgresql://app:$one@127.0.0.1:1/shop"
secret; malformed "postgresql://app:$one@127.0.0.1:$PGPORT/mended"
secret; malformed "postgresql://app@127.0.0.1:$PGPORT/mended?sslpassword=$one"

for ((i = 1; i <= apps; i++)); do
	container_of[log-$i]=$("$TOP/tests/support/container.sh" \
		"$stage/docker" "srv-captain--log-$i")
	stage_config "
[app log-$i]
notify = local"
done
# The environment of a container, where CapRover keeps an app's secrets.
secret
config=$stage/docker/containers/${container_of[mended]}/config.v2.json
jq -c --arg one "DATABASE_URL=postgres://u:$one@h/d" \
	'.Config.Env += [$one]' "$config" >"$config.new"
mv "$config.new" "$config"
# And the agent's own; what it starts must not have it.
secret
export DATABASE_URL=postgres://u:$one@h/d PGPASSWORD=$one SECRET_KEY=$one
export TMPDIR=$stage/tmp
agent_start
unset DATABASE_URL PGPASSWORD SECRET_KEY

# What we see of the agent's processes from outside while they work.
watch_processes()
{
	local pid
	while [[ -e $stage/watching ]]; do
		for pid in $(pgrep -P "$agent_pid") $(pgrep -f "$stage.*role="); do
			cat "/proc/$pid/cmdline" "/proc/$pid/environ" || true
		done >>"$seen/watched" 2>/dev/null
		sleep 0.05
	done
}
touch "$stage/watching"
watch_processes &
watcher=$!

for ((i = 1; i <= apps; i++)); do
	for kind in raw json; do
		[[ ! -s $work/$i.$kind ]] || stage_log "log-$i" "$work/$i.$kind"
	done
done
# The agent's own credentials, in words that no pattern knows.
for app in mended asked broken; do
	printf '%s\n' 'Error: connect' \
		"    tried $(sed 's/.*app:\(.*\)@.*/\1/' "$stage/$app.url") twice" \
		"    told $hook of it" >"$work/$app.more"
	cat "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" "$work/$app.more" >"$work/$app.log"
	stage_log "$app" "$work/$app.log"
done
for app in "${unusable[@]}"; do
	app_fails "$app"
done

total=$((count + 3 + ${#unusable[@]}))
# Head is busy, and may answer late.
list() { lm incidents --json >"$work/list"; }
all_open() { list && (($(jq -s 'flatten | length' "$work/list") >= total)); }
wait_for 240 all_open || bad "only $(wc -l <"$work/list") of $total incidents"
id_of()
{
	jq -rs --arg app "$1" 'flatten | map(select(.app == $app))[0].id' \
		"$work/list"
}
answers() { lm show "$1" --json >"$work/shown" && lm show "$1" >>"$work/shown"; }
state_is "$(id_of mended)" resolved 90
state_is "$(id_of asked)" awaiting-approval 60
state_is "$(id_of broken)" reported 60
for app in "${unusable[@]}"; do
	wait_until "$(id_of "$app")" \
		'.state | IN("reported", "waiting", "not-confirmed")' 60
done
sent() { (($(wc -l <"$stage/notices") >= 60)); }
wait_for 60 sent || bad "only $(wc -l <"$stage/notices") messages"
shown "$total incidents are open, one is mended, messages went out"

# What fails while a file gets the output is told here.
exec {told}>&2
# The store is searched as a whole; of what is made of it a part is enough.
for ((id = 1; id <= total; id += 7)); do
	wait_for 60 answers "$id" || bad "incident $id is not shown" 2>&"$told"
	cat "$work/shown"
done >"$seen/show" 2>&1
lists() { lm incidents && lm incidents --json && lm status && lm status --json; }
# A command waits ten seconds for a head that has a thousand incidents to store:
# below a sanitizer or on a busy machine that may be too short.
printed() { lists >"$seen/lists" 2>&1; }
wait_for 60 printed || bad "$(cat "$seen/lists")"
lm check-config >"$seen/check-config" 2>&1 && bad 'the URLs are not refused'
for app in mended asked broken "${unusable[@]}"; do
	wait_for 60 answers "$(id_of "$app")" ||
		bad "the incident of $app is not shown" 2>&"$told"
	cat "$work/shown" >>"$seen/show"
	lm diagnose "$app" missing-table public.AnalyticsEvent || true
	lm diagnose "$app" missing-table public.AnalyticsEvent --json || true
	lm diagnose "$app" || true
done >"$seen/diagnose" 2>&1
for app in "${!container_of[@]}"; do
	lm scan "$(log_of "$app")"
	lm scan --all "$(log_of "$app")"
	lm scan --json "$(log_of "$app")"
	lm scan --json --rules "$TOP/rules" "$(log_of "$app")"
done >"$seen/scan" 2>&1
secret
mkdir "$work/rules"
printf '%s\n' '[rule a]' 'class = missing-table' "# $one" \
	"match = token=$one (?<table>\\w+)" '[match a 1]' \
	"text = |token=$one x" "expect = table=y" '[match a 2]' \
	"text = |password=$one" >"$work/rules/a.rules"
printf '%s\n' '[rule b]' "class = token=$one" >"$work/b.rules"
printf '%s\n' "[rule token=$one]" "match = $one" >"$work/c.rules"
for file in "$work"/rules/a.rules "$work"/[bc].rules; do
	lm test "$file" || true
done >"$seen/test" 2>&1
rm "$stage/watching"
wait "$watcher"
eyes=$(role_awaited eyes) || bad 'no eyes are there'
cat "/proc/$eyes/cmdline" >"$seen/eyes"
# They may not be looked into: what they have of the environment only root sees.
cat "/proc/$eyes/environ" >>"$seen/eyes" 2>/dev/null || ((EUID != 0)) ||
	bad "the environment of eyes cannot be read"
cat /proc/"$agent_pid"/cmdline >"$seen/head"

# The search is tried first: all of it is in what was sent.
cat "$stage"/docker/containers/*/*-json.log >"$work/logs"
found=$(LC_ALL=C grep -aoF -f "$needles" "$work/logs" | sort -u | wc -l)
((found > count)) || bad "only $found pieces of secrets were logged"
# A script stands in the listing of its plan to the last byte, or nobody could
# approve it: so the secrets of scripts are in the store, and nowhere else.
all=$needles needles=$work/elsewhere
grep -vxF -f "$work/in-scripts" "$all" >"$needles"
for state in "$stage"/state/*; do
	[[ ! -f $state ]] || leaks "the store's $(basename "$state")" "$state"
done
needles=$all
for file in "$stage/state/attempts"/*; do
	leaks "an attempt's file" "$file"
done
leaks 'messages' "$stage/notices"
leaks "the agent's own log" "$stage/agent.log"
while IFS= read -r -d '' file; do
	leaks "the temporary file $file" "$file"
done < <(find "$stage/tmp" -type f -print0)
shown 'no secret is in the store, an attempt, a message, a file, the own log'
for file in show lists check-config diagnose scan test; do
	leaks "logmend $file" "$seen/$file"
done
shown 'nor in what commands print'
grep -q -- --role=hands "$seen/names" || bad 'no hands were seen'
[[ $(grep -c pg_dump "$seen/names") -ge 2 ]] || bad 'no pg_dump was seen'
for file in processes watched eyes head; do
	leaks "a process: $file" "$seen/$file"
done
shown 'nor in a command line or an environment, of pg_dump and hands neither'
kept=$(grep -ao '\[redacted: [a-z ]*\]' "$seen/show" | sort | uniq -c)
echo "$kept"
(($(grep -c '\[redacted: ' "$seen/show") >= count / 7)) ||
	bad 'samples are missing'
agent_stop
leaks "the agent's own log" "$stage/agent.log"
