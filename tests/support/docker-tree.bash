# Sourced, with TOP: more of a played Docker root than container.sh lays out.
#
#	container_says ROOT ID JQ [ARG...]
#				changes its config.v2.json
#	container_logs_by ROOT ID DRIVER [OPTIONS]
#				its log driver, and JSON of its options
#	container_mounted ROOT ID	prints the folder of its files, made as of a
#				container that runs
#	container_ended ROOT ID	the same of one that has ended: its one layer
# shellcheck shell=bash

container_says()
{
	local file=$1/containers/$2/config.v2.json
	jq -c "$3" "${@:4}" <"$file" >"$file.new"
	chmod 0600 "$file.new"
	mv "$file.new" "$file"
}

container_logs_by()
{
	jq -n --arg type "$3" --argjson config "${4:-null}" \
		'{LogConfig: {Type: $type, Config: $config}}' \
		>"$1/containers/$2/hostconfig.json"
}

# As overlay2 has it: a folder of another name, with links to its layers.
container_overlay()
{
	local mount=$1/image/overlay2/layerdb/mounts/$2
	mkdir -p "$mount" "$1/overlay2/m$2/diff" "$1/overlay2/m$2/merged" \
		"$1/overlay2/l"
	printf 'm%s' "$2" >"$mount/mount-id"
}

container_mounted()
{
	container_overlay "$1" "$2"
	echo "$1/overlay2/m$2/merged"
}

container_ended()
{
	local short=L${2:0:12}
	container_overlay "$1" "$2"
	container_says "$1" "$2" '.State.Running = false'
	mkdir -p "$1/overlay2/b$2/diff"
	ln -s "../b$2/diff" "$1/overlay2/l/$short"
	printf 'l/%s' "$short" >"$1/overlay2/m$2/lower"
	echo "$1/overlay2/b$2/diff"
}
