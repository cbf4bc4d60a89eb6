# What makes packages of it. `make install` installs nothing of this: the Debian
# package does (`./bootstrap deb`), whose folder debian/ is packaging/debian.
PACKAGING = packaging/logmend.conf.example \
	packaging/completion/_logmend packaging/completion/logmend \
	packaging/examples/own.rules packaging/examples/proposals.conf \
	packaging/examples/report-only.conf \
	packaging/debian/changelog packaging/debian/clean \
	packaging/debian/control packaging/debian/copyright \
	packaging/debian/logmend.docs packaging/debian/logmend.examples \
	packaging/debian/logmend.install \
	packaging/debian/logmend.lintian-overrides \
	packaging/debian/logmend.postinst \
	packaging/debian/logmend.postrm packaging/debian/logmend.prerm \
	packaging/debian/logmend.templates \
	packaging/debian/po/POTFILES.in packaging/debian/po/templates.pot \
	packaging/debian/rules packaging/debian/source/format
EXTRA_DIST += $(PACKAGING)
