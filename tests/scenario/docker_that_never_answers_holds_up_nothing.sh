#!/bin/bash
# Docker is started behind logmend and waits for it, while systemd listens on its
# socket: who connects there gets no answer. The daemon is ready all the same, and
# loads its configuration anew, for none of its own processes but the role docker
# speaks to Docker. `check-config` asks, and says that nobody answers.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

build_helpers mute
stage_docker_socket=$(mktemp -d "${TMPDIR:-/tmp}/mute.XXXXXX")/docker.sock
stage_open
"$BUILT/tests/support/mute" "$stage_docker_socket" >"$stage/callers" &
mute=$!
trap 'status=$?; kill $mute || true; rm -r "$(dirname "$stage_docker_socket")"
	stage_close $status' EXIT
wait_for 10 test -S "$stage_docker_socket" || bad 'nobody listens'
for app in one two three; do
	stage_config "
[app $app]
database-url = container
migrations = container"
done

agent_start
lm reload >/dev/null || bad 'reload did not answer'
kill -HUP "$agent_pid"
again() { (($(grep -c 'was loaded anew' "$stage/agent.log") == 2)); }
wait_for 20 again || bad 'SIGHUP loads nothing'
role=$(role_awaited docker) || bad 'there is no role docker'
called() { grep -qx "$role" "$stage/callers"; }
wait_for 20 called || bad "the role docker asks nothing: $(cat "$stage/callers")"
! grep -qx "$agent_pid" "$stage/callers" || bad 'head spoke to Docker'
shown 'start and reload do not wait for Docker, and head does not speak to it'

expect_status 2 lm check-config
says 'did not answer GET /version in time'
shown 'check-config asks Docker, and says that it does not answer'
agent_stop
