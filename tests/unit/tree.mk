# What must hold for the tree as a whole.
TREE_CHECKS = tests/unit/layers.sh tests/unit/words.sh tests/unit/format.sh \
	tests/unit/manuals.sh tests/unit/unit_file.sh tests/unit/install.sh \
	tests/unit/scripts.sh tests/unit/symbols.sh
TESTS += $(TREE_CHECKS)
EXTRA_DIST += $(TREE_CHECKS)
# They judge the built program too.
tests/unit/unit_file.log tests/unit/manuals.log tests/unit/symbols.log: logmend$(EXEEXT)
