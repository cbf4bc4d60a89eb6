#!/bin/bash
# A real Docker Engine in swarm mode takes containers away with their logs while
# they are read: a service gets replicas and loses them, is deployed again and again
# with `docker container prune`, and its logs are removed by hand. Every record of
# every container counts once, no death is told, and what nobody could read any more
# is told as a gap.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/docker.bash"
. "$TOP/tests/support/records.bash"

docker_enter "$0" "$@"
docker_open 'docker-socket = /run/docker.sock'
stage_config '
[app shop]
notify = local'
records_open

containers() { docker ps -aq --no-trunc --filter label=com.docker.swarm.service.name=shop; }
# Those that run, asked for once: Docker answers each time anew.
running() { docker ps -q --no-trunc --filter label=com.docker.swarm.service.name=shop; }
counts() { (($(records_counted shop "$1") >= $2)); }
never() { ! told shop "$1" || bad "an incident of class $1"; }
is_all_well()
{
	never container-died
	never crash-loop
	never log-gap
	never log-unread
}

# --- more replicas, and fewer ------------------------------------------------
records_table Replica
records_service shop
agent_start
wait_for 60 counts Replica 20 || bad 'nothing counts'
docker service scale -d shop=3 >/dev/null
wait_for 60 records_live 3 || bad 'there are no three replicas'
# Their last words are read when their logs have no name any more.
kill -STOP "$(role_awaited eyes)"
docker service scale -d shop=1 >/dev/null
one_is_left() { (($(containers | wc -l) == 1)); }
wait_for 60 one_is_left || bad 'the replicas are not gone'
wait_for 60 records_live 1 || bad 'the replicas did not end'
kill -CONT "$(role_awaited eyes)"
docker service scale -d shop=0 >/dev/null
records_agree shop Replica
expect 'containers that spoke' "$(records_speakers Replica)" 3
is_all_well
shown "three replicas, one and none: each of $(records_of Replica) records counts once"

# --- deployed again and again --------------------------------------------------
log_of_running()
{
	local id
	id=$(running)
	echo "$stage/docker/containers/$id/$id-json.log"
}
# round N: the Nth container of the table said so many records.
round() { records_live 1 && (($(records_speakers "$1") == $2)) && records_many "$3"; }
records_table Deploy
records_pause 0.02
docker service scale -d shop=1 >/dev/null
for deploy in 1 2 3 4; do
	wait_for 60 round Deploy $deploy $((RANDOM % 500)) ||
		bad "container $deploy says nothing"
	((deploy % 2)) || rm "$(log_of_running)"
	wait_for 60 round Deploy $deploy 2000 ||
		bad "container $deploy did not say 2000 records"
	((deploy == 4)) ||
		docker service update -d --force shop >/dev/null 2>&1
	docker container prune -f >/dev/null
done
docker service scale -d shop=0 >/dev/null
records_agree shop Deploy
is_all_well
shown "four containers, prune, and logs removed by hand: each of $(records_of Deploy) \
records counts once"

# --- what nobody can read ---------------------------------------------------------
records_table Gap
docker service scale -d shop=1 >/dev/null
wait_for 60 counts Gap 20 || bad 'nothing counts'
old=$(running)
# Only its log is held when logmend is killed.
docker container prune -f >/dev/null
one_is_held() { [[ $(lm status --json | jq '.sources | length') == 1 ]]; }
wait_for 60 one_is_held || bad 'logs of containers that are gone are still held'
agent_kill
counted=$(records_counted shop Gap)
unread() { records_many $((counted + 100)); }
wait_for 60 unread || bad 'the container ended'
docker service update -d --force shop >/dev/null 2>&1
wait_for 60 round Gap 2 100 || bad 'it is not deployed again'
docker container prune -f >/dev/null
[[ ! -e $stage/docker/containers/$old ]] || bad 'its log is still there'
before=$(records_of Gap)
agent_start
wait_for 60 told shop log-gap || bad 'the gap is not told'
docker service scale -d shop=0 >/dev/null
gone() { records_live 0 && (($(records_counted shop Gap) == counted + $(records_of Gap) - before)); }
wait_for 120 gone || bad "$(records_counted shop Gap) count, of $(records_of Gap) of \
which $before went with their container, after $counted did"
expect gaps "$(show "$(incident shop log-gap)" .count)" 1
lm close "$(incident shop log-gap)" >/dev/null
is_all_well
shown "$((before - counted)) records that went unread are told as one gap, the others count once"

# --- what was read to its end -----------------------------------------------------
records_table Whole
records_most 100
docker service scale -d shop=1 >/dev/null
wait_for 60 round Whole 1 100 || bad 'nothing is said'
old=$(running)
docker service update -d --force shop >/dev/null 2>&1
wait_for 60 round Whole 2 100 || bad 'it is not deployed again'
wait_for 60 counts Whole 200 || bad 'not all of it counts'
agent_stop
docker container prune -f >/dev/null
[[ ! -e $stage/docker/containers/$old ]] || bad 'its log is still there'
agent_start
wait_for 60 one_is_held || bad 'the log of what lives is not held'
is_all_well
agent_stop
docker service scale -d shop=0 >/dev/null
none_is_left() { [[ -z $(containers) ]]; }
wait_for 60 none_is_left || bad 'the container is not gone'
agent_start
wait_for 60 told shop log-gap || bad 'what may be lost is not told'
output=$(lm show "$(incident shop log-gap)")
says 'all of it was read at '
says 'what its container wrote between then and '
says ' may be lost'
expect gaps "$(show "$(incident shop log-gap)" .count)" 1
records_agree shop Whole
lm close "$(incident shop log-gap)" >/dev/null
records_most 1000000
shown "what went after its last record was read is no gap, and a possible one of what lived on"

# --- a reboot ---------------------------------------------------------------------
# As the unit has it: logmend ends behind Docker, and begins before it.
records_table Reboot
records_pause 0.2
docker service update -d --log-driver json-file --log-opt max-size=300k \
	--log-opt max-file=3 shop \
	>/dev/null 2>&1
docker service scale -d shop=2 >/dev/null
rotated() { compgen -G "$stage/docker/containers/*/*-json.log.2" >/dev/null; }
wait_for 90 rotated || bad 'no log was rotated'
# One that has not begun does not hear that it shall end.
both_speak() { records_live 2 && records_many 20; }
wait_for 90 both_speak || bad 'there are no two replicas'
kill "$dockerd_pid"
wait "$dockerd_pid" || true
# What ended with Docker is known to the next head once this one knows of the loss.
is_lost() { [[ $(lm status --json | jq -r .docker.way) == files ]]; }
wait_for 60 is_lost || bad 'nobody hears that Docker ended'
agent_stop
earlier=$(records_of Reboot)
agent_start
dockerd_start || bad 'dockerd did not start again'
wait_for 60 records_live 2 || bad 'the replicas do not live again'
docker service scale -d shop=0 >/dev/null
records_agree shop Reboot
is_all_well
shown "Docker and logmend ended and began again in their order: each of $earlier records \
before, and of $(($(records_of Reboot) - earlier)) behind it counts once"
agent_stop
