noinst_LIBRARIES += agent/launch/liblaunch.a
agent_launch_liblaunch_a_SOURCES = agent/launch/launch.c agent/launch/launch.h
