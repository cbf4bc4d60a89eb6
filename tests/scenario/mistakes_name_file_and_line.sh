#!/bin/bash
# Broken configurations and rules, and wrong command lines: file, line and key,
# and the exit status that the manual promises.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

umask 077
stage=$(mktemp -d)
trap 'agent_kill; rm -rf "$stage"' EXIT
need jq
build_helpers
conf=$stage/logmend.conf

# refused STATUS TEXT CONFIGURATION
refused()
{
	printf '%b' "$3" >"$conf"
	expect_status "$1" lm check-config
	says "$2"
}

refused 2 "$conf:2: colour" '[agent]\ncolour = red\n'
refused 2 "$conf:3" '[agent]\n\nnonsense\n'
refused 2 'not built yet' '[agent]\nstorm = 3\n'
refused 2 'not built yet' '[app a]\nsource = journal\n'
refused 2 'not built yet' '[remedy r]\nkind = exec\n'
refused 2 "$conf:2: mode" '[policy p]\nmode = auto\n'
rules="[agent]\nrules = $TOP/rules\n"
refused 2 "$conf:4: database-url-file" \
	"${rules}[app a]\ndatabase-url-file = $stage/nowhere\n"
refused 2 "$conf:5: packs" "${rules}[app a]\nstart = tail\npacks = no\n"
refused 2 "$conf:4: rules.off" "${rules}[app a]\nrules.off = no\n"
refused 2 "$conf:5: [app a] remedy.disk-full" "${rules}[app a]\npolicy = p
remedy.disk-full = r\n[policy p]\nmode = ask\n[remedy r]\n"
refused 2 "$conf:3: approvers" "${rules}approvers = root, 0, nobody-here\n"
refused 2 "$conf:2: rules" "[agent]\nrules = $stage/nowhere\n"
expect_status 2 lm run
says 'no fault would be seen'
refused 2 "$conf:4: docker-root: $stage/nowhere: No such file" \
	"[app a]\n[agent]\nrules = $TOP/rules\ndocker-root = $stage/nowhere\n"
if [[ ! -e /var/lib/docker ]]; then
	refused 2 "$conf: docker-root is not set, and its default does not do: \
/var/lib/docker: No such file" "${rules}[app a]\n"
	refused 2 "$conf: docker-root is not set" '[app a]\n'
fi

refused 2 "$conf:2: cooldown: is too long: the longest duration is 10000d" \
	'[policy p]\ncooldown = 999999999999d\n'
refused 2 "$conf:2: attempts: the largest number of attempts is 1000000" \
	'[policy p]\nattempts = 99999999999999999999/h\n'
shown 'what cannot be read: file, line and key are told, status 2'

# Whatever stands in a wrong line may be a secret: its place is told, not it.
hidden()
{
	refused 2 "$@"
	[[ $output != *ush0* ]] || bad "a value is shown: $output"
}
secret='postgresql://app:Hush0fa4k@db/shop'
for line in "[app $secret]" "[$secret]" "$secret" "database-url = $secret" \
	"$secret = x" 'Hush0fa4kQm3b4==' 'Hush0fa4kQm3b4 = x'; do
	hidden "$conf:2" "[agent]\n$line\n"
done
for key in 'agent store' 'agent rules' 'agent approvers' 'app_a source' \
	'app_a start' 'app_a database-url-file' 'app_a migrate-url-file' \
	'app_a migrations' 'app_a policy' 'app_a packs' 'app_a rules.off' \
	'app_a notify' 'app_a remedy.missing-table' 'app_a remedy.Hush0fa4k' \
	'policy_p mode' 'policy_p attempts' 'policy_p cooldown' \
	'policy_p approval' 'remedy_r kind' 'remedy_r deadline' \
	'remedy_r rehearse' 'remedy_r pg-dump' 'notify_n kind' \
	'notify_n private'; do
	for value in "$secret" app:Hush0fa4k@db/shop Hush0fa4k \
		https://hooks.slack.com/services/T0/B0/Hush0fa4k; do
		section=${key% *}
		hidden "$conf:" "[agent]\nrules = $TOP/rules\n$(
			[[ $section == agent ]] || echo "\\n[${section/_/ }]")
${key#* } = $value\n"
	done
done
shown 'a value in a wrong line is never told'

# What reads well and cannot work: file, line, key and sentence, never a
# password, and from the running agent the same words.
mkdir "$stage/docker"
mkdir -m 0700 "$stage/state"
alive="${rules}docker-root = $stage/docker\nstore = $stage/state/logmend.db
socket = $stage/control\n"
url=$stage/app.url
unusable()
{
	printf '%s\n' "$2" >"$url"
	refused 2 "$conf:7: database-url-file: $1" \
		"${alive}[app a]\ndatabase-url-file = $url\n"
	[[ $output != *hush* ]] || bad "a password is shown: $output"
}
unusable "$url: a mysql:// URL is not one of PostgreSQL" \
	'mysql://app:hush@db:3306/shop'
unusable "$url: a prisma:// URL is Prisma's own service" \
	'prisma://accelerate.prisma-data.net/?api_key=hush'
unusable "$url: a file:// URL is not one of PostgreSQL" 'file:///hush.db'
unusable "$url: the database URL begins neither with" 'hush'
unusable "$url: the database URL has an @ behind its host" \
	'postgresql://app:hu/sh@db:x/shop'
unusable "$url: the database URL begins neither with" 'app:hush@db:5432/shop'
unusable "$url: the database URL begins neither with" 'hush://db:5432/shop'
unusable "$url: a mysql:// URL is not one of PostgreSQL" \
	'DATABASE_URL="mysql://a:hush@db/x"'
unusable "$url: should hold one line" $'postgres://a:hush@db/x\nhush'
shown 'URLs that cannot work: told with the reason, never with a password'
rm "$url"
refused 2 "$conf:7: database-url-file: $url: cannot be opened" \
	"${alive}[app a]\ndatabase-url-file = $url\n"
echo 'mysql://app:hush@db:3306/shop' >"$url"
refused 2 "$conf:7: migrate-url-file: $url: a mysql:// URL" \
	"${alive}[app a]\nmigrate-url-file = $url\n"
refused 2 "$conf:7: rehearse: $url: a mysql:// URL" \
	"${alive}[remedy r]\nrehearse = $url\n"
refused 2 "$conf:7: migrations: $stage/nowhere: No such file" \
	"${alive}[app a]\nmigrations = $stage/nowhere\n"
# The unit shows all but the state to the daemon as read-only.
if unshare -m true 2>/dev/null; then
	printf '%b' "${alive}[app a]\nproposals = $stage/docker\n" >"$conf"
	expect_status 0 lm check-config
	# shellcheck disable=SC2016 # it is expanded in there
	expect_status 2 unshare -m bash -c 'mount --bind "$1" "$1" &&
		mount -o remount,bind,ro "$1" && "$2" -c "$3" check-config' \
		bash "$stage/docker" "$LOGMEND" "$conf"
	says "$conf:7: proposals: $stage/docker: Read-only file system"
fi
refused 2 "$conf:2: rules: $stage/nowhere: No such file" \
	"[agent]\nrules = $TOP/rules, $stage/nowhere\n"
refused 2 "$conf:3: docker-root: $stage/nowhere: No such file" \
	"${rules}docker-root = $stage/nowhere\n[app a]\n"
refused 2 "$conf:7: pg-dump: " "${alive}[remedy r]\npg-dump = $conf\n"
refused 2 "$conf:7: [app a] policy: there is no section [policy p]" \
	"${alive}[app a]\npolicy = p\n"
refused 2 "$conf:8: [app a] notify: there is no section [notify n]" \
	"${alive}[app a]\nstart = tail\nnotify = n\n"
mending="policy = p\nremedy.missing-table = r\n[policy p]\nmode = ask
[remedy r]\n"
refused 2 "$conf:8: [app a] remedy.missing-table: needs \`database-url-file\`" \
	"${alive}[app a]\n$mending"
echo 'postgresql://app:hush@db:6543/shop' >"$url"
refused 2 "$conf:6: migrate-url-file: $url: the database URL leads through a \
pooler" "${alive}[app a]\ndatabase-url-file = $url
migrations = $stage/docker\n$mending"
shown 'files, folders and sections that are missing: told'
hook=$stage/hook.url
unsent()
{
	printf '%s\n' "$2" >"$hook"
	refused 2 "$conf:7: url-file: $hook: $1" \
		"${alive}[notify n]\nurl-file = $hook\n${3-}"
	[[ $output != *hush* ]] || bad "a webhook is shown: $output"
}
unsent 'does not hold an https:// URL' 'ftp://hooks.slack.com/hush'
unsent 'does not hold an https:// URL' 'hooks.slack.com/hush'
unsent "the URL's port is no number" 'https://app:hush@chat.example.org:x/hush'
unsent "the URL's port is no number" 'https://chat.example.org:99999/hush'
for host in '[::1' '::1]' '::1' '2001:db8::1:8443' '::1]:8443' '[::1:8443'; do
	unsent "the URL's host lacks a bracket" "https://u:hush@$host/hush"
done
for bad in 'hush%zz' '%4hush' 'hush%'; do
	unsent 'the URL has a % in its user, password or host' "https://app:$bad@127.0.0.1/hush"
done
unsent 'http is for loopback only' 'http://192.0.2.1/hush'
unsent 'http is for loopback only' 'http://no-such-host.invalid/hush'
unsent "the receiver's address is a private one" 'https://10.1.2.3/hush'
unsent "the receiver's address is a private one" 'https://[fd00::1]/hush'
fine="${alive}[notify n]\nurl-file = $hook\n"
echo 'https://10.1.2.3/hush' >"$hook"
refused 0 'fine' "${fine}private = yes\n"
for good in https://hooks.slack.com/hush http://127.0.0.1:8065/hush \
	'http://[::1]/hush' http://localhost/hush; do
	echo "$good" >"$hook"
	refused 0 'fine' "$fine"
done

shown 'webhooks to where nothing may be sent: told, never with their URL'

echo 'mysql://app:hush@db:3306/shop' >"$url"
echo 'http://192.0.2.1/hush' >"$hook"
printf '%b' "${alive}[app a]\ndatabase-url-file = $url
migrations = $stage/nowhere\n[notify n]\nurl-file = $hook\n" >"$conf"
expect_status 2 lm check-config
mapfile -t told < <(grep "^$conf:" <<<"$output")
expect 'problems at once' "${#told[@]}" 3
agent_start
for line in "${told[@]}"; do
	wait_for 60 grep -qF "$line" "$stage/agent.log" ||
		bad "run does not say: $line"
done
agent_stop
shown 'several problems are told at once, and by the running agent as well'
printf '%b' "${rules}[app a]\nstart = tail\npacks = no\n" >"$conf"
expect_status 2 lm run
says "$conf:5: packs: "

rm "$conf"
expect_status 2 lm check-config
says "$conf"
expect_status 2 lm run

mkdir "$stage/rules"
printf '[agent]\nrules = %s\n' "$stage/rules" >"$conf"
rule=$stage/rules/broken.rules
broken()
{
	printf '%b' "$2" >"$rule"
	expect_status 2 lm check-config
	says "$rule:$1"
}
broken 2 '[rule a]\nclass = no-such-class\nmatch = x\n'
broken 3 '[rule a]\nclass = missing-table\nmatch = (unclosed\n'
says match
broken 1 '[rule a]\nclass = missing-table\n'
broken 4 '[rule a]\nclass = missing-table\nmatch = some literal\ncolour = red\n'
# A sample that does not come out is not a mistake of the file: status 1.
printf '%b' '[rule a]\nclass = disk-full\nmatch = no space left\n' \
	'[match a 1]\ntext = |plenty of space\n' >"$rule"
expect_status 1 lm test "$rule"
says 'a'
shown 'broken rules: file and line are told, status 2; a broken sample: status 1'

expect_status 2 lm no-such-command
expect_status 2 lm explain x
says 'not built yet'
expect_status 2 lm show
expect_status 2 lm scan --no-such-option x
expect_status 0 lm --help
expect_status 0 lm --version
expect_status 0 lm scan --help
expect_status 3 lm scan "$stage/nowhere.log"
says "$stage/nowhere.log"
rm "$rule"
expect_status 2 lm scan "$stage/nowhere.log"
says 'no rules'
shown 'wrong command lines: status 2; a log that is not there: status 3'
