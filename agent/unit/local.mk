# systemd's files. The program's path is only known to make. A line `@254:...` is
# for a systemd of that version or a newer one: older ones complain of it.
UNITS = agent/unit/logmend.service agent/unit/logmend-failed.service
EXTRA_DIST += agent/unit/logmend.service.in agent/unit/logmend-failed.service.in
# What people copy where they want it.
dist_pkgdata_DATA = agent/unit/docker-socket.conf agent/unit/reach.conf
CLEANFILES += $(UNITS)

make_unit = $(MKDIR_P) agent/unit && $(SED) 's|@bindir[@]|$(bindir)|g; \
	$(UNIT_254)' $(srcdir)/$@.in >$@.new && mv $@.new $@

agent/unit/logmend.service: agent/unit/logmend.service.in Makefile
	$(AM_V_GEN)$(make_unit)
agent/unit/logmend-failed.service: agent/unit/logmend-failed.service.in Makefile
	$(AM_V_GEN)$(make_unit)

if INSTALL_UNIT
nodist_systemdsystemunit_DATA = $(UNITS)
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = agent/unit/sysusers.d/logmend.conf
else
noinst_DATA = $(UNITS)
EXTRA_DIST += agent/unit/sysusers.d/logmend.conf
endif
