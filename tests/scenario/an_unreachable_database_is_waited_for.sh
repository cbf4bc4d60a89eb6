#!/bin/bash
# A wrong URL and a database that is down: told as such, waited for, mended when
# it is back; a wrong password is reported at once, as it does not pass by
# itself; no password is shown.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
stage_policy act
stage_pending shop
stage_pending wrong
pg_url app wrong | sed "s/:$PGPORT/:1/" >"$stage/wrong.url"
stage_pending barred
pg_url app barred | sed 's/app:app/app:secretly/' >"$stage/barred.url"
agent_start

app_fails wrong
wait_until 1 '.cause == "unreachable"'
state_is 1 waiting
[[ $(show 1) != *app:app* ]] || bad 'the password is shown'
shown 'a URL with a wrong port: the incident waits, no password is shown'

pg_down || bad 'PostgreSQL did not stop'
app_fails shop
wait_until 2 '.cause == "unreachable"' 60
state_is 2 waiting
shown 'the database is down: the incident waits'
pg_up || bad 'PostgreSQL did not start again'
time_passes 10
state_is 2 resolved 120
has_table shop AnalyticsEvent || bad 'the table was not created'
expect attempts "$(show 2 '.attempts | length')" 1
shown 'the database came back: mended by itself, in one attempt'

app_fails barred
wait_until 3 '.cause == "unreachable"'
state_is 3 reported
is_true 3 '.decision.reason | contains("does not pass by itself")' >/dev/null ||
	bad 'not told why nobody waits'
[[ $(show 3 .timeline) == *'user or its password'* ]] || bad 'not told what it is'
shown 'a wrong password: reported at once, for it does not pass by itself'
expect_status 3 lm diagnose barred missing-table public.AnalyticsEvent
says '28P01'
[[ $output != *secretly* ]] || bad 'diagnose shows the password'
shown 'diagnose says the same, without the password'
# TLS that cannot be had, or that nobody should trust.
tls_says()
{
	pg_url app "barred?$1" >"$stage/barred.url"
	expect_status 3 lm diagnose barred missing-table public.AnalyticsEvent
	says "$2"
	[[ $output != *app:app* ]] || bad 'diagnose shows the password'
}
tls_says sslmode=require 'the URL wants TLS and the server has none'
shown 'TLS is wanted of a server without: told'
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=elsewhere \
		-keyout "$pg_folder/server.key" -out "$pg_folder/server.crt" \
		2>/dev/null
	chown "$(stat -c %U "$pg_folder"):" "$pg_folder"/server.*
	chmod 600 "$pg_folder/server.key"
	pg_do -c "ALTER SYSTEM SET ssl_key_file = '$pg_folder/server.key'" \
		-c "ALTER SYSTEM SET ssl_cert_file = '$pg_folder/server.crt'" \
		-c 'ALTER SYSTEM SET ssl = on' -c 'SELECT pg_reload_conf()' \
		>/dev/null
	pg_down && pg_up || bad 'PostgreSQL did not start with TLS'
	tls_says 'sslmode=require&sslaccept=strict' 'from nobody we trust'
	tls_says \
		"sslmode=require&sslaccept=strict&sslcert=$pg_folder/server.crt" \
		'for another name'
	shown "a server's certificate from nobody, and for another name: told"
fi
expect_status 3 lm diagnose wrong missing-table public.AnalyticsEvent
[[ $output != *app:app* ]] || bad 'diagnose shows the password'
agent_stop
