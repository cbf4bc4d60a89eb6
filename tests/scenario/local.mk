# The whole program against a real PostgreSQL.
SCENARIOS = tests/scenario/demo.sh
TESTS += $(SCENARIOS)
EXTRA_DIST += $(SCENARIOS) tests/support/sh.bash tests/support/pg.bash \
	tests/support/prisma.bash tests/support/stage.bash
