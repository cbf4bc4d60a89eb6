#!/bin/bash
# What people do wrong at first is told with what they meant: a path one level
# off, a secret that others can read, a receiver that wants another URL, a folder
# or no text at all where a log is asked for.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage=$(mktemp -d)
trap 'agent_kill; rm -rf "$stage"' EXIT
need jq
build_helpers
conf=$stage/logmend.conf
mkdir "$stage/docker"
alive="[agent]\nrules = $TOP/rules\ndocker-root = $stage/docker
store = $stage/state/logmend.db\nsocket = $stage/control\n"
mkdir -m 0700 "$stage/state"

# checked STATUS TEXT CONFIGURATION
checked()
{
	printf '%b' "$3" >"$conf"
	expect_status "$1" lm check-config
	says "$2"
}

mkdir -p "$stage/prisma/migrations/20250101000000_a"
: >"$stage/prisma/migrations/20250101000000_a/migration.sql"
app="${alive}[app a]\nmigrations = $stage/prisma"
checked 2 "$conf:7: migrations: $stage/prisma: has a folder \`migrations\` in \
it: $stage/prisma/migrations is meant" "$app\n"
checked 2 'is the folder of one migration: the one above it is meant' \
	"$app/migrations/20250101000000_a\n"
checked 0 'fine' "$app/migrations\n"
# Beside migrations, such files mislead nobody.
: >"$stage/prisma/migrations/migration.sql"
mkdir "$stage/prisma/migrations/migrations"
checked 0 'fine' "$app/migrations\n"
shown 'a migrations path one level too high or too low: which one is meant'

checked 2 "$conf:2: polcy: is no key of [app]; is \`policy\` meant?" \
	'[app a]\npolcy = p\ndatabase-url = x\nstart = never\n[policy q]\nmode = no\n'
says "$conf:3: database-url: expects \`container\`, which takes the URL from the \
app's container: put a URL itself into a file that only root reads, and name \
that as \`database-url-file\`"
says "$conf:4: start: "
says "$conf:6: mode: "
expect 'mistakes that are told' "$(grep -c "$conf:" <<<"$output")" 4
expect_status 2 lm run
says "$conf:2: polcy: "
says '(and 3 more: `logmend check-config` tells each)'
checked 2 "$conf:2: [app a] policy: there is no section [policy p]" \
	'[app a]\npolicy = p\n[app b]\nnotify = n\n'
says "$conf:4: [app b] notify: there is no section [notify n]"
checked 2 "$conf:2: url-file: " '[notify n]\nurl-file = rel\n'
[[ $output != *'is missing'* ]] || bad "what is there is called missing: $output"
checked 2 "$conf:2: expected \`key = value\`" "[app a]\nno key\n[polciy p]
[app a]\nx = 1\n[policy q\nmode = no\n  more\n[policy r]\nmode = no
mode = ask\nsome thing = 1\n\001\n[app b]\npolcy = q\n"
for told in '3: [polciy p]: there are' '4: section [app a] was already opened' \
	'6: a section is written [name]' '10: mode: ' '11: `mode` was already' \
	'12: a key is made of letters' '13: the line has a control character' \
	'15: polcy: is no key'; do
	says "$conf:$told"
done
expect 'mistakes that are told' "$(grep -c "$conf:" <<<"$output")" 9
head -c 100000 "$LOGMEND" >"$conf"
expect_status 2 lm check-config
(($(wc -l <<<"$output") <= 60)) || bad "a mistake for each line: $output"
shown 'several mistakes in one file: each is told, with the key that is meant'

url=$stage/app.url
echo 'postgresql://app:hush@db/shop' >"$url"
chmod 644 "$url"
checked 0 "$conf:7: database-url-file: $url: can be read by others (mode 644): \
chmod 600 $url" "${alive}[app a]\ndatabase-url-file = $url\n"
says 'fine'
chmod 600 "$url"
expect_status 0 lm check-config
[[ $output != *'by others'* ]] || bad 'a secret of mode 600 is complained of'
shown 'a secret that others can read: a warning, with the command that mends it'

# As it stands in a .env file, a shell, a chat: the URL is taken out, and that is
# said, in words that hold nothing of it.
dressed()
{
	printf '%b' "$1" >"$url"
	expect_status 0 lm check-config
	says "$conf:7: database-url-file: $url: is read without what stands \
around the URL: $2"
	says 'fine'
	[[ $output != *hush* ]] || bad "a password is shown: $output"
}
plain='postgresql://app:hush@db/shop'
dressed "DATABASE_URL=$plain\n" '`DATABASE_URL=`'
dressed "export DATABASE_URL='$plain';\r\n" '`export`, `DATABASE_URL=`, quotes, `;`'
dressed "\"$plain\"\r\n\r\n" 'quotes'
dressed "\xef\xbb\xbf$plain\n" 'a byte order mark'
dressed "  hush = $plain" '`NAME=`'
dressed "\xe2\x80\x9c$plain\xe2\x80\x9d" 'quotes'
printf '%s\r\n' "$plain" >"$url"
expect_status 0 lm check-config
[[ $output != *'is read without'* ]] || bad "a plain URL is said to have more"
shown 'a URL as it was copied, with its name and quotes: taken out, and said'

hook=$stage/hook.url
(umask 077 && echo 'https://discord.com/api/webhooks/1/hush' >"$hook")
checked 2 'only at the URL that ends in /slack: add that to it' \
	"${alive}[notify n]\nurl-file = $hook\n"
[[ $output != *hush* ]] || bad 'the webhook is shown'
echo 'https://discord.com/api/webhooks/1/hush/slack' >"$hook"
checked 0 'fine' "${alive}[notify n]\nurl-file = $hook\n"
shown "Discord's URL: what is missing at its end"

checked 2 'socket: is longer than a socket' \
	"[agent]\nsocket = $stage/$(printf '%0120d' 0)\nrules = $TOP/rules\n"
checked 2 "$conf:2: store: $stage/nowhere: No such file" \
	"[agent]\nstore = $stage/nowhere/logmend.db\nrules = $TOP/rules\n"
shown 'a store without its folder, and a socket with too long a path'

checked 0 "$conf: no app is configured, so nothing would be read" "$alive"
rm "$conf"
expect_status 2 lm check-config
says "$conf: there is no configuration: \`sudo logmend init\` writes one"
shown 'no app, and no configuration: where to begin'

# -c stands before the command, or behind it.
printf '%b' "$alive" >"$conf"
expect_status 0 "$LOGMEND" check-config -c "$conf"
says 'fine'
expect_status 2 "$LOGMEND" check-config -c
shown '-c is taken behind the command, too'

log=$TOP/tests/data/captures/c5-console-error.prod/stderr
scan() { "$LOGMEND" scan --rules "$TOP/rules" "$@"; }
expect_status 3 scan "$stage"
says 'is a folder: give the logs in it'
expect_status 0 scan "$LOGMEND"
says 'is no text, and no log format was recognised'
gzip -c "$log" >"$stage/log.gz"
expect_status 0 scan "$stage/log.gz"
says '1 fault in 1 log'
printf '\x28\xb5\x2f\xfd\x00\x58' >"$stage/log.zst"
expect_status 0 scan "$stage/log.zst"
says 'zstdcat FILE | logmend scan -'
for ((i = 0; i < 3000; i++)); do cat "$log"; done >"$stage/many"
expect_status 1 bash -o pipefail -c '"$0" scan --all --rules "$1" --exit-code "$2" |
	head -n 1 >/dev/null' "$LOGMEND" "$TOP/rules" "$stage/many"
{ head -c 100 /dev/zero && seq -f 'an ordinary line %g' 1000; } >"$stage/nul"
expect_status 0 scan "$stage/nul"
[[ $output != *'no text'* ]] || bad "a log with some NULs: $output"
status=0
said=$(scan "$stage/many" 2>&1 >/dev/null | head -n 1) || status=$?
[[ $said == *' faults in 1 log'* ]] || bad "scan says: $said"
scan --all "$stage/many" 2>"$stage/err" | head -n 1 >/dev/null ||
	bad 'a reader that has enough makes scan fail'
[[ ! -s $stage/err ]] || bad "a reader that has enough: $(cat "$stage/err")"
shown 'a folder, no text, a log that zstd compressed, `| head`: each is understood'

if ((EUID == 0)); then
	chmod 711 "$stage"
	expect_status 3 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$LOGMEND" -c "$conf" run
	says 'run it with sudo, or as the service does: systemctl start logmend'
	agent_start
	expect_status 3 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$LOGMEND" -c "$conf" status
	says 'sudo usermod -aG logmend USER'
	agent_stop
	shown 'without the rights: how to get them'
fi
