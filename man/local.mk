# Manuals, in mdoc; tests/unit/manuals.sh lints them.
dist_man_MANS = man/logmend.8 man/logmend.conf.5 man/logmend.rules.5
