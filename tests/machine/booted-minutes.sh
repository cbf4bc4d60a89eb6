#!/bin/bash
# Runs on a machine of first-minutes.sh, booted, with its Docker in swarm mode: an
# app whose table is missing, its database in Docker's network alone, its migrations
# in its image. Then a person with sudo follows the README from the package on, reads
# what is printed, and types what it says: at most five commands to the first notice.
. "$(dirname "$0")/../support/sh.bash"
[[ -d /src && $(cat /proc/1/comm) == systemd && -d /src/build/deb ]] ||
	bad 'this is no machine of first-minutes.sh'
LOGMEND=/usr/bin/logmend
. "$TOP/tests/support/swarm.bash"

finish()
{
	local status=$?
	((status == 0)) || {
		journalctl -u 'logmend*' --no-pager | tail -n 80
		cat /srv/notices
	}
	exit "$status"
}
trap finish EXIT
told() { echo "shown: $*"; }
lm() { logmend "$@"; }

db=srv-captain--db
app=srv-captain--shop
secret=Kd93hZq7wmT4

# --- what the host had before ----------------------------------------------------
the_host()
{
	stage=/srv
	receiver_start
	pg_start stage_cluster
	pg_do -c "ALTER ROLE app PASSWORD '$secret'"
	pg_database shop app first_four
	wait_for 60 docker version || bad "no Docker: $(journalctl -u docker)"
	docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 \
		>/dev/null
	docker network create -d overlay --attachable "$swarm_network" \
		>/dev/null
	swarm_database "$db"
}

# It asks its database each few seconds, and says what Prisma says of it.
the_app()
{
	local root=/srv/image/usr/src/app
	mkdir -p "$root/prisma"
	cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" /srv/image/said
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder "$root/prisma/migrations" $first_four "$the_fifth"
	cp "$moving/schema.prisma" "$root/prisma/"
	cat >/srv/image/app.sh <<-'END'
		while sleep 2; do
			if ! $PSQL -Xqc 'SELECT FROM "AnalyticsEvent"' \
				"${DATABASE_URL%%\?*}" >/tmp/out 2>/tmp/err; then
				if grep -q 'does not exist' /tmp/err; then
					cat /said
				else
					cat /tmp/err
				fi
			fi
		done
	END
	swarm_image lab/shop:1 /srv/image 'WORKDIR /usr/src/app'
	app_service "$app" shop
}

# app_service NAME DATABASE
app_service()
{
	swarm_service "$1" lab/shop:1 \
		--mount type=bind,source=/usr/lib,target=/usr/lib,readonly \
		--mount type=bind,source=/usr/lib64,target=/usr/lib64,readonly \
		--env "PSQL=$pg_bin/psql" --env \
		"DATABASE_URL=postgresql://app:$secret@$db:5432/$2?schema=public" \
		-- sh /app.sh
}

# --- the person ------------------------------------------------------------------
useradd -m -s /bin/bash dev
echo 'dev ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/dev
page=$(sed -n '/^## On a CapRover host/,/^## The road/p' "$TOP/README.md")
# block N: the page's Nth indented block, without indentation and remarks.
block()
{
	awk -v want="$1" '/^    /{ if (!in_it) n++; in_it = 1 }
		/^($|[^ ])/{ in_it = 0 }
		in_it && n == want { sub(/^    /, ""); sub(/ +# .*/, ""); print }
		' <<<"$page"
}

typed=0
# types LINE: the person does, and reads what is said.
types()
{
	local status=0
	typed=$((typed + 1))
	output=$(cd /src && runuser -u dev -- bash -c "$1" 2>&1) || status=$?
	((status == 0)) || bad "$1: $output"
	! grep -qF "$secret" <<<"$output" || bad "$1 shows a password: $output"
	told "$typed. $1"
}
# looks ARGUMENT...: the person looks, which is none of the commands it takes.
looks() { output=$(runuser -u dev -- sudo logmend "$@" 2>&1) || true; }
# What init printed under a heading, without its indentation.
printed() { sed -n "/^$1/,/^[^ ]*:\$/s/^        //p" <<<"$output"; }
notice() { sed -n "$1p" /srv/notices | jq -r .text; }
noticed() { [[ -n $(notice "$1") ]]; }
tells() { [[ $(notice "$1") == *"$2"* ]] || bad "notice $1 lacks '$2': $(notice "$1")"; }

the_host
the_app
SECONDS=0
types "$(block 1 | tail -n 1)"
types "$(block 2)" <<<"$(cat /srv/hook.url)"
types "$(block 3)"
says "shop: service $app, database on $db, migrations in /usr/src/app/prisma/migrations of its container, mode report"
opens=$(printed 'What is left to you')
expect 'what is left, in lines' "$(wc -l <<<"$opens")" 1
[[ $opens == *docker-socket.conf* ]] || bad "init says: $output"
expect 'what comes then' "$(printed Then)" "sudo logmend notify-test
$(block 4)"

# Whoever overlooked that command is told it again, by each that comes across it.
looks doctor
says "$opens"
says 'database of shop: PostgreSQL '
expect "the store's folder" "$(stat -c '%a %U' /var/lib/logmend)" '700 root'
output=$(systemd-run -q --wait --pipe -p InaccessiblePaths=/run/docker.sock \
	logmend check-config 2>&1) || true
says "the service's unit hides it"
told 'what opens the socket is said by init and doctor'

types "$opens"
types "$(block 4)"
looks status
[[ $output != *'not there'* ]] || bad "status: $output"
wait_for $((300 - SECONDS)) noticed 1 || bad 'there is no notice'
told "the first notice came after $SECONDS s and $typed commands"
((typed <= 5)) || bad "it took $typed commands"
tells 1 'shop: missing-table public.AnalyticsEvent - pending-migration'
tells 1 "because migration $the_fifth, which creates it, was never applied here"
tells 1 "Database: $db:5432/shop"
tells 1 "Only reported: the policy's mode is report"
has_table shop AnalyticsEvent && bad 'it was mended in mode report'
told "it says: $(notice 1 | sed -n 2p)"

looks notify-test
wait_for 20 noticed 2 || bad "no message came: $output"
looks doctor
says 'service: /'
says ': runs, and starts with the host'
[[ $output != *docker-socket* ]] || bad "doctor: $output"
told 'doctor finds the service well, and the socket shown'

# --- it should mend --------------------------------------------------------------
# The end is told after five minutes of silence (`quiet`); the app asks each two
# seconds, and ten will do.
sed -i 's/^quiet .*/quiet    = 10s/' /etc/logmend/logmend.conf
typed=0
types "$(block 6 | sed -n 1p)"
types "$(block 6 | sed -n 2p)"
wait_for 60 noticed 3 || bad 'nobody is asked'
tells 3 'may I mend it?'
tells 3 'Rehearsal: the plan ran on a copy of the schema'
yes=$(notice 3 | grep -oE 'logmend approve 1 [0-9a-f]+' | tail -n 1)
types "sudo $yes"
wait_for 120 noticed 4 || bad 'the end is not told'
has_table shop AnalyticsEvent || bad 'the table is not there'
tells 4 'missing-table public.AnalyticsEvent - RESOLVED, mended and verified'
tells 4 'Attempt 1 applied: 1 migration applied and recorded'
expect state "$(show 1 .state)" resolved
expect attempts "$(show 1 '.attempts | length')" 1
told "the end came after $typed commands more: $(notice 4 | head -n 1)"
grep -q "^$the_fifth|.*|t|f|1|" <<<"$(prisma_history shop)" ||
	bad "the history: $(prisma_history shop)"
# The app itself has nothing to complain of any more.
docker logs --since 5s "$(swarm_container "$app")" >/srv/said 2>&1
[[ ! -s /srv/said ]] || bad "the app still says: $(cat /srv/said)"
! grep -rqF "$secret" /etc/logmend /var/lib/logmend /srv/notices ||
	bad 'the password got out of the container'
told 'the app has its table, the history its row, and no password got out'

# --- a database without an address on this host ----------------------------------
within_its_network()
{
	local service
	pg_database mart app first_four
	docker network create -d overlay --attachable --internal captain-inside \
		>/dev/null
	for service in "$db" "$app"; do
		docker service update -q --network-add captain-inside \
			--network-rm "$swarm_network" "$service" >/dev/null
	done
	swarm_network=captain-inside
	wait_for 60 swarm_psql_answers || bad 'PostgreSQL is gone'
	swarm_service captain-nginx lab/shop:1 -- sh -c 'while sleep 1; do :; done'
	app_service srv-captain--mart mart
	{
		echo
		sed -n '/^\[app shop\]/,/^$/p' /etc/logmend/logmend.conf
	} | sed 's/^\[app shop\]/[app mart]/' >/srv/mart.conf
	cat /srv/mart.conf >>/etc/logmend/logmend.conf
}
mart() { lm incidents --json | jq -es 'flatten | map(select(.app == "mart"))[0].id'; }
mart_opens() { mart >/dev/null; }
cause_is() { [[ $(show "$id" .cause) == "$1" ]]; }

within_its_network
logmend reload >/dev/null
wait_for 60 mart_opens || bad "nothing is seen of mart: $(lm status)"
id=$(mart)
wait_for 60 cause_is unreachable || bad "$(lm show "$id")"
output=$(lm show "$id")
output=$(tr -s '\n ' ' ' <<<"$output")
says "$db runs on this node, and has no address"
says 'reach.conf'
install -D -m 644 -t /etc/systemd/system/logmend-hands@.service.d \
	/usr/share/logmend/reach.conf
systemctl daemon-reload
logmend reload >/dev/null
state_is "$id" awaiting-approval 120
lm approve "$id" "$(show "$id" .approval.code)" >/dev/null
state_is "$id" resolved 120
has_table mart AnalyticsEvent || bad 'the table of mart is not there'
told 'with reach.conf it is reached through the network of captain-nginx, and mended'
cat /srv/notices
