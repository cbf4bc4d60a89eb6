#!/bin/bash
# Mode report, the default: the cause is found and told, nothing is touched.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy report
stage_pending shop
before=$(prisma_history shop)
agent_start
app_fails shop
state_is 1 reported
expect cause "$(show 1 .cause)" pending-migration
expect action "$(show 1 .decision.action)" report
[[ -n $(show 1 .decision.reason) ]] || bad 'the decision has no reason'
expect attempts "$(show 1 '.attempts | length')" 0
expect history "$(prisma_history shop)" "$before"
has_table shop AnalyticsEvent && bad 'the table was created'
shown 'the cause was found, and nothing was touched'
told() { grep -q AnalyticsEvent "$stage/notices"; }
wait_for 20 told || bad 'no notice names the table'
shown 'people were told, with the name of the table'
way="To be asked about this plan: set \`mode = ask\` in [policy p] of $stage/logmend.conf"
[[ $(lm show 1 | tail -n 1) == "$way"* ]] || bad "show ends: $(lm show 1 | tail -n 1)"
asks() { [[ $(grep -F "To be asked about this plan: set" "$stage/notices") == *"[policy p] of $stage/logmend.conf"* ]]; }
wait_for 20 asks || bad 'no notice says how to be asked'
shown 'show and the notice end with what to do to be asked'
# The same fault again is counted, not opened again.
app_fails shop
wait_until 1 '.count == 2'
expect_status 1 lm show 2
shown 'the same fault again: counted, not opened again'
agent_stop
