# What must hold for the tree as a whole.
TREE_CHECKS = \
	tests/tree/citations.sh \
	tests/tree/clock.sh \
	tests/tree/demo-parts.sh \
	tests/tree/format.sh \
	tests/tree/functions.sh \
	tests/tree/install.sh \
	tests/tree/layers.sh \
	tests/tree/manuals.sh \
	tests/tree/migrators.sh \
	tests/tree/mirror.sh \
	tests/tree/names-of-libraries.sh \
	tests/tree/package.sh \
	tests/tree/scenarios.sh \
	tests/tree/scripts.sh \
	tests/tree/symbols.sh \
	tests/tree/transitions.sh \
	tests/tree/two-readmes.sh \
	tests/tree/unit_file.sh \
	tests/tree/words-of-products.sh \
	tests/tree/words.sh
TESTS += $(TREE_CHECKS)
EXTRA_DIST += $(TREE_CHECKS)
# They judge the built program too.
tests/tree/unit_file.log tests/tree/manuals.log tests/tree/symbols.log \
	tests/tree/names-of-libraries.log: logmend$(EXEEXT)
