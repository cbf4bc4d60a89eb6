#!/bin/bash
# Follows the README's page for a CapRover host, as root on a machine of
# readme.sh, in the sources and without a package (booted-minutes.sh follows it with
# one): only there, as it changes what it wants to.
# Everything that a page can only assume is here: Docker's folder with a container
# and its log, the database, the copied migrations, the webhook. Nobody is booted
# here, so what systemctl would do is done by hand.
. "$(dirname "$0")/../support/sh.bash"
[[ $(id -un 1000 2>/dev/null) == dev && -d /src && ! -e /etc/logmend ]] ||
	bad 'this is no machine of readme.sh'
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/docker-tree.bash"

page=$(sed -n '/^## On a CapRover host/,/^## The road/p' README.md)

# The blocks of the page: package, webhook, init, start, look, mend, install without
# a package, uninstall the package, uninstall without one, scan. block N: the page's
# Nth indented block, without the indentation.
block()
{
	awk -v want="$1" '/^    /{ if (!in_it) n++; in_it = 1 }
		/^[^ ]/{ in_it = 0 }
		in_it && n == want { sub(/^    /, ""); print }' <<<"$page"
}

as_dev() { (cd /src && runuser -u dev -- env PATH="$PATH" "$@"); }

finish() { [[ -z $agent_pid ]] || agent_kill; pg_stop; }
trap finish EXIT
lm() { logmend "$@"; }

# What any host has before.
apt-get install -y -q --no-install-recommends systemd >/dev/null 2>&1
mkdir -p /var/lib/docker
container_of[moverz-v4]=$(tests/support/container.sh /var/lib/docker \
	srv-captain--moverz-v4)
stage=/var/lib

as_dev bash -e -c "$(block 7)"
# What this needs beyond the page: a server, and a reader of manuals.
as_dev ./bootstrap deps
as_dev make -s -C build tests/support/dockerlog
logmend --version
getent group logmend >/dev/null || bad 'the group logmend is not there'
[[ $(logmend --help) == *[\ \(]/etc/logmend/logmend.conf* ]] ||
	bad 'the program reads another configuration'
for page_of in 'logmend.8' 'logmend.conf.5' 'logmend.rules.5'; do
	mandoc -T ascii /usr/local/share/man/man?/"$page_of" >/dev/null
done

# The database, and what the deploys left.
pg_start
pg_role app CREATEDB
pg_database moverz app
prisma=/captain/apps/moverz-v4/prisma
mkdir -p "$prisma"
# shellcheck disable=SC2086 # four names
prisma_folder "$prisma/migrations" $first_four
prisma_deploy moverz "$prisma/migrations"
cp -R "$moving/migrations/$the_fifth" "$prisma/migrations/"
container_says /var/lib/docker "${container_of[moverz-v4]}" \
	'.Config.Env = ["DATABASE_URL=" + $url]' --arg url "$(pg_url app moverz)"

as_dev bash -e -c "$(block 2)" <<<'https://hooks.slack.com/services/T0/B0/x'
expect "the webhook's file" "$(stat -c '%a %U' /etc/logmend/slack.url)" \
	'600 root'
said=$(as_dev bash -e -c "$(block 3)") || bad "init: $said"
[[ $said == *'moverz-v4: service srv-captain--moverz-v4, database on 127.0.0.1'* &&
	$said != *app:app* && $said != *'left to you'* ]] || bad "init says: $said"
echo "shown: init: $(grep moverz-v4: <<<"$said")"
expect 'the configuration' "$(stat -c '%a %U:%G' /etc/logmend/logmend.conf)" \
	'640 root:logmend'
expect "the URL's file" "$(stat -c '%a %U' /etc/logmend/moverz-v4.url)" '600 root'

daemon_start()
{
	[[ -z $agent_pid ]] || agent_kill
	[[ -d /var/lib/logmend ]] || mkdir -m 0700 /var/lib/logmend
	logmend run >>/tmp/agent.log 2>&1 &
	agent_pid=$!
	wait_for 20 agent_answers || bad 'logmend run did not start'
}

# follow LINE: as dev types it, and what it said.
follow()
{
	local line=$1 status=0
	case $line in
	*systemctl*)
		# It is only enabled.
		as_dev bash -e -c "$line" >/dev/null 2>&1 || true
		mv /etc/logmend/slack.url /etc/logmend/slack
		echo 'http://127.0.0.1:9/' >/etc/logmend/slack.url
		daemon_start
		return
		;;
	*notify-test*) mv /etc/logmend/slack /etc/logmend/slack.url ;;
	esac
	said=$(as_dev bash -e -c "$line" 2>&1) || status=$?
	case $line in
	*notify-test*)
		# From here nobody reaches Slack: it is told, without the URL.
		echo 'http://127.0.0.1:9/' >/etc/logmend/slack.url
		((status)) || bad "a test message was sent: $said"
		[[ $said == *'notify ops: '* && $said != *services/T0* ]] ||
			bad "notify-test says: $said"
		;;
	*doctor*)
		# Of what has no machine below it, clock and disk may be amiss.
		((status == 0 || status == 1)) || bad "doctor: $said"
		[[ $said == *'app moverz-v4: 1 container, mode report'* &&
			$said == *'database of moverz-v4: PostgreSQL '* ]] ||
			bad "doctor says: $said"
		;;
	*) ((status == 0)) || bad "$line: $said" ;;
	esac
	echo "shown: ${line%%  *}: $(head -n 1 <<<"$said")"
}
follow_block()
{
	local line
	while IFS= read -r line; do
		[[ -z $line ]] || follow "$line"
	done < <(block "$1")
}
follow_block 4
[[ -L /etc/systemd/system/multi-user.target.wants/logmend.service ]] ||
	bad 'the unit is not enabled'
follow_block 5
follow_block 6

usermod -aG logmend dev
[[ $(as_dev logmend incidents) == *'no incidents'* ]] ||
	bad 'a member of the group may not look'
"$TOP/build/tests/support/dockerlog" "$(log_of moverz-v4)" <\
	"$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr"
state_is 1 awaiting-approval 60
lm approve 1 "$(show 1 .approval.code)"
state_is 1 verifying 60
has_table moverz AnalyticsEvent || bad 'the table was not created'
said=$(as_dev bash -e -c "$(block 10 | sed "s/ APP$/ moverz-v4/")")
[[ $said == *'missing-table public.AnalyticsEvent'* ]] ||
	bad "the scan says: $said"

# Away again: nothing of it is left but the accounts.
agent_kill
while IFS= read -r line; do
	as_dev bash -e -c "${line/ --now/}" >/tmp/uninstall.log 2>&1 ||
		bad "$line: $(tail -n 3 /tmp/uninstall.log)"
done < <(block 9)
left=$(find /usr/local /etc /var/lib -name '*logmend*' -not -path '/etc/.*')
[[ -z $left ]] || bad "left behind: $left"
echo 'shown: uninstalled: nothing is left behind'
