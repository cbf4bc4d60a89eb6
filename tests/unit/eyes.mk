# Rules, eyes, scan and test.
EYES_CHECKS = tests/unit/captures.sh
TESTS += $(EYES_CHECKS)
EXTRA_DIST += $(EYES_CHECKS)
tests/unit/captures.log: logmend$(EXEEXT) tests/support/dockerlog$(EXEEXT)
