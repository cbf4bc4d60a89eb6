noinst_LIBRARIES += agent/rule/librule.a
agent_rule_librule_a_SOURCES =
