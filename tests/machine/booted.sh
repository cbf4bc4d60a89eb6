#!/bin/bash
# Runs on a machine of service.sh, booted: logmend as systemd runs it, with the
# rights that the unit leaves each process, and what the unit promises.
. "$(dirname "$0")/../support/sh.bash"
[[ -d /src && $(cat /proc/1/comm) == systemd ]] ||
	bad 'this is no machine of service.sh'
LOGMEND=/usr/local/bin/logmend
. "$TOP/tests/support/stage.bash"

finish()
{
	local status=$?
	((status == 0)) || journalctl -u 'logmend*' --no-pager | tail -n 80
	[[ -z $receiver_pid ]] || kill "$receiver_pid"
	pg_stop
	exit "$status"
}
trap finish EXIT
told() { echo "shown: $*"; }
lm() { logmend "$@"; }

# The service manager's view, one value.
unit() { systemctl show -P "$1" logmend; }
head_pid() { unit MainPID; }
# role NAME: the processes of that role, each in a unit of its own.
role()
{
	local pid
	for pid in $(pgrep -f -- "--role=$1\$|--role=$1 -c "); do
		! grep -qz -- "--role=$1" "/proc/$pid/cmdline" || echo "$pid"
	done
}
has_role() { [[ -n $(role "$1") ]]; }
# status_of PID KEY
status_of() { awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"; }
groups_of() { sed -n 's/^Groups:[[:space:]]*//p' "/proc/$1/status" | xargs; }
# in_unit PID USER UNIT: whose it is, and that a filter and no new privileges hold.
in_unit()
{
	expect "the user of $1" "$(stat -c %U "/proc/$1")" "$2"
	[[ $(cat "/proc/$1/cgroup") == *"/$3"* ]] ||
		bad "$1 is not in $3: $(cat "/proc/$1/cgroup")"
	expect "NoNewPrivs of $1" "$(status_of "$1" NoNewPrivs)" 1
	expect "the filter of $1" "$(status_of "$1" Seccomp)" 2
}
# has_in PID SET NAME...: these capabilities are in that set, and no other.
has_in()
{
	local names want
	want=$(printf '%s\n' "${@:3}" | sort | paste -sd,)
	names=$(capsh --decode="$(status_of "$1" "$2")" |
		sed 's/.*=//' | tr , '\n' | sort | paste -sd,)
	expect "$2 of $1" "$names" "$want"
}
# has_rights PID NAME...: in each set that counts.
has_rights()
{
	local set
	for set in CapEff CapPrm CapBnd; do
		has_in "$1" "$set" "${@:2}"
	done
}

prepare()
{
	local page=/etc/logmend
	mkdir -p $page /srv/shop/prisma
	stage=/srv
	mkdir -p /var/lib/docker
	ln -s /var/lib/docker /srv/docker
	pg_start stage_cluster
	receiver_start
	container_of[shop]=$("$TOP/tests/support/container.sh" /var/lib/docker \
		srv-captain--shop)
	pg_database shop app first_four
	# shellcheck disable=SC2086 # several names
	prisma_folder /srv/shop/prisma/migrations $first_four "$the_fifth"
	(umask 077
		pg_url app shop >$page/shop.url
		cp /srv/hook.url $page/hook.url)
	cat >$page/logmend.conf <<-END
		[app shop]
		database-url-file = $page/shop.url
		migrations = /srv/shop/prisma/migrations
		policy = p
		remedy.missing-table = prisma
		notify = local
		[policy p]
		mode = act
		quiet = 1s
		cooldown = 0s
		[remedy prisma]
		lock-timeout = 60s
		[notify local]
		url-file = $page/hook.url
	END
}

prepare
systemd-sysusers
# What an earlier version left, which ran as root.
install -d -m 700 /var/lib/logmend/attempts
touch /var/lib/logmend/{old,attempts/old}
systemctl daemon-reload
systemctl start logmend
expect 'the unit' "$(unit ActiveState)" active
wait_for 20 agent_answers || bad 'it does not answer'
wait_for 20 has_role eyes || bad 'there are no eyes'
all_ours() { [[ -z $(find /var/lib/logmend ! -user logmend) ]]; }
all_ours || bad "not the service's: $(find /var/lib/logmend -ls)"
told 'the state directory of an earlier version belongs to user logmend'

head=$(head_pid)
in_unit "$head" logmend logmend.service
has_rights "$head" cap_dac_read_search
has_in "$head" CapAmb cap_dac_read_search
expect 'the control socket' "$(stat -c '%a %U %G' /run/logmend/control)" \
	'660 logmend logmend'
told 'the daemon is user logmend, and has one capability'
# nothing_left PID USER UNIT
nothing_left()
{
	in_unit "$@"
	has_rights "$1" ''
	has_in "$1" CapAmb ''
	expect "the groups of $1" "$(groups_of "$1")" "$(id -g "$2")"
}
eyes=$(role eyes)
nothing_left "$eyes" logmend-eyes logmend-eyes@
notify=$(role notify)
[[ -z $notify ]] || nothing_left "$notify" logmend-notify logmend-notify@
told 'eyes run as logmend-eyes in a unit of their own, without a capability'

# A mend waits in its middle: hands are there to be looked at.
hold_lock shop
app_fails shop
waits() { mend_waits shop; }
wait_for 60 waits || bad 'no mend has begun'
hands=$(role hands)
in_unit "$hands" logmend logmend-hands@
has_rights "$hands" cap_{dac_read_search,dac_override,chown}
has_in "$hands" CapAmb ''
told 'hands are user logmend in a unit of their own, with three capabilities'
wait_for 30 has_role notify || bad 'nobody sends notices'
nothing_left "$(role notify)" logmend-notify logmend-notify@
told 'the sender runs as logmend-notify, without a capability'

# The daemon dies meanwhile, and is restarted: hands go on, and the next one
# adopts them.
killed=$head
another() { [[ $(head_pid) != 0 && $(head_pid) != "$killed" ]]; }
kill -KILL "$killed"
wait_for 20 another || bad 'systemd did not start it again'
wait_for 20 agent_answers || bad 'it does not answer after a kill'
waits || bad 'the mend did not survive a kill of the daemon'
systemctl restart logmend
wait_for 20 agent_answers || bad 'it does not answer after a restart'
[[ -e /proc/$hands ]] || bad 'a restart of the service killed hands'
waits || bad 'the mend did not survive a restart of the service'
# Others may look at the same time, and end.
only_hands() { [[ $(role hands) == "$hands" ]]; }
wait_for 30 only_hands || bad "hands are $(role hands), not $hands"
release_lock
state_is 1 resolved 60
has_table shop AnalyticsEvent || bad 'the table is not there'
expect 'attempts' "$(show 1 '[.attempts[].outcome] | join(" ")')" applied
told 'a kill and a restart in the middle of a mend: it goes on, once'

# What happened stands in the journal with fields, and who asked for what.
entry() { journalctl -u logmend -o cat --no-pager "$@"; }
[[ $(entry LOGMEND_APP=shop LOGMEND_INCIDENT=1 \
	MESSAGE_ID=c6992f2530be405dbb58ffb6341ac815) == *'incident 1: resolved'* ]] ||
	bad "the end has no fields: $(journalctl -u logmend -o export)"
lm pause
lm resume
for id in e2088aa86dee44639fcdc663386d1af7 3b8debce2dcd4319b049b114a4d9105d; do
	[[ $(entry MESSAGE_ID=$id) == *'ed by root (uid 0)'* ]] ||
		bad 'who paused and resumed is not in the journal'
done
told 'the journal has the app, the incident and the kind of what happened'

# systemd keeps the descriptors of what is read. A log goes with its container,
# while eyes are stopped, and head is killed.
stored() { (($(unit NFileDescriptorStore) > 0)); }
wait_for 20 stored || bad 'systemd keeps no descriptor'
count() { show 1 .count; }
before=$(count)
killed=$(head_pid)
kill -STOP "$(role eyes)"
app_fails shop
rm -r "$(dirname "$(log_of shop)")"
kill -KILL "$killed"
another() { [[ $(head_pid) != 0 && $(head_pid) != "$killed" ]]; }
wait_for 20 another || bad 'systemd did not start it again'
all_read() { lm incidents --json | jq -se 'flatten | map(select(.class ==
	"missing-table").count) | add == '"$((before + 1))"; }
wait_for 60 all_read || bad "a line is lost: $(lm incidents --json)"
told 'head was killed and the log unlinked unread: the next head read it'

# A head that hangs is ended by systemd's watchdog.
hung=$(head_pid)
kill -STOP "$hung"
another() { [[ $(head_pid) != 0 && $(head_pid) != "$hung" ]]; }
wait_for 60 another || bad 'the watchdog did not end a head that hangs'
wait_for 20 agent_answers || bad 'it does not answer after the watchdog'
told 'a head that hangs is ended by the watchdog, and started again'

# At a shutdown it is stopped behind Docker, and what it needs behind it.
of_eyes=$(systemctl list-units --plain --no-legend 'logmend-eyes@*' |
	awk '{ print $1; exit }')
[[ " $(systemctl show -P Before "$of_eyes") " == *' logmend.service '* ]] ||
	bad "eyes end before the daemon: $(systemctl show -P Before "$of_eyes")"
[[ " $(unit Before) " == *' docker.service '* &&
	" $(unit After) " != *' docker.service '* ]] ||
	bad "Before: $(unit Before), After: $(unit After)"
told 'it is started before Docker, and so stopped behind it'

# A reload is the command's; what it says of mistakes is the unit's result.
conf=/etc/logmend/logmend.conf
cp $conf /srv/good
kept=$(head_pid)
sed -i 's/^quiet = 1s/quiet = 2s/' $conf
systemctl reload logmend || bad 'systemctl reload fails'
expect 'what is changed' "$(lm status --json | jq .configuration_changed)" null
echo 'polcy = x' >>$conf
! systemctl reload logmend || bad 'a reload of a mistake is no failure'
grep -q "$conf:.*: polcy: is no key" \
	<<<"$(journalctl -u logmend -o cat --no-pager)" ||
	bad 'the journal does not name the mistake'
expect 'the unit' "$(unit ActiveState)" active
expect 'head' "$(head_pid)" "$kept"
cp /srv/good $conf
systemctl reload logmend || bad 'systemctl reload fails'
told 'systemctl reload loads anew, and fails where nothing was loaded'

# More often than systemd's own limit allows (10 in 300 s once), with a log that
# only the descriptor store still leads to. systemd alone starts it.
container_of[shop]=$("$TOP/tests/support/container.sh" /var/lib/docker \
	srv-captain--shop)
app_fails shop
wait_for 20 stored || bad 'systemd keeps no descriptor'
before=$(unit NFileDescriptorStore)
up() { [[ $(unit ActiveState) == active && $(head_pid) != 0 ]]; }
for ((i = 0; i < 12; i++)); do
	wait_for 60 up || bad "it was not started the ${i}th time"
	killed=$(head_pid)
	kill -KILL "$killed"
	gone() { [[ $(head_pid) != "$killed" ]]; }
	wait_for 30 gone || bad "it did not end the ${i}th time"
	[[ $(unit NFileDescriptorStore) == "$before" ]] ||
		bad "descriptors that are kept: $(unit NFileDescriptorStore)"
done
wait_for 60 agent_answers || bad 'it does not answer after 12 kills'
told 'twelve kills in a row: systemd started it each time, with its descriptors'

# Ends that count as clean: by the SIGTERM of somebody, and by a kill whose failure
# somebody clears before systemd has started it again.
another() { [[ $(head_pid) != 0 && $(head_pid) != "$killed" ]]; }
wait_for 30 up || bad 'it does not run'
killed=$(head_pid)
kill -TERM "$killed"
wait_for 60 another || bad 'it was not started after a SIGTERM'
wait_for 30 up || bad 'it does not run'
killed=$(head_pid)
cleared()
{
	systemctl reset-failed logmend
	[[ $(unit SubState) == auto-restart || $(unit ActiveState) == inactive ]]
}
kill -KILL "$killed"
wait_for 30 cleared || bad 'it did not end'
wait_for 60 another || bad 'it was not started after reset-failed'
wait_for 20 agent_answers || bad 'it does not answer'
told 'nor does a clean end or reset-failed keep it from being started'

# A configuration that cannot be read: somebody else tells that nothing runs.
downs() { grep -c 'does not run since' /srv/notices || true; }
said() { (($(downs) == before + 1)); }
over() { ! grep -qs '[1-9]' /var/lib/logmend/not-running; }
wait_for 60 over || bad 'a daemon that lasts counts as one that does not run'
before=$(downs)
systemctl stop logmend
echo 'polcy = x' >>$conf
systemctl start logmend && bad 'it starts with a mistake'
wait_for 90 said || bad "nobody told that it does not run:
$(journalctl -u logmend-failed --no-pager | tail -n 20)"
[[ $(grep 'does not run since' /srv/notices) == *'polcy: is no key'* ]] ||
	bad "the last line is not told: $(cat /srv/notices)"
# Two more runs of the sender at least, and no second message.
ends() { journalctl -u logmend-failed -o cat --no-pager | grep -c '^Finished'; }
ended=$(ends) || true
more() { (($(ends) >= ended + 2)); }
wait_for 150 more || bad 'no further end was noticed'
expect 'messages that it does not run' "$(downs)" $((before + 1))
cp /srv/good $conf
wait_for 60 agent_answers || bad 'it does not come back by itself'
ups() { grep -c 'runs again, since' /srv/notices || true; }
again() { (($(ups) == before + 1)); }
wait_for 60 again || bad 'nobody is told that it runs again'
expect 'messages that it does not run' "$(downs)" $((before + 1))
told 'a daemon that cannot run is told once, without it, and its return too'

cgroup=/sys/fs/cgroup$(unit ControlGroup)
systemctl stop logmend
expect 'the unit' "$(unit ActiveState)" inactive
expect 'how it ended' "$(unit Result)" success
[[ ! -s $cgroup/cgroup.procs ]] || bad "left: $(cat "$cgroup/cgroup.procs")"
no_process() { ! pgrep -f -- ' --role=' >/dev/null; }
wait_for 20 no_process || bad "left: $(pgrep -af -- ' --role=')"
told 'a stop leaves no process'

# What root does meanwhile is no obstacle for the user logmend.
lm pause
lm status >/dev/null
lm resume
systemctl start logmend
wait_for 20 agent_answers || bad 'it does not start where root was'
all_ours || bad "not the service's: $(find /var/lib/logmend -ls)"
systemctl stop logmend
told 'commands of root leave nothing that the service cannot write'
said=$(journalctl -u 'logmend*' -o cat --no-pager)
! grep -iE 'permission denied|not permitted|panic|assert' <<<"$said" ||
	bad 'something is not allowed that is needed'
