#!/bin/bash
# Follows the README's page for a CapRover host, as root on a machine of
# readme.sh, in the sources: only there, as it changes what it wants to.
# Everything that a page can only assume is here: Docker's folder with the log of
# a container, the database, the copied migrations, the secrets.
. "$(dirname "$0")/../support/sh.bash"
[[ $(id -un 1000 2>/dev/null) == dev && -d /src && ! -e /etc/logmend ]] ||
	bad 'this is no machine of readme.sh'
. "$TOP/tests/support/stage.bash"

page=$(sed -n '/^## On a CapRover host/,/^## How fast/p' README.md)

# block N: the page's Nth indented block, without the indentation.
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

as_dev bash -e -c "$(block 1)"
# What this needs beyond the page: a server, and a reader of manuals.
as_dev ./bootstrap deps
as_dev make -s -C build tests/support/dockerlog
logmend --version
getent group logmend >/dev/null || bad 'the group logmend is not there'
logmend --help | grep -q ' /etc/logmend/logmend.conf' ||
	logmend --help | grep -q '(/etc/logmend/logmend.conf)' ||
	bad 'the program reads another configuration'
for page_of in 'logmend.8' 'logmend.conf.5' 'logmend.rules.5'; do
	mandoc -T ascii /usr/local/share/man/man?/"$page_of" >/dev/null
done

block 2 >/etc/logmend/logmend.conf
grep -q '^\[app moverz-v4\]' /etc/logmend/logmend.conf ||
	bad 'the second block is no configuration'

# Nothing is there yet: every problem is told.
expect_status 2 logmend check-config
for key in database-url-file migrations url-file; do
	says ": $key: "
done

# The three things.
pg_start
pg_role app CREATEDB
pg_database moverz app
prisma=/captain/apps/moverz-v4/prisma
mkdir -p "$prisma"
# shellcheck disable=SC2086 # four names
prisma_folder "$prisma/migrations" $first_four
prisma_deploy moverz "$prisma/migrations"
cp -R "$moving/migrations/$the_fifth" "$prisma/migrations/"
(umask 077
	pg_url app moverz >/etc/logmend/moverz-v4.url
	echo 'https://hooks.slack.com/services/T0/B0/x' >/etc/logmend/slack.url)

while IFS= read -r line; do
	[[ -n $line ]] || continue
	if [[ $line == *systemctl* ]]; then
		# Nobody is booted here: it is only enabled.
		as_dev bash -e -c "$line" || true
		[[ -L /etc/systemd/system/multi-user.target.wants/logmend.service ]] ||
			bad 'the unit is not enabled'
		echo 'http://127.0.0.1:9/' >/etc/logmend/slack.url
		mkdir -m 0700 /var/lib/logmend
		logmend run >/tmp/agent.log 2>&1 &
		agent_pid=$!
		wait_for 20 agent_answers || bad 'logmend run did not start'
		continue
	fi
	if [[ $line == *notify-test* ]]; then
		# From here nobody reaches Slack: it is told, without the URL.
		! said=$(as_dev bash -e -c "$line" 2>&1) ||
			bad "a test message was sent: $said"
		[[ $said == *'notify ops: '* && $said != *services/T0* ]] ||
			bad "notify-test says: $said"
		continue
	fi
	said=$(as_dev bash -e -c "$line") || bad "$line: $said"
	echo "shown: ${line%%  *}: $(head -n 1 <<<"$said")"
done < <(block 3)

usermod -aG logmend dev
as_dev logmend incidents | grep -q 'no incidents' ||
	bad 'a member of the group may not look'
"$TOP/build/tests/support/dockerlog" "$(log_of moverz-v4)" <\
	"$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr"
state_is 1 awaiting-approval 60
lm approve 1 "$(show 1 .approval.code)"
state_is 1 verifying 60
has_table moverz AnalyticsEvent || bad 'the table was not created'
said=$(as_dev bash -e -c "$(block 4)")
[[ $said == *'missing-table public.AnalyticsEvent'* ]] ||
	bad "the scan says: $said"
