#!/bin/bash
# container.sh ROOT SERVICE [ID]
#
# Lays a container out under the Docker root ROOT as dockerd does, with the
# labels of a Swarm service (a CapRover app `shop` made before 1.15 is the
# service srv-captain--shop, a later one just shop), and prints its ID:
#
#	ROOT/containers/ID/config.v2.json
#	ROOT/containers/ID/hostconfig.json
#	ROOT/containers/ID/ID-json.log          empty; dockerlog writes to it
#
# Both files are captured ones (tests/data/docker) with other names in them.
set -euo pipefail

root=$1 service=$2
id=${3:-$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')}
data=$(cd "$(dirname "$0")/../data/docker" && pwd)
folder=$root/containers/$id
task=$service.1.${id:0:25}

mkdir -p "$root/containers"
chmod 0710 "$root/containers"
mkdir -m 0710 "$folder"
for file in config.v2.json hostconfig.json; do
	sed -e "s/fb8a9ec7eb24444918f0df468bea1b2bc226a130e18fd2bebb60eae87df5a741/$id/g" \
		-e "s/srv-captain--moverz-v4\.1\.mkjp1sucbywz2ffi1u3pxndqu/$task/g" \
		-e "s/srv-captain--moverz-v4/$service/g" \
		-e "s|/var/lib/docker/containers|$root/containers|g" \
		"$data/swarm-$file" | tr -d '\n' >"$folder/.$file.new"
	chmod 0600 "$folder/.$file.new"
done
(umask 0137 && : >"$folder/$id-json.log")
# As dockerd: written whole, then renamed; config.v2.json appears last.
mv "$folder/.hostconfig.json.new" "$folder/hostconfig.json"
mv "$folder/.config.v2.json.new" "$folder/config.v2.json"
echo "$id"
