# The store's schema, one file a version, compiled in: there is nothing to find
# at run time. Each script becomes one C string of the array in head/store/sqlite/schema.h.
store_scripts = $(top_srcdir)/sql/store-001.sql \
	$(top_srcdir)/sql/store-002.sql \
	$(top_srcdir)/sql/store-003.sql \
	$(top_srcdir)/sql/store-004.sql \
	$(top_srcdir)/sql/store-005.sql \
	$(top_srcdir)/sql/store-006.sql \
	$(top_srcdir)/sql/store-007.sql
EXTRA_DIST += sql/store-001.sql sql/store-002.sql sql/store-003.sql \
	sql/store-004.sql sql/store-005.sql sql/store-006.sql \
	sql/store-007.sql
CLEANFILES += sql/store-schema.c
nodist_agent_head_libhead_a_SOURCES = sql/store-schema.c

sql/store-schema.c: $(store_scripts) $(top_srcdir)/sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) sql && { \
	echo '/* Made from sql/store-*.sql; do not edit. */'; \
	echo '#include "config.h"'; \
	echo '#include "head/store/sqlite/schema.h"'; \
	echo; \
	echo 'const char *const store_schema[] = {'; \
	for script in $(store_scripts); do \
		$(SED) -e '/^--/d' -e 's/[\\"]/\\&/g' -e 's/^/"/' \
			-e 's/$$/\\n"/' $$script || exit 1; \
		echo ','; \
	done; \
	echo '};'; \
	echo 'const unsigned store_schema_version ='; \
	echo '	sizeof(store_schema) / sizeof(store_schema[0]);'; \
	} >$@.tmp && mv $@.tmp $@
