#!/bin/bash
# A real Docker Engine in swarm mode: a service that runs is given a log driver that
# cannot be read, and json-file again. `status`, `check-config` and the daemon's log
# say so in a sentence, with the command that helps; there is one incident, which
# ends when that command was run; and each record before and behind it counts once.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/docker.bash"
. "$TOP/tests/support/records.bash"

docker_enter "$0" "$@"
docker_open 'docker-socket = /run/docker.sock'
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
stage_config '
[app shop]
notify = local'
records_open

counts() { (($(records_counted shop "$1") >= $2)); }
spoke() { (($(records_speakers "$1") == 1)) && records_live 1; }
trouble() { lm status --json | jq -r '.apps[0].trouble // empty'; }
is_told() { [[ $(trouble) == *"$1"* ]]; }
is_fine() { [[ -z $(trouble) ]]; }
over() { ! told shop log-unread; }
# driver_is NAME TABLE: the service is deployed anew with this driver.
driver_is()
{
	records_table "$2"
	docker service update -d --log-driver "$1" shop >/dev/null 2>&1
	wait_for 60 spoke "$2" || bad "shop is not deployed with $1"
}

agent_start
records_table Before
records_service shop
wait_for 60 counts Before 20 || bad 'nothing counts'
for driver in local none; do
	driver_is "$driver" "With-$driver"
	sentence="its container logs with the driver '$driver', which cannot be read: "
	command='docker service update --log-driver json-file --log-opt max-size=512m shop'
	sentence+="set json-file (\`$command\`)"
	wait_for 30 is_told "$sentence" || bad "status says: $(trouble)"
	output=$(lm check-config 2>&1)
	says "app shop: report, $sentence"
	wait_for 30 grep -qF "warning: app shop: report, $sentence" \
		"$stage/agent.log" || bad "the daemon's log does not say so"
	shown "$driver: status, check-config and the daemon's log have the command that helps"
done
told shop log-unread && bad 'an incident before a deploy can have ended'
time_passes 310
wait_for 30 told shop log-unread || bad 'nobody is told'
id=$(incident shop log-unread)
noticed() { grep -qF "driver 'none'" "$stage/notices"; }
wait_for 30 noticed || bad "no notice says so: $(cat "$stage/notices")"
expect 'how often it counts' "$(show "$id" .count)" 1
output=$(lm show "$id")
says "$command"
shown 'after five minutes it is an incident, whose message says the same'

records_table After
eval "${command/update/update -d}" >/dev/null 2>&1
wait_for 60 counts After 20 || bad 'it is not read again'
wait_for 30 over || bad 'its incident does not end'
wait_for 30 is_fine || bad "status says: $(trouble)"
docker service scale -d shop=0 >/dev/null
records_agree shop Before
records_agree shop After
expect 'records that nobody could read' \
	"$(($(records_counted shop With-local) + $(records_counted shop With-none)))" 0
for class in container-died crash-loop log-gap; do
	! told shop "$class" || bad "an incident of class $class"
done
shown "the command ends it: each of $(records_of Before) records before, and of \
$(records_of After) behind it counts once"
agent_stop
