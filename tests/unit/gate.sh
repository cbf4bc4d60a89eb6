#!/bin/bash
# gate --offline: a folder of migrations is judged without a database, each
# statement a line, and the exit status tells whether all would run.
. "$(dirname "$0")/../support/sh.bash"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
migration()
{
	mkdir -p "$folder/$1"
	cat >"$folder/$1/migration.sql"
}
# expect WHAT GOT WANTED
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }
# expect_status N COMMAND...
expect_status()
{
	local status=0
	"${@:2}" >/dev/null 2>&1 || status=$?
	expect "status of ${*:2}" "$status" "$1"
}
gate() { "$LOGMEND" gate --offline "$folder" "$@"; }
verdicts() { gate --format json | jq -r '"\(.line) \(.kind) \(.on) \(.verdict)"'; }

migration 20250101000000_lot <<'SQL'
-- CreateTable
CREATE TABLE "Lot" ("id" TEXT NOT NULL PRIMARY KEY);

ALTER TABLE "Lot" ADD COLUMN "key" UUID NOT NULL DEFAULT gen_random_uuid();
SQL
migration 20250201000000_more <<'SQL'
CREATE INDEX "Lot_key_idx" ON "Lot"("key");
CREATE INDEX "User_name_idx" ON "User"("name");
ALTER TABLE "User" ADD COLUMN "status" "Status" NOT NULL DEFAULT 'OPEN';
SQL
gate >/dev/null || bad 'what is auto or gated has another status than 0'
expect lines "$(verdicts)" '2 create-table Lot auto
4 add-column-volatile Lot auto
1 create-index Lot auto
2 create-index User gated
3 add-column User auto'

migration 20250301000000_bad <<'SQL'
ALTER TABLE "User" ADD COLUMN "email" TEXT NOT NULL;
ALTER TABLE "User" ALTER COLUMN "name" DROP NOT NULL; DROP TABLE "Old";
SQL
echo 'SELECT 1' >"$folder/notes.sql"
expect_status 1 gate
expect bad "$(verdicts | tail -4)" '1 add-column-required User fails
2 drop-not-null User ask
2 drop-table Old never
1 stray-file null ask'
expect keys "$(gate --format json | head -1 | jq -r 'keys_unsorted | join(" ")')" \
	'file line statement kind on lock effect verdict reason'
expect sarif "$(gate --format sarif | jq -r '.version, (.runs[0].results |
	map(.level) | join(" "))')" '2.1.0
error warning error warning'
expect_status 2 gate --format other
expect_status 2 "$LOGMEND" gate "$folder"
expect_status 2 "$LOGMEND" gate --offline "$folder/nowhere"
