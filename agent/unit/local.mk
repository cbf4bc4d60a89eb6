# systemd's files. The program's path is only known to make. A line `@254:...` is
# for a systemd of that version or a newer one: older ones complain of it.
ROLE_SERVICES = agent/unit/logmend-eyes@.service \
	agent/unit/logmend-hands@.service \
	agent/unit/logmend-notify@.service \
	agent/unit/logmend-docker@.service
ROLE_SOCKETS = agent/unit/logmend-eyes.socket agent/unit/logmend-hands.socket \
	agent/unit/logmend-notify.socket agent/unit/logmend-docker.socket
SERVICES = agent/unit/logmend.service agent/unit/logmend-failed.service \
	$(ROLE_SERVICES)
UNITS = $(SERVICES) $(ROLE_SOCKETS)
EXTRA_DIST += $(SERVICES:=.in) agent/unit/role.socket.in
# What people copy where they want it.
dist_pkgdata_DATA = agent/unit/docker-socket.conf agent/unit/reach.conf
CLEANFILES += $(UNITS)

make_unit = $(MKDIR_P) agent/unit && $(SED) 's|@bindir[@]|$(bindir)|g; \
	$(UNIT_254)' $(srcdir)/$@.in >$@.new && mv $@.new $@

$(SERVICES): Makefile
	$(AM_V_GEN)$(make_unit)
agent/unit/logmend.service: agent/unit/logmend.service.in
agent/unit/logmend-failed.service: agent/unit/logmend-failed.service.in
agent/unit/logmend-eyes@.service: agent/unit/logmend-eyes@.service.in
agent/unit/logmend-hands@.service: agent/unit/logmend-hands@.service.in
agent/unit/logmend-notify@.service: agent/unit/logmend-notify@.service.in
agent/unit/logmend-docker@.service: agent/unit/logmend-docker@.service.in

# How many of each may run at once: one for each app's job; for the others one,
# and those that end when a configuration was loaded anew.
$(ROLE_SOCKETS): agent/unit/role.socket.in Makefile
	$(AM_V_GEN)$(MKDIR_P) agent/unit && role=$(@F:logmend-%.socket=%) && \
	case $$role in hands) n=256 ;; *) n=16 ;; esac && \
	$(SED) "s|@role[@]|$$role|g; s|@connections[@]|$$n|" \
		$(srcdir)/agent/unit/role.socket.in >$@.new && mv $@.new $@

if INSTALL_UNIT
nodist_systemdsystemunit_DATA = $(UNITS)
sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = agent/unit/sysusers.d/logmend.conf
else
noinst_DATA = $(UNITS)
EXTRA_DIST += agent/unit/sysusers.d/logmend.conf
endif
