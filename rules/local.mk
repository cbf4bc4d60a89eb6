rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = rules/prisma.rules
