rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = rules/node.rules rules/postgres.rules rules/prisma.rules \
	$(SHAPES)
SHAPES = rules/loggers.shapes rules/postgres.shapes rules/prisma.shapes \
	rules/runtimes.shapes

# Shapes are compiled in as well, so that a folder of rules without them is read
# with these. Each file becomes one entry of the array in
# agent/rule/shapes-built-in.h; comments become empty lines, so that a message
# names the right line.
CLEANFILES += rules/shapes-built-in.c
nodist_agent_rule_librule_a_SOURCES = rules/shapes-built-in.c

rules/shapes-built-in.c: $(SHAPES) $(top_srcdir)/rules/local.mk
	$(AM_V_GEN)$(MKDIR_P) rules && { \
	echo '/* Made from rules/NAME.shapes; do not edit. */'; \
	echo '#include "config.h"'; \
	echo '#include "rule/shapes-built-in.h"'; \
	echo; \
	echo 'const struct shapes_built_in shapes_built_in[] = {'; \
	for file in $(SHAPES); do \
		echo "{ \"$${file##*/}\","; \
		$(SED) -e 's/^[#;].*//' -e 's/[\\"]/\\&/g' -e 's/^/"/' \
			-e 's/$$/\\n"/' $(top_srcdir)/$$file || exit 1; \
		echo '},'; \
	done; \
	echo '{ 0 }, };'; \
	} >$@.tmp && mv $@.tmp $@

# What secrets look like is compiled in alone: each process needs it, with or
# without rules. Each [secret NAME] becomes one entry of the array in
# agent/base/redact-table.h, with its parts put in.
CLEANFILES += rules/secrets-table.c
EXTRA_DIST += rules/secrets.table rules/secrets.awk
nodist_agent_base_libbase_a_SOURCES = rules/secrets-table.c

rules/secrets-table.c: rules/secrets.table rules/secrets.awk
	$(AM_V_GEN)$(MKDIR_P) rules && $(AWK) -f $(srcdir)/rules/secrets.awk \
		$(srcdir)/rules/secrets.table >$@.tmp && mv $@.tmp $@
