noinst_LIBRARIES += agent/rule/librule.a
agent_rule_librule_a_SOURCES = \
	agent/rule/pattern.c agent/rule/pattern.h \
	agent/rule/lint.c agent/rule/lint.h \
	agent/rule/samples.c agent/rule/samples.h \
	agent/rule/folder.c \
	agent/rule/rule.c agent/rule/rule.h
