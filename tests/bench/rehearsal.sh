#!/bin/bash
# How long a rehearsal takes in a large database: tables of an application, each
# with a key, two indexes and a foreign key, a pending migration that makes one
# table more, and the whole way of its incident from the first look to the
# question.
#
#	make bench BENCHES=tests/bench/rehearsal.sh	2,000 tables, 3 runs
#	TABLES=500 RUNS=1 make bench BENCHES=tests/bench/rehearsal.sh
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
tables=${TABLES:-2000}
runs=${RUNS:-3}

stage_open
stage_policy ask '' 'deadline = 120s'
apps=()
for ((run = 1; run <= runs; run++)); do
	stage_pending "run$run"
	apps+=("run$run")
	# In parts, for one transaction has locks for some hundred.
	for ((i = 0; i < tables; i += 200)); do
		PGDATABASE=run$run PGUSER=app pg_do -c "DO \$\$ BEGIN
			FOR i IN $i..least($i + 199, $tables - 1) LOOP
			EXECUTE format('CREATE TABLE \"Item%s\" (\"id\" TEXT
				PRIMARY KEY, \"name\" TEXT, \"at\" TIMESTAMP(3),
				\"userId\" TEXT REFERENCES \"User\"(\"id\"))', i);
			EXECUTE format('CREATE INDEX ON \"Item%s\"(\"name\")', i);
			EXECUTE format('CREATE INDEX ON \"Item%s\"(\"at\")', i);
			END LOOP; END \$\$"
	done
done
agent_start

# When the agent's log said it of incident $1, as seconds.
said()
{
	until grep -q "incident $1: $2" "$stage/agent.log"; do
		sleep 0.01
	done
	date +%s.%N
}

echo "$tables tables, PostgreSQL $(pg_do -c 'SHOW server_version')"
for ((run = 1; run <= runs; run++)); do
	app_fails "run$run"
	open=$(said "$run" 'open')
	rehearsing=$(said "$run" 'rehearsing')
	asked=$(said "$run" 'awaiting-approval')
	awk -v open="$open" -v rehearsing="$rehearsing" -v asked="$asked" \
		'BEGIN { printf "look %.2f s, rehearsal %.2f s\n",
			rehearsing - open, asked - rehearsing }'
done
agent_stop
