# Manuals, in mdoc; tests/tree/manuals.sh lints them.
dist_man_MANS = man/logmend.8 man/logmend.conf.5 man/logmend.guard.7 \
	man/logmend.rules.5
