#!/bin/bash
# The seam of hands (hands/migrator/migrator.h): each migrator's table, lock and
# name are known in its own folder alone. Prints every breach as file:line.
. "$(dirname "$0")/../support/sh.bash"
cd "$TOP/agent/hands" || exit

# A migrator's folder, and words that stand nowhere else. Where they may stand
# outside: the file that picks an implementation, and the dialect of DATABASE_URL
# (parameters and schemes that Prisma's client gave it), which is the
# application's and not the migrator's.
folder=prisma
words='prisma|72707369|P30[0-9]{2}|migration_lock\.toml|pris\.ly'
outside='^(migrators\.c|postgres/url(-parameters)?\.[ch]):'

hits=$(grep -rniE --include='*.[ch]' -- "$words" . | sed 's,^\./,,' |
	grep -vE "^$folder/" | grep -vE "$outside" || true)
[[ -z $hits ]] ||
	bad "known outside of hands/$folder:"$'\n'"$hits"

# No other role has them either, but for the remedy's kind in the configuration.
hits=$(grep -rnE --include='*.[ch]' -- '_prisma_migrations|72707369' .. |
	grep -vE "^\.\./hands/$folder/" || true)
[[ -z $hits ]] || bad "known outside of hands:"$'\n'"$hits"

# The one place that includes an implementation.
hits=$(grep -rn --include='*.[ch]' "#include \"hands/$folder/" .. |
	grep -vE "^\.\./hands/($folder/|migrators\.c:)" || true)
[[ -z $hits ]] || bad "included around the seam:"$'\n'"$hits"
