#!/bin/bash
# With `database-url = container` and no Docker to ask, the password in the
# environment of an app's container is taken out of its very first record, out of
# that of the container with another password that replaces it, and out of what
# `scan` prints: Docker's own files have it. So it is with the variable of an app
# whose URL is in a file.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/docker-tree.bash"

# container APP VARIABLE PASSWORD: one more of it, whose environment has that.
container()
{
	container_of[$1]=$(openssl rand -hex 32)
	local id=${container_of[$1]} root=$stage/new
	rm -rf "$root"
	mkdir "$root"
	"$TOP/tests/support/container.sh" "$root" "srv-captain--$1" "$id" \
		>/dev/null
	container_says "$root" "$id" '.Config.Env += [$url]' \
		--arg url "$2=postgresql://app:$3@srv-captain--db:5432/shop"
	sed -i "s|$root|$stage/docker|g" "$root/containers/$id/config.v2.json"
	mkdir -p "$stage/docker/containers"
	fails_with "$3" "$root/containers/$id/$id-json.log"
	mv "$root/containers/$id" "$stage/docker/containers/"
}

# fails_with PASSWORD LOG: a record whose excerpt has the password in words.
fails_with()
{
	sed "/handleRequestError/a \\    at tried ($1) twice" \
		"$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" |
		"$BUILT/tests/support/dockerlog" "$2"
}

known() { (($(reported | wc -l) == $1)); }
reported()
{
	lm incidents --json |
		jq -rs 'flatten[] | select(.state == "reported") | .app'
}

is_nowhere()
{
	local found
	for password in "${passwords[@]}"; do
		found=$(LC_ALL=C grep -rlaF "$password" "$stage/state" \
			"$stage/notices" "$stage/agent.log" "$stage/printed") ||
			continue
		bad "$password is in $found"
	done
}

apps='shop file other'
stage_docker_socket=/nonexistent/docker.sock
stage_open
receiver_start
stage_config "[notify local]
url-file = $stage/hook.url
[app shop]
database-url = container
notify = local
[app other]
database-url = container
database-url-env = OTHER_URL
notify = local
[app file]
database-url-file = $stage/file.url
notify = local"
(umask 077 && pg_url app file >"$stage/file.url")
passwords=(Xy7Qp2Rt9mKw Ab3Cd4Ef5Gh6 Kk8Ll9Mm1Nn2)
container shop DATABASE_URL "${passwords[0]}"
container other OTHER_URL "${passwords[1]}"
container file DATABASE_URL "${passwords[2]}"
cat "$(log_of shop)" >"$stage/copied.log"
for app in $apps; do
	lm scan "$app"
	lm scan --json "$app"
	lm scan --all "$app"
	lm scan --json "$(log_of "$app")"
done >"$stage/printed" 2>&1
lm scan --json "$stage/copied.log" >>"$stage/printed" 2>&1
lm scan --json - <"$stage/copied.log" >>"$stage/printed" 2>&1
grep -q 'redacted: password' "$stage/printed" || bad "$(cat "$stage/printed")"
: >"$stage/agent.log"
is_nowhere
shown 'scan of an app, of its log and of a copy of that prints no password'

agent_start
wait_for 60 known 3 || bad "$(lm incidents)"
passwords+=(Pp5Oo6Ii7Uu8)
# Behind it, the next record is an incident of its own.
lm close "$(lm incidents --json |
	jq -rs 'flatten | map(select(.app == "shop"))[0].id')" >/dev/null
rm -r "$(dirname "$(log_of shop)")"
container shop DATABASE_URL "${passwords[3]}"
again() { lm show 4; }
wait_for 60 again || bad "$(lm incidents)"
# One of each app, and that shop's was closed: of a cause that is unknown, an
# app sends no second one within the hour.
sent() { (($(wc -l <"$stage/notices") >= 4)); }
wait_for 60 sent || bad 'nothing was sent'
for id in 1 2 3 4; do
	lm show "$id" || true
	lm show "$id" --json || true
done >>"$stage/printed" 2>&1
is_nowhere
grep -q 'redacted: password' "$stage/notices" || bad 'no excerpt was sent'
shown 'nor is one of a first record in the store, a message, what show prints'
agent_stop
is_nowhere
