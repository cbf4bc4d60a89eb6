# systemd's files. The program's path is only known to make.
UNITS = agent/unit/logmend.service
EXTRA_DIST += agent/unit/logmend.service.in
# What people copy where they want it.
dist_pkgdata_DATA = agent/unit/docker-socket.conf
CLEANFILES += $(UNITS)

agent/unit/logmend.service: agent/unit/logmend.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) agent/unit && $(SED) 's|@bindir[@]|$(bindir)|g' \
		$(srcdir)/agent/unit/logmend.service.in >$@.new && mv $@.new $@

if INSTALL_UNIT
nodist_systemdsystemunit_DATA = $(UNITS)
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = agent/unit/sysusers.d/logmend.conf
else
noinst_DATA = $(UNITS)
EXTRA_DIST += agent/unit/sysusers.d/logmend.conf
endif
