# Sourced by scenarios in which containers of a real Docker Engine say as many
# records as they can, and tell how many. Comes with docker.bash, whose docker_open
# is called first.
#
#	records_open		makes $stage/shared, the folder of all writers
#	records_service NAME [OPTION...]
#				a service whose container says a record after the
#				other, and ends with status 1 when it is told to
#	records_table TABLE	what the faults are about from now on, for containers
#				that begin then
#	records_pause SECONDS	how long such a container waits behind 20 records
#	records_most N		how many it says at the most; then it only lives
#	records_live N		whether so many containers are at it
#	records_many N		whether those that are at it have said so many, each
#	records_speakers TABLE	how many containers spoke of it so far
#	records_of TABLE	how many were said of it, by those who ended
#	records_counted APP TABLE
#				how many of them count
#	records_agree APP TABLE	until all who spoke have ended, and as many count as
#				were said, and stay so
# shellcheck shell=bash

# A record is one write: a container that is killed leaves whole ones. What it
# said is noted behind it, and exactly at its end.
records_open()
{
	mkdir -p "$stage/shared/said"
	sed 's/run\.js:8:53/run.js:@:53/' "$stage/tree/fault" \
		>"$stage/shared/fault"
	records_pause 0.05
	records_most 1000000
	cat >"$stage/shared/say" <<'END'
ended=
trap 'ended=yes' TERM
table=$(cat /shared/table)
pause=$(cat /shared/pause)
most=$(cat /shared/most)
fault=$(sed "s/AnalyticsEvent/$table/g" /shared/fault)
before=${fault%%@*}
after=${fault#*@}
said=/shared/said/$table.$TASK
n=0
while [ -z "$ended" ]; do
	i=0
	while [ $i -lt 20 ] && [ $n -lt $most ]; do
		n=$((n + 1)) i=$((i + 1))
		printf '%s%d%s\n' "$before" $n "$after" >&2
	done
	echo $n >$said.lives
	sleep $pause
done
echo $n >$said
rm $said.lives
exit 1
END
}

records_table() { echo "$1" >"$stage/shared/table"; }
records_most() { echo "$1" >"$stage/shared/most"; }
records_pause() { echo "$1" >"$stage/shared/pause"; }

records_service()
{
	local name=$1
	shift
	docker_service "$name" --env 'TASK={{.Task.ID}}' \
		--stop-grace-period 60s \
		--mount "type=bind,src=$stage/shared,dst=/shared" "$@" \
		-- 'exec sh /shared/say'
}

records_live()
{
	(($(find "$stage/shared/said" -name '*.lives' | wc -l) == $1))
}

# One that is just being written is empty, and counts for few.
records_many()
{
	local said=("$stage"/shared/said/*.lives)
	[[ -e ${said[0]} ]] && awk -v least="$1" '$1 >= least { n++ }
		END { exit n != ARGC - 1 }' "${said[@]}"
}

records_speakers()
{
	find "$stage/shared/said" -name "$1.*" | sed 's/\.lives$//' | sort -u |
		wc -l
}

records_of()
{
	find "$stage/shared/said" -name "$1.*" ! -name '*.lives' -exec cat {} + |
		awk '{ n += $1 } END { print n + 0 }'
}

records_counted()
{
	lm incidents --json | jq -s "flatten | map(select(.app == \"$1\" and
		.class == \"missing-table\" and .object.table == \"$2\").count) |
		add // 0"
}

records_are_all() { [[ $(records_counted "$1" "$2") == $(records_of "$2") ]]; }

records_agree()
{
	wait_for 120 records_live 0 || bad 'a container did not end'
	wait_for 120 records_are_all "$1" "$2" ||
		bad "$(records_counted "$1" "$2") of $(records_of "$2") records \
of $2 count"
}
