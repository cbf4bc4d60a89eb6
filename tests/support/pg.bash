# Sourced: a private PostgreSQL, never as root, in a folder of its own.
#
#	pg_start [FILL]		starts it; sets PGHOST, PGPORT (a socket, its port)
#				and PGUSER, so that psql is the superuser's. FILL is
#				a function that puts something into it
#	pg_role NAME [WORD...]	makes a role whose password is its name
#	pg_database NAME OWNER [TEMPLATE]
#	pg_url NAME DATABASE	prints the URL of a role, over TCP
#	pg_down, pg_up		ends the server, starts it again on its port
#	pg_stop			ends it for good
#
# Socket connections are trusted, TCP ones need the password. Exits with 77
# where no server is installed.
# shellcheck shell=bash

pg_folder=

pg_bin()
{
	local newest
	newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V |
		tail -n 1)
	if [[ -n $newest ]]; then
		dirname "$newest"
	elif command -v initdb >/dev/null; then
		dirname "$(command -v initdb)"
	else
		skip 'a PostgreSQL server is missing'
	fi
}

# PostgreSQL refuses to run as root.
pg_as_owner()
{
	if ((EUID == 0)); then
		(cd / && setpriv --reuid="$pg_owner" \
			--regid="$(id -g "$pg_owner")" --clear-groups \
			--reset-env "$@")
	else
		"$@"
	fi
}

pg_start()
{
	pg_bin=$(pg_bin) || exit
	pg_folder=$(mktemp -d "${TMPDIR:-/tmp}/logmend-pg.XXXXXX")
	pg_owner=$(id -un)
	if ((EUID == 0)); then
		pg_owner=nobody
		! id postgres >/dev/null 2>&1 || pg_owner=postgres
		chown "$pg_owner:" "$pg_folder"
	fi
	chmod 0755 "$pg_folder"
	export PGHOST=$pg_folder PGPORT PGUSER=postgres PGDATABASE=postgres
	pg_find_port
	pg_cluster "${1-}"
	pg_start_somewhere
}

# By the number of our process, which no other test has that runs now: hardly
# anybody takes the port while our server is down. It lies below those that the
# system gives away by itself.
pg_find_port() { PGPORT=$((20000 + ($$ + 1500 * ${1:-0}) % 12000)); }

pg_start_somewhere()
{
	local try
	for try in 0 1 2 3 4 5 6 7; do
		pg_find_port "$try"
		! pg_up || return 0
	done
	tail -n 20 "$pg_folder/server.log" >&2
	bad 'PostgreSQL did not start'
}

# The data of a new server. To make it takes longer than many a test, so the
# first test that needs it leaves it in the build folder, and the others copy it;
# the name changes with whatever it is made of.
pg_cluster()
{
	local kept=$BUILT/tests/clusters
	mkdir -p "$kept" 2>/dev/null || true
	[[ -w $kept ]] || {
		pg_cluster_make "$1"
		return
	}
	(
		flock 9
		kept=$kept/${1:-empty}.$(pg_cluster_sum)
		if [[ -d $kept ]]; then
			cp -a "$kept" "$pg_folder/data"
		else
			pg_cluster_make "$1"
			rm -rf "${kept%.*}".*
			cp -a "$pg_folder/data" "$kept.new"
			mv "$kept.new" "$kept"
		fi
	) 9>"$kept/lock"
	((EUID != 0)) || chown -R "$pg_owner:" "$pg_folder/data"
	chmod 0700 "$pg_folder/data"
}

pg_cluster_sum()
{
	{
		"$pg_bin/initdb" --version
		cat "$TOP"/tests/support/{pg,prisma,stage}.bash \
			"$TOP"/tests/data/moving/migrations/*/migration.sql
	} | cksum | tr ' ' -
}

pg_cluster_make()
{
	pg_as_owner "$pg_bin/initdb" -D "$pg_folder/data" -U postgres -N \
		--auth=trust -E UTF8 --locale=C >"$pg_folder/initdb.log" 2>&1 ||
		{ cat "$pg_folder/initdb.log" >&2; bad 'initdb failed'; }
	printf '%s\n' 'local all all trust' \
		'host all all 127.0.0.1/32 scram-sha-256' \
		>"$pg_folder/data/pg_hba.conf"
	[[ -n $1 ]] || return 0
	pg_start_somewhere
	"$1"
	pg_as_owner "$pg_bin/pg_ctl" stop -s -w -m fast \
		-D "$pg_folder/data" || bad 'PostgreSQL did not end'
}

# Who keeps a descriptor of the lock keeps the lock.
pg_up()
{
	pg_as_owner "$pg_bin/pg_ctl" start -s -w -t 60 \
		-D "$pg_folder/data" -l "$pg_folder/server.log" -o \
		"-p $PGPORT -k $pg_folder -c listen_addresses=127.0.0.1 \
		-c fsync=off -c max_connections=50" >/dev/null 2>&1 9>&-
}

pg_down()
{
	pg_as_owner "$pg_bin/pg_ctl" stop -s -w -m immediate \
		-D "$pg_folder/data" >/dev/null 2>&1
}

pg_stop()
{
	[[ -n $pg_folder ]] || return 0
	pg_down || true
	rm -rf "$pg_folder"
	pg_folder=
}

pg_do() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }

pg_role()
{
	local name=$1
	shift
	pg_do -c "CREATE ROLE \"$name\" LOGIN PASSWORD '$name' $*"
}

pg_database()
{
	pg_do -c "CREATE DATABASE \"$1\" OWNER \"$2\" ${3:+TEMPLATE \"$3\"}"
}

pg_url() { echo "postgresql://$1:$1@127.0.0.1:$PGPORT/$2"; }
