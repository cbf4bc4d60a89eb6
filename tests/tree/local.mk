# What must hold for the tree as a whole.
TREE_CHECKS = tests/tree/layers.sh tests/tree/words.sh tests/tree/format.sh \
	tests/tree/manuals.sh tests/tree/unit_file.sh tests/tree/install.sh \
	tests/tree/scripts.sh tests/tree/symbols.sh tests/tree/scenarios.sh
TESTS += $(TREE_CHECKS)
EXTRA_DIST += $(TREE_CHECKS)
# They judge the built program too.
tests/tree/unit_file.log tests/tree/manuals.log tests/tree/symbols.log: logmend$(EXEEXT)
