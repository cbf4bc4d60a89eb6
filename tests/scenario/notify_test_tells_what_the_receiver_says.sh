#!/bin/bash
# Before the first notice is needed, `logmend notify-test` sends a message to the
# receivers, and says what each of them answered, never with its URL.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage=$(mktemp -d)
trap '[[ -z $receiver_pid ]] || kill "$receiver_pid" || true; rm -rf "$stage"' EXIT
build_helpers receiver
umask 077
receiver_start -f 1 -c 403
echo 'http://127.0.0.1:9/hush' >"$stage/nobody.url"
cat >"$stage/logmend.conf" <<END
[agent]
rules = $TOP/rules
[notify ops]
url-file = $stage/hook.url
[notify gone]
url-file = $stage/nobody.url
END

expect_status 3 lm notify-test ops
says 'notify ops: '
says 403
[[ ! -s $stage/notices ]] || bad 'the receiver refused nothing'
shown 'a receiver that refuses: with which status'

expect_status 0 lm notify-test ops
says 'notify ops: sent, and taken with status 200'
said=$(jq -r .text <"$stage/notices")
[[ $said == *"logmend on "*'a test of [notify ops]'* ]] || bad "sent: $said"
shown 'a receiver that takes it: the message says that it is a test'

expect_status 3 lm notify-test
says 'notify ops: sent'
says 'notify gone: not sent: '
[[ $output != *hush* && $output != *"$(cat "$stage/hook.url")"* ]] ||
	bad "a URL is shown: $output"
shown 'all receivers, one of which nobody answers for: told, without a URL'

expect_status 2 lm notify-test nobody
says 'has no [notify nobody]'
sed -i '/notify/,$d' "$stage/logmend.conf"
expect_status 2 lm notify-test
says 'has no [notify]'
shown 'no such receiver: told'
