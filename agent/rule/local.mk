noinst_LIBRARIES += agent/rule/librule.a
agent_rule_librule_a_SOURCES = \
	agent/rule/form.c agent/rule/form.h \
	agent/rule/pattern.c agent/rule/pattern.h \
	agent/rule/lint.c agent/rule/lint.h \
	agent/rule/samples.c agent/rule/samples.h \
	agent/rule/shape-file.c agent/rule/shape-file.h \
	agent/rule/shapes.c agent/rule/shapes.h agent/rule/shapes-built-in.h \
	agent/rule/folder.c \
	agent/rule/rule.c agent/rule/rule.h
