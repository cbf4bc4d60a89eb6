rulesdir = $(pkgdatadir)/rules
dist_rules_DATA = rules/node.rules rules/postgres.rules rules/prisma.rules
