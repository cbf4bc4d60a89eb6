#!/bin/bash
# Runs on a machine of reboot.sh, at each of its two boots. At the first one an app
# logs faults in Docker, and a mend waits in its middle; then the machine is rebooted.
# At the second one: each fault counts once, no container that ended with the machine
# is a death, and the mend is neither lost nor done twice. At last the state directory
# is read-only.
. "$(dirname "$0")/../support/sh.bash"
[[ -d /src && $(cat /proc/1/comm) == systemd ]] ||
	bad 'this is no machine of reboot.sh'
LOGMEND=/usr/local/bin/logmend
. "$TOP/tests/support/docker.bash"
. "$TOP/tests/support/records.bash"

kept=/srv/kept # what the second boot needs to know
stage=/srv
export TMPDIR=/srv

finish()
{
	local status=$?
	((status == 0)) || {
		journalctl -u logmend -u logmend-failed --no-pager | tail -n 60
		cat /srv/notices
	}
	exit "$status"
}
trap finish EXIT
told_so() { echo "shown: $*"; }
lm() { logmend "$@"; }
speaks() { [[ $(lm status --json | jq -r .docker.way) == socket ]]; }

# --- the first boot ----------------------------------------------------------------

the_database()
{
	pg_start stage_cluster
	pg_database pay app first_four
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder /srv/pay/prisma/migrations $first_four "$the_fifth"
	container_of[pay]=$("$TOP/tests/support/container.sh" /srv/docker \
		srv-captain--pay)
}

# The app `shop` is in Docker; that of `pay` is a log that this writes.
the_configuration()
{
	local page=/etc/logmend
	mkdir -p $page
	(umask 077 && cp /srv/hook.url $page/ && pg_url app pay >$page/pay.url)
	cat >$page/logmend.conf <<-CONF
		[agent]
		docker-socket = /run/docker.sock
		[app shop]
		service = shop
		notify = local
		[app pay]
		database-url-file = $page/pay.url
		migrations = /srv/pay/prisma/migrations
		policy = p
		remedy.missing-table = prisma
		notify = local
		[policy p]
		mode = act
		quiet = 1s
		[remedy prisma]
		lock-timeout = 120s
		[notify local]
		url-file = $page/hook.url
	CONF
	mkdir -p /etc/systemd/system/logmend.service.d
	cp "$TOP/agent/unit/docker-socket.conf" \
		/etc/systemd/system/logmend.service.d/
}

before()
{
	ln -s /var/lib/docker /srv/docker
	wait_for 60 docker version || bad "no Docker: $(journalctl -u docker)"
	docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 \
		>/dev/null
	docker_image tiny:1
	receiver_start
	the_database
	the_configuration
	systemd-sysusers
	systemctl daemon-reload
	systemctl enable -q --now logmend
	wait_for 60 speaks || bad 'the socket is not used'
	records_open
	records_pause 1
	records_table First
	records_service shop
	counted() { (($(records_counted shop First) > 40)); }
	wait_for 60 counted || bad "nothing is counted: $(lm status)"
	hold_lock pay
	app_fails pay
	waits() { mend_waits pay; }
	wait_for 60 waits || bad 'no mend has begun'
	# What begins from here on speaks of something else.
	records_table Second
	{
		declare -p pg_folder pg_owner pg_bin PGHOST PGPORT PGUSER \
			PGDATABASE
		echo "shop=$(incident shop missing-table)"
		echo "pay=$(incident pay missing-table)"
	} >$kept
	# The database goes down at once.
	pg_down || true
	trap - EXIT
	systemctl reboot
	sleep infinity
}

# --- the second boot ----------------------------------------------------------------

# Open or not.
no_death()
{
	[[ $(lm incidents --json | jq -s 'flatten | map(select(.class ==
		"container-died" or .class == "crash-loop" or
		.class == "out-of-memory")) | length') == 0 ]]
}

after()
{
	# shellcheck source=/dev/null
	. $kept
	export PGHOST PGPORT PGUSER PGDATABASE
	expect 'the daemon' "$(systemctl show -P ActiveState logmend)" active
	wait_for 60 agent_answers || bad 'it does not answer'
	told_so 'the daemon is up again by itself'
	wait_for 90 speaks || bad 'the socket is not used'
	rm /srv/receiver.port # of the one before
	receiver_start
	cp /srv/hook.url /etc/logmend/

	speaks_again() { [[ -e $(compgen -G "$stage/shared/said/Second.*.lives") ]]; }
	wait_for 120 speaks_again || bad "shop does not run: $(docker ps -a)"
	! compgen -G "$stage/shared/said/First.*.lives" ||
		bad 'a container was killed before it could say how much it said'
	# What Docker ends it gives time to say how much it said.
	all() { [[ $(records_counted shop First) == "$(records_of First)" ]]; }
	wait_for 120 all ||
		bad "$(records_counted shop First) of $(records_of First) faults count"
	expect 'the incident' "$(lm incidents --json | jq -s 'flatten |
		map(select(.object.table == "First").id) | join(" ")')" "\"$shop\""
	told_so "all $(records_of First) faults that the app logged up to its end count, each once, in the same incident"

	many() { (($(records_counted shop Second) > 20)); }
	wait_for 90 many || bad 'what is logged after the reboot does not count'
	no_death || bad "a death is told: $(lm incidents)"
	told_so 'what ended with the machine is no death, and what is logged since then counts'

	pg_up || bad 'the database did not start again'
	ended() { [[ $(show "$pay" '.attempts[0].outcome') != null ]]; }
	wait_for 300 ended || bad "the attempt was not recovered: $(lm show "$pay")"
	# The database went down while it waited for a lock: nothing was committed.
	expect 'the attempts' "$(show "$pay" '[.attempts[].outcome] | join(" ")')" \
		not-applied
	! has_table pay AnalyticsEvent || bad 'it was applied all the same'
	told_so 'the attempt that was under way is recovered, and not made twice'
	said() { grep -q 'Attempt 1 not-applied' /srv/notices; }
	wait_for 60 said || bad 'nobody was told of it'
	told_so 'which people are told'
}

# --- a state directory that is read-only --------------------------------------------

# The daemon cannot start, which systemd tries again and again; who tells of it can
# note nothing, and has the journal alone.
read_only()
{
	systemctl stop logmend
	mount -t tmpfs -o ro,mode=0700 none /var/lib/logmend
	! systemctl start logmend || bad 'it starts with a store that is read-only'
	downs() { grep -c 'does not run since' /srv/notices || true; }
	said() { (($(downs) > 0)); }
	wait_for 120 said || bad 'nobody was told that it does not run'
	ends() { journalctl -u logmend-failed -o cat --no-pager | grep -c '^Finished'; }
	ended=$(ends) || true
	more() { (($(ends) >= ended + 2)); }
	wait_for 200 more || bad 'no further end was noticed'
	expect 'how often it was told' "$(downs)" 1
	told_so 'where the state directory is read-only, that it does not run is told, once'
}

if [[ -e $kept ]]; then
	after
	read_only
else
	before
fi
